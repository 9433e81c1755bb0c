"""The provider under the real SDK of OpenFeature, which has an environment of its own."""

import json
import subprocess
from pathlib import Path

import pytest
from tests.envs import place
from tests.guard.conftest import TOKEN

from hotwash.guard.double import Double

SOURCE = Path(__file__).parents[2] / "src"

ASKED = """
import json, sys, time
sys.path.insert(0, sys.argv[1])
from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from hotwash.guard import Guard
from hotwash.guard.openfeature import GuardProvider

policies = {"late": {"stale": "engage", "stale_after_s": 0.001}, "new": "engage"}
guard = Guard(sys.argv[2], token=sys.argv[3], policies=policies)
assert guard.wait(30)
api.set_provider(GuardProvider(guard, key="applicant"))
client = api.get_client()
eu, us = (EvaluationContext("7", {"region": region}) for region in ("EU", "US"))
said = {
    "serves": client.get_boolean_details("serves", False),
    "off": client.get_boolean_details("off", True),
    "state": client.get_string_details("off", "serve"),
    "cohort": client.get_string_details("cohort", "", eu),
    "not cohort": client.get_string_details("cohort", "", us),
    "share": client.get_boolean_details("share", True, eu),
    "late": client.get_string_details("late", ""),
    "new": client.get_string_details("new", ""),
    "number": client.get_integer_details("off", 5),
}
print(json.dumps({name: [one.value, one.reason, one.error_code] for name, one in said.items()}))
api.shutdown()
"""


@pytest.fixture(scope="module")
def python() -> Path:
    return place("openfeature") / "bin" / "python"


@pytest.mark.real("openfeature")
@pytest.mark.xdist_group("openfeature")
def test_code_that_speaks_openfeature_gets_the_states_with_their_reasons(python: Path, server: Double) -> None:
    cohort = {"attribute": "region", "is": "=", "value": "EU"}
    server.publish(
        {
            "serves": {"orders": []},
            "off": {"orders": [{"state": "off"}]},
            "cohort": {"orders": [{"state": "human", "when": cohort}]},
            "share": {"orders": [{"state": "off", "share": {"of": "applicant", "part": 1}}]},
            "late": {"orders": [{"state": "human"}]},
        }
    )
    command = [str(python), "-c", ASKED, str(SOURCE), server.url, TOKEN]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=60, check=True)
    assert json.loads(done.stdout) == {
        "serves": [True, "DEFAULT", None],
        "off": [False, "STATIC", None],
        "state": ["off", "STATIC", None],
        "cohort": ["human", "TARGETING_MATCH", None],
        "not cohort": ["serve", "DEFAULT", None],
        "share": [False, "SPLIT", None],
        "late": ["off", "STALE", None],
        "new": ["off", "DEFAULT", None],
        "number": [5, "ERROR", "TYPE_MISMATCH"],
    }
