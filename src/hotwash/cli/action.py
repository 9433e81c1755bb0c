"""``hotwash action``: what will be done about incidents, whether it was done, and whether it worked."""

import json
from typing import Any

import click

from hotwash.cli.answer import Refused, answer, say, table
from hotwash.cli.place import Place, with_place

KINDS = ["prevent", "detect", "mitigate", "redress", "learn"]
STRENGTHS = ["barrier", "automation", "procedure", "reminder"]
EFFORTS = ["hours", "days", "weeks", "months"]
INCIDENT = click.argument("incident")
NUMBER = click.argument("number", type=int, metavar="ACTION")


@click.group()
def action() -> None:
    """Agree on actions, do them, and see whether they worked. ACTION is the number of the entry that added it."""


@action.command("list")
@click.option("--owner", help="Whose.")
@click.option("--mine", is_flag=True, help="Only those whose owner is called as the account.")
@click.option("--state", help="left, to-do, waiting, open, slipped, done, effective, closed or dropped.")
@click.option("--kind", type=click.Choice(KINDS), help="What they are for.")
@click.option("--strength", type=click.Choice([*STRENGTHS, "none"]), help="How strong they are.")
@click.option("--overdue", is_flag=True, help="Only those whose day is over.")
@click.option("--system", help="Of incidents of this AI system.")
@click.option("--tag", help="Against factors that lie here, such as monitoring.")
@click.option("--limit", type=click.IntRange(1, 200), default=50, show_default=True, help="How many at most.")
@click.option("--csv", "as_csv", is_flag=True, help="All of them as CSV.")
@with_place
def list_actions(*, place: Place, form: str, as_csv: bool, limit: int, **words: Any) -> None:
    """List actions of all incidents, what is due first."""
    wanted = {name: value for name, value in words.items() if value}
    if as_csv:
        text = place.call("GET", "/actions", params={**wanted, "format": "csv"}).text
        click.echo(text, nl=False)
        return
    found = place.get("/actions", **wanted, limit=limit)
    answer(form, found, lambda: _list(found))


def _list(found: dict[str, Any]) -> str:
    if not found["actions"]:
        return "No action fits."
    rows = [
        (
            f"{one['incident']} {one['entry']}",
            one["state"],
            f"{one['due'] or 'no date'}{' late' if one['overdue'] else ''}",
            one["owner"],
            one["title"],
        )
        for one in found["actions"]
    ]
    told = found["figures"]
    mix = told["mix"]
    last = f"{mix['sentence']} {told['left']:,} left, {told['overdue']:,} late, {told['waiting']:,} done and waiting."
    return "\n".join([table([("Action", "State", "Due", "Owner", ""), *rows]), last, *filter(None, [mix["warning"]])])


@action.command("show")
@INCIDENT
@with_place
def show(*, place: Place, form: str, incident: str) -> None:
    """Show the actions of an incident: SMART letter by letter, and what measuring them came to."""
    found = place.get(f"/incidents/{incident}/actions")
    answer(form, found, lambda: _shown(found))


def _shown(found: dict[str, Any]) -> str:
    lines = [found["mix"]["sentence"], *filter(None, [found["mix"]["warning"]])]
    for one in found["actions"]:
        due = f", due {one['due']}{' (late)' if one['overdue'] else ''}" if one["due"] else ""
        lines += ["", f"{one['entry']}  {one['title']}", f"    {one['state']}; {one['owner']}{due}"]
        lines += [f"    {one['waits_for']}"] if one["waits_for"] else []
        lines += [f"    {letter['letter']} {letter['met']:<6} {letter['sentence']}" for letter in one["smart"]]
        lines += [f"    {told['at'][:10]}  {told['outcome']}: {told['sentence']}" for told in one["effects"]]
        lines += [f"    {one['tracker']} {one['issue']} {one['url']}"] if one["issue"] else []
    return "\n".join(lines)


@action.command("add")
@INCIDENT
@click.argument("title")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="What it is for.")
@click.option("--owner", required=True, help="Who sees to it.")
@click.option("--due", metavar="DAY", help="Until when.")
@click.option("--measure", help="How one will see that it worked, in words.")
@click.option("--strength", type=click.Choice(STRENGTHS), help="How strong it is.")
@click.option("--effort", type=click.Choice(EFFORTS), help="How much it takes.")
@click.option("--factor", "factors", type=int, multiple=True, metavar="N", help="Against this factor; may be repeated.")
@with_place
def add(*, place: Place, form: str, incident: str, **words: Any) -> None:
    """Agree on an action."""
    said = place.post(f"/incidents/{incident}/add-action", _given(words))
    number = said["entries"][-1]["number"]
    answer(form, {"incident": incident, "number": said["number"], "action": number}, f"Agreed, as action {number}.")


@action.command("change")
@INCIDENT
@NUMBER
@click.option("--title", help="What will be done.")
@click.option("--kind", type=click.Choice(KINDS), help="What it is for.")
@click.option("--owner", help="Who sees to it.")
@click.option("--due", metavar="DAY", help="Until when; later only with a reason.")
@click.option("--measure", help="How one will see that it worked, in words.")
@click.option("--strength", type=click.Choice(STRENGTHS), help="How strong it is.")
@click.option("--effort", type=click.Choice(EFFORTS), help="How much it takes.")
@click.option("--factor", "factors", type=int, multiple=True, metavar="N", help="In place of the former factors.")
@click.option("--reason", help="Why.")
@with_place
def change(*, place: Place, form: str, incident: str, number: int, **words: Any) -> None:
    """Put an action otherwise. What it said before stays in the record."""
    _say(place, form, incident, "change-action", {"action": number, **_given(words)}, told="Changed")


@action.command("effect")
@INCIDENT
@NUMBER
@click.option("--on", "ask_on", required=True, metavar="DAY", help="When it is asked first.")
@click.option("--threshold", "thresholds", multiple=True, required=True, help="What it must answer; may be repeated.")
@click.option("--question", help="The question, such as fairness.")
@click.option("--like", type=int, metavar="N", help="Ask the question of this finding again, with its words.")
@click.option("--arguments", metavar="JSON", help="The words of the question.")
@click.option("--log", "source", help="Of this log; unless said, that of the AI system.")
@click.option("--rows-min", type=int, help="Fewer rows are too few to say (100).")
@click.option("--since-done/--all-rows", default=None, help="Whether only rows after it was done count.")
@click.option("--every", "every_days", type=int, metavar="DAYS", help="Asked again so often (30); 0 asks once.")
@click.option("--until", metavar="DAY", help="The last day on which it is asked (half a year after the first).")
@with_place
def effect(*, place: Place, form: str, incident: str, number: int, arguments: str | None, **words: Any) -> None:
    """Plan how one will see that an action worked: a question, thresholds, data and days."""
    if arguments is not None:
        try:
            words["arguments"] = json.loads(arguments)
        except json.JSONDecodeError as bad:
            raise Refused(f"--arguments is no JSON: {bad}.") from bad
    said = place.post(f"/incidents/{incident}/plan-effect", {"action": number, **_given(words)})
    told = f"Planned, as entry {said['number']}. {said['sentence']}".strip()
    answer(form, {"incident": incident, "number": said["number"], "action": number, "sentence": said["sentence"]}, told)


@action.command("measure")
@INCIDENT
@NUMBER
@with_place
def measure(*, place: Place, form: str, incident: str, number: int) -> None:
    """Ask now whether an action worked. Exit code 1 if that is not shown."""
    say("Asking …")
    said = place.post(f"/incidents/{incident}/measure-effect", {"action": number})
    document = {name: said[name] for name in ("incident", "number", "outcome", "sentence")} | {"action": number}
    answer(form, document, said["sentence"])
    if said["outcome"] != "passed":
        click.get_current_context().exit(1)


@action.command("done")
@INCIDENT
@NUMBER
@click.option("--result", required=True, help="What was done.")
@click.option("--finding", type=int, metavar="N", help="The finding that shows it.")
@with_place
def done(*, place: Place, form: str, incident: str, number: int, **words: Any) -> None:
    """Say that the work is done. It closes when its effect is shown, or a second person has checked it."""
    _say(
        place, form, incident, "finish-action", {"action": number, **_given(words)}, told="Done, and still to be shown"
    )


@action.command("close")
@INCIDENT
@NUMBER
@click.option("--result", required=True, help="What you saw that shows it.")
@click.option("--finding", type=int, metavar="N", help="The finding that shows it.")
@with_place
def close(*, place: Place, form: str, incident: str, number: int, **words: Any) -> None:
    """Close an action without a measurable effect, as a second person who has looked."""
    _say(place, form, incident, "close-action", {"action": number, **_given(words)}, told="Closed")


@action.command("reopen")
@INCIDENT
@NUMBER
@click.option("--reason", required=True, help="Why.")
@with_place
def reopen(*, place: Place, form: str, incident: str, number: int, reason: str) -> None:
    """Open an action again."""
    _say(place, form, incident, "reopen-action", {"action": number, "reason": reason}, told="Open again")


@action.command("drop")
@INCIDENT
@NUMBER
@click.option("--reason", required=True, help="Why.")
@with_place
def drop(*, place: Place, form: str, incident: str, number: int, reason: str) -> None:
    """Give an action up."""
    _say(place, form, incident, "drop-action", {"action": number, "reason": reason}, told="Given up")


@action.command("unmeasured")
@INCIDENT
@NUMBER
@click.option("--reason", required=True, help="Why.")
@with_place
def unmeasured(*, place: Place, form: str, incident: str, number: int, reason: str) -> None:
    """Measure the effect of an action no more; a second person then checks it."""
    _say(place, form, incident, "withdraw-effect", {"action": number, "reason": reason}, told="Measured no more")


def _say(place: Place, form: str, incident: str, verb: str, words: dict[str, Any], *, told: str) -> None:
    said = place.post(f"/incidents/{incident}/{verb}", words)
    document = {"incident": incident, "number": said["number"], "action": words["action"]}
    answer(form, document, f"{told}, as entry {said['number']}.")


def _given(words: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in words.items() if value not in (None, ())}
