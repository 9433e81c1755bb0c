"""Writes the reference page of the API from its own description: ``python -m hotwash.web.api.page [FILE]``."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_FIRST = """<!-- Made from the API's description by `python -m hotwash.web.api.page`. Edit the docstrings and rules. -->

# The API

Everything under `/api/v1`. The whole description, with the words of every verb, is at `/api/v1/openapi.json`.

## Who asks

A program sends a token: `Authorization: Bearer hotwash_…`. Tokens are made on the account page and shown once. A token
may be narrowed to some verbs, and may end. A signed-in browser needs no token; its unsafe requests carry the
`X-CSRFToken` of the page. What a role may do stands in [Who may do what](access.md).

## Writing

A verb is `POST /incidents/{incident_id}/{verb}` with a JSON object of its words. Every verb also takes `at`, the
time at which it happened (RFC 3339, with zone; now if left out). An unknown word is refused.

The `ETag` of an incident is the number of its last entry. Send it back as `If-Match: "12"`, or send `"expected": 12` in
the body, and the verb is refused if somebody else wrote since: status 412 or 409, with the number that stands now.
Without either, the rule is asked about the newest state.

A verb that was recorded answers with the new entries, each with its digest.

## Refusals

Every answer other than what was asked for is a problem document (RFC 9457, `application/problem+json`) with `type`,
`title`, `status` and `detail`, a sentence for a person; `field` names what is wrong in the request.

| Status | `type` ends in | When |
| --- | --- | --- |
| 400 | `bad-json`, `bad-request` | The body is not strict JSON: no key twice, no NaN, at most so deep. |
| 401 | `not-signed-in` | No token, or one that is unknown, ended or of a closed account. |
| 403 | `not-permitted`, `forged` | The role or the token may not; or a browser's request was not from our page. |
| 404 | `not-found` | There is no such thing, or it is not for this account. |
| 405 | `method-not-allowed` | `Allow` names the methods. |
| 409 | `not-allowed` | A rule says no, in its own words. |
| 409, 412 | `conflict` | Somebody else wrote first; `number` is the last entry now. |
| 413, 415 | `too-large`, `not-json`, `not-a-form` | The body is too large, or of another kind. |
| 422 | `bad-request` | A word is missing, unknown, mistyped or too long; `field` names it. |
| 500 | `chain-broken`, `fault` | A record is damaged, `number` says where; or Hotwash failed. |
| 503 | `busy` | Another process keeps the database; nothing was recorded. |

## Pages

A list answers with `next`: send it as `cursor` for the page after. `null` means that there is none.

"""


def text() -> str:
    """The whole page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotwash.web.settings")
    import django

    django.setup()
    from hotwash.web.api.urls import api

    return _FIRST + "\n".join(_sections(api.get_openapi_schema(path_prefix="")))


def _sections(described: Any) -> Iterator[str]:
    by_tag: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            by_tag.setdefault(operation["tags"][0], []).append((method.upper(), path, operation))
    for tag, operations in by_tag.items():
        yield f"## {tag[:1].upper()}{tag[1:]}\n"
        yield "| Method | Address | Words | |\n| --- | --- | --- | --- |"
        for method, path, operation in operations:
            said = " ".join((operation.get("description") or operation["summary"]).split("\n\n")[0].split())
            yield f"| {method} | `{path}` | {_words(operation, described)} | {said.replace('|', chr(92) + '|')} |"
        yield ""


def _words(operation: dict[str, Any], described: Any) -> str:
    query = [parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"]
    words = [f"`?{name}`" for name in query]
    content = operation.get("requestBody", {}).get("content", {})
    for one in content.values():
        schema = one["schema"]
        if "$ref" in schema:
            schema = described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        needed = schema.get("required", [])
        names = [name for name in schema.get("properties", {}) if name not in ("at", "expected")]
        words += [f"`{name}`" if name in needed else f"[`{name}`]" for name in names]
    return " ".join(words)


def main(arguments: list[str]) -> None:
    """Write the page."""
    file = Path(arguments[0]) if arguments else Path("docs/reference/api.md")
    file.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
