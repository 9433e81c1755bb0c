"""Sending: the organisation's targets, how people are reached, and the jobs that deliver, page and remind."""
