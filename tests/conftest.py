"""What every test may ask for."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data that tests may read and the project may not ship."""
    place = Path(os.environ.get("HOTWASH_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not place.is_dir():
        pytest.skip(f"The real data sets are not here: {place} is no folder (HOTWASH_TEST_DATA names another).")
    return place
