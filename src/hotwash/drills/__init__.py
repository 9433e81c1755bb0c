"""Rehearsals: synthetic worlds with planted harm, scenarios played against the clock, and what a team did in them."""
