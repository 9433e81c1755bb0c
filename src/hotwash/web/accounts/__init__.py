"""Signing in, people and their roles, tokens: the pages that need no incident."""
