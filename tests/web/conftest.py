"""What the tests of the web room may ask for."""

from tests.databases import *  # noqa: F403 - the fixtures of both databases
