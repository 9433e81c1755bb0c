"""No name that comes from outside becomes a path: of uploads, in addresses, in archives that are restored."""

import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern
from tests.api.speaking import API, Speaker, declared, installation, speaker, whole
from tests.cli.terminal import Terminal, terminal
from tests.web.people import enter, person

from hotwash.web.api.urls import api
from hotwash.web.options import Options
from hotwash.web.pages.urls import urlpatterns
from hotwash.web.tables.models import Role

MARK = "escaped"
SECRET = "root:what lies outside of the house"
NAMES = (
    f"../../{MARK}",
    f"/{{outside}}/{MARK}",
    f"..\\..\\{MARK}",
    f"a/../../{MARK}",
    f"%2e%2e%2f{MARK}",
    f"{MARK}\x00.csv",
    "." * 300,
    "..",
)


@pytest.fixture
def house(sqlite: Options, tmp_path: Path) -> Iterator[tuple[Speaker, Client, Path]]:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.txt").write_text(SECRET)
    with installation(tmp_path / "inner" / "home"):
        person("bo", role=Role.ADMINISTRATOR)
        ana = speaker("ana", Role.ADMINISTRATOR)
        ana.say("/systems", {"name": "Loans"})
        declared(ana, title="Loans refused")
        ana.say("/incidents/INC-2026-0001/redress/open")
        yield ana, enter("bo"), tmp_path


def escaped(root: Path) -> list[str]:
    """Files that a hostile name made."""
    return [str(path) for path in root.rglob("*") if MARK in path.name]


def uploads() -> list[str]:
    """Every address of the API that takes a file."""
    return [
        path
        for path, methods in api.get_openapi_schema(path_prefix="")["paths"].items()
        if "multipart/form-data" in str(methods.get("post", {}).get("requestBody", ""))
    ]


def filled(path: str, value: str = "1") -> str:
    words = {"incident_id": "INC-2026-0001", "slug": "loans"}
    return re.sub(r"\{(\w+)\}", lambda one: words.get(one[1], value), path)


def as_form(name: str) -> bytes:
    """A file as a program may send it: Django's own test client would make its name harmless first."""
    head = 'Content-Disposition: form-data; name="{}"{}\r\n\r\n'
    parts = [
        head.format("file", f'; filename="{name}"') + "person,remedy\nk-1,notify\n",
        head.format("name", "") + name.replace("\x00", ""),
    ]
    return "".join(f"--b\r\n{part}\r\n" for part in parts).encode() + b"--b--\r\n"


@pytest.mark.parametrize("path", uploads())
def test_the_name_of_an_upload_is_never_a_path(house: tuple[Speaker, Client, Path], path: str) -> None:
    ana, _, root = house
    for name in NAMES:
        hostile = name.format(outside=root / "outside")
        client = Client(raise_request_exception=False)
        response = client.generic(
            "POST",
            API + filled(path),
            as_form(hostile),
            content_type="multipart/form-data; boundary=b",
            headers={"Authorization": f"Bearer {ana.token}"},
        )
        assert response.status_code < 500, (name, response.content[:300])
        assert escaped(root) == []


def test_no_word_of_an_address_leads_out(house: tuple[Speaker, Client, Path]) -> None:
    ana, browser, root = house
    browser.raise_request_exception = False
    out = "../" * 12 + str(root / "outside" / "secret.txt").lstrip("/")
    for word in (out, out.replace("/", "%2f"), str(root / "outside" / "secret.txt"), "..%5c..%5csecret.txt"):
        for path, methods in api.get_openapi_schema(path_prefix="")["paths"].items():
            if "{" in path and "get" in methods:
                response = ana.ask("GET", filled(path, word))
                assert response.status_code < 500, path
                assert SECRET not in whole(response).decode("utf-8", "replace"), path
        for pattern in urlpatterns:
            assert isinstance(pattern, URLPattern)
            if "<" in str(pattern.pattern):
                path = "/" + re.sub(r"<(?:\w+:)?\w+>", lambda _, word=word: word, str(pattern.pattern))  # type: ignore[misc]
                response = browser.get(path)
                assert response.status_code < 500, path
                assert SECRET not in whole(response).decode("utf-8", "replace"), path


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    folder = tmp_path_factory.mktemp("typed")
    with terminal(folder, HOTWASH_HOME=str(folder / "home")) as made:
        made.json("declare", "Loans refused")
        (folder / "a.txt").write_bytes(b"evidence")
        made.json("hold", "INC-2026-0001", str(folder / "a.txt"))
        made.json("backup", str(folder / "copy.zip"))
        made.json("export", "INC-2026-0001", "--to", str(folder / "case"))
        yield made


@pytest.mark.parametrize(
    "name",
    [
        f"../{MARK}",
        f"/{MARK}",
        f"vault/../../{MARK}",
        f"home/../../{MARK}",
        f"tables/../{MARK}.jsonl",
        f"vault\\..\\{MARK}",
        f"home/{MARK}",
    ],
)
@pytest.mark.parametrize("link", [False, True], ids=["file", "symlink"])
def test_a_backup_with_a_name_that_leads_out_is_refused_whole(
    typed: Terminal, tmp_path: Path, name: str, link: bool
) -> None:
    hostile = tmp_path / "hostile.zip"
    with zipfile.ZipFile(typed.folder / "copy.zip") as good, zipfile.ZipFile(hostile, "w") as bad:
        for one in good.infolist():
            bad.writestr(one, good.read(one))
        entry = zipfile.ZipInfo(name)
        if link:
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        bad.writestr(entry, "/etc/passwd" if link else "x")
    assert "is no backup" in typed.refused("ledger", "verify", str(hostile))
    assert "is no backup" in typed.refused("--home", str(tmp_path / "new"), "restore", str(hostile))
    assert escaped(tmp_path) == []
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("where", ["data/record/records.json", "manifest-sha256.txt", "data/evidence.json"])
def test_a_case_file_with_a_link_in_it_is_refused(typed: Terminal, tmp_path: Path, where: str) -> None:
    import shutil

    folder = tmp_path / "case"
    shutil.copytree(typed.folder / "case", folder)
    (tmp_path / "beside").write_bytes((folder / where).read_bytes())
    (folder / where).unlink()
    (folder / where).symlink_to(tmp_path / "beside")
    ran = typed.run("ledger", "verify", str(folder), "--format", "json")
    assert ran.code == 1, "bytes from outside of the folder are not the case file's"


def test_the_sweep_sees_a_name_that_is_taken_for_a_path(
    house: tuple[Speaker, Client, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from hotwash.ledger.files import FileVault

    ana, _, root = house
    kept = FileVault.put

    def careless(vault: FileVault, data: bytes) -> str:
        (vault.folder / f"../../{MARK}").write_bytes(data)
        return kept(vault, data)

    monkeypatch.setattr(FileVault, "put", careless)
    ana.send("/incidents/INC-2026-0001/evidence", b"x", name="a.txt")
    assert escaped(root)
