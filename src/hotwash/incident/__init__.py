"""What an incident is: its events, its state and its rules. No clock, no disk, no network."""
