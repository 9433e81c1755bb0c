"""The score: what a team did in a drill, read from the record alone and held against what was planted."""
