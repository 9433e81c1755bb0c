"""Every verb on the command line, made from the rules themselves: a new verb is here without a new line."""

import json
import textwrap
from collections.abc import Callable
from typing import Any

import click

from hotwash.cli.place import AT, EXPECTED, Place, with_place
from hotwash.cli.response import written

Rule = Callable[..., Any]


def fields(rule: Rule) -> dict[str, dict[str, Any]]:
    """The words of a verb with their JSON schemas, in order."""
    from hotwash.response.request import schema

    whole = schema(rule)
    own = whole["$defs"][whole["$ref"].rsplit("/", 1)[1]]
    needed = own.get("required", [])
    return {
        name: {**_plain(described, whole["$defs"]), "needed": name in needed}
        for name, described in own.get("properties", {}).items()
    }


def _plain(described: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    options = [_plain(one, known) for one in described.get("anyOf", [])]
    kinds = {one["kind"] for one in options} | {described.get("type")}
    values = next((one for one in [described.get("enum"), *(one["values"] for one in options)] if one), None)
    kind = next((kind for kind in ("array", "object", "integer", "number", "boolean") if kind in kinds), "string")
    items = next((one for one in [described.get("items"), *(one["items"] for one in options)] if one), None)
    return {"kind": kind, "values": values, "items": items, "default": described.get("default")}


def usage(name: str, field: dict[str, Any]) -> str:
    """How a word is written."""
    if field["kind"] == "object":
        return f"{name}.KEY=VALUE ..."
    values = field["values"] or (field["items"] or {}).get("enum")
    value = "|".join(str(one) for one in values if one is not None) if values else _METAVARS.get(field["kind"], "TEXT")
    return f"{name}={value}{' ...' if field['kind'] == 'array' else ''}"


_METAVARS = {"integer": "N", "number": "NUMBER", "boolean": "true|false", "array": "VALUE"}


def read_words(rule: Rule, given: tuple[str, ...]) -> dict[str, Any]:
    """``field=value`` words as the body of a verb. Lists are repeated, mappings are written ``field.key=value``."""
    known = fields(rule)
    words: dict[str, Any] = {}
    for word in given:
        name, sign, value = word.partition("=")
        field, dot, key = name.partition(".")
        if not sign or field not in known:
            listed = ", ".join(known)
            raise click.UsageError(f"{word!r} is not field=value with a field of this verb: {listed}.")
        kind = known[field]["kind"]
        if value[:1] in ("[", "{") and kind in ("array", "object") and not dot:
            try:
                words[field] = json.loads(value)
            except ValueError as bad:
                raise click.UsageError(f"{field}: {bad}.") from bad
        elif kind == "object" and dot:
            words.setdefault(field, {})[key] = value
        elif kind == "array":
            words.setdefault(field, []).append(value)
        elif field in words:
            raise click.UsageError(f"{field} is given twice.")
        else:
            words[field] = value
    return words


ELSEWHERE = frozenset({"declare", "hold", "verify-evidence", "seal-record", "export-case"})
"""Verbs whose words are found or computed: each has a command of its own."""


class Verbs(click.Command):
    """A command whose help lists every verb with its words."""

    def verbs(self) -> dict[str, Rule]:
        """What can be said."""
        from hotwash.incident.rules import VERBS

        return {verb: rule for verb, rule in VERBS.items() if verb not in ELSEWHERE}

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The verbs, read off their rules."""
        formatter.write("\nVerbs and their words (those in brackets may be left out):\n")
        for verb, rule in self.verbs().items():
            formatter.write(f"\n  {verb}: {(rule.__doc__ or '').strip().splitlines()[0]}\n")
            formatter.write(_wrapped(_words(rule), formatter.width))


def _words(rule: Rule) -> list[str]:
    return [
        usage(name, field) if field["needed"] else f"[{usage(name, field)}]" for name, field in fields(rule).items()
    ]


def _wrapped(words: list[str], width: int) -> str:
    text = " ".join(words)
    lines = textwrap.wrap(text, width - 6, break_long_words=False, break_on_hyphens=False)
    return "".join(f"      {line}\n" for line in lines)


@click.command(cls=Verbs)
@click.argument("incident")
@click.argument("verb")
@click.argument("words", nargs=-1, metavar="[FIELD=VALUE]...")
@AT
@EXPECTED
@with_place
def record(
    *, place: Place, form: str, incident: str, verb: str, words: tuple[str, ...], at: str | None, expected: int | None
) -> None:
    """Say any other verb of an incident.

    A list is written by repeating its field, a mapping as field.key=value.
    """
    from hotwash.incident.rules import VERBS

    if verb not in VERBS or verb in ELSEWHERE:
        raise click.UsageError(f"There is no verb {verb!r} here. See `hotwash record --help`.")
    body = {**read_words(VERBS[verb], words), "at": at, "expected": expected}
    said = place.post(f"/incidents/{incident}/{verb}", body)
    kinds = ", ".join(f"{entry['kind']} ({entry['number']})" for entry in said["entries"])
    written(form, said, f"Recorded in {said['incident']}: {kinds}.")
