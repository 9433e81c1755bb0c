"""Lists that were sent: laid in a file of our own for as long as they are read. Their names never become paths."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hotwash.response.redress.files import ListFile, format_of
from hotwash.response.request import BadRequest

SIZE_MAX = 512 * 2**20
"""The largest list, in bytes. It is never in memory as a whole."""


@contextmanager
def laid_out(file: Any) -> Iterator[ListFile]:
    """An uploaded file as a list.

    :raises BadRequest: if it is missing, too large, or none of the forms that are read
    """
    if file is None or isinstance(file, list):
        raise BadRequest("file", "is missing.")
    if (file.size or 0) > SIZE_MAX:
        raise BadRequest("file", f"is larger than {SIZE_MAX // 2**20} MiB: send it in parts.")
    name = "".join(letter for letter in str(file.name or "list") if letter.isprintable())[:120] or "list"
    with tempfile.TemporaryDirectory(prefix="hotwash-list-") as folder:
        path, first = Path(folder) / "list", b""
        with path.open("wb") as out:
            for chunk in file.chunks():
                first = first or chunk[:64]
                out.write(chunk)
        yield ListFile(path, name, format_of(name, first))
