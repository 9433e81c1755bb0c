"""Messages on the command line: draft, edit, submit, approve, send; the public page."""

from pathlib import Path
from typing import Any

import click

from hotwash.cli.answer import Refused, answer, table
from hotwash.cli.documents import write_file
from hotwash.cli.place import AT, EXPECTED, Place, read_file, with_place
from hotwash.cli.plain import AUDIENCES, STAGES
from hotwash.cli.response import ROLES, written

MESSAGE = click.argument("message", type=int)
INCIDENT = click.argument("incident")


@click.group()
def message() -> None:
    """Write messages, have them approved, and send them."""


@message.command("draft")
@INCIDENT
@click.option("--to", "audience", type=click.Choice(AUDIENCES), required=True, help="Whom it is for.")
@click.option("--stage", type=click.Choice(STAGES), default="first-word", show_default=True)
@click.option("--language", default="en", show_default=True, metavar="CODE")
@click.option("--subject", help="Instead of that of the template.")
@click.option("--body", "file", metavar="FILE", help="The text from a file (- for standard input), not the template.")
@click.option("--next-at", metavar="TIME", help="When the text promises the next word.")
@click.option("--submit", is_flag=True, help="Ask for approval at once.")
@click.option("--show", "only_show", is_flag=True, help="Show the draft; record nothing.")
@AT
@EXPECTED
@with_place
def draft(
    *,
    place: Place,
    form: str,
    incident: str,
    audience: str,
    stage: str,
    language: str,
    subject: str | None,
    file: str | None,
    only_show: bool,
    **words: Any,
) -> None:
    """Begin a message: a template filled from the record, or a text of your own."""
    own = read_file(file).decode(errors="replace") if file else None
    if own is not None and subject is None:
        raise click.UsageError("A text of your own needs --subject.")
    said: dict[str, Any] = {"audience": audience, "stage": stage, "language": language}
    if own is None:
        found = place.get(f"/incidents/{incident}/message-draft", **said)
        said |= {name: found[name] for name in ("subject", "body", "template", "next_at")}
        said["missing"] = [one["label"] for one in found["missing"]]
        if only_show:
            answer(form, found, lambda: _drafted(found))
            return
    else:
        said["body"] = own
    body = {**said, **{name: value for name, value in words.items() if value is not None}}
    if subject is not None:
        body["subject"] = subject
    told = place.post(f"/incidents/{incident}/draft-message", body)
    number = told["entries"][0]["number"]
    missing = "".join(f"\n  missing: {one}" for one in said.get("missing", []))
    written(form, told, f"Message {number} was begun.{missing}", message=number)


def _drafted(found: dict[str, Any]) -> str:
    missing = "".join(f"\nMissing: {one['label']}. {one['ask']}" for one in found["missing"])
    return f"{found['subject']}\n\n{found['body']}\n{missing}"


@message.command("list")
@INCIDENT
@with_place
def list_messages(place: Place, form: str, incident: str) -> None:
    """List messages with how they stand, and the words that are due."""
    found = place.get(f"/incidents/{incident}/messages")
    answer(form, found, lambda: _listed(found))


def _listed(found: dict[str, Any]) -> str:
    rows = [
        (str(one["message"]), one["state"], f"{one['stage']} to {one['audience']}", one["subject"])
        for one in found["messages"]
    ]
    due = [
        f"Due {one['at'][:16].replace('T', ' ')}{' (late)' if one['late'] else ''}: {one['stage']} to {one['audience']}"
        for one in found["due"]
    ]
    return "\n".join([table(rows) if rows else "Nothing was written yet.", *due])


@message.command("show")
@INCIDENT
@MESSAGE
@with_place
def show(place: Place, form: str, incident: str, message: int) -> None:
    """Show a message: its text, who approved it, where it went."""
    found = place.get(f"/incidents/{incident}/messages/{message}")
    answer(form, found, lambda: _shown(found))


def _shown(found: dict[str, Any]) -> str:
    head = f"{found['subject']}\n{found['stage']} to {found['audience']}, version {found['version']}: {found['state']}"
    agreed = [f"{role}: {found['approved'].get(role, 'not yet')}" for role in found["needs"]]
    results = [
        f"{one['target']}: {one['outcome']}{' ' + one['reason'] if one['reason'] else ''}" for one in found["results"]
    ]
    notes = [f"{one['line']}:{one['start'] + 1}  {one['say']}" for one in found["plain"]["flags"]]
    return "\n".join([head, "", found["body"], "", *agreed, *results, *notes])


@message.command("edit")
@INCIDENT
@MESSAGE
@click.option("--subject")
@click.option("--body", "file", metavar="FILE", help="The text from a file (- for standard input).")
@click.option("--next-at", metavar="TIME", help="When the text promises the next word.")
@click.option("--text", type=int, metavar="N", help="The entry of the text it replaces; the newest if left out.")
@AT
@EXPECTED
@with_place
def edit(
    *, place: Place, form: str, incident: str, message: int, subject: str | None, file: str | None, **words: Any
) -> None:
    """Give a message another text. What was approved no longer counts."""
    known = place.get(f"/incidents/{incident}/messages/{message}")
    body = read_file(file).decode(errors="replace") if file else known["body"]
    words["text"] = words["text"] or known["text"]
    words["next_at"] = words["next_at"] or known["next_at"]
    said = {"message": message, "subject": subject or known["subject"], "body": body, **words}
    told = place.post(f"/incidents/{incident}/edit-message", said)
    written(form, told, f"Message {message} has a new text, entry {told['number']}.")


@message.command("submit")
@INCIDENT
@MESSAGE
@click.option("--remark")
@AT
@EXPECTED
@with_place
def submit(*, place: Place, form: str, incident: str, message: int, **words: Any) -> None:
    """Ask for approval of the text as it stands."""
    told = place.post(f"/incidents/{incident}/submit-message", {"message": message, **words})
    written(form, told, f"Message {message} waits for approval.")


def _on_text(place: Place, incident: str, message: int, text: int | None) -> int:
    return text or int(place.get(f"/incidents/{incident}/messages/{message}")["text"])


@message.command("approve")
@INCIDENT
@MESSAGE
@click.option("--role", type=click.Choice(ROLES), required=True, help="The role for which you agree.")
@click.option("--text", type=int, metavar="N", help="The entry of the text that you read; the newest if left out.")
@click.option("--remark")
@AT
@EXPECTED
@with_place
def approve(*, place: Place, form: str, incident: str, message: int, text: int | None, **words: Any) -> None:
    """Approve the text, for a role that you hold."""
    said = {"message": message, "text": _on_text(place, incident, message, text), **words}
    told = place.post(f"/incidents/{incident}/approve-message", said)
    written(form, told, f"Message {message} is approved for {words['role']}.")


@message.command("refuse")
@INCIDENT
@MESSAGE
@click.option("--role", type=click.Choice(ROLES), required=True, help="The role for which you refuse.")
@click.option("--reason", required=True, help="What has to change.")
@click.option("--text", type=int, metavar="N", help="The entry of the text that you read; the newest if left out.")
@AT
@EXPECTED
@with_place
def refuse(*, place: Place, form: str, incident: str, message: int, text: int | None, **words: Any) -> None:
    """Send the text back to its writer."""
    said = {"message": message, "text": _on_text(place, incident, message, text), **words}
    told = place.post(f"/incidents/{incident}/refuse-message", said)
    written(form, told, f"Message {message} went back to its writer.")


@message.command("send")
@INCIDENT
@MESSAGE
@click.option("--list", "targets", multiple=True, metavar="NAME", help="A list to send it to; may be repeated.")
@EXPECTED
@with_place
def send(*, place: Place, form: str, incident: str, message: int, targets: tuple[str, ...], **words: Any) -> None:
    """Send an approved message to named lists, or to the public page."""
    told = place.post(f"/incidents/{incident}/send-message", {"message": message, "targets": list(targets), **words})
    sent = told["entries"][0]["body"]["targets"]
    written(form, told, f"Message {message} goes to {', '.join(sent)}.", targets=sent)


@message.command("withdraw")
@INCIDENT
@MESSAGE
@click.option("--reason", required=True)
@AT
@EXPECTED
@with_place
def withdraw(*, place: Place, form: str, incident: str, message: int, **words: Any) -> None:
    """Take a message back. What was delivered stays delivered."""
    told = place.post(f"/incidents/{incident}/withdraw-message", {"message": message, **words})
    written(form, told, f"Message {message} was taken back.")


@message.command("letters")
@INCIDENT
@MESSAGE
@click.option("--to", "file", required=True, metavar="FILE.jsonl", help="One line a person, under a pseudonym.")
@with_place
def letters(*, place: Place, form: str, incident: str, message: int, file: str) -> None:
    """Take out the letters of a message that was sent to the register."""
    path = Path(file)
    if path.exists():
        raise Refused(f"{path} is there already: letters are taken out once, so name a new file.")
    response = place.call("POST", f"/incidents/{incident}/messages/{message}/letters", json={})
    write_file(path, response.content)
    found = {
        "incident": incident,
        "message": message,
        "file": str(path),
        "letters": int(response.headers["Hotwash-Letters"]),
        "unfilled": int(response.headers["Hotwash-Unfilled"]),
        "digest": response.headers["Hotwash-Digest"],
    }
    answer(form, found, f"Wrote {found['letters']:,} letters to {path}; {found['unfilled']:,} could not be filled.")


@message.command("open-page")
@INCIDENT
@click.option("--title", required=True, help="Anybody can read it.")
@click.option("--slug", help="The end of its address; one that nobody guesses if left out.")
@click.option("--reason", required=True)
@AT
@EXPECTED
@with_place
def open_page(*, place: Place, form: str, incident: str, slug: str | None, **words: Any) -> None:
    """Open a public page. It shows what was sent to the public, and nothing else of the incident."""
    import secrets

    told = place.post(f"/incidents/{incident}/open-status-page", {"slug": slug or secrets.token_hex(10), **words})
    end = told["entries"][0]["body"]["slug"]
    written(form, told, f"Open at /status/{end}/.", slug=end)


@message.command("close-page")
@INCIDENT
@click.option("--reason", required=True)
@AT
@EXPECTED
@with_place
def close_page(*, place: Place, form: str, incident: str, **words: Any) -> None:
    """Close the public page."""
    told = place.post(f"/incidents/{incident}/close-status-page", words)
    written(form, told, "The public page is closed.")
