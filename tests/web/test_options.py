"""Settings come from the environment and the data folder; what is wrong with them is said, not raised."""

import re
import stat
from pathlib import Path

import pytest
from django.core.checks import run_checks

from hotwash.web import home, options


def ids(found: options.Options) -> list[str]:
    return [problem.id for problem in found.problems]


def test_without_settings_everything_lives_in_the_data_folder(tmp_path: Path) -> None:
    found = options.read({"HOTWASH_HOME": str(tmp_path)})
    assert found == options.Options(home=tmp_path)
    assert options.database(found)["NAME"] == str(tmp_path / "hotwash.sqlite3")


def test_the_data_folder_follows_the_desktop(tmp_path: Path) -> None:
    assert options.read({"XDG_DATA_HOME": "/data"}).home == Path("/data/hotwash")
    assert options.read({"HOME": "/home/bo"}).home == Path("/home/bo/.local/share/hotwash")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "hotwash.toml").write_text(
        'public_url = "https://a.example"\nhosts = ["b.example"]\nproxies = 1\nlog_detail = true\n'
    )
    found = options.read({"HOTWASH_HOME": str(tmp_path), "HOTWASH_PUBLIC_URL": "https://c.example/"})
    assert (found.public_url, found.hosts, found.proxies, found.log_detail) == (
        "https://c.example",
        ("b.example",),
        1,
        True,
    )
    assert found.https
    assert found.problems == ()


def test_a_postgresql_address_is_taken_apart(tmp_path: Path) -> None:
    found = options.read(
        {"HOTWASH_HOME": str(tmp_path), "HOTWASH_DATABASE_URL": "postgres://bo:a%2Fb@db:5433/hot?sslmode=require"}
    )
    described = options.database(found)
    assert [described[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "hot",
        "bo",
        "a/b",
        "db",
        "5433",
    ]
    assert described["OPTIONS"] == {"sslmode": "require"}
    assert "a/b" not in repr(found)
    assert "a%2Fb" not in repr(found)


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("HOTWASH_HOSTS", "*", "hotwash.E003"),
        ("HOTWASH_PROXIES", "many", "hotwash.E004"),
        ("HOTWASH_PROXIES", "-1", "hotwash.E004"),
        ("HOTWASH_LOG_DETAIL", "perhaps", "hotwash.E005"),
        ("HOTWASH_DATABASE_URL", "mysql://db/hot", "hotwash.E006"),
        ("HOTWASH_DATABASE_URL", "postgres://db:port/hot", "hotwash.E006"),
        ("HOTWASH_PUBLIC_URL", "hotwash.example.org", "hotwash.E007"),
        ("HOTWASH_PUBLIC_URL", "javascript:alert(1)", "hotwash.E007"),
        ("HOTWASH_SECRET_KEY", "short", "hotwash.E008"),
        ("HOTWASH_INSIDE", "alerts.internal, *", "hotwash.E015"),
        ("HOTWASH_INSIDE", "10.0.0.0/99", "hotwash.E015"),
        ("HOTWASH_LOG_FORM", "xml", "hotwash.E019"),
        ("HOTWASH_METRICS_TOKEN", "short", "hotwash.E020"),
        ("HOTWASH_S3", '{"endpoint": "https://s3.internal"}', "hotwash.E021"),
        ("HOTWASH_S3", '{"bucket": "b", "key": "k"}', "hotwash.E021"),
        ("HOTWASH_S3", '{"bucket": "b", "endpoint": "file:///etc"}', "hotwash.E021"),
        ("HOTWASH_COLOUR", "red", "hotwash.W001"),
    ],
)
def test_a_wrong_setting_is_named_with_what_mends_it(tmp_path: Path, name: str, value: str, problem: str) -> None:
    found = options.read({"HOTWASH_HOME": str(tmp_path), name: value})
    assert ids(found) == [problem]
    assert all(fault.hint for fault in found.problems)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("hosts = 1", "hotwash.E003"),
        ("public_url = 1", "hotwash.E002"),
        ('colour = "red"', "hotwash.W001"),
        ("= [", "hotwash.E001"),
        ("\xff", "hotwash.E001"),
    ],
)
def test_a_wrong_line_in_the_file_is_named(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "hotwash.toml").write_bytes(text.encode("latin-1"))
    assert ids(options.read({"HOTWASH_HOME": str(tmp_path)})) == [problem]


def test_one_wrong_setting_does_not_hide_the_others(tmp_path: Path) -> None:
    found = options.read({"HOTWASH_HOME": str(tmp_path), "HOTWASH_PROXIES": "x", "HOTWASH_HOSTS": "*"})
    assert sorted(ids(found)) == ["hotwash.E003", "hotwash.E004"]


def test_the_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    made = options.Options(home=tmp_path / "new")
    assert home.secret_key(made) != home.secret_key(made)
    home.prepare(made)
    key = home.secret_key(made)
    home.prepare(made)
    assert home.secret_key(made) == key
    assert len(key) >= 50
    for place, mode in ((made.home, 0o700), (made.vault, 0o700), (made.key_file, 0o600), (made.database, 0o600)):
        assert stat.S_IMODE(place.stat().st_mode) == mode


def test_a_key_that_others_can_read_is_reported(tmp_path: Path, settings: object) -> None:
    made = options.Options(home=tmp_path)
    home.prepare(made)
    settings.HOTWASH = made  # type: ignore[attr-defined]
    assert not [found for found in run_checks() if str(found.id).startswith("hotwash.")]
    made.key_file.chmod(0o644)
    assert [found.id for found in run_checks() if str(found.id).startswith("hotwash.")] == ["hotwash.E010"]
    made.key_file.chmod(0o600)


def test_problems_are_reported_as_system_checks(tmp_path: Path, settings: object) -> None:
    found = options.read({"HOTWASH_HOME": str(tmp_path), "HOTWASH_PROXIES": "x", "HOTWASH_COLOUR": "red"})
    settings.HOTWASH = found  # type: ignore[attr-defined]
    reported = {str(check.id): check for check in run_checks() if str(check.id).startswith("hotwash.")}
    assert sorted(reported) == ["hotwash.E004", "hotwash.W001"]
    assert all(check.hint for check in reported.values())


def test_further_folders_of_logs_are_named_from_the_root(tmp_path: Path) -> None:
    (tmp_path / "hotwash.toml").write_text('logs = ["/srv/predictions"]\n')
    assert options.read({"HOTWASH_HOME": str(tmp_path)}).logs == (Path("/srv/predictions"),)
    named = options.read({"HOTWASH_HOME": str(tmp_path), "HOTWASH_LOGS": "/a:/b"})
    assert (named.logs, named.problems) == ((Path("/a"), Path("/b")), ())
    wrong = options.read({"HOTWASH_HOME": str(tmp_path), "HOTWASH_LOGS": "predictions"})
    assert (wrong.logs, ids(wrong)) == ((), ["hotwash.E012"])


def test_places_inside_are_named_in_the_environment_or_the_file(tmp_path: Path) -> None:
    (tmp_path / "hotwash.toml").write_text('inside = ["alerts.internal:9093"]\n')
    assert options.read({"HOTWASH_HOME": str(tmp_path)}).inside == ("alerts.internal:9093",)
    named = options.read({"HOTWASH_HOME": str(tmp_path), "HOTWASH_INSIDE": "10.1.0.0/16, .corp.example"})
    assert (named.inside, named.problems) == (("10.1.0.0/16", ".corp.example"), ())


def test_every_setting_has_its_place_in_the_docs() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    told = re.findall(r"^## HOTWASH_([A-Z0-9_]+)$", page, re.MULTILINE)
    assert sorted(told) == sorted(["HOME", *(name.upper() for name in options.NAMES)])
