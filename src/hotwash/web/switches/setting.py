"""The one thing that sets switches in this process, over the desk and the boards of this installation."""

from functools import cache

from hotwash.response.switching import Switching
from hotwash.web.door import desk
from hotwash.web.switches.boards import Boards


@cache
def switching() -> Switching:
    """For pages, API, worker and command line alike."""
    return Switching(desk(), Boards())
