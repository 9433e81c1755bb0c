"""Health, readiness and figures: what a monitor is told, and what nobody is."""

import logging
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.utils import timezone
from tests.api.speaking import declared, installation, speaker

from hotwash.web.options import Options
from hotwash.web.tables.models import WorkerRow

TOKEN = "a-token-that-a-monitor-shows"
SAMPLE = re.compile(r'hotwash_[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? -?[0-9.e+-]+')


def parts(client: Client) -> tuple[int, dict[str, bool]]:
    answer = client.get("/health/ready")
    return answer.status_code, {one["part"]: one["well"] for one in answer.json()["parts"]}


def test_a_server_lives_whatever_it_is_called_and_asks_nothing() -> None:
    answer = Client().get("/health/live", headers={"Host": "10.1.2.3:8420"})
    assert (answer.status_code, answer.json()) == (200, {"live": True})
    assert answer["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_a_server_is_ready_without_a_worker_and_says_that_there_is_none(database: Options, tmp_path: Path) -> None:
    with installation(tmp_path):
        assert parts(Client()) == (200, {"database": True, "vault": True, "worker": False})
        now = timezone.now()
        row = WorkerRow.objects.create(name="one", started_at=now, seen_at=now)
        assert parts(Client()) == (200, {"database": True, "vault": True, "worker": True})
        WorkerRow.objects.filter(pk=row.pk).update(seen_at=now - timedelta(minutes=5))
        assert parts(Client()) == (200, {"database": True, "vault": True, "worker": False})


def test_a_server_whose_tables_are_behind_is_not_ready(database: Options, tmp_path: Path) -> None:
    with installation(tmp_path):
        (tmp_path / "vault").mkdir()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE name LIKE '0002_guards'")
        assert parts(Client()) == (503, {"database": False, "vault": True})
        assert "1 step behind" in Client().get("/health/ready").content.decode()


def test_a_server_without_tables_or_vault_is_not_ready(
    sqlite: Options, tmp_path: Path, settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "vault").write_text("no folder")
    settings.HOTWASH = replace(settings.HOTWASH, home=tmp_path)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE django_migrations")
    with caplog.at_level(logging.CRITICAL):
        assert parts(Client()) == (503, {"database": False, "vault": False})


def test_figures_are_for_whoever_has_the_token(sqlite: Options, tmp_path: Path, settings: LazySettings) -> None:
    with installation(tmp_path):
        assert Client().get("/metrics").status_code == 404
        settings.HOTWASH = replace(settings.HOTWASH, metrics_token=TOKEN)
        assert Client().get("/metrics").status_code == 401
        assert Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}x"}).status_code == 401
        assert Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_figures_count_exchanges_and_name_nobody(database: Options, tmp_path: Path, settings: LazySettings) -> None:
    with installation(tmp_path):
        settings.HOTWASH = replace(settings.HOTWASH, metrics_token=TOKEN)
        ana = speaker("ana-whose-name-is-nobodys-business", "administrator")
        before = _figures()
        incident = declared(ana, title="Bilal was refused")
        ana.get(f"/incidents/{incident}")
        Client().get("/Bilal/was/refused")
        after = _figures()
        for line, more in (
            ('hotwash_requests_total{area="api",method="POST",status="201"}', 1),
            ('hotwash_requests_total{area="api",method="GET",status="200"}', 1),
            ('hotwash_requests_total{area="other",method="GET",status="404"}', 1),
            ('hotwash_request_seconds_count{area="api"}', 2),
            ('hotwash_request_seconds_bucket{area="api",le="+Inf"}', 2),
            ("hotwash_entries_total", 2),
        ):
            assert after[line] - before.get(line, 0) == more, line
        assert after["hotwash_ready"] == 1
        assert after['hotwash_jobs{state="failed"}'] == 0
        assert not [line for line in after if "Bilal" in line or "ana" in line or incident in line]


def _figures() -> dict[str, float]:
    text = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(SAMPLE.fullmatch(line) for line in lines), [line for line in lines if not SAMPLE.fullmatch(line)]
    named = {line.partition("{")[0].partition(" ")[0] for line in lines}
    told = set(re.findall(r"# TYPE (\S+) (?:gauge|counter|histogram)\n", text))
    assert {re.sub(r"_(bucket|sum|count)$", "", name) if "request_seconds" in name else name for name in named} <= told
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}
