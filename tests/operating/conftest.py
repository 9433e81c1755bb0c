"""What the tests of running it may ask for."""

from tests.databases import *  # noqa: F403 - the fixtures of both databases
