"""The landscape: AI systems, their owners, tiers, versions, data and logs. No clock, no disk, no network."""
