"""The real Python OFREP provider, run in its own environment: ``ofrep_python.py URL ACCESS``; each line a question."""

import json
import sys

from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext

url, access = sys.argv[1:]
api.set_provider(OFREPProvider(url, headers_factory=lambda: {"Authorization": f"Bearer {access}"}, timeout=20.0))
client = api.get_client()
for line in sys.stdin:
    asked = json.loads(line)
    context = EvaluationContext(asked.get("key"), asked.get("attributes", {}))
    if asked["kind"] == "boolean":
        found = client.get_boolean_details(asked["flag"], asked["default"], context)
    else:
        found = client.get_string_details(asked["flag"], asked["default"], context)
    told = {"value": found.value, "variant": found.variant, "reason": str(found.reason), "error": found.error_code}
    sys.stdout.write(json.dumps(told, default=str) + "\n")
    sys.stdout.flush()
