"""Who was told what, with whose word, and whom it reached."""

from hotwash.incident.events.messages import STATUS_PAGE, MessageDelivered
from hotwash.incident.messages import Message
from hotwash.reports.document import Block, Paragraph, Row, Section, Table, entry, quiet, strong, text
from hotwash.reports.messages_words import audience_title, stage_title, target_title
from hotwash.reports.phrases import brief, people, several
from hotwash.reports.postmortem.source import Source, moment, short_day


def told(source: Source) -> Section:
    """Every message that was sent; those that were written and not sent are counted."""
    known = list(source.incident.messages.values())
    sent = sorted((one for one in known if one.sendings), key=lambda one: (one.sendings[0].at, one.number))
    blocks: list[Block] = []
    if sent:
        blocks.append(
            Table(
                ("Message", "To", "Approved by", "Sent", "What came of it"),
                (28, 14, 18, 14, 26),
                tuple(_message(one) for one in sent),
            )
        )
    else:
        blocks.append(Paragraph(text(quiet("No message was sent from this record."))))
    if left := len(known) - len(sent):
        blocks.append(Paragraph(text(quiet(f"Written and not sent: {left}."))))
    for page in source.incident.status_pages.values():
        until = f" until {moment(page.closed.at)}" if page.closed else ""
        said = f"A public page was open from {moment(page.opened.at)}{until}: {brief(page.opened.event.title, 200)} "
        blocks.append(Paragraph(text(said, entry(page.opened.entry))))
    return Section("messages", "Who was told", tuple(blocks))


def _message(one: Message) -> Row:
    first = one.sendings[0]
    agreed = [f"{said.by} ({role})" for role, said in one.approved.items()]
    mark = text(strong("taken back ")) if one.withdrawn is not None else ()
    subject = (*mark, *text(f"{brief(one.text.event.subject, 160)} ", entry(one.text.entry)))
    came = [_came(target, result) for target, (_, result) in one.targets.items()]
    return Row(
        (
            subject,
            text(f"{audience_title(one.audience)}, {stage_title(one.stage).lower()}"),
            text(several(agreed) or "not known any more"),
            text(f"{short_day(first.at)} ", entry(first.entry)),
            text("\n".join(came)),
        )
    )


def _came(target: str, result: object) -> str:
    event = getattr(result, "event", None)
    name = target_title(target)
    if event is None:
        return f"{name}: nothing is known yet"
    if isinstance(event, MessageDelivered):
        reached = f", {people(event.reached)}" if event.reached is not None else ""
        return f"{name}: {'shown' if target == STATUS_PAGE else 'delivered'}{reached}"
    return f"{name}: {'not delivered' if event.outcome == 'failed' else 'not known'}"
