"""What the field knows, as versioned data files, and one typed reader for each kind. No logic."""
