"""Readings: pure functions from a history to a document. No clock, no disk, no network."""
