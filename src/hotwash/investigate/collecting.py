"""Python's search for circular garbage, held up while very many small parts are made that form no circles."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """No search meanwhile. A search goes through all that the process holds, and would find nothing of ours."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
