"""GitLab's issues over its REST API (v4), on gitlab.com or a server of one's own.

The marker stands in an HTML comment at the end of the description. A webhook is signed by nothing: it carries the
secret itself (``X-Gitlab-Token``).
"""

import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

from hotwash.connect.bodies import object_of
from hotwash.connect.wire import Answer, Wire
from hotwash.response.outside import NotThere, NotVerified, Refused, Unreachable
from hotwash.response.tracking import LABEL, Issue

SYSTEM = "GitLab"
URL = "https://gitlab.com"
PAGE, PAGES_MAX = 100, 20


def header(secret: str, *, user: str = "") -> dict[str, str]:  # noqa: ARG001
    """What lets calls in."""
    return {"PRIVATE-TOKEN": secret}


def verify(headers: Mapping[str, str], body: bytes, secret: str) -> None:  # noqa: ARG001
    """Hold a webhook against its secret (``X-Gitlab-Token``).

    :raises NotVerified: if it does not fit
    """
    if not hmac.compare_digest(headers.get("x-gitlab-token", "").encode(), secret.encode()):
        raise NotVerified(SYSTEM, "The token of the webhook is missing or wrong.")


def named(body: bytes) -> tuple[str, ...]:
    """The issues that a webhook is about.

    :raises Refused: if it is no object
    """
    held = object_of(SYSTEM, body)
    issue = held.get("issue") if held.get("object_kind") == "note" else held.get("object_attributes")
    if held.get("object_kind") not in ("issue", "work_item", "note") or not isinstance(issue, Mapping):
        return ()
    number = issue.get("iid")
    return (str(number),) if isinstance(number, int) and number > 0 else ()


class Issues:
    """The issues of one project.

    :param project: its number, or its path such as ``group/name``
    """

    keeps_days = True

    def __init__(self, wire: Wire, project: str) -> None:
        self._wire, self._path = wire, f"/api/v4/projects/{quote(project, safe='')}/issues"

    def find(self, marker: str) -> Issue | None:
        """See `Tracker.find`."""
        for one in self._all(state="all", search=marker, **{"in": "description"}):
            if marker in str(one.get("description") or "").split():
                return _issue(one)
        return None

    def create(self, title: str, body: str, *, marker: str, due: date | None) -> Issue:
        """See `Tracker.create`."""
        given = {"title": title, "description": f"{body}\n\n<!-- {marker} -->", "labels": LABEL}
        if due is not None:
            given["due_date"] = due.isoformat()
        return _issue(self._good(self._wire.ask("POST", self._path, given=given), 201))

    def read(self, key: str) -> Issue | None:
        """See `Tracker.read`."""
        answer = self._wire.ask("GET", f"{self._path}/{int(key)}")
        return None if answer.status == 404 else _issue(self._good(answer))

    def write(
        self,
        key: str,
        *,
        title: str | None = None,
        due: date | None = None,
        open: bool | None = None,  # noqa: A002
    ) -> None:
        """See `Tracker.write`."""
        given: dict[str, Any] = {} if title is None else {"title": title}
        given |= {} if due is None else {"due_date": due.isoformat()}
        given |= {} if open is None else {"state_event": "reopen" if open else "close"}
        if given:
            self._good(self._wire.ask("PUT", f"{self._path}/{int(key)}", given=given))

    def say(self, key: str, text: str) -> None:
        """See `Tracker.say`."""
        self._good(self._wire.ask("POST", f"{self._path}/{int(key)}/notes", given={"body": text}), 201)

    def changed(self, since: datetime) -> Sequence[str]:
        """See `Tracker.changed`."""
        moment = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return [str(one["iid"]) for one in self._all(updated_after=moment, order_by="updated_at", sort="asc")]

    def _all(self, **params: str) -> Iterator[Mapping[str, Any]]:
        for page in range(1, PAGES_MAX + 1):
            asked = {**params, "labels": LABEL, "scope": "all", "per_page": str(PAGE), "page": str(page)}
            found = self._good(self._wire.ask("GET", self._path, params=asked))
            if not isinstance(found, list):
                raise Unreachable(SYSTEM, f"{SYSTEM} answered with something that is no list.")
            yield from (one for one in found if isinstance(one, dict))
            if len(found) < PAGE:
                return

    def _good(self, answer: Answer, status: int = 200) -> Any:
        if answer.status == status:
            return answer.json()
        if answer.status == 404:
            raise NotThere(SYSTEM, f"{SYSTEM} knows no such project or issue, or the token may not see it.")
        held = answer.json()
        said = held.get("message") or held.get("error") if isinstance(held, dict) else answer.text
        raise Refused(SYSTEM, f"{SYSTEM} refuses ({answer.status}): {str(said)[:300]}")


def _issue(held: Any) -> Issue:
    if not isinstance(held, Mapping) or not isinstance(held.get("iid"), int):
        raise Unreachable(SYSTEM, f"{SYSTEM} answered with something that is no issue.")
    closed_by, due = held.get("closed_by"), held.get("due_date")
    return Issue(
        key=str(held["iid"]),
        url=str(held.get("web_url") or "")[:1000],
        title=str(held.get("title") or ""),
        open=held.get("state") != "closed",
        due=date.fromisoformat(due) if isinstance(due, str) and due else None,
        body=str(held.get("description") or ""),
        by=str(closed_by.get("username") or "") if isinstance(closed_by, Mapping) else "",
    )
