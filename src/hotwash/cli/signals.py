"""Signals on the command line: read what a monitor wrote, and link it to an incident."""

from typing import Any

import click

from hotwash.cli.answer import Refused, answer, table
from hotwash.cli.place import Place, read_file, with_place


@click.command()
@click.argument("sender")
@click.argument("file")
@click.option("--incident", metavar="INCIDENT", help="Link each signal to this incident.")
@click.option("--outside", is_flag=True, help="Somebody outside saw it.")
@click.option("--inbox", is_flag=True, help="Take them into the inbox.")
@click.option("--system", metavar="SYSTEM", help="With --inbox: the AI system that they are about.")
@with_place
def signal(
    *,
    place: Place,
    form: str,
    sender: str,
    file: str,
    incident: str | None,
    outside: bool,
    inbox: bool,
    system: str | None,
) -> None:
    """Read what a monitor sent or wrote (`-` is standard input), and take it into the inbox or link it to an incident.

    Senders: alertmanager, grafana, pagerduty, sentry, sagemaker, azure, datadog, cloudevents, arize, whylabs,
    evidently, mlflow.
    """
    import msgspec

    from hotwash.connect.senders import SENDERS
    from hotwash.response.outside import OutsideFault

    if sender not in SENDERS:
        raise click.UsageError(f"There is no sender {sender!r}. There are {', '.join(SENDERS)}.")
    try:
        raw = read_file(file)
        found = SENDERS[sender].read({}, raw)
    except OutsideFault as no:
        raise Refused(f"{file}: {no.sentence}") from no
    signals: list[dict[str, Any]] = [msgspec.to_builtins(one) for one in found]
    linked = [_link(place, incident, one, outside=outside) for one in signals] if incident else []
    words = {"sender": sender, "body": raw.decode("utf-8", "replace"), "system": system}
    lines = place.post("/inbox/take", words)["lines"] if inbox else []
    rows = [
        (one["state"], one["grade"], (one["alert_at"] or "")[:16].replace("T", " "), one["title"]) for one in signals
    ]
    text = table(rows) + (
        f"\nLinked to {incident} as {', '.join(f'entry {number}' for number in linked)}." if linked else ""
    )
    if lines:
        text += f"\nIn the inbox as line {', '.join(map(str, lines))}."
    answer(form, {"signals": signals, "incident": incident, "entries": linked, "lines": lines}, text)


def _link(place: Place, incident: str, one: dict[str, Any], *, outside: bool) -> int:
    measured = "; ".join(_measured(number) for number in one["measured"][:10])
    words = {
        "source": one["source"],
        "title": one["title"],
        "data_time": one["data_at"],
        "detail": "\n".join(part for part in (one["detail"], measured) if part),
        "url": one["links"][0] if one["links"] else "",
        "key": one["key"],
        "detector": "outside" if outside else "inside",
        "at": one["alert_at"],
    }
    return int(place.post(f"/incidents/{incident}/link-signal", words)["entries"][0]["number"])


def _measured(number: dict[str, Any]) -> str:
    of = f" of {number['of']}" if number["of"] else ""
    value = "" if number["value"] is None else f" is {number['value']:g}"
    limit = "" if number["limit"] is None else f", limit {number['limit']:g}"
    return f"{number['metric']}{of}{value}{limit}"
