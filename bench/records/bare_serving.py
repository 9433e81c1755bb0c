"""The bare application under the product's own settings of the server, without what only the product has."""

import gc
from typing import Any

from hotwash.web.serving import *  # noqa: F403


def post_worker_init(worker: Any) -> None:  # noqa: ARG001
    """As the product does."""
    gc.collect()
    gc.freeze()
