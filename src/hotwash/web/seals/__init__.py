"""Seals that make and send themselves: when, where to, with whose time-stamp, and what came of it."""
