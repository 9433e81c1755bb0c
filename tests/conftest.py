"""What every test may ask for."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# No test is about speed, so none has a deadline. `make test` tries the same each time; `make soak` looks further.
settings.register_profile("test", deadline=None, derandomize=True)
settings.register_profile("soak", deadline=None, max_examples=1_000)
settings.load_profile(os.environ.get("HOTWASH_TRIES", "test"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data that tests may read and the project may not ship."""
    place = Path(os.environ.get("HOTWASH_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not place.is_dir():
        pytest.skip(f"The real data sets are not here: {place} is no folder (HOTWASH_TEST_DATA names another).")
    return place
