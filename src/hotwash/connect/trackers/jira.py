"""Jira's issues over its REST API (version 2, whose texts are plain), in the cloud or on a server of one's own.

An issue is found by a label of its own, made from the marker, since Jira's search looks for whole labels. Closing means
a transition into the category ``done``: the first that the workflow offers. The cloud lets in an address with an API
token, a server a personal access token; their searches have different addresses.
"""

import base64
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from hotwash.connect.bodies import object_of
from hotwash.connect.wire import Answer, Wire
from hotwash.response.outside import NotThere, NotVerified, Refused, Unreachable
from hotwash.response.tracking import LABEL, Issue

SYSTEM = "Jira"
URL = ""
PAGE, PAGES_MAX = 100, 20
FIELDS = ("summary", "status", "duedate", "description", "updated")
_KEY = re.compile(r"[A-Z][A-Z0-9_]{0,29}-[1-9][0-9]{0,9}")
_OTHER = re.compile(r"[^A-Za-z0-9_-]+")


def header(secret: str, *, user: str = "") -> dict[str, str]:
    """What lets calls in: with a ``user`` as the cloud wants it, else as a server does."""
    if user:
        return {"Authorization": "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()}
    return {"Authorization": f"Bearer {secret}"}


def verify(headers: Mapping[str, str], body: bytes, secret: str) -> None:
    """Hold a webhook against its secret (``X-Hub-Signature``, by SHA-256).

    :raises NotVerified: if it does not fit
    """
    made = "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()
    if not hmac.compare_digest(headers.get("x-hub-signature", "").encode(), made.encode()):
        raise NotVerified(SYSTEM, "The signature of the webhook is missing or wrong.")


def named(body: bytes) -> tuple[str, ...]:
    """The issues that a webhook is about.

    :raises Refused: if it is no object
    """
    issue = object_of(SYSTEM, body).get("issue")
    key = issue.get("key") if isinstance(issue, Mapping) else None
    return (key,) if isinstance(key, str) and _KEY.fullmatch(key) else ()


class Issues:
    """The issues of one project.

    :param project: its key, such as ``RISK``
    :param cloud: whether it is the cloud's search that is asked
    :param kind: the type of a new issue
    """

    keeps_days = True

    def __init__(self, wire: Wire, project: str, *, cloud: bool = True, kind: str = "Task") -> None:
        self._wire, self._project, self._cloud, self._kind = wire, project, cloud, kind

    def find(self, marker: str) -> Issue | None:
        """See `Tracker.find`."""
        for one in self._search(f'project = "{self._project}" AND labels = "{label_of(marker)}"'):
            return self._issue(one)
        return None

    def create(self, title: str, body: str, *, marker: str, due: date | None) -> Issue:
        """See `Tracker.create`."""
        fields: dict[str, Any] = {
            "project": {"key": self._project},
            "issuetype": {"name": self._kind},
            "summary": " ".join(title.split()),
            "description": f"{body}\n\n{marker}",
            "labels": [LABEL, label_of(marker)],
        }
        if due is not None:
            fields["duedate"] = due.isoformat()
        made = self._good(self._wire.ask("POST", "/rest/api/2/issue", given={"fields": fields}), 201)
        found = self.read(str(made.get("key"))) if isinstance(made, Mapping) else None
        if found is None:
            raise Unreachable(SYSTEM, f"{SYSTEM} made an issue and does not show it.", effect="unknown")
        return found

    def read(self, key: str) -> Issue | None:
        """See `Tracker.read`."""
        answer = self._wire.ask("GET", self._path(key), params={"fields": ",".join(FIELDS)})
        return None if answer.status == 404 else self._issue(self._good(answer))

    def write(
        self,
        key: str,
        *,
        title: str | None = None,
        due: date | None = None,
        open: bool | None = None,  # noqa: A002
    ) -> None:
        """See `Tracker.write`."""
        fields: dict[str, Any] = {} if title is None else {"summary": " ".join(title.split())}
        fields |= {} if due is None else {"duedate": due.isoformat()}
        if fields:
            self._good(self._wire.ask("PUT", self._path(key), given={"fields": fields}), 204)
        if open is not None:
            self._move(key, to_open=open)

    def say(self, key: str, text: str) -> None:
        """See `Tracker.say`."""
        self._good(self._wire.ask("POST", f"{self._path(key)}/comment", given={"body": text}), 201)

    def changed(self, since: datetime) -> Sequence[str]:
        """See `Tracker.changed`."""
        # A day in a query is one in the zone of whoever asks, so minutes before now are asked for.
        minutes = max(1, int((datetime.now(UTC) - since).total_seconds() // 60) + 1)
        asked = f'project = "{self._project}" AND labels = "{LABEL}" AND updated >= "-{minutes}m" ORDER BY updated ASC'
        return [str(one["key"]) for one in self._search(asked) if _KEY.fullmatch(str(one.get("key")))]

    def _move(self, key: str, *, to_open: bool) -> None:
        found = self._good(self._wire.ask("GET", f"{self._path(key)}/transitions"))
        offered = found.get("transitions", ()) if isinstance(found, Mapping) else ()
        for one in offered:
            category = str(one.get("to", {}).get("statusCategory", {}).get("key", ""))
            if (category != "done") == to_open and category:
                given = {"transition": {"id": one["id"]}}
                self._good(self._wire.ask("POST", f"{self._path(key)}/transitions", given=given), 204)
                return
        raise Refused(SYSTEM, f"The workflow of {key} offers no way to {'open' if to_open else 'close'} it from here.")

    def _search(self, query: str) -> Iterator[Mapping[str, Any]]:
        place: dict[str, str] = {}
        path = "/rest/api/2/search/jql" if self._cloud else "/rest/api/2/search"
        seen = 0
        for _ in range(PAGES_MAX):
            params = {"jql": query, "fields": ",".join(FIELDS), "maxResults": str(PAGE), **place}
            found = self._good(self._wire.ask("GET", path, params=params))
            if not isinstance(found, Mapping) or not isinstance(found.get("issues"), list):
                raise Unreachable(SYSTEM, f"{SYSTEM} answered with something that is no list of issues.")
            yield from (one for one in found["issues"] if isinstance(one, dict))
            seen += len(found["issues"])
            if self._cloud and found.get("nextPageToken"):
                place = {"nextPageToken": str(found["nextPageToken"])}
            elif not self._cloud and found["issues"] and seen < int(found.get("total") or 0):
                place = {"startAt": str(seen)}
            else:
                return

    def _path(self, key: str) -> str:
        return f"/rest/api/2/issue/{quote(key, safe='')}"

    def _issue(self, held: Any) -> Issue:
        fields = held.get("fields") if isinstance(held, Mapping) else None
        if not isinstance(held, Mapping) or not isinstance(fields, Mapping):
            raise Unreachable(SYSTEM, f"{SYSTEM} answered with something that is no issue.")
        status = fields.get("status") or {}
        key, due = str(held.get("key")), fields.get("duedate")
        return Issue(
            key=key,
            url=f"{self._wire.url}/browse/{quote(key)}",
            title=str(fields.get("summary") or ""),
            open=status.get("statusCategory", {}).get("key") != "done",
            due=date.fromisoformat(due) if isinstance(due, str) and due else None,
            body=str(fields.get("description") or ""),
        )

    def _good(self, answer: Answer, status: int = 200) -> Any:
        if answer.status == status:
            return answer.json()
        if answer.status == 404:
            raise NotThere(SYSTEM, f"{SYSTEM} knows no such project or issue, or the token may not see it.")
        held = answer.json()
        said = answer.text
        if isinstance(held, Mapping):
            listed = [*map(str, held.get("errorMessages") or ()), *map(str, (held.get("errors") or {}).values())]
            said = " ".join(listed) or said
        raise Refused(SYSTEM, f"{SYSTEM} refuses ({answer.status}): {said[:300]}")


def label_of(marker: str) -> str:
    """A marker as a label, which holds neither a space nor a slash."""
    return _OTHER.sub("-", marker)
