"""Whole copies of an installation: written while it runs, restored elsewhere, and the same to the last digest.

A backup is a ZIP file. ``backup.json`` says what is in it; ``tables/NAME.jsonl`` holds the rows of a table, one JSON
document a line, in the order of their keys; ``vault/HEX`` the bytes of the vault by their SHA-256; ``home/`` the keys
of the data folder. The rows are those of one moment, and say nothing of the kind of database: what was
taken from SQLite goes into PostgreSQL and back.
"""
