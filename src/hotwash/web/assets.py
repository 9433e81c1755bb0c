"""Static files: served from where they are installed, at addresses that carry a digest of the bytes."""

import gzip
from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage

from hotwash.web.options import Options

CHARTS = "vega.js"


class Stamped(StaticFilesStorage):
    """Adds ``?v=`` and a digest to every address, so that a browser may keep the file until it changes."""

    def url(self, name: str | None) -> str:
        """The address of one file."""
        return f"{super().url(name)}?v={_stamp(name or '')}"


@cache
def _stamp(name: str) -> str:
    place = finders.find(name)
    return sha256(Path(place).read_bytes()).hexdigest()[:12] if isinstance(place, str) else "none"


def build_charts(options: Options) -> None:
    """Write the library that draws charts, with a compressed twin, unless this version of it is there already.

    It comes out of a Python package, so no other package manager and no network are needed.
    """
    import vl_convert

    version = options.assets / "vega.version"
    mark = metadata.version("vl-convert-python")
    if version.is_file() and version.read_text(encoding="utf-8") == mark and (options.assets / CHARTS).is_file():
        return
    bundle = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;").encode()
    (options.assets / f"{CHARTS}.gz").write_bytes(gzip.compress(bundle, mtime=0))
    (options.assets / CHARTS).write_bytes(bundle)
    version.write_text(mark, encoding="utf-8")
