"""What the tests of redress may ask for."""

from tests.databases import *  # noqa: F403 - the fixtures of both databases
