"""Two web processes and two workers behind nginx on PostgreSQL, as the how-to has it; one dies after the other."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import yaml
from django.db import connections
from django.http import HttpResponse
from tests.operating.nginx import HOW_TO, configured, nginx, written
from tests.work.test_killing_everything import fell_all, hold

from hotwash.web.operating.probes import Probes
from hotwash.web.options import Options


def test_the_configuration_of_the_how_to_keeps_what_a_proxy_must() -> None:
    text = written()
    for line in ("X-Forwarded-For $remote_addr;", "X-Request-Id $request_id;", "proxy_next_upstream_tries 2;"):
        assert line in text
    assert "non_idempotent" not in text, "what was sent once is never sent again by itself"
    assert "server 127.0.0.1:9 " in configured(text, Path("/nowhere"), 1, ["127.0.0.1:9"])


def test_the_compose_file_and_the_manifest_of_the_how_to_start_what_there_is() -> None:
    compose, manifest = re.findall(r"```yaml\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), flags=re.DOTALL)
    services = yaml.safe_load(compose)["services"]
    assert {name: one.get("command", "").split()[:1] for name, one in services.items()} == {
        "web": ["gunicorn"],
        "worker": ["hotwash"],
        "proxy": [],
    }
    kinds = [one["kind"] for one in yaml.safe_load_all(manifest)]
    assert kinds == ["Deployment", "Deployment", "Service"]
    for path in ("/health/ready", "/health/live"):
        assert path in manifest
        assert path in Probes(lambda _: HttpResponse()).answered


@pytest.mark.real("postgresql")
@pytest.mark.real("nginx")
def test_behind_a_proxy_one_process_after_another_may_die(postgresql: Options, tmp_path: Path) -> None:
    kept: dict[str, str] = {}

    @contextmanager
    def front(urls: list[str]) -> Iterator[list[str]]:
        with nginx(tmp_path / "nginx", [url.removeprefix("http://") for url in urls]) as url:
            kept["reference"] = httpx.get(f"{url}/sign-in/", trust_env=False, timeout=60).headers["X-Request-Id"]
            kept["figures"] = str(httpx.get(f"{url}/metrics", trust_env=False, timeout=60).status_code)
            yield [url]

    described = Options(home=tmp_path / "home", database_url=postgresql.database_url)
    described.home.mkdir()
    heard, killed, keys = fell_all(
        described, [], tmp_path, kills=4, seed=6, front=front, HOTWASH_PROXIES="1", HOTWASH_LOG_FORM="json"
    )
    hold(described, heard, keys)
    assert sum(killed.values()) == 4
    asked = Counter(one[2] for one in heard.failures)
    assert not [what for what in asked if what.startswith("GET")], f"what can be asked again is answered: {asked}"
    assert f'"request": "{kept["reference"]}"' in (tmp_path / "log").read_text(), "the proxy's reference is in our log"
    assert kept["figures"] == "404", "figures stay inside"
    connections.close_all()
