"""Databases for the tests of backups."""

from tests.databases import *  # noqa: F403
