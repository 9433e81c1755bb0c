"""Playing a scenario against the clock: the drill's own record, its clock, and what comes when."""
