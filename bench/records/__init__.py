"""Declaring, listing, opening and appending over HTTP, on PostgreSQL with 10,000 incidents, beside a yardstick."""
