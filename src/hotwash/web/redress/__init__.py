"""Registers of redress in the database: their rows beside the records, and the one register desk of this process."""
