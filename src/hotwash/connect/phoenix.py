"""Phoenix (Arize's open tracing server) over its REST API: the spans of a project with their judgements, page by page.

Spans come in the order in which they began. A page whose answer would be too long is asked for again in smaller pieces.
Written for Phoenix 20; older ones that know no ``sort`` answer in an order of their own, which does no harm.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from hotwash.connect.wire import Answer, TooLong, Wire
from hotwash.response.outside import NotThere, Refused, Unreachable
from hotwash.response.spans import Annotation, Page, Span, Which

SYSTEM = "Phoenix"
PAGE = 200
"""Spans in one answer. The server gives at most 1,000."""
IDS = 100
"""Spans whose judgements are asked for at once: their ids stand in the address, which may not be too long."""
PROJECT_MAX = 200


class Phoenix:
    """One project of a server. Keeps the promise of `hotwash.response.spans.SpanSource`.

    :param wire: a connection to the server; see `opened`
    :param project: its name or id
    """

    def __init__(self, wire: Wire, project: str) -> None:
        if not project or len(project) > PROJECT_MAX or set(project) & set("/?#\0"):
            raise Refused(SYSTEM, "The name of a project in Phoenix is not empty and holds no /, ? or #.")
        self._wire, self.project = wire, project
        self._path = f"/v1/projects/{quote(project, safe='')}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._wire.close()

    @property
    def place(self) -> str:
        """See `SpanSource`."""
        return f"{SYSTEM} at {self._wire.url}, project {self.project}"

    def link(self, span: Span) -> str:
        """See `SpanSource`. The server leads on from there to the trace."""
        return f"{self._wire.url}/redirects/spans/{quote(span.id, safe='')}"

    def page(self, *, since: datetime, until: datetime, which: Which = "LLM", after: str = "") -> Page:
        """See `SpanSource`.

        :raises NotThere: if there is no such project
        """
        asked = {
            "start_time": _written(since),
            "end_time": _written(until),
            "sort": "start_time",
            "order": "asc",
            **({"parent_id": "null"} if which == "ROOT" else {"span_kind": "LLM"} if which == "LLM" else {}),
            **({"cursor": after} if after else {}),
        }
        limit = PAGE
        while True:
            try:
                held = self._told(self._wire.ask("GET", f"{self._path}/spans", params={**asked, "limit": str(limit)}))
                break
            except TooLong:
                if limit == 1:
                    raise
                limit = max(1, limit // 8)
        spans = [_span(one) for one in _list(held)]
        judged: dict[str, list[Annotation]] = {}
        for one in self._annotations([span.id for span in spans]):
            judged.setdefault(one.span, []).append(one)
        return Page(
            tuple(replace(span, annotations=tuple(judged.get(span.id, ()))) for span in spans),
            str(held.get("next_cursor") or ""),
        )

    def _annotations(self, ids: list[str]) -> Iterable[Annotation]:
        for begin in range(0, len(ids), IDS):
            part, cursor = ids[begin : begin + IDS], ""
            while True:
                more = {"cursor": cursor} if cursor else {}
                answer = self._wire.ask(
                    "GET", f"{self._path}/span_annotations", params={"span_ids": part, "limit": "1000", **more}
                )
                if answer.status == 404:  # so it says where it has none of these spans any more
                    break
                held = self._told(answer)
                yield from (_annotation(one) for one in _list(held))
                cursor = str(held.get("next_cursor") or "")
                if not cursor:
                    break

    def _told(self, answer: Answer) -> dict[str, Any]:
        if answer.status == 404:
            raise NotThere(SYSTEM, f"There is no project {self.project} in Phoenix at {self._wire.url}.")
        if answer.status >= 400:
            raise Refused(SYSTEM, f"Phoenix refuses this ({answer.status}): {answer.text or 'it gives no reason'}.")
        held = answer.json()
        if not isinstance(held, dict):
            raise Unreachable(SYSTEM, f"What answers at {self._wire.url} is no Phoenix: {answer.text[:100]}.")
        return held


def projects(wire: Wire) -> list[str]:
    """The names of the projects of a server, at most a hundred: enough to see whether the address and token are right.

    :raises OutsideFault: if that is not possible
    """
    answer = wire.ask("GET", "/v1/projects", params={"limit": "100"})
    held = answer.json()
    if answer.status != 200 or not isinstance(held, dict):
        raise Unreachable(SYSTEM, f"What answers at {wire.url} is no Phoenix ({answer.status}): {answer.text[:100]}.")
    return sorted(str(one.get("name", "")) for one in _list(held))


def headers(token: str) -> dict[str, str]:
    """What a call shows where the server wants to know who asks."""
    return {"Authorization": f"Bearer {token}"} if token else {}


def _list(held: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = held.get("data")
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Unreachable(SYSTEM, "Phoenix told a list that cannot be read.")
    return found


def _span(held: Mapping[str, Any]) -> Span:
    try:
        context, start = held["context"], _moment(held["start_time"])
        return Span(
            id=str(context["span_id"]),
            trace=str(context["trace_id"]),
            parent=str(held.get("parent_id") or ""),
            name=str(held.get("name") or ""),
            kind=str(held.get("span_kind") or ""),
            status=str(held.get("status_code") or ""),
            message=str(held.get("status_message") or ""),
            start=start,
            end=_moment(held["end_time"]) if held.get("end_time") else start,
            attributes=dict(held.get("attributes") or {}),
            raw=held,
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise Unreachable(SYSTEM, f"Phoenix told a span that cannot be read ({fault}).") from fault


def _annotation(held: Mapping[str, Any]) -> Annotation:
    try:
        result = held.get("result") or {}
        score = result.get("score")
        return Annotation(
            id=str(held["id"]),
            span=str(held["span_id"]),
            name=str(held["name"]),
            label=str(result.get("label") or ""),
            score=float(score) if score is not None else None,
            explanation=str(result.get("explanation") or ""),
            by=str(held.get("annotator_kind") or "").lower(),
            at=_moment(held.get("updated_at") or held["created_at"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise Unreachable(SYSTEM, f"Phoenix told a judgement that cannot be read ({fault}).") from fault


def _moment(told: Any) -> datetime:
    at = datetime.fromisoformat(str(told))
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
