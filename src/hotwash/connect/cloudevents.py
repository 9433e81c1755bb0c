"""CloudEvents 1.0 over HTTP, structured and binary. The envelope is read; what it carries is kept as it is.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import msgspec

from hotwash.connect.bodies import TITLE_MAX, grade, labels, moment, object_of, text, web
from hotwash.response.outside import Refused
from hotwash.response.signals import Sender, Signal

SYSTEM = "CloudEvents"
_NEEDED = ("id", "source", "specversion", "type")


def read(headers: Mapping[str, str], body: bytes) -> list[Signal]:
    """The event, or the events of a batch.

    :raises Refused: if an attribute that the standard asks for is missing
    """
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/cloudevents-batch+json":
        batch = _json(body)
        if not isinstance(batch, list):
            raise Refused(SYSTEM, "A batch is a list of events.")
        return [_signal(one, one.get("data")) for one in batch if isinstance(one, dict)]
    if "ce-id" in headers or "ce-specversion" in headers:
        told = {name[3:]: unquote(value) for name, value in headers.items() if name.startswith("ce-")}
        # A binary event may come without a content type: JSON is assumed then.
        data = (
            _json(body)
            if body.strip() and (not kind or "json" in kind)
            else text({"t": body[:4000].decode("utf-8", "replace")}, "t")
        )
        return [_signal(told, data)]
    held = object_of(SYSTEM, body)
    return [_signal(held, held.get("data"))]


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as bad:
        raise Refused(SYSTEM, f"The data is not JSON: {str(bad)[:200]}.") from bad


def _signal(event: Mapping[str, Any], data: Any) -> Signal:
    missing = [name for name in _NEEDED if not text(event, name)]
    if missing:
        raise Refused(SYSTEM, f"The event has no `{missing[0]}`, which the standard asks for.")
    if not text(event, "specversion").startswith("1."):
        raise Refused(SYSTEM, f"The event is of version {text(event, 'specversion', most=20)}; 1.0 is read.")
    kind, source = text(event, "type", most=200), text(event, "source", most=200)
    subject = text(event, "subject", most=200)
    resolved = (
        kind.rpartition(".")[2].lower() in ("resolved", "cleared", "recovered") or text(data, "status") == "resolved"
    )
    return Signal(
        source="cloudevents",
        key=(text(data, "dedup_key", "key") or f"{source} {subject or text(event, 'id')}")[:300],
        title=(text(data, "title", "summary", "message") or f"{kind} {subject}".strip())[:TITLE_MAX],
        group=f"{source} {kind}"[:300],
        state="resolved" if resolved else "firing",
        grade=grade(text(data, "severity", "level")),
        alert_at=moment(event.get("time")),
        data_at=moment(data.get("data_time")) if isinstance(data, dict) else None,
        detail=text(data, "description", "detail", "message") if isinstance(data, dict) else text(data, ""),
        links=web(data.get("url"), data.get("link")) if isinstance(data, dict) else (),
        labels={**(labels(data) if isinstance(data, dict) else {}), "type": kind},
    )


SENDER = Sender("cloudevents", SYSTEM, read, example="Any sender that speaks CloudEvents 1.0 over HTTP.")
