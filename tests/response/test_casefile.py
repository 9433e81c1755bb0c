"""A case file: the same bytes for the same record, and any change to any byte of it is found by three who look."""

import errno
import hashlib
import re
import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotwash.ledger.files import FileVault
from hotwash.ledger.memory import MemoryStore, MemoryVault
from hotwash.response import casefile, evidence, holding
from hotwash.response.casefile import CaseBroken, NoRoom, check, made, write_folder, zipped
from hotwash.response.casefile.bag import ROOTS, Part, bagged, part, part_of
from hotwash.response.casefile.names import placed, safe
from hotwash.response.desk import Desk, Person

ANA, BO = Person("Ana", "responder"), Person("Bo", "commander")
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 3, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def desk_with(vault: Any = None) -> tuple[Desk, str]:
    desk = Desk(MemoryStore(), vault or MemoryVault(), clock=Clock())
    desk.register(by=BO, name="Loans", purpose="Zoë's loans", tier="high")
    incident = desk.declare(by=ANA, title="Loans refused to the old 🏦", system="loans").id
    holding.hold(desk, incident, by=BO, reason="first")
    desk.keep(incident, b"", by=ANA, name="../../etc/päss wd?.csv")
    desk.keep(incident, b"1,2\n" * 1000, by=ANA, name="same.csv")
    desk.keep(incident, b"3,4\n", by=ANA, name="same.csv")
    desk.record(incident, "estimate-harm", by=ANA, what="people", value=0.4485, low=0.1, basis="1e-7 to 1.0")
    evidence.seal(desk, incident, by=BO, key=KEY)
    return desk, incident


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Path:
    desk, incident = desk_with()
    folder = tmp_path_factory.mktemp("case") / "bag"
    write_folder(made(desk, incident, public_key=evidence.pem_of(KEY)), folder)
    return folder


def script(folder: Path) -> subprocess.CompletedProcess[str]:
    """The script that lies in the bag, run on it without any site packages."""
    command = [sys.executable, "-I", "-S", str(folder / "verify.py")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def bagit(folder: Path) -> int:
    """The command of the bagit library."""
    command = [str(Path(sys.executable).parent / "bagit.py"), "--validate", "--quiet", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode


def test_three_who_look_find_it_sound(bag: Path) -> None:
    found = check(bag, public_key=KEY.public_key())
    assert (found.here, found.left_out) == (5, 1)
    assert found.record.seals
    assert found.record.heads.keys() == {"incident/INC-2026-0001", "system/loans"}
    assert script(bag).returncode == 0, script(bag)
    assert bagit(bag) == 0


def test_it_is_what_rfc_8493_asks_for(bag: Path) -> None:
    assert (bag / "bagit.txt").read_bytes() == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    info = dict(line.split(": ", 1) for line in (bag / "bag-info.txt").read_text().splitlines())
    payload = [path for path in (bag / "data").rglob("*") if path.is_file()]
    assert info["Payload-Oxum"] == f"{sum(path.stat().st_size for path in payload)}.{len(payload)}"
    for name in ("manifest-sha256.txt", "manifest-sha512.txt"):
        listed = [line.split("  ", 1)[1] for line in (bag / name).read_text().splitlines()]
        assert sorted(listed) == listed == sorted(path.relative_to(bag).as_posix() for path in payload)


def test_names_are_plain_and_one_each(bag: Path) -> None:
    names = sorted(path.name for path in (bag / "data" / "evidence").iterdir())
    assert names == [
        "0003-01-loans.json",
        "0003-03-loans-switches.json",
        "0004-pass-wd.csv",
        "0005-same.csv",
        "0006-same.csv",
    ]


def test_the_same_record_gives_the_same_bytes(bag: Path, tmp_path: Path) -> None:
    desk, incident = desk_with()
    first = made(desk, incident)
    archive = b"".join(zipped(first))
    assert b"".join(zipped(made(desk, incident))) == archive
    as_of = desk.incident(incident).number
    desk.record(incident, "note", by=ANA, text="Later.")
    desk.record_system("loans", "note-system", by=BO, text="Later.")
    evidence.bytes_of(desk, desk.incident(incident), 5, by=ANA, through="api")
    assert b"".join(zipped(made(desk, incident, as_of=as_of))) == archive
    assert made(desk, incident).digest != first.digest


def test_an_earlier_state_of_the_record_is_a_whole_case_file(tmp_path: Path) -> None:
    desk, incident = desk_with()
    for as_of in range(1, desk.incident(incident).number + 1):
        folder = tmp_path / str(as_of)
        write_folder(made(desk, incident, as_of=as_of), folder)
        assert check(folder).record.heads[f"incident/{incident}"].number == as_of
        assert script(folder).returncode == 0, script(folder)


def files_of(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_byte_changed_in_any_file_is_found(bag: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([one for one in files_of(bag) if (bag / one).stat().st_size]))
    path = bag / name
    was = path.read_bytes()
    place = data.draw(st.integers(0, len(was) - 1))
    other = data.draw(st.integers(1, 255))
    try:
        path.write_bytes(was[:place] + bytes([was[place] ^ other]) + was[place + 1 :])
        with pytest.raises(CaseBroken):
            check(bag)
    finally:
        path.write_bytes(was)


def test_a_changed_byte_in_each_file_is_found_by_the_script_and_by_bagit(bag: Path) -> None:
    for name in files_of(bag):
        path = bag / name
        was = path.read_bytes()
        if not was:
            continue
        place = len(was) // 2
        try:
            path.write_bytes(was[:place] + bytes([was[place] ^ 1]) + was[place + 1 :])
            if name == "verify.py":
                continue
            assert script(bag).returncode == 1, name
            # The library reads hexadecimal digits in either case, and trusts no tag manifest that it does not list.
            assert bagit(bag) != 0 or name in ROOTS, name
        finally:
            path.write_bytes(was)


def test_a_file_put_in_taken_out_or_swapped_is_found(bag: Path, tmp_path: Path) -> None:
    def changed(change: Any) -> Path:
        folder = tmp_path / f"{len(list(tmp_path.iterdir()))}"
        shutil.copytree(bag, folder)
        change(folder)
        return folder

    evidence_ = "data/evidence/"
    for folder in (
        changed(lambda at: (at / "data/extra.txt").write_text("x")),
        changed(lambda at: (at / "extra.txt").write_text("x")),
        changed(lambda at: (at / f"{evidence_}0006-same.csv").unlink()),
        changed(lambda at: (at / f"{evidence_}0006-same.csv").rename(at / f"{evidence_}0007-same.csv")),
        changed(lambda at: (at / "manifest-sha256.txt").unlink()),
        changed(lambda at: (at / "tagmanifest-sha512.txt").unlink()),
    ):
        with pytest.raises(CaseBroken):
            check(folder)
        assert script(folder).returncode != 0
    linked = changed(lambda at: ((at / "README.txt").unlink(), (at / "README.txt").symlink_to(bag / "README.txt")))
    with pytest.raises(CaseBroken, match="link"):
        check(linked)


def test_who_makes_all_manifests_anew_still_meets_the_chain(bag: Path, tmp_path: Path) -> None:
    """Somebody who changes an entry, or swaps evidence, and writes every manifest anew."""
    for path, old, new in (
        ("data/record/records.json", b"1e-7 to 1.0", b"1e-7 to 9.0"),
        ("data/evidence/0006-same.csv", b"3,4\n", b"3,5\n"),
    ):
        folder = tmp_path / path.rsplit("/", 1)[1]
        tags = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "manifest-sha512.txt", *ROOTS)
        payload: list[Part] = []
        beside: list[Part] = []
        for name in files_of(bag):
            data = (bag / name).read_bytes()
            if name == path:
                assert old in data
                data = data.replace(old, new)
            if name not in tags:
                (payload if name.startswith("data/") else beside).append(part(name, data))
        write_folder(casefile.CaseFile("x", 1, bagged(payload, beside, []), 0, people=False), folder)
        assert bagit(folder) == 0
        with pytest.raises(CaseBroken):
            check(folder)
        assert script(folder).returncode == 1


def test_changed_or_lost_bytes_in_the_vault_are_listed_and_left_out(tmp_path: Path) -> None:
    vault = FileVault(tmp_path / "vault")
    desk, incident = desk_with(vault)
    kept = desk.incident(incident).evidence
    changed, lost = (vault._path(kept[entry].event.digest) for entry in (5, 6))
    assert changed
    assert lost
    changed.chmod(0o600)
    changed.write_bytes(b"other")
    lost.unlink()
    write_folder(made(desk, incident), tmp_path / "bag")
    readme = re.sub(r"\s+", " ", (tmp_path / "bag" / "README.txt").read_text())
    assert "5 same.csv: THE BYTES IN THE VAULT WERE CHANGED" in readme
    assert "6 same.csv: Its bytes are no longer in the vault." in readme
    assert check(tmp_path / "bag").left_out == 3
    assert script(tmp_path / "bag").returncode == 0


def test_a_full_disk_is_named_and_leaves_nothing_behind(tmp_path: Path) -> None:
    def full() -> Iterator[bytes]:
        yield b"x"
        if reading[0]:
            raise OSError(errno.ENOSPC, "No space left on device")

    reading = [False]
    parts = bagged([part_of("data/a", full)], [], [])
    reading[0] = True
    with pytest.raises(NoRoom, match="full: the case file takes"):
        write_folder(casefile.CaseFile("x", 1, parts, 0, people=False), tmp_path / "bag")
    assert list(tmp_path.iterdir()) == []


def test_more_than_the_disk_has_is_refused_before_a_byte_is_written(tmp_path: Path) -> None:
    from dataclasses import replace

    huge = replace(part("data/a", b"x"), size=1 << 60)
    with pytest.raises(NoRoom, match="has no room"):
        write_folder(casefile.CaseFile("x", 1, (huge,), 0, people=False), tmp_path / "bag")
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "x").write_text("")
    with pytest.raises(FileExistsError):
        write_folder(casefile.CaseFile("x", 1, (), 0, people=False), tmp_path / "there")


def test_a_large_file_goes_through_in_pieces(tmp_path: Path) -> None:
    vault = FileVault(tmp_path / "vault")
    desk, incident = desk_with(vault)
    desk.keep(incident, b"\0" * (48 << 20), by=ANA, name="large.bin")
    made(desk, incident)  # what is loaded once is loaded
    tracemalloc.start()
    case = made(desk, incident)
    write_folder(case, tmp_path / "bag")
    for _ in zipped(case):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert case.size > 48 << 20
    assert peak < 24 << 20
    assert check(tmp_path / "bag").files == len(case.parts)


@given(st.text(max_size=300))
def test_any_name_becomes_a_safe_one(name: str) -> None:
    plain = safe(name)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", plain)
    assert ".." not in plain or "/" not in plain
    assert not plain.endswith(".")
    assert safe(plain) == plain


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("..", "file"),
        ("../../x.csv", "x.csv"),
        ("C:\\Users\\x.csv", "x.csv"),
        ("", "file"),
        ("CON", "file-CON"),
        ("con.txt", "file-con.txt"),
        (".bashrc", "bashrc"),
        ("日本", "file"),
        ("Übersicht März.pdf", "Ubersicht-Marz.pdf"),
        ("a" * 300 + ".json", "a" * 60 + ".json"),
        ("x.y z", "x.y-z"),
    ],
)
def test_names_keep_what_can_be_kept(name: str, plain: str) -> None:
    assert safe(name) == plain
    assert placed("evidence", 7, 0, name) == f"data/evidence/0007-{plain}"


def test_the_script_is_short_and_needs_nothing(bag: Path) -> None:
    text = (bag / "verify.py").read_text()
    assert len(text.splitlines()) <= 65
    assert set(re.findall(r"^(?:import|from) (\w+)", text, flags=re.MULTILINE)) == {
        "hashlib", "json", "pathlib", "re", "sys",
    }  # fmt: skip


def test_the_reference_names_every_file_of_a_case_file(bag: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "case-file.md").read_text("utf-8")
    for name in files_of(bag):
        listed = re.sub(r"\d{4}(-\d\d)?-.*$", "", name)
        stem = re.sub(r"^(data/)?(record/)?|\.\w+$", "", listed).split("-sha")[0]
        assert stem in page, name


def thirty_lines() -> str:
    """The script that the documentation has for whoever trusts nothing in the bag."""
    page = (Path(__file__).parents[2] / "docs" / "reference" / "case-file.md").read_text(encoding="utf-8")
    return page.split("```python\n")[1].split("```")[0]


def by_hand(folder: Path) -> subprocess.CompletedProcess[str]:
    """The thirty lines, run on a bag with the standard library alone."""
    command = [sys.executable, "-I", "-S", "-c", thirty_lines(), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_thirty_typed_lines_find_a_case_file_sound_and_any_change_of_it(bag: Path, tmp_path: Path) -> None:
    assert len([line for line in thirty_lines().splitlines() if line.strip()]) <= 30
    assert by_hand(bag).returncode == 0, by_hand(bag)
    names = [path.relative_to(bag) for path in sorted(bag.rglob("*")) if path.is_file() and path.stat().st_size]
    for name in [one for one in names if not one.name.startswith(("manifest-", "tagmanifest-"))]:
        folder = tmp_path / "changed"
        shutil.copytree(bag, folder)
        data = bytearray((folder / name).read_bytes())
        data[len(data) // 2] ^= 1
        (folder / name).write_bytes(data)
        assert name.as_posix() in by_hand(folder).stderr, name
        shutil.rmtree(folder)
    shutil.copytree(bag, tmp_path / "more")
    (tmp_path / "more" / "data" / "new.txt").write_text("x")
    assert "data/new.txt" in by_hand(tmp_path / "more").stderr


def test_thirty_typed_lines_find_a_record_whose_manifests_were_made_anew(bag: Path, tmp_path: Path) -> None:
    folder = tmp_path / "forged"
    shutil.copytree(bag, folder)
    record = folder / "data/record/records.json"
    text = record.read_text(encoding="utf-8")
    assert "Loans refused to the old" in text
    record.write_text(text.replace("Loans refused to the old", "Loans granted to the old", 1), encoding="utf-8")
    manifest = folder / "manifest-sha256.txt"
    old = hashlib.sha256((bag / "data/record/records.json").read_bytes()).hexdigest()
    new = hashlib.sha256(record.read_bytes()).hexdigest()
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    tags = folder / "tagmanifest-sha256.txt"
    before = hashlib.sha256((bag / "manifest-sha256.txt").read_bytes()).hexdigest()
    after = hashlib.sha256(manifest.read_bytes()).hexdigest()
    tags.write_text(tags.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    assert re.search(r"Changed: incident/\S+ 1\b", by_hand(folder).stderr)
