"""Actions of all incidents: the list, narrowed, a page at a time, and as CSV."""
