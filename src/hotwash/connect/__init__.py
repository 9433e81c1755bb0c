"""Outside systems, a file or folder each, which keep promises of lower rooms and do not know each other."""
