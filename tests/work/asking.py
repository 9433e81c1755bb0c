"""People who write while the ground gives way: what each was told, and what each never heard of again.

A write is *acknowledged* once its reply was read: 200 or 201. One whose reply never came is either let be (it may be
there once, or not at all), or said again until it is acknowledged, with the number of the last entry that was seen
(`If-Match`): the record itself then refuses to take it twice.
"""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

TIMEOUT_S = 30


@dataclass(slots=True)
class Heard:
    """What came of everything that was said, by the words that only one write has."""

    acknowledged: dict[str, tuple[str, int, str]] = field(default_factory=dict)
    """The record, the number and the digest that each write was told."""
    unheard: set[str] = field(default_factory=set)
    """Writes whose reply never came, and that were not said again."""
    kept: dict[str, bytes] = field(default_factory=dict)
    """Files by the digest under which they were acknowledged."""
    failures: list[tuple[float, float, str]] = field(default_factory=list)
    """Since when, until when, and what: exchanges that came to nothing."""
    surprises: list[str] = field(default_factory=list)
    """Answers that nobody should get, whatever was killed."""
    kinds: Counter[str] = field(default_factory=Counter)
    again: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class NoReply(Exception):
    """Nobody knows whether it was recorded."""


class Writer(threading.Thread):
    """One person, who says one thing after the other to any of the servers."""

    def __init__(self, place: int, urls: Sequence[str], token: str, incidents: Sequence[str], heard: Heard) -> None:
        super().__init__(name=f"writer {place}", daemon=True)
        self._chance = random.Random(place)
        self._urls, self._incidents, self._heard = list(urls), list(incidents), heard
        self._place, self._said = place, 0
        self._client = httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=TIMEOUT_S, trust_env=False)
        self.ending = threading.Event()
        self.fault: BaseException | None = None

    def run(self) -> None:
        """Go on until told to end."""
        try:
            while not self.ending.is_set():
                self._one()
        except BaseException as fault:  # noqa: BLE001 - told to the test, which fails of it
            self.fault = fault
        finally:
            self._client.close()

    def _one(self) -> None:
        self._said += 1
        words = f"writer {self._place} says {self._said}"
        act = self._chance.choices(
            ("note", "surely", "declare", "keep", "retitle", "add-action", "list"), (6, 6, 1, 2, 1, 2, 2)
        )[0]
        incident = self._chance.choice(self._incidents)
        try:
            match act:
                case "note":
                    self._say(f"/incidents/{incident}/note", {"text": words}, words)
                case "surely":
                    self._until_heard(incident, words)
                case "declare":
                    self._say("/incidents", {"title": words}, words)
                case "keep":
                    self._keep(incident, words)
                case "retitle":
                    self._say(f"/incidents/{incident}/retitle", {"title": words}, words)
                case "add-action":
                    action = {"title": words, "kind": "learn", "owner": "ana", "due": "2026-04-01"}
                    self._say(f"/incidents/{incident}/add-action", action, words)
                case _:
                    self._exchange("GET", "/incidents")
        except NoReply:
            if act not in ("list", "surely"):
                with self._heard.lock:
                    self._heard.unheard.add(words)
        with self._heard.lock:
            self._heard.kinds[act] += 1

    def _say(self, path: str, body: dict[str, Any], words: str) -> None:
        response = self._exchange("POST", path, json=body)
        if response.status_code in (200, 201):
            self._acknowledged(words, response)

    def _keep(self, incident: str, words: str) -> None:
        data = words.encode() * self._chance.randint(1, 2_000)
        response = self._exchange(
            "POST", f"/incidents/{incident}/evidence", files={"file": ("file.txt", data)}, data={"note": words}
        )
        if response.status_code in (200, 201):
            self._acknowledged(words, response)
            with self._heard.lock:
                self._heard.kept[response.json()["entries"][-1]["body"]["digest"]] = data

    def _until_heard(self, incident: str, words: str) -> None:
        """Say it until it is certain that it stands there."""
        tries = 0
        while True:
            try:
                told = self._exchange("GET", f"/incidents/{incident}/entries").json()
                for entry in told["entries"]:
                    if (entry["body"] or {}).get("text") == words:
                        # The reply was lost, and the write was not.
                        with self._heard.lock:
                            self._heard.acknowledged[words] = (incident, entry["number"], entry["digest"])
                        return
                response = self._exchange(
                    "POST",
                    f"/incidents/{incident}/note",
                    json={"text": words},
                    headers={"If-Match": f'"{told["number"]}"'},
                )
            except NoReply:
                tries += 1
                with self._heard.lock:
                    self._heard.again += 1
                continue
            if response.status_code == 200:
                self._acknowledged(words, response)
                return

    def _acknowledged(self, words: str, response: httpx.Response) -> None:
        document = response.json()
        entry = next(one for one in document["entries"] if words in json.dumps(one["body"]))
        with self._heard.lock:
            self._heard.acknowledged[words] = (document["incident"], entry["number"], entry["digest"])

    def _exchange(self, method: str, path: str, **what: Any) -> httpx.Response:
        """One exchange with any server.

        :raises NoReply: if it came to nothing
        """
        began = time.monotonic()
        try:
            response = self._client.request(method, f"{self._chance.choice(self._urls)}/api/v1{path}", **what)
        except httpx.HTTPError as fault:
            self._failed(began, f"{method} {type(fault).__name__}")
            raise NoReply from fault
        if response.status_code in (200, 201, 409, 412):
            if response.status_code == 409 and "Many people write here at once" not in response.text:
                self._surprise(response)
            return response
        if response.status_code == 503 and "urn:" in response.text:
            self._failed(began, f"{method} {response.json()['type']}")
            raise NoReply
        if response.status_code == 502 and "nginx" in response.text:
            self._failed(began, f"{method} 502 of the proxy")
            raise NoReply
        self._surprise(response)
        self._failed(began, f"{method} {response.status_code}")
        raise NoReply

    def _failed(self, began: float, why: str) -> None:
        with self._heard.lock:
            self._heard.failures.append((began, time.monotonic(), why))
        self.ending.wait(0.02)

    def _surprise(self, response: httpx.Response) -> None:
        with self._heard.lock:
            self._heard.surprises.append(f"{response.request.url.path} {response.status_code} {response.text[:300]}")
