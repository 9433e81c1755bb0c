"""``hotwash redress``: the register of the people harmed, lists in and out, work on it, how far it has come."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from hotwash.cli.answer import Refused, answer, say, table
from hotwash.cli.place import Place, with_place
from hotwash.cli.response import written

FORMATS = {".csv": "csv", ".parquet": "parquet", ".jsonl": "jsonl"}
STATES = ("owed", "assigned", "in-work", "done", "refused", "unreachable", "waived", "reopened")
REMEDIES = ("re-decide", "notify", "correct", "compensate", "delete", "apologise")
INCIDENT = click.argument("incident")
REASON = click.option("--reason", help="Why.")
GOOD_ONLY = click.option("--good-only", is_flag=True, help="Take the good lines where others are bad.")


@click.group()
def redress() -> None:
    """Keep the register of the people harmed. Lists go in and out, and progress is told in people."""


def _which(command: Callable[..., None]) -> Callable[..., None]:
    """Options that say which remedies are meant."""
    for option in reversed(
        (
            click.option("--state", type=click.Choice(STATES)),
            click.option("--remedy", type=click.Choice(REMEDIES)),
            click.option("--owner", "of_owner", metavar="OWNER", help="Those that somebody sees to."),
            click.option("--group", help="Those of people of one group."),
            click.option("--language", "in_language", metavar="TAG", help="Those of people of one language."),
            click.option("--late", is_flag=True, help="Those past their day."),
            click.option("--open/--settled", "is_open", default=None, help="Those still owed, or all others."),
        )
    ):
        command = option(command)
    return command


def _meant(words: dict[str, Any]) -> dict[str, Any]:
    """The filter among the words of a command, taken out of them."""
    said = {"owner": "of_owner", "language": "in_language", "open": "is_open"}
    found = {name: words.pop(said.get(name, name), None) for name in (
        "state", "remedy", "owner", "group", "language", "late", "open")}  # fmt: skip
    return {
        name: value for name, value in found.items() if value is not None and value != "" and value is not False
    } | ({"open": False} if found["open"] is False else {})


@redress.command("open")
@INCIDENT
@click.option("--finding", type=int, metavar="N", help="A blast radius that counted the people.")
@click.option("--remedy", "remedies", type=click.Choice(REMEDIES), multiple=True, help="What each of them is owed.")
@click.option("--owner", help="Who sees to it.")
@click.option("--due", metavar="DAY", help="Until when.")
@click.option("--note", help="Whom the register is to hold.")
@with_place
def open_register(
    *, place: Place, form: str, incident: str, finding: int | None, remedies: tuple[str, ...], note: str | None,
    **words: Any,
) -> None:  # fmt: skip
    """Open the register; with a finding and remedies, take in everybody whom it counted."""
    if remedies and finding is None:
        raise click.UsageError("--remedy says what the people of a --finding are owed: name that too.")
    said = place.post(f"/incidents/{incident}/redress/open", {"finding": finding, "note": note})
    if not remedies:
        written(form, said, f"The register of {incident} is open, entry {said['number']}.")
        return
    words |= {"finding": finding, "remedies": list(remedies)}
    _came(form, place.post(f"/incidents/{incident}/redress/from-finding", words))


@redress.command("import")
@INCIDENT
@click.argument("file", metavar="FILE")
@click.option("--person", metavar="COLUMN", help="The column with the person's key.  [default: person]")
@click.option("--remedy", "remedies", type=click.Choice(REMEDIES), multiple=True, help="Where no column says it.")
@click.option("--owner", help="Who sees to it, where no column says it.")
@click.option("--due", metavar="DAY", help="Until when, where no column says it.")
@click.option("--harm", help="What was done to them, where no column says it.")
@click.option("--language", metavar="TAG", help="Their language, where no column says it.")
@click.option("--amount", help="How much, where no column says it.")
@click.option("--currency", help="In which currency, such as EUR.")
@click.option("--deadline", metavar="RULE", help="A rule that finds the day, such as us-regb-notice.")
@click.option("--start", metavar="COLUMN", help="The column from which that is counted.")
@click.option("--identity", "identities", multiple=True, metavar="COLUMN", help="Says who the person is: it is sealed.")
@click.option("--pseudonyms", is_flag=True, help="Make keys from the ids, and seal those.")
@GOOD_ONLY
@with_place
def import_people(*, place: Place, form: str, incident: str, file: str, **words: Any) -> None:
    """Take people in from a list: CSV, JSON Lines or Parquet. The same list again changes nothing."""
    words["remedies"], words["identities"] = ",".join(words["remedies"]), ",".join(words["identities"])
    _send(place, form, f"/incidents/{incident}/redress/import", file, words)


@redress.command()
@INCIDENT
@click.argument("file", metavar="FILE")
@click.option("--remedy", type=click.Choice(REMEDIES), help="Where no column says it.")
@GOOD_ONLY
@with_place
def results(*, place: Place, form: str, incident: str, file: str, **words: Any) -> None:
    """Put results in: a work list that came back, with its states and what shows them."""
    _send(place, form, f"/incidents/{incident}/redress/results", file, words)


@redress.command("export")
@INCIDENT
@click.option("--to", "file", required=True, metavar="FILE", help="Ends in .csv, .parquet or .jsonl.")
@_which
@click.option("--identities", is_flag=True, help="With who the people are. That is written down, with the reason.")
@REASON
@with_place
def export_list(
    *, place: Place, form: str, incident: str, file: str, identities: bool, reason: str | None, **words: Any
) -> None:
    """Take a work list out. Its column `version` must come back with the results."""
    to = Path(file)
    kind = FORMATS.get(to.suffix.lower())
    if kind is None:
        raise click.UsageError(f"--to must end in one of {', '.join(FORMATS)}.")
    from urllib.parse import urlencode

    asked: dict[str, Any] = {"format": kind, "reason": reason or "", **_meant(words)}
    asked |= {"identities": "true"} if identities else {}
    query = urlencode({name: str(value).lower() if isinstance(value, bool) else value for name, value in asked.items()})
    try:
        place.download(f"/incidents/{incident}/redress/work-list?{query}", to, size=0, told=lambda _: None)
    except OSError as fault:
        raise Refused(f"{file} cannot be written: {fault.strerror}.") from fault
    document = {"incident": incident, "file": file, "format": kind, "bytes": to.stat().st_size}
    answer(form, document, f"Wrote {file}: {document['bytes']:,} bytes.")


@redress.command()
@INCIDENT
@click.option("--record", is_flag=True, help="Put it into the incident's own record too.")
@with_place
def status(*, place: Place, form: str, incident: str, record: bool) -> None:
    """Tell how far redress has come, in people."""
    if record:
        place.post(f"/incidents/{incident}/redress/progress", {})
    now = place.get(f"/incidents/{incident}/redress")
    answer(form, now, lambda: _status(now))


@redress.command()
@INCIDENT
@click.argument("key", metavar="PERSON")
@with_place
def person(*, place: Place, form: str, incident: str, key: str) -> None:
    """Tell what one person is owed, and every change that led there."""
    found = place.get(f"/incidents/{incident}/redress/person", person=key)
    answer(form, found, lambda: _person(found))


@redress.command("list")
@INCIDENT
@_which
@click.option("--after", metavar="WHERE", help="`next` of the page before.")
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True)
@with_place
def list_people(*, place: Place, form: str, incident: str, after: str | None, limit: int, **words: Any) -> None:
    """List people, by their keys, with what each is owed."""
    asked = {name: str(value).lower() if isinstance(value, bool) else value for name, value in _meant(words).items()}
    found = place.get(f"/incidents/{incident}/redress/people", after=after, limit=limit, **asked)
    answer(form, found, lambda: _people(found))


@redress.command("close")
@INCIDENT
@REASON
@with_place
def close_register(*, place: Place, form: str, incident: str, reason: str | None) -> None:
    """Close the register with its last count; while people wait, somebody must sign why."""
    said = place.post(f"/incidents/{incident}/redress/close", {"reason": reason})
    written(form, said, f"The register of {incident} is closed, entry {said['number']}.")


@redress.command("open-again")
@INCIDENT
@click.option("--reason", required=True, help="Why.")
@with_place
def reopen_register(*, place: Place, form: str, incident: str, reason: str) -> None:
    """Open a closed register again."""
    said = place.post(f"/incidents/{incident}/redress/reopen", {"reason": reason})
    written(form, said, f"The register of {incident} is open again.")


_ACTS = {
    "assign": "Give remedies to somebody who sees to them.",
    "start": "Say that work on remedies has begun.",
    "done": "Say that remedies are done, with what shows it.",
    "refused": "Say that people did not want a remedy.",
    "unreachable": "Say that people could not be reached, and how it was tried.",
    "waive": "Give remedies up, and sign why.",
    "reopen": "Say that remedies did not hold: they are owed again.",
    "amend": "Correct the day, the amount or the language of remedies.",
}
_SAID = {
    "assign": (click.option("--to", "owner", required=True, metavar="OWNER", help="Who sees to it."),),
    "done": (click.option("--proof", required=True, help="What shows that it was done."),),
    "unreachable": (click.option("--reason", required=True, help="How it was tried."),),
    "waive": (click.option("--reason", required=True, help="Why nothing is done."),),
    "reopen": (click.option("--reason", required=True, help="Why."),),
    "amend": (
        click.option("--due", metavar="DAY"),
        click.option("--amount"),
        click.option("--currency"),
        click.option("--new-language", "language", metavar="TAG"),
        click.option("--reason", required=True, help="Why."),
    ),
}


def _made(act: str, line: str) -> None:
    def command(
        *, place: Place, form: str, incident: str, people: tuple[str, ...], everybody: bool, **words: Any
    ) -> None:
        where = _meant(words)
        if not people and not where and not everybody:
            raise click.UsageError("Name people by --person, choose them by a filter, or say --everybody.")
        asked = {"act": act, **({"people": list(people)} if people else {}), **words}
        if not people or where:
            asked["where"] = where
        _came(form, place.post(f"/incidents/{incident}/redress/act", asked))

    command.__doc__ = line
    for option in (
        with_place,
        GOOD_ONLY,
        *_SAID.get(act, (REASON,)),
        _which,
        click.option("--everybody", is_flag=True, help="Everybody in the register."),
        click.option("--person", "people", multiple=True, metavar="KEY"),
        INCIDENT,
    ):
        command = option(command)  # type: ignore[operator]
    redress.command(act)(command)


for _act, _line in _ACTS.items():
    _made(_act, _line)


def _send(place: Place, form: str, address: str, file: str, words: dict[str, Any]) -> None:
    path = Path(file)
    sent = {
        name: "true" if value is True else str(value)
        for name, value in words.items()
        if value is not None and value is not False and value != ""
    }
    try:
        with path.open("rb") as opened:
            _came(form, place.call("POST", address, data=sent, files={"file": (path.name, opened)}).json())
    except OSError as gone:
        raise Refused(f"{file} cannot be read: {gone.strerror}.") from gone
    except Refused as refused:
        for fault in refused.document.get("taken", {}).get("faults", [])[:20]:
            say(f"line {fault['line']}: {fault['person']} {fault['why']}")
        raise


def _came(form: str, came: dict[str, Any]) -> None:
    changes, people = came["changes"], came["people"]
    parts = [
        f"{changes:,} {'change' if changes == 1 else 'changes'} for {people:,} {'person' if people == 1 else 'people'}"
    ]
    if came["added"]:
        parts.append(f"{came['added']:,} of them new")
    if came["unchanged"]:
        parts.append(f"{came['unchanged']:,} known already")
    if came["left_out"]:
        parts.append(f"{came['left_out']:,} lines left out")
    text = "; ".join(parts) + (f". Entry {came['batch']} of the register." if came["batch"] else ". Nothing recorded.")
    for fault in came["faults"][:20]:
        say(f"line {fault['line']}: {fault['person']} {fault['why']}")
    answer(form, came, text)


def _status(now: dict[str, Any]) -> str:
    lines = [now["sentence"]]
    for title, shares in (("remedy", now["remedies"]), ("owner", now["owners"])):
        if shares:
            rows = [(title, "in all", "done", "owed")]
            rows += [
                (one["name"] or "nobody", f"{one['remedies']:,}", f"{one['done']:,}", f"{one['owed']:,}")
                for one in shares
            ]
            lines += ["", table(rows)]
    lines += [f"\n{one['currency']} {one['paid']} of {one['total']} paid" for one in now["money"]]
    return "\n".join(lines)


def _people(found: dict[str, Any]) -> str:
    if not found["people"]:
        return "Nobody."
    rows = [(one["person"], one["remedy"], one["state"], one["owner"], one["due"]) for one in found["people"]]
    return table(rows) + (f"\nMore: --after '{found['next']}'" if found["next"] else "")


def _person(found: dict[str, Any]) -> str:
    lines = [f"{one['remedy']}: {one['state']}" + (f", by {one['due']}" if one["due"] else "") for one in found["owed"]]
    lines += [""]
    for step in found["steps"]:
        change = step["change"]
        why = " ".join(change[name] for name in ("proof", "reason") if change.get(name))
        lines.append(
            f"{step['at'][:16].replace('T', ' ')}  {step['by']}  {change['remedy']} {step['act']}  {why}".rstrip()
        )
    return "\n".join(lines)
