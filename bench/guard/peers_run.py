"""The same decision by the peers, in their environment. ``python peers_run.py SRC TIMES``; prints JSON."""

import json
import logging
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [sys.argv[1], str(Path(sys.argv[1]).parent)]
logging.disable(logging.CRITICAL)
TIMES = int(sys.argv[2])

from openfeature import api  # noqa: E402 - the path comes first
from openfeature.evaluation_context import EvaluationContext  # noqa: E402
from openfeature.provider.in_memory_provider import InMemoryFlag, InMemoryProvider  # noqa: E402

from bench.guard.timing import quickest  # noqa: E402

FOLDER = Path(tempfile.mkdtemp())
EU = EvaluationContext("applicant-17", {"region": "EU"})
RULE = {"if": [{"==": [{"var": "region"}, "EU"]}, "off", "on"]}


def openfeature() -> dict[str, dict[str, float]]:
    """The SDK over the least that a provider can do, and over the guard."""
    from hotwash.guard import Guard
    from hotwash.guard.double import Double
    from hotwash.guard.openfeature import GuardProvider

    api.set_provider(InMemoryProvider({"plain": InMemoryFlag("on", {"on": True, "off": False})}), "memory")
    client = api.get_client("memory")
    said = {"OpenFeature SDK, provider in memory": quickest(lambda: client.get_boolean_value("plain", False), TIMES)}
    with Double("t") as server, Guard(server.url, token="t") as guard:
        server.publish({"plain": {"orders": []}})
        time.sleep(1)
        api.set_provider(GuardProvider(guard), "guard")
        ours = api.get_client("guard")
        assert ours.get_boolean_value("plain", False)
        said["OpenFeature SDK, guard as provider"] = quickest(lambda: ours.get_boolean_value("plain", False), TIMES)
    return said


def flagd() -> dict[str, dict[str, float]]:
    """flagd's provider in the process, over a file."""
    from openfeature.contrib.provider.flagd import FlagdProvider
    from openfeature.contrib.provider.flagd.config import ResolverType

    flag = {"state": "ENABLED", "variants": {"on": True, "off": False}, "defaultVariant": "on"}
    place = FOLDER / "flags.json"
    place.write_text(json.dumps({"flags": {"plain": flag, "cohort": {**flag, "targeting": RULE}}}))
    provider = FlagdProvider(resolver_type=ResolverType.FILE, offline_flag_source_path=str(place))
    api.set_provider(provider, "flagd")
    client = api.get_client("flagd")
    time.sleep(1)
    assert client.get_boolean_value("plain", False)
    assert not client.get_boolean_value("cohort", True, EU)
    return {
        "flagd provider, file": quickest(lambda: client.get_boolean_value("plain", False), TIMES),
        "flagd provider, file, with cohort": quickest(lambda: client.get_boolean_value("cohort", True, EU), TIMES),
    }


def unleash() -> dict[str, dict[str, float]]:
    """Unleash's client over what it was started with, without a server."""
    from UnleashClient import UnleashClient
    from UnleashClient.cache import FileCache

    cohort = {
        "name": "flexibleRollout",
        "parameters": {"rollout": "50", "stickiness": "userId", "groupId": "cohort"},
        "constraints": [{"contextName": "region", "operator": "IN", "values": ["EU"]}],
    }
    features = [
        {"name": "plain", "enabled": True, "strategies": [{"name": "default"}]},
        {"name": "cohort", "enabled": True, "strategies": [cohort]},
    ]
    cache = FileCache("bench", directory=str(FOLDER))
    cache.bootstrap_from_dict({"version": 2, "features": features})
    client = UnleashClient(
        "http://127.0.0.1:9/api", "bench", cache=cache, disable_metrics=True, disable_registration=True
    )
    client.initialize_client(fetch_toggles=False)
    assert client.is_enabled("plain")
    context = {"region": "EU", "userId": "applicant-17"}
    said = {
        "UnleashClient": quickest(lambda: client.is_enabled("plain"), TIMES),
        "UnleashClient, with cohort and share": quickest(lambda: client.is_enabled("cohort", context), TIMES),
    }
    client.destroy()
    return said


if __name__ == "__main__":
    sys.stdout.write(json.dumps(openfeature() | flagd() | unleash()))
    sys.stdout.flush()
    api.shutdown()
