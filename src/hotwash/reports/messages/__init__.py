"""Readings for messages: a draft filled from the record, the plain-language check, what goes out, the public page."""
