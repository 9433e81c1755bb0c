"""The API's own description: every verb with the words of its rule, read off by the same code that checks them."""

from functools import cache
from typing import Any

import msgspec
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from hotwash.incident import rules as incident_rules
from hotwash.incident.rules.evidence import COMPUTED
from hotwash.response.request import shape
from hotwash.systems import rules as system_rules
from hotwash.systems import rules_organisation as organisation_rules

_REF = "#/components/schemas/{name}"

PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `number` is the entry that stands last now, where somebody else wrote first.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence for a person."},
        "field": {"type": "string", "description": "The part of the request that is wrong."},
        "number": {"type": "integer"},
        "reference": {"type": "string"},
    },
}
ENTRY = {
    "type": "object",
    "description": "A line of a record. `body` is null once it was erased.",
    "properties": {
        "number": {"type": "integer"},
        "kind": {"type": "string"},
        "by": {"type": "string"},
        "occurred_at": {"type": "string", "format": "date-time"},
        "recorded_at": {"type": "string", "format": "date-time"},
        "body": {"type": ["object", "null"]},
        "body_digest": {"type": "string"},
        "previous": {"type": "string"},
        "digest": {"type": "string"},
    },
}
RECORDED = {
    "type": "object",
    "description": "What was written. `number` is now the last entry of the record.",
    "properties": {
        "incident": {"type": "string"},
        "system": {"type": "string"},
        "number": {"type": "integer"},
        "entries": {"type": "array", "items": {"$ref": "#/components/schemas/Entry"}},
    },
}
_AT = {
    "type": "string",
    "format": "date-time",
    "description": "When it happened (RFC 3339, with zone); now if left out.",
}
_EXPECTED = {
    "type": "integer",
    "minimum": 0,
    "description": "The number of the last entry that the writer saw; refused if somebody else wrote since.",
}
_IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "schema": {"type": "string"},
    "description": 'The number of the last entry that the writer saw, in quotation marks: `"12"`.',
}
_PROBLEM_CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


class Described(NinjaAPI):
    """An API whose description holds the verbs' words as well."""

    def get_openapi_schema(self, **place: Any) -> OpenAPISchema:
        """The whole description."""
        found = super().get_openapi_schema(**place)
        found["components"]["schemas"].update(_definitions())
        for methods in found["paths"].values():
            for operation in methods.values():
                operation["responses"]["default"] = {"description": "A problem.", "content": _PROBLEM_CONTENT}
        return found


def schema_name(verb: str) -> str:
    """What a verb's words are called in the description."""
    return "".join(word.capitalize() for word in verb.split("-")) + "Words"


def verb_description(verb: str) -> dict[str, Any]:
    """What the description says of a verb's operation beyond what its function shows."""
    return {
        "parameters": [_IF_MATCH],
        "requestBody": json_body({"$ref": f"#/components/schemas/{schema_name(verb)}"}),
        "responses": json_response({"$ref": "#/components/schemas/Recorded"}),
    }


def json_body(schema: dict[str, Any]) -> dict[str, Any]:
    """A request body of JSON."""
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def json_response(schema: dict[str, Any], *, status: int = 200) -> dict[Any, Any]:
    """An answer of JSON."""
    return {status: {"description": "Done.", "content": {"application/json": {"schema": schema}}}}


@cache
def _definitions() -> dict[str, Any]:
    definitions: dict[str, Any] = {"Problem": PROBLEM, "Entry": ENTRY, "Recorded": RECORDED}
    for verb, rule in {**incident_rules.VERBS, **system_rules.VERBS, **organisation_rules.VERBS}.items():
        if verb in COMPUTED:
            continue
        (described,), beside = msgspec.json.schema_components([shape(rule)], ref_template=_REF)
        own = beside.pop(described["$ref"].rsplit("/", 1)[1])
        own["properties"] = {**own.get("properties", {}), "at": _AT, "expected": _EXPECTED}
        own["title"] = verb
        definitions[schema_name(verb)] = own
        definitions.update(beside)
    definitions["RegisterWords"]["properties"]["slug"] = {
        "type": "string",
        "description": "The short name in addresses; made from the name if left out.",
    }
    return definitions
