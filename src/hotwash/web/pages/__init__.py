"""The pages beside the incident room: now, the list, declaring, AI systems, search, the library, the installation."""
