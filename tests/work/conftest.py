"""What the tests of the worker may ask for."""

from tests.databases import *  # noqa: F403 - the fixtures of both databases
