"""Notification clocks on the command line, without an incident: from start facts to deadlines."""

from datetime import datetime
from typing import Any

import click

from hotwash.cli.answer import answer, say
from hotwash.cli.place import Place, with_place

ENTITIES = {
    "credit-institution": "yes",
    "ccp": "yes",
    "central-counterparty": "yes",
    "trading-venue": "yes",
    "significant": "yes",
    "essential": "yes",
    "important": "yes",
    "financial-entity": "no",
    "payment-institution": "no",
    "investment-firm": "no",
    "insurer": "no",
    "other": "no",
}
"""Kinds of organisation that take the weekend relief of DORA away (yes), or leave it (no)."""


@click.command()
@click.argument("incident", required=False)
@click.option(
    "--start",
    "starts",
    multiple=True,
    metavar="FACT=TIME",
    help="When a fact was so (RFC 3339), such as aware=2026-11-20T16:20:00+01:00; may be repeated. "
    "submitted= or STAGE.submitted= is when the former stage was sent.",
)
@click.option("--duty", "wanted", multiple=True, metavar="ID", help="Only this duty; may be repeated.")
@click.option("--place", "places", multiple=True, metavar="PLACE", help="Whose days count: DE, US-NY, or a time zone.")
@click.option(
    "--entity", "entities", multiple=True, metavar="KIND", help="What the organisation is: " + ", ".join(ENTITIES)
)
@click.option(
    "--answer", "answers", multiple=True, metavar="QUESTION=yes|no|unknown", help="Rules duties and stages out."
)
@with_place
def clocks(
    *,
    place: Place,
    form: str,
    incident: str | None,
    starts: tuple[str, ...],
    wanted: tuple[str, ...],
    places: tuple[str, ...],
    entities: tuple[str, ...],
    answers: tuple[str, ...],
) -> None:
    """Tell until when whom must be told: from facts that start clocks, or, for an INCIDENT, from its record.

    The deadline is the early one; legal_outer is the law's outer limit and no reason to wait. Engineering help, not
    legal advice.
    """
    from hotwash.knowledge.duties import NOT_ADVICE, duties
    from hotwash.reports.deadlines import UnknownPlace, choose

    if (incident is None) == (not starts):
        raise click.UsageError("Give either an INCIDENT, or at least one --start FACT=TIME.")
    if incident is not None:
        found = place.get(f"/incidents/{incident}/clocks")
        say(NOT_ADVICE)
        answer(form, found, lambda: _standing(found, wanted))
        return
    known = duties()
    for duty in wanted:
        if duty not in known.duties:
            raise click.UsageError(f"There is no duty {duty!r}. There are {', '.join(known.duties)}.")
    try:
        chosen = choose(places)
    except UnknownPlace as none:
        raise click.UsageError(str(none)) from none
    said = _answers(answers, entities)
    rows = _rows(wanted, _times(starts), chosen, said)
    say(NOT_ADVICE)
    answer(form, rows, lambda: _text(rows))


def _times(starts: tuple[str, ...]) -> dict[str, datetime]:
    from typing import get_args

    from hotwash.knowledge.duties import StartFact, duties

    stages = {stage.name for duty in duties().duties.values() for stage in duty.stages}
    facts = {"submitted", *get_args(StartFact)}
    found: dict[str, datetime] = {}
    for start in starts:
        name, sign, text = start.rpartition("=")
        name = _named(name, stages)
        if not sign or not (name in facts or name.removesuffix(".submitted") in stages):
            listed = ", ".join(sorted(facts))
            raise click.UsageError(f"{start!r} is not FACT=TIME with one of {listed}, or STAGE.submitted.")
        try:
            at = datetime.fromisoformat(text)
        except ValueError as bad:
            raise click.UsageError(f"{name}: {text!r} is no RFC 3339 time, such as 2026-03-03T09:02:00+01:00.") from bad
        if at.tzinfo is None:
            raise click.UsageError(f"{name}: {text} has no time zone: write it as 2026-03-03T09:02:00+01:00.")
        found[name] = min(at, found.get(name, at))
    return found


def _named(name: str, stages: set[str]) -> str:
    """``early-warning.submitted`` is also how *early warning* is written where spaces are a nuisance."""
    stage, dot, word = name.rpartition(".")
    plain = {one.replace(" ", "-").replace(",", ""): one for one in stages}
    return f"{plain.get(stage.replace('_', '-'), stage)}{dot}{word}" if dot else name.replace("-", "_")


def _answers(answers: tuple[str, ...], entities: tuple[str, ...]) -> dict[str, Any]:
    from hotwash.knowledge.duties import duties

    known = {question.id for question in duties().questions} | set(duties().duties)
    said: dict[str, Any] = {}
    for entity in entities:
        if entity in ENTITIES:
            said["dora_significant"] = ENTITIES[entity]
        else:
            say(f"Nothing here depends on the entity {entity!r}; it is left out of account.")
    for one in answers:
        name, _, value = one.partition("=")
        if name not in known or value not in ("yes", "no", "unknown"):
            raise click.UsageError(f"{one!r} is not QUESTION=yes|no|unknown with a question of the duties.")
        said[name] = value
    return said


def _rows(
    wanted: tuple[str, ...], times: dict[str, datetime], chosen: Any, said: dict[str, Any]
) -> list[dict[str, Any]]:
    from hotwash.knowledge.duties import duties
    from hotwash.reports.deadlines import Clock, Facts, clocks_of, judge, where

    facts = {name: at for name, at in times.items() if not name.endswith("submitted")}
    found: list[Clock] = []
    for duty in duties().duties.values():
        if wanted and duty.id not in wanted:
            continue
        if not wanted and judge(duty, said).applies in ("no", "off"):
            continue
        submitted = {
            (duty.id, stage): at for stage in _stages(duty) if (at := _submitted(duty, stage, times)) is not None
        }
        clocks = clocks_of(duty, Facts(facts, submitted), where(duty, chosen), said)
        if not wanted:
            clocks = [one for one in clocks if one.state in ("running", "at-once", "submitted")]
        found += clocks
    found.sort(key=lambda one: (one.deadline is None, one.deadline.timestamp() if one.deadline else 0))
    return [_row(one) for one in found]


def _stages(duty: Any) -> list[str]:
    return [stage.name for stage in duty.stages]


def _submitted(duty: Any, stage: str, times: dict[str, datetime]) -> datetime | None:
    if f"{stage}.submitted" in times:
        return times[f"{stage}.submitted"]
    # The bare word is the first stage that another one waits for.
    awaited = [one.after for one in duty.stages if one.after]
    return times.get("submitted") if awaited and stage == awaited[0] else None


def _row(one: Any) -> dict[str, Any]:
    from hotwash.knowledge.duties import duties

    duty = duties().duties[one.duty]
    return {
        "duty": one.duty,
        "stage": one.stage,
        "deadline": _moment(one.deadline),
        "legal_outer": _moment(one.legal_outer),
        "date_only": one.date_only,
        "starts_from": one.starts_from,
        "started_at": _moment(one.started_at),
        "submitted_at": _moment(one.submitted_at),
        "due_at_once_since": _moment(one.due_at_once_since),
        "state": one.state,
        "promptness": one.promptness,
        "confidence": one.confidence,
        "unverified": one.unverified,
        "place": one.place,
        "recipient": duty.recipient,
        "provision": f"{duty.instrument}, {duty.provision}",
        "status": duty.status,
        "source": duty.source,
        "checked_on": duty.checked_on.isoformat(),
        "why": one.why,
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def _text(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "None of these facts starts a clock that is in force."
    return "\n".join(line for row in rows for line in _lines(row))


def _standing(found: dict[str, Any], wanted: tuple[str, ...]) -> str:
    shown = [row for row in found["clocks"] if (row["due"] or row["filings"]) and (not wanted or row["duty"] in wanted)]
    if not shown:
        return "Nothing is due. Record who became aware, and when: hotwash record INCIDENT record-awareness …"
    lines: list[str] = []
    for row in shown:
        first, why = _lines(row)
        doubt = "" if row["applies"] == "yes" else "  (may apply)"
        lines += [f"{first}{doubt}{'  sent' if row['filings'] else ''}", why]
    open_questions = [f"  {one['question']}: {one['text']}" for one in found["questions"][:5]]
    return "\n".join([*lines, *(["Answer these to settle what applies:", *open_questions] if open_questions else [])])


def _lines(row: dict[str, Any]) -> tuple[str, str]:
    until = (row["deadline"][:10] if row["date_only"] else row["deadline"]) if row["deadline"] else row["state"]
    outer = f" Outer limit of the law: {row['legal_outer']}." if row["legal_outer"] else ""
    doubt = ", unverified" if row["unverified"] else ""
    return f"{until}  {row['duty']} ({row['stage']}{doubt})", f"    {row['why']}{outer}"
