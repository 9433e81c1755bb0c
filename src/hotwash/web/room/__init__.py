"""The incident room: one incident on a screen, read from its record, written through the desk."""
