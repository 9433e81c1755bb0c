"""``python -m hotwash.cli`` is ``hotwash``."""

from hotwash.cli.main import main

main()
