"""A process that draws: charts as a JSON list on standard input, one SVG (or null) as a JSON line for each on output.

It runs apart because the engine can crash, and because starting it takes a second that nobody should wait for who wants
no picture. It reads and writes nothing else: charts that name an address are refused before they come here.
"""

import json
import sys


def main() -> None:
    """Draw what comes in."""
    import vl_convert

    for chart in json.load(sys.stdin.buffer):
        try:
            drawn = vl_convert.vegalite_to_svg(chart, allowed_base_urls=[])
        except ValueError:
            drawn = None
        sys.stdout.write(json.dumps(drawn) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
