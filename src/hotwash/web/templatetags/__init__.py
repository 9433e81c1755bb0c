"""Where Django looks for tags and filters."""
