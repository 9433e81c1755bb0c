"""Incidents on the command line: declare, list, show, timeline."""

from typing import Any

import click

from hotwash.cli.answer import answer, table
from hotwash.cli.place import AT, Place, with_place

HARMS = ("fairness", "safety", "privacy", "security", "accuracy")
KINDS = ("normal", "drill", "test", "backdated")


@click.command()
@click.argument("title", metavar="SENTENCE")
@click.option("--system", metavar="SYSTEM", help="The AI system, by its short name.")
@click.option("--harm", "harms", multiple=True, type=click.Choice(HARMS), help="The type of harm; may be repeated.")
@click.option("--kind", type=click.Choice(KINDS), default="normal", show_default=True)
@click.option("--detail", help="More than one sentence.")
@click.option("--outside", is_flag=True, help="Somebody outside noticed it first.")
@AT
@with_place
def declare(
    *,
    place: Place,
    form: str,
    title: str,
    system: str | None,
    harms: tuple[str, ...],
    kind: str,
    detail: str | None,
    outside: bool,
    at: str | None,
) -> None:
    """Declare an incident in one sentence."""
    words: dict[str, Any] = {"title": title, "system": system, "harms": harms, "kind": kind, "detail": detail, "at": at}
    written = place.post("/incidents", {**words, "detector": "outside" if outside else None})
    answer(form, {"incident": written["incident"], "number": written["number"]}, written["incident"])


@click.command("list")
@click.option("--open", "only_open", is_flag=True, help="Only open ones.")
@click.option("--query", metavar="WORDS", help="Words that the record must hold.")
@click.option("--severity", type=click.Choice(["Minor", "Major", "Critical"]))
@click.option("--system", metavar="SYSTEM", help="The AI system, by its short name.")
@click.option("--kind", type=click.Choice(KINDS))
@click.option("--team", metavar="TEAM", help="Of the AI systems of a team, by its short name.")
@click.option("--organisation", metavar="NAME", help="Of the AI systems of its teams.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
@with_place
def list_incidents(
    *,
    place: Place,
    form: str,
    only_open: bool,
    limit: int,
    **filters: str | None,
) -> None:
    """List incidents, the newest first."""
    found: list[dict[str, Any]] = []
    cursor = None
    while len(found) < limit:
        asked = {"open": "true" if only_open else None, "cursor": cursor, "limit": min(limit - len(found), 200)}
        page = place.get("/incidents", **asked, **filters)
        found += page["incidents"]
        cursor = page["next"]
        if cursor is None:
            break
    answer(form, {"incidents": found, "more": cursor is not None}, lambda: _list(found, more=cursor is not None))


def _list(found: list[dict[str, Any]], *, more: bool) -> str:
    if not found:
        return "There is no such incident."
    rows = [
        (one["incident"], one["standing"], _level(one), "harm going on" if one["harm_going_on"] else "", one["title"])
        for one in found
    ]
    return table(rows) + ("\n… and more: raise --limit." if more else "")


def _level(one: dict[str, Any]) -> str:
    if not one["severity"]:
        return "not assessed"
    return f"{one['severity']} (provisional)" if one["provisional"] else str(one["severity"])


@click.command()
@click.argument("incident")
@with_place
def show(place: Place, form: str, incident: str) -> None:
    """Show how an incident stands."""
    room = place.get(f"/incidents/{incident}")
    answer(form, room, lambda: _room(room))


def _room(room: dict[str, Any]) -> str:
    status, severity = room["status"], room["severity"]
    level = _level(severity or {"severity": None})
    kind = "" if room["kind"] == "normal" else f" ({room['kind']})"
    facts = [
        ("Standing", room["standing"] + kind),
        *_related(room["related"]),
        ("Severity", level),
        ("Harm", status["harm"]["sentence"]),
        ("Commander", room["roster"].get("commander") or "nobody yet"),
        ("System", room["system"] or "not named"),
        ("Next", status["next"]["sentence"]),
        *(("Due", _due(due)) for due in status["due"]),
        *((measure["short"], measure["words"] or measure["why"]) for measure in room["measures"].values()),
        *((f"Finding {one['entry']}", one["sentence"]) for one in room["findings"]),
    ]
    return f"{room['incident']}  {room['title']}\n\n{table(facts)}"


def _related(related: dict[str, Any]) -> list[tuple[str, str]]:
    """Other incidents, each with its title where one may read it."""

    def named(one: dict[str, Any]) -> str:
        return f"{one['incident']} {one['title'] or ''}".strip()

    into = related["merged_into"]
    return [
        *([("Goes on in", named(into))] if into else []),
        *(("Merged into it", named(one)) for one in related["absorbed"]),
        *((one["relation"].replace("-", " ").capitalize(), named(one)) for one in related["links"]),
        *(("Split off to", named(one)) for one in related["split_off"]),
        *(("Split from", named(one)) for one in related["split_from"]),
    ]


def _due(due: dict[str, Any]) -> str:
    when = f", {due['due']}{' (overdue)' if due['overdue'] else ''}" if due["due"] else ""
    return f"{due['what']} · {due['owner']}{when}"


@click.command("timeline")
@click.argument("incident")
@with_place
def show_timeline(place: Place, form: str, incident: str) -> None:
    """Show what happened, and when it was known."""
    found = place.get(f"/incidents/{incident}/timeline")
    answer(form, found, lambda: _lines(found["lines"]))


def _lines(lines: list[dict[str, Any]]) -> str:
    return "\n".join(
        f"{line['happened_at'][:16].replace('T', ' ')}  {line['by']}: {line['sentence']}"
        + (f" [{line['origin']}]" if line["origin"] else "")
        + (f" (known {line['known_at'][:16].replace('T', ' ')})" if line["both_clocks"] else "")
        + "".join(f"\n{'':18}{other['by']} sees it differently: {other['text']}" for other in line["dissents"])
        for line in lines
    )
