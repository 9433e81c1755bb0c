"""Incidents that belong together, on the command line: link, merge, split."""

from typing import Any

import click

from hotwash.cli.answer import answer
from hotwash.cli.place import AT, EXPECTED, Place, with_place
from hotwash.cli.response import written

KINDS = ("duplicate-of", "caused-by", "same-cause", "follows")
RELATIONS = (*KINDS, "duplicated-by", "cause-of", "followed-by")
THINGS = (
    "role", "clock", "containment", "action", "remedy", "register", "question", "playbook", "message", "status-page",
)  # fmt: skip


@click.command()
@click.argument("incident")
@click.argument("kind", type=click.Choice(RELATIONS), metavar="KIND")
@click.argument("other")
@click.option("--reason", help="How one knows; needed to undo.")
@click.option("--undo", is_flag=True, help="Take the link back. It stays visible.")
@AT
@EXPECTED
@with_place
def link(*, place: Place, form: str, incident: str, kind: str, other: str, undo: bool, **words: Any) -> None:
    """Link an incident to another one.

    KIND is duplicate-of, caused-by, same-cause or follows; to undo, also duplicated-by, cause-of or followed-by.
    """
    if not undo and kind not in KINDS:
        raise click.UsageError(f"KIND is one of {', '.join(KINDS)}: say it of the other incident.")
    verb = "unlink" if undo else "link"
    said = place.post(f"/incidents/{incident}/{verb}", {"other": other, "kind": kind, **words})
    written(form, said, f"{incident} {'is no longer linked' if undo else 'is linked'} to {other}: {kind}.")


@click.command()
@click.argument("incident")
@click.option("--into", metavar="OTHER", help="The incident in which it goes on.")
@click.option("--undo", is_flag=True, help="Let it go on by itself again.")
@click.option("--take-over", metavar="WHAT", help="role:NAME, or clock, containment, action, remedy, …:ENTRY.")
@click.option("--close", metavar="WHAT", help="The same, where it needs no going on.")
@click.option("--reason", help="Why.")
@AT
@EXPECTED
@with_place
def merge(
    *,
    place: Place,
    form: str,
    incident: str,
    into: str | None,
    undo: bool,
    take_over: str | None,
    close: str | None,
    **words: Any,
) -> None:
    """Merge an incident into another one, and settle what was open in it.

    Without an option, what is still open in it is listed.
    """
    if undo:
        said = place.post(f"/incidents/{incident}/undo-merge", words)
        written(form, said, f"{incident} goes on by itself again.")
        return
    if take_over or close:
        what, _, which = (take_over or close or "").partition(":")
        if what not in THINGS or not which:
            raise click.UsageError(f"Write role:NAME, or one of {', '.join(THINGS[1:])} with :ENTRY.")
        survivor = into or _into(place, incident)
        thing = {"name": which} if what == "role" else {"entry": which}
        outcome = "taken-over" if take_over else "closed"
        body = {"other": incident, "what": what, "outcome": outcome, **thing, **words}
        said = place.post(f"/incidents/{survivor}/settle-leftover", body)
        written(form, said, f"{what} {which} of {incident} was {outcome.replace('-', ' ')} in {survivor}.")
        return
    if into:
        said = place.post(f"/incidents/{incident}/merge", {"into": into, **words})
        written(form, said, f"{incident} goes on in {into}.\n{_told(_left(place, into, incident))}")
        return
    survivor = _into(place, incident)
    left = _left(place, survivor, incident)
    answer(
        form,
        {"incident": incident, "into": survivor, "left": left},
        f"{incident} goes on in {survivor}.\n{_told(left)}",
    )


@click.command()
@click.argument("incident")
@click.argument("entries", nargs=-1, required=True, type=int)
@click.option("--title", help="What the new incident is called.")
@click.option("--into", metavar="OTHER", help="An incident that is there already.")
@click.option("--reason", required=True, help="Why.")
@AT
@EXPECTED
@with_place
def split(*, place: Place, form: str, incident: str, entries: tuple[int, ...], **words: Any) -> None:
    """Split evidence, findings or signals off into another incident.

    ENTRIES are their numbers. They stay in the first incident too.
    """
    said = place.post(f"/incidents/{incident}/split", {"entries": list(entries), **words})
    other = said["entries"][0]["body"]["other"]
    written(form, said, f"They go on in {other}.", other=other)


def _into(place: Place, incident: str) -> str:
    from hotwash.cli.answer import Refused

    into = place.get(f"/incidents/{incident}")["related"]["merged_into"]
    if into is None:
        raise Refused(f"{incident} is not merged. Say with --into where it goes on.")
    return str(into["incident"])


def _left(place: Place, survivor: str, incident: str) -> list[dict[str, Any]]:
    absorbed = place.get(f"/incidents/{survivor}")["related"]["absorbed"]
    return next((one["left"] or [] for one in absorbed if one["incident"] == incident), [])


def _told(left: list[dict[str, Any]]) -> str:
    if not left:
        return "Nothing is open in it."
    things = "\n".join(f"  {one['what']}:{one['name'] or one['entry']}" for one in left)
    return f"Open in it, to be taken over or closed:\n{things}"
