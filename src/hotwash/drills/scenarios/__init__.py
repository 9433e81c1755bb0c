"""Scenarios: what a drill tells, asks and knows, one TOML file each. See `docs/reference/scenarios.md`."""
