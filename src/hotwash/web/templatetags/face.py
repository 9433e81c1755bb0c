"""Template tags that every page may use without loading them."""

import re
from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def moment(at: datetime | str | None, *, alone: bool = False) -> SafeString | str:
    """A time on the reader's clock, with its zone. A script adds how long ago it was, unless it stands ``alone``."""
    if not at:
        return "never"
    known = datetime.fromisoformat(at) if isinstance(at, str) else at
    return shown_time(timezone.localtime(known), alone=alone)


def shown_time(local: datetime, *, alone: bool = False) -> SafeString:
    """A time in the zone in which it is given. Nothing in it was written by a person, so nothing needs escaping."""
    mark = " data-alone" if alone else ""
    return SafeString(f'<time datetime="{local:%Y-%m-%dT%H:%M:%S%z}"{mark}>{local.day} {local:%b %Y, %H:%M %Z}</time>')


@register.simple_tag
def excerpt(text: str) -> SafeString:
    """Words that were found, marked. Whatever people wrote around them is shown as text."""
    parts = re.split("[\x02\x03]", text)
    return format_html_join("", "{}", ((_plain_or_marked(part, place % 2),) for place, part in enumerate(parts)))


def _plain_or_marked(part: str, marked: int) -> SafeString | str:
    return format_html("<mark>{}</mark>", part) if marked else part


_PROVISIONAL = "Provisional: an answer that could make it graver is not known yet"
_KINDS = {"drill": ("drill", "care"), "test": ("test", "care"), "backdated": ("from the past", "")}


@register.simple_tag
def severity(level: str, *, provisional: bool = False) -> SafeString:
    """A severity as a word with its shape and colour."""
    if not level:
        return SafeString('<span class="severity unassessed">Not assessed</span>')
    if not provisional:
        return format_html('<span class="severity {}">{}</span>', level.lower(), level)
    return format_html(
        '<span class="severity {} provisional" title="{}">{}<span class="away"> (provisional)</span></span>',
        level.lower(),
        _PROVISIONAL,
        level,
    )


@register.simple_tag
def kind(of: str) -> SafeString:
    """The mark of an incident that is no real one, or no present one."""
    if of not in _KINDS:
        return SafeString("")
    return format_html('<span class="tag {}">{}</span>', _KINDS[of][1], _KINDS[of][0])


@register.filter
def standing(state: str) -> str:
    """A state in words."""
    return state.replace("-", " ")
