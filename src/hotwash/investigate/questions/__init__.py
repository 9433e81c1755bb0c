"""The single questions, one file each. They do not know each other."""
