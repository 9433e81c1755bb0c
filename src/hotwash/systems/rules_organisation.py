"""The verbs of the organisation: pure functions from a state and a request to events, or to `NotAllowed`."""

import re
from collections.abc import Callable

from hotwash.knowledge.duties import OWN, Answer, Calendar, StartFact, duties
from hotwash.knowledge.harms import harms
from hotwash.knowledge.message_templates import Template, check
from hotwash.knowledge.messages import AudienceId, StageId
from hotwash.knowledge.placeholders import BadPlaceholder
from hotwash.ledger.rule import Asked, NotAllowed, need
from hotwash.systems import rules_governance, rules_playbooks, rules_retention, rules_rota, rules_teams
from hotwash.systems.organisation import (
    DutyAdded,
    DutyRetired,
    Event,
    MessageTemplateAdded,
    MessageTemplateRetired,
    Organisation,
    OrganisationAnswered,
    OrganisationDescribed,
    OwnKind,
    OwnUnit,
    PlacesChosen,
    ReportsClosed,
    ReportsOpened,
)

Rule = Callable[..., list[Event]]

N_MAX = 10_000
DAYS_LEAST, DAYS_MAX = 30, 3_650
INTRODUCTION_MAX = 2_000


def describe_organisation(
    organisation: Organisation,
    asked: Asked,
    *,
    name: str,
    contact: str = "",
    country: str = "",
    registration: str = "",
) -> list[Event]:
    """Say who notifies, as it stands in notices."""
    return [OrganisationDescribed(need(name, "The name"), contact.strip(), country.strip(), registration.strip())]


def answer_for_organisation(
    organisation: Organisation, asked: Asked, *, question: str, answer: Answer, reason: str = ""
) -> list[Event]:
    """Answer a question on which duties depend, for every incident that gives no answer of its own."""
    whole = question in duties().duties
    if not whole and question not in {one.id for one in duties().questions}:
        raise NotAllowed(f"No duty depends on a question `{question}`: `hotwash duties` lists the questions.")
    if whole:
        reason = need(reason, "The reason (who decided it, and on what grounds)")
    return [OrganisationAnswered(question, answer, reason.strip())]


def choose_places(organisation: Organisation, asked: Asked, *, places: tuple[str, ...]) -> list[Event]:
    """Say whose days and holidays are counted, such as the member state whose authority is told."""
    known = duties().places
    chosen = tuple(dict.fromkeys(place.strip().upper() for place in places if place.strip()))
    for place in chosen:
        if place not in known:
            raise NotAllowed(f"There is no place `{place}` here. There are {', '.join(known)}.")
    if len({known[place].group or place for place in chosen}) < len(chosen):
        raise NotAllowed("Name at most one place of the European Union: the one whose authority is told.")
    return [PlacesChosen(chosen)]


def add_duty(
    organisation: Organisation,
    asked: Asked,
    *,
    title: str,
    recipient: str,
    trigger: str,
    start: StartFact,
    n: int,
    unit: OwnUnit,
    kind: OwnKind = "contract",
    calendar: Calendar = "plain",
    place: str = "EU",
    source: str = "",
    system: str = "",
    note: str = "",
) -> list[Event]:
    """Add a duty of the organisation's own: another law, or a clause of a contract."""
    title = need(title, "The title")
    duty = OWN + re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60]
    if duty in organisation.duties and duty not in organisation.retired:
        raise NotAllowed(f"`{duty}` is there already: retire it first, or give this one another title.")
    if not (0 <= n <= N_MAX) or (n == 0) != (unit == "at_once"):
        raise NotAllowed("Give a number of at least 1 with its unit; 0 goes only with `at_once`.")
    if place not in duties().places:
        raise NotAllowed(f"There is no place `{place}` here. There are {', '.join(duties().places)}.")
    if unit == "business_day":
        calendar = "business"
    elif calendar == "business":
        raise NotAllowed("The calendar `business` goes with `business_day`.")
    added = DutyAdded(
        duty,
        title,
        kind,
        need(recipient, "The recipient"),
        need(trigger, "What starts it"),
        start,
        n,
        unit,
        "none" if unit == "at_once" else calendar,
        place,
        need(source, "The source (law, or contract and clause)"),
        system.strip(),
        note.strip(),
    )
    return [added]


def retire_duty(organisation: Organisation, asked: Asked, *, duty: str, reason: str) -> list[Event]:
    """Say that an own duty no longer holds; what it started before is kept."""
    if duty not in organisation.duties:
        raise NotAllowed(f"`{duty}` is no duty of the organisation's own.")
    if duty in organisation.retired:
        raise NotAllowed(f"`{duty}` was retired already.")
    return [DutyRetired(duty, need(reason, "The reason"))]


def open_reports(
    organisation: Organisation,
    asked: Asked,
    *,
    introduction: str = "",
    elsewhere: str = "",
    days_kept: int = 365,
    systems: tuple[str, ...] = (),
) -> list[Event]:
    """Open the public form on which everybody may report harm without an account, or change what stands on it."""
    if not DAYS_LEAST <= days_kept <= DAYS_MAX:
        raise NotAllowed(f"Reports are kept for {DAYS_LEAST} to {DAYS_MAX} days: fewer leave no time to help.")
    for text in (introduction, elsewhere):
        if len(text) > INTRODUCTION_MAX:
            raise NotAllowed(f"What stands on the form has at most {INTRODUCTION_MAX:,} characters: people read it.")
    named = tuple(dict.fromkeys(one.strip() for one in systems if one.strip()))
    return [ReportsOpened(introduction.strip(), elsewhere.strip(), days_kept, named)]


def close_reports(organisation: Organisation, asked: Asked, *, reason: str) -> list[Event]:
    """Close the public form. Who has a receipt number can still look up what became of a report."""
    if organisation.reports is None:
        raise NotAllowed("The form is not open.")
    return [ReportsClosed(need(reason, "The reason"))]


def add_message_template(
    organisation: Organisation,
    asked: Asked,
    *,
    name: str,
    audience: AudienceId,
    stage: StageId,
    subject: str,
    body: str,
    language: str = "en",
    harm: str = "",
) -> list[Event]:
    """Add a template of messages of one's own. It goes before the library's; one of the same name is replaced."""
    name = need(name, "The name")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", name):
        raise NotAllowed("The name is lower-case letters, digits and hyphens, at most 60.")
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?", language):
        raise NotAllowed("The language is a short code, such as en, de or es.")
    if harm and harm not in {one.id for one in harms().harms}:
        raise NotAllowed(f"There is no kind of harm `{harm[:60]}`.")
    text = Template(audience, stage, need(subject, "The subject"), need(body, "The text"), language, harm, "", name)
    try:
        check(text)
    except BadPlaceholder as bad:
        raise NotAllowed(str(bad)) from bad
    return [MessageTemplateAdded(name, audience, stage, text.subject, text.body, language, harm)]


def retire_message_template(organisation: Organisation, asked: Asked, *, name: str, reason: str) -> list[Event]:
    """Say that an own template is not offered any more; what was written from it stays."""
    if name not in organisation.templates:
        raise NotAllowed(f"`{name[:60]}` is no template of the organisation's own.")
    return [MessageTemplateRetired(name, need(reason, "The reason"))]


_RULES: tuple[Rule, ...] = (
    describe_organisation,
    answer_for_organisation,
    choose_places,
    add_duty,
    retire_duty,
    open_reports,
    close_reports,
    add_message_template,
    retire_message_template,
    *rules_rota.RULES,
    *rules_playbooks.RULES,
    *rules_governance.RULES,
    *rules_teams.RULES,
    *rules_retention.RULES,
)
VERBS: dict[str, Rule] = {rule.__name__.replace("_", "-"): rule for rule in _RULES}
"""Every verb by its word: the name of its function, with hyphens."""
