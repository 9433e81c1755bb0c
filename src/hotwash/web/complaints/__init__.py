"""Reports from people: the public form, letters and clerks; clusters; what is told to those who reported."""
