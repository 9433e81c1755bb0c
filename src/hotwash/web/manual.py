"""The manual's pages of questions, as they lie in the documentation, readable in the product itself.

Only as much of Markdown is read as those pages use: headings, paragraphs, lists, tables, code. Every word is escaped; a
link within the manual leads to its page here, any other stands as its words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

_PLACES = (Path(__file__).with_name("questions_manual"), Path(__file__).parents[3] / "docs" / "reference" / "questions")
"""In a wheel the pages lie beside this file (see `pyproject.toml`), in a checkout in the documentation."""

_NAME = re.compile(r"[a-z][a-z-]*")
_INLINE = re.compile(
    r"`(?P<code>[^`]+)`|\*\*(?P<strong>[^*]+)\*\*|(?<![\w*])\*(?P<soft>[^*]+)\*(?![\w*])|\[(?P<words>[^\]]+)\]\((?P<to>[^)\s]+)\)"
)
_ITEM = re.compile(r"(?:-|\d+\.) ")


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    :param whole: all of it, without its title
    :param limits: the section that says what the question assumes and what it cannot show
    """

    name: str
    title: str
    whole: SafeString
    limits: SafeString


def names() -> list[str]:
    """The pages that there are."""
    return sorted(path.stem for path in _folder().glob("*.md"))


@cache
def page(name: str) -> Page | None:
    """A page by its name; None if there is none."""
    place = _folder() / f"{name}.md"
    if not _NAME.fullmatch(name) or not place.is_file():
        return None
    lines = place.read_text(encoding="utf-8").splitlines()
    title = lines[0].removeprefix("# ")
    return Page(name, title, _html(lines[1:]), _html(list(_limits(lines))))


def _folder() -> Path:
    return next((place for place in _PLACES if place.is_dir()), _PLACES[-1])


def _limits(lines: list[str]) -> Iterator[str]:
    inside = False
    for line in lines:
        if line.startswith("## "):
            inside = "assumes" in line or "cannot" in line
        elif inside:
            yield line


def _html(lines: list[str]) -> SafeString:
    return mark_safe("\n".join(_blocks(lines)))  # noqa: S308 - escaped piece by piece


def _blocks(lines: list[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("```"):
            end = next((n for n in range(at + 1, len(lines)) if lines[n].startswith("```")), len(lines))
            yield f"<pre><code>{escape(chr(10).join(lines[at + 1 : end]))}</code></pre>"
            at = end + 1
        elif line.startswith("#"):
            depth = min(len(line) - len(line.lstrip("#")), 4)
            yield f"<h{depth}>{_inline(line.lstrip('# '))}</h{depth}>"
            at += 1
        elif line.startswith(">"):
            end = next((n for n in range(at, len(lines)) if not lines[n].startswith(">")), len(lines))
            yield f"<blockquote>{_inline(' '.join(part.lstrip('> ') for part in lines[at:end]))}</blockquote>"
            at = end
        elif line.startswith("|"):
            end = next((n for n in range(at, len(lines)) if not lines[n].startswith("|")), len(lines))
            yield _table(lines[at:end])
            at = end
        elif _ITEM.match(line):
            end = next((n for n in range(at, len(lines)) if not lines[n].strip()), len(lines))
            yield _list(lines[at:end])
            at = end
        elif line.strip():
            end = next((n for n in range(at, len(lines)) if not _goes_on(lines[n], first=n == at)), len(lines))
            yield f"<p>{_inline(' '.join(part.strip() for part in lines[at:end]))}</p>"
            at = end
        else:
            at += 1


def _goes_on(line: str, *, first: bool) -> bool:
    return first or bool(line.strip() and not line.startswith(("#", "|", ">", "```")) and not _ITEM.match(line))


def _list(lines: list[str]) -> str:
    items: list[str] = []
    for line in lines:
        if _ITEM.match(line):
            items.append(_ITEM.sub("", line, count=1))
        else:
            items[-1] += f" {line.strip()}"
    kind = "ol" if lines[0][0].isdigit() else "ul"
    return f"<{kind}>{''.join(f'<li>{_inline(item)}</li>' for item in items)}</{kind}>"


def _table(lines: list[str]) -> str:
    made = [[_inline(part.strip()) for part in re.split(r"(?<!\\)\|", line.strip().strip("|"))] for line in lines]
    head, body = (made[0], made[2:]) if len(made) > 1 else (made[0], [])
    top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    rest = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in body)
    return f'<div class="scroll"><table><thead><tr>{top}</tr></thead><tbody>{rest}</tbody></table></div>'


def _inline(text: str) -> str:
    made, at = [], 0
    for found in _INLINE.finditer(text):
        made.append(escape(text[at : found.start()].replace("\\|", "|")))
        at = found.end()
        if found["code"] is not None:
            made.append(f"<code>{escape(found['code'].replace(chr(92) + '|', '|'))}</code>")
        elif found["strong"] is not None:
            made.append(f"<strong>{_inline(found['strong'])}</strong>")
        elif found["soft"] is not None:
            made.append(f"<em>{_inline(found['soft'])}</em>")
        else:
            made.append(_link(found["words"], found["to"]))
    made.append(escape(text[at:].replace("\\|", "|")))
    return "".join(made)


def _link(words: str, to: str) -> str:
    name = to.removesuffix(".md").split("#")[0]
    if to.endswith(".md") and _NAME.fullmatch(name) and (_folder() / f"{name}.md").is_file():
        return f'<a href="{reverse("manual", args=[name])}">{_inline(words)}</a>'
    return _inline(words)
