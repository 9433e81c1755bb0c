"""The append-only, hash-chained record and the vault of bytes. Knows nothing of incidents."""
