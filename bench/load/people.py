"""The people of the load, a process of their own: ``python -m bench.load.people PLAN``, a JSON file.

Each has a connection, a session and a token of their own, and does one thing, waits a while, does the next. What they
do is drawn from a seed, so that every run asks for the same. It prints what came of it as JSON.
"""

import http.client
import json
import random
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SHARES = {"room, page": 30, "room, API": 30, "list, page": 10, "list, API": 10, "timeline, API": 10, "append, API": 10}
"""How often each is done, in parts of a hundred."""

IDLE_S = 4.0
"""A connection that was not used for so long is opened anew, since a server closes it after five seconds."""


class Person(threading.Thread):
    """One of them."""

    def __init__(self, place: int, plan: dict[str, Any], took: list[tuple[str, float, int, bool]]) -> None:
        super().__init__(daemon=True)
        self._chance = random.Random(place)
        self._plan, self._took = plan, took
        self._at = urlsplit(plan["urls"][place % len(plan["urls"])])
        self._who = plan["people"][place]
        self._incident = plan["incidents"][place % len(plan["incidents"])]
        self._asked = 0.0
        self._connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        """Go on until the time is over."""
        until = self._plan["until"]
        time.sleep(self._chance.random() * self._plan["pause_s"])
        while time.time() < until:
            kind = self._chance.choices(list(SHARES), list(SHARES.values()))[0]
            began = time.perf_counter()
            status, whole = self._do(kind)
            self._took.append((kind, time.perf_counter() - began, status, whole))
            time.sleep(self._chance.expovariate(1 / self._plan["pause_s"]))
        if self._connection:
            self._connection.close()

    def _do(self, kind: str) -> tuple[int, bool]:
        room = f"/incidents/{self._incident}"
        match kind:
            case "room, page":
                return self._ask("GET", f"{room}/", page=True)
            case "room, API":
                return self._ask("GET", f"/api/v1{room}")
            case "list, page":
                return self._ask("GET", "/incidents/", page=True)
            case "list, API":
                return self._ask("GET", "/api/v1/incidents?limit=50")
            case "timeline, API":
                return self._ask("GET", f"/api/v1{room}/timeline")
            case _:
                text = f"Asked the team of features, case {self._chance.random()}."
                return self._ask("POST", f"/api/v1{room}/note", json.dumps({"text": text}))

    def _ask(self, method: str, path: str, body: str | None = None, *, page: bool = False) -> tuple[int, bool]:
        headers = {"Cookie": self._who["cookie"]} if page else {"Authorization": f"Bearer {self._who['token']}"}
        if body:
            headers["Content-Type"] = "application/json"
        if self._connection and time.monotonic() - self._asked > IDLE_S:
            self._connection.close()
            self._connection = None
        self._asked = time.monotonic()
        for fresh in (False, True):
            # A server may close a connection just before it is used; only a fresh one that fails is an error.
            try:
                if self._connection is None:
                    self._connection = http.client.HTTPConnection(str(self._at.hostname), self._at.port, timeout=60)
                self._connection.request(method, path, body, headers)
                response = self._connection.getresponse()
                told = response.read()
            except (OSError, http.client.HTTPException):
                if self._connection:
                    self._connection.close()
                self._connection = None
                if fresh or method == "POST":
                    return 0, False
                continue
            whole = told.rstrip().endswith(b"</html>") if page else told.endswith(b"}")
            return response.status, whole and response.status in (200, 201)
        return 0, False


def main(plan: dict[str, Any]) -> dict[str, Any]:
    """Let them work; what came of it, by what they did."""
    took: list[tuple[str, float, int, bool]] = []
    people = [Person(place, plan, took) for place in range(len(plan["people"]))]
    for one in people:
        one.start()
    for one in people:
        one.join()
    told: dict[str, Any] = {"statuses": {}}
    for kind in SHARES:
        lasted = sorted(ms for what, ms, _, _ in took if what == kind)
        told[kind] = {
            "count": len(lasted),
            **{f"p{share}": 1000 * lasted[int(share / 100 * (len(lasted) - 1))] for share in (50, 95, 99) if lasted},
            "errors": sum(not well for what, _, _, well in took if what == kind),
        }
    for _, _, status, well in took:
        if not well:
            told["statuses"][str(status)] = told["statuses"].get(str(status), 0) + 1
    return told


if __name__ == "__main__":
    print(json.dumps(main(json.loads(Path(sys.argv[1]).read_text()))))
