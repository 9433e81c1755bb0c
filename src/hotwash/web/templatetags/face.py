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
    local = timezone.localtime(known)
    exact = local.strftime("%Y-%m-%dT%H:%M:%S%z")
    shown = f"{local.day} {local:%b %Y, %H:%M}"
    return format_html(
        '<time datetime="{}"{}>{} {}</time>', exact, SafeString(" data-alone" if alone else ""), shown, f"{local:%Z}"
    )


@register.simple_tag
def excerpt(text: str) -> SafeString:
    """Words that were found, marked. Whatever people wrote around them is shown as text."""
    parts = re.split("[\x02\x03]", text)
    return format_html_join("", "{}", ((_plain_or_marked(part, place % 2),) for place, part in enumerate(parts)))


def _plain_or_marked(part: str, marked: int) -> SafeString | str:
    return format_html("<mark>{}</mark>", part) if marked else part
