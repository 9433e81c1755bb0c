"""GitHub's issues over its REST API (version 2022-11-28), on github.com or an Enterprise server.

An issue has no day there. The marker stands in an HTML comment at the end of its body; issues with the label are listed
and looked through, because the search of GitHub knows a new issue only after a while.
"""

import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from hotwash.connect.bodies import object_of
from hotwash.connect.wire import Answer, Wire
from hotwash.response.outside import NotThere, NotVerified, Refused, Unreachable
from hotwash.response.tracking import LABEL, Issue

SYSTEM = "GitHub"
URL = "https://api.github.com"
PAGE, PAGES_MAX = 100, 20


def header(secret: str, *, user: str = "") -> dict[str, str]:  # noqa: ARG001
    """What lets calls in."""
    return {
        "Authorization": f"Bearer {secret}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
        "User-Agent": "hotwash",
    }


def verify(headers: Mapping[str, str], body: bytes, secret: str) -> None:
    """Hold a webhook against its secret (``X-Hub-Signature-256``).

    :raises NotVerified: if it does not fit
    """
    made = "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()
    if not hmac.compare_digest(headers.get("x-hub-signature-256", "").encode(), made.encode()):
        raise NotVerified(SYSTEM, "The signature of the webhook is missing or wrong.")


def named(body: bytes) -> tuple[str, ...]:
    """The issues that a webhook is about; none for a ping.

    :raises Refused: if it is no object
    """
    issue = object_of(SYSTEM, body).get("issue")
    number = issue.get("number") if isinstance(issue, Mapping) else None
    return (str(number),) if isinstance(number, int) and number > 0 else ()


class Issues:
    """The issues of one repository.

    :param project: ``owner/name``
    """

    keeps_days = False

    def __init__(self, wire: Wire, project: str) -> None:
        self._wire = wire
        self._path = "/repos/" + "/".join(quote(part, safe="") for part in project.split("/", 1)) + "/issues"

    def find(self, marker: str) -> Issue | None:
        """See `Tracker.find`."""
        for one in self._all(state="all", sort="created", direction="desc"):
            if marker in str(one.get("body") or "").split():
                return _issue(one)
        return None

    def create(self, title: str, body: str, *, marker: str, due: date | None) -> Issue:  # noqa: ARG002
        """See `Tracker.create`."""
        given = {"title": title, "body": f"{body}\n\n<!-- {marker} -->", "labels": [LABEL]}
        return _issue(self._good(self._wire.ask("POST", self._path, given=given), 201))

    def read(self, key: str) -> Issue | None:
        """See `Tracker.read`."""
        answer = self._wire.ask("GET", f"{self._path}/{int(key)}")
        return None if answer.status in (404, 410) else _issue(self._good(answer))

    def write(
        self,
        key: str,
        *,
        title: str | None = None,
        due: date | None = None,  # noqa: ARG002 - there is none here
        open: bool | None = None,  # noqa: A002
    ) -> None:
        """See `Tracker.write`."""
        given: dict[str, Any] = {} if title is None else {"title": title}
        if open is not None:
            given |= {"state": "open", "state_reason": "reopened"} if open else {"state": "closed"}
        if given:
            self._good(self._wire.ask("PATCH", f"{self._path}/{int(key)}", given=given))

    def say(self, key: str, text: str) -> None:
        """See `Tracker.say`."""
        self._good(self._wire.ask("POST", f"{self._path}/{int(key)}/comments", given={"body": text}), 201)

    def changed(self, since: datetime) -> Sequence[str]:
        """See `Tracker.changed`."""
        moment = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return [str(one["number"]) for one in self._all(state="all", since=moment, sort="updated", direction="asc")]

    def _all(self, **params: str) -> Iterator[Mapping[str, Any]]:
        for page in range(1, PAGES_MAX + 1):
            asked = {**params, "labels": LABEL, "per_page": str(PAGE), "page": str(page)}
            found = self._good(self._wire.ask("GET", self._path, params=asked))
            if not isinstance(found, list):
                raise Unreachable(SYSTEM, f"{SYSTEM} answered with something that is no list.")
            # Pull requests are issues there, too.
            yield from (one for one in found if isinstance(one, dict) and "pull_request" not in one)
            if len(found) < PAGE:
                return

    def _good(self, answer: Answer, status: int = 200) -> Any:
        if answer.status == status:
            return answer.json()
        if answer.status in (404, 410):
            raise NotThere(SYSTEM, f"{SYSTEM} knows no such repository or issue, or the token may not see it.")
        raise Refused(SYSTEM, f"{SYSTEM} refuses ({answer.status}): {_words(answer)}")


def _words(answer: Answer) -> str:
    held = answer.json()
    return str(held.get("message", ""))[:300] if isinstance(held, dict) else answer.text


def _issue(held: Any) -> Issue:
    if not isinstance(held, Mapping) or not isinstance(held.get("number"), int):
        raise Unreachable(SYSTEM, f"{SYSTEM} answered with something that is no issue.")
    closed_by = held.get("closed_by")
    return Issue(
        key=str(held["number"]),
        url=str(held.get("html_url") or "")[:1000],
        title=str(held.get("title") or ""),
        open=held.get("state") == "open",
        body=str(held.get("body") or ""),
        by=str(closed_by.get("login") or "") if isinstance(closed_by, Mapping) else "",
    )
