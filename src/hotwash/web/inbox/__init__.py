"""The inbox: addresses where senders deliver, lines in which signals are counted, and triage."""
