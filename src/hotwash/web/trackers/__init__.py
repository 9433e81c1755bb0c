"""Trackers elsewhere: which there are, which actions have an issue there, and the work that keeps both sides alike."""
