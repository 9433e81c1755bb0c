"""Where a database that is a file lies."""

from pathlib import Path

from hotwash.investigate.address import Address
from hotwash.investigate.errors import Unreadable


def database(told: Address) -> Path:
    """The file that an address means: ``scheme:////absolute``, ``scheme:///absolute`` or ``scheme:///relative``.

    Three slashes name a relative path, as elsewhere in Python; a file at that place from the root is found too, for
    most people who write three slashes mean that one.

    :raises Unreadable: if it is not there
    """
    tried = [Path(told.path), Path("/" + told.path)] if told.path else []
    for path in tried:
        try:
            if path.is_file():
                if path.stat().st_size == 0:
                    raise Unreadable(f'"{path.name}" is empty (0 bytes).')
                return path.absolute()
        except (OSError, ValueError) as impossible:
            raise Unreadable(f'"{told.shown}" cannot be opened ({impossible}).') from impossible
    raise Unreadable(
        f'There is no file "{told.path}". Write {told.scheme}:///path/to/file#table; a relative path is looked up from '
        "the folder in which Hotwash runs."
    )
