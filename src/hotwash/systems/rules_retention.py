"""The verbs about how long records are kept."""

from hotwash.ledger.rule import Asked, NotAllowed, need
from hotwash.systems.organisation import Event, Organisation
from hotwash.systems.retention import NAME, Covers, Ended, RetentionDropped, RetentionSet

DAYS_LEAST, DAYS_MAX = 1, 36_525
RULES_MAX = 100


def set_retention(
    organisation: Organisation,
    asked: Asked,
    *,
    rule: str,
    days: int,
    basis: str,
    covers: Covers = "any",
    ended: Ended = "any",
) -> list[Event]:
    """Say how many days after their end records are due to be erased. A person confirms each; holds go before it."""
    short = rule.strip()
    if not NAME.fullmatch(short):
        raise NotAllowed("A rule's short name is small letters, digits and hyphens, at most 60.")
    if not DAYS_LEAST <= days <= DAYS_MAX:
        raise NotAllowed(f"The days are between {DAYS_LEAST} and {DAYS_MAX:,}.")
    if short not in organisation.retention.rules and len(organisation.retention.rules) >= RULES_MAX:
        raise NotAllowed(f"There are {RULES_MAX} rules already.")
    said = RetentionSet(short, days, need(basis, "The basis (law, contract or decision)"), covers, ended)
    return [] if organisation.retention.rules.get(short) == said else [said]


def drop_retention(organisation: Organisation, asked: Asked, *, rule: str, reason: str) -> list[Event]:
    """Say that a rule does not hold any more; nothing is due by it then."""
    if rule not in organisation.retention.rules:
        raise NotAllowed(f"There is no rule {rule[:60]}.")
    return [RetentionDropped(rule, need(reason, "The reason"))]


RULES = (set_retention, drop_retention)
