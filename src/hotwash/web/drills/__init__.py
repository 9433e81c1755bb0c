"""Drills in this installation: planned, played by the worker's clock, shown to players without the truth, debriefed."""
