"""A serving process for tests: decides every few milliseconds and tells each new state on a line.

``python -m tests.web.deciding URL TOKEN STATE_FILE``
"""

import json
import sys
import time

from hotwash.guard import Guard


def main() -> None:
    """Decide until the input ends."""
    url, token, kept = sys.argv[1:]
    policies = {"loans": {"stale": "engage", "stale_after_s": 4.0, "engaged": "human"}}
    with Guard(url, token=token, state_file=kept, policies=policies) as guard:
        before, decisions = "", 0
        told = time.monotonic()
        while True:
            state = guard.state("loans", {"region": "EU", "applicant": "p1"})
            decisions += 1
            if state != before or time.monotonic() - told > 0.5:
                status = guard.status()
                line = {"instance": status.instance, "state": state, "at": time.time(), "following": status.following}
                sys.stdout.write(json.dumps(line | {"stale_s": status.stale_s, "decisions": decisions}) + "\n")
                sys.stdout.flush()
                before, told = state, time.monotonic()
            time.sleep(0.002)


if __name__ == "__main__":
    main()
