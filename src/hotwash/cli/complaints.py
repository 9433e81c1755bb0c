"""Reports from people on the command line: letters from a mail server, what clerks type in, clusters and answers."""

from typing import Any

import click

from hotwash.cli.answer import Refused, answer, table
from hotwash.cli.place import Place, read_file, with_place

TRY_AGAIN = 75
"""What mail servers take for “try again later” (EX_TEMPFAIL of sysexits.h)."""
_NEVER = frozenset({413, 415, 422})
"""The letter itself cannot be taken. All else, such as a token that ended, may be mended before the next try."""
VIEWS = ("unread", "open", "all")


@click.command()
@click.argument("file", default="-")
@click.option("--mta", is_flag=True, help="Exit with 75 where a mail server should try again later.")
@with_place
def mail(*, place: Place, form: str, file: str, mta: bool) -> None:
    """Take one letter in (RFC 5322), as a mail server hands it over on standard input."""
    try:
        raw = read_file(file)
        got = place.call("POST", "/complaints/mail", content=raw, headers={"Content-Type": "message/rfc822"}).json()
    except Refused as no:
        if mta and no.document.get("status") not in _NEVER:
            no.show()
            click.get_current_context().exit(TRY_AGAIN)
        raise
    answer(form, got, lambda: _taken(got))


def _taken(got: dict[str, Any]) -> str:
    match got["letter"]:
        case "passed over":
            return f"Passed over. {got['why']}"
        case "known":
            return "This letter came before."
        case "joined":
            return f"Added to report {got['complaint']}."
    return f"Report {got['complaint']}."


@click.group()
def complaint() -> None:
    """Reports from people: read, sort into clusters, answer."""


@complaint.command("list")
@click.option("--view", type=click.Choice(VIEWS), default="open", show_default=True)
@click.option("--cluster", type=int, metavar="CLUSTER", help="Of this cluster only.")
@click.option("--limit", type=int, default=50, show_default=True)
@with_place
def list_complaints(*, place: Place, form: str, **narrowing: Any) -> None:
    """List reports, the newest first, with people's data masked."""
    found = place.get("/complaints", **narrowing)
    rows = [
        [str(one["complaint"]), one["received_at"][:16], str(one["cluster"] or ""), one["headline"]]
        for one in found["complaints"]
    ]
    answer(form, found, lambda: table(rows) or "No report fits.")


@complaint.command()
@click.argument("number", type=int, metavar="REPORT")
@with_place
def show(*, place: Place, form: str, number: int) -> None:
    """Show a report in the person's own words."""
    found = place.get(f"/complaints/{number}")
    answer(form, found, lambda: _shown(found))


@complaint.command()
@click.argument("text")
@click.option("--channel", type=click.Choice(["phone", "letter", "counter", "other"]), default="phone")
@click.option("--about", metavar="TEXT", help="Which decision or service.")
@click.option("--need", metavar="TEXT", help="What the person needs.")
@click.option("--happened-on", metavar="DAY", help="When it happened (2026-03-03).")
@click.option("--contact", metavar="TEXT", help="How to reach the person; kept sealed and apart.")
@click.option("--system", metavar="SYSTEM", help="The AI system that it is about.")
@click.option("--language", metavar="LANGUAGE", help="In which the person wants to be answered.")
@click.option("--at", metavar="TIME", help="When the person told it (RFC 3339).")
@with_place
def add(*, place: Place, form: str, **words: Any) -> None:
    """Type in what somebody told by telephone, by letter or in person."""
    got = place.post("/complaints", words)
    answer(form, got, f"Report {got['complaint']}. The receipt number, shown only now: {got['receipt']}")


@complaint.command()
@click.argument("number", type=int, metavar="REPORT")
@with_place
def contact(*, place: Place, form: str, number: int) -> None:
    """Show how a person can be reached. That you looked is written down."""
    found = place.get(f"/complaints/{number}/contact")
    answer(form, found, found["contact"] or "The person left no way to be reached.")


@complaint.command("answer")
@click.argument("number", type=int, metavar="REPORT")
@click.argument("text")
@with_place
def answer_one(*, place: Place, form: str, number: int, text: str) -> None:
    """Write to a person: on the page of the receipt, and by mail where an address was left."""
    said = place.post(f"/complaints/{number}/answer", {"text": text})
    answer(form, said, "Written." if said["told"] else "The report was taken back or erased: nobody was told.")


@complaint.command()
@click.argument("number", type=int, metavar="REPORT")
@click.option("--reason", required=True, metavar="TEXT", help="The person reads it.")
@with_place
def close(*, place: Place, form: str, number: int, reason: str) -> None:
    """Say that nothing more is done with a report."""
    said = place.post(f"/complaints/{number}/close", {"reason": reason})
    answer(form, said, f"Report {number} is closed.")


@complaint.command()
@click.argument("number", type=int, metavar="REPORT")
@click.option("--to", type=int, metavar="CLUSTER", help="Into this cluster; into one of its own if left out.")
@with_place
def move(*, place: Place, form: str, number: int, to: int | None) -> None:
    """Put a report into another cluster. It stays there."""
    said = place.post(f"/complaints/{number}/move", {"cluster": to})
    answer(form, said, f"Report {number} is in cluster {said['cluster']}.")


@complaint.command()
@click.option("--view", type=click.Choice(VIEWS), default="open", show_default=True)
@click.option("--system", metavar="SYSTEM", help="About this AI system only.")
@click.option("--limit", type=int, default=50, show_default=True)
@with_place
def clusters(*, place: Place, form: str, **narrowing: Any) -> None:
    """List clusters: reports that say the same, as one line each."""
    found = place.get("/complaint-clusters", **narrowing)
    rows = [
        [str(one["cluster"]), f"{one['count']} reports", one["incident"] or "", one["title"]]
        for one in found["clusters"]
    ]
    answer(form, found, lambda: table(rows) or "No cluster fits.")


@complaint.command()
@click.argument("number", type=int, metavar="CLUSTER")
@click.argument("into", type=int, metavar="INTO")
@with_place
def merge(*, place: Place, form: str, number: int, into: int) -> None:
    """Put all reports of a cluster into another."""
    said = place.post(f"/complaint-clusters/{number}/merge", {"into": into})
    answer(form, said, f"Cluster {said['cluster']} has {said['count']} reports.")


@complaint.command()
@click.argument("number", type=int, metavar="CLUSTER")
@click.argument("incident")
@with_place
def link(*, place: Place, form: str, number: int, incident: str) -> None:
    """Count a cluster's people for an incident, each once, by pseudonym."""
    said = place.post(f"/complaint-clusters/{number}/link", {"incident": incident})
    answer(form, said, f"{said['counted']} reports are counted in {said['incident']}.")


@complaint.command()
@click.argument("number", type=int, metavar="CLUSTER")
@click.argument("text")
@with_place
def tell(*, place: Place, form: str, number: int, text: str) -> None:
    """Write the same to everybody in a cluster."""
    said = place.post(f"/complaint-clusters/{number}/answer", {"text": text})
    answer(form, said, f"Written to {said['told']} reports.")


@complaint.command("sort")
@with_place
def sort_anew(*, place: Place, form: str) -> None:
    """Hold all reports against each other again. What people placed stays."""
    said = place.post("/complaint-clusters/sort-anew", {})
    answer(form, said, "The worker sorts them now." if said["waiting"] else f"{said['moved']} reports moved.")


def _shown(one: dict[str, Any]) -> str:
    head = f"Report {one['complaint']}, {one['received_at'][:16]}, {one['channel']}, by {one['reporter']}"
    place = f"Cluster {one['cluster']}" + (f", counted in {one['incident']}" if one["incident"] else "")
    asked = [f"{label}: {one[name]}" for name, label in (("about", "About"), ("need", "Needs")) if one[name]]
    files = [f"File {each['file']}: {each['name']} ({each['kind']}, {each['size']:,} bytes)" for each in one["files"]]
    said = [f"{each['at'][:16]} {each['by'] or 'the person'}: {each['text']}" for each in one["messages"]]
    return "\n".join([head, place, "", one["text"], *asked, *files, *(["", *said] if said else [])])
