"""Repositories that somebody made to harm their reader: nothing of theirs runs, and what cannot be read is named."""

import subprocess
from pathlib import Path

import pytest

from hotwash.connect.dvc import FILE_MAX, Dvc
from hotwash.response.outside import NotThere, OutsideFault, Refused

DIGEST = "0b53bf92a1c14b8e9d2f3c4a5b6c7d8e"
PLAIN = f"outs:\n- md5: {DIGEST}\n  size: 3\n  path: train.csv\n"


class Repo:
    """A repository in which a test may write anything."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.name", "eve")
        self.git("config", "user.email", "eve@example.org")

    def git(self, *words: str) -> str:
        done = subprocess.run(["git", "-C", self.place, *words], check=True, capture_output=True, text=True)
        return done.stdout

    def commit(self, **files: str | bytes) -> "Repo":
        for name, content in files.items():
            place = self.place / name.replace("__", "/").replace("_", ".")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.git("add", "-A")
        self.git("commit", "-qm", "some data")
        return self


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    (tmp_path / "repository").mkdir()
    return Repo(tmp_path / "repository")


def test_nothing_that_a_repository_configures_is_run(repo: Repo, tmp_path: Path) -> None:
    repo.commit(train_csv_dvc=PLAIN, _gitattributes="*.dvc diff=evil filter=evil\n")
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\nexec cat\n")
    trap.chmod(0o755)
    for hook in ("post-checkout", "reference-transaction", "post-index-change", "fsmonitor-watchman"):
        (repo.place / ".git" / "hooks" / hook).write_text(trap.read_text())
        (repo.place / ".git" / "hooks" / hook).chmod(0o755)
    for name in (
        "core.fsmonitor", "core.pager", "pager.log", "pager.show", "core.sshCommand", "diff.external", "gpg.program",
        "diff.evil.textconv", "diff.evil.command", "filter.evil.smudge", "filter.evil.clean", "core.gitProxy",
        "core.alternateRefsCommand", "core.editor", "credential.helper", "uploadpack.packObjectsHook",
        "gpg.ssh.program", "core.askPass", "interactive.diffFilter", "sequence.editor",
    ):  # fmt: skip
        repo.git("config", name, str(trap))
    for name in ("log.showSignature", "core.untrackedCache", "extensions.worktreeConfig"):
        repo.git("config", name, "true")
    repo.git("config", "alias.show", f"!{trap}")
    dvc = Dvc(repo.place)
    assert [one.path for one in dvc.versions("main")] == ["train.csv"]
    assert [one.what for one in dvc.carried(DIGEST)] == ["entered"]
    assert not (tmp_path / "sprung").exists()


def test_objects_that_are_missing_are_not_fetched_by_a_program_of_the_repository(repo: Repo, tmp_path: Path) -> None:
    repo.commit(train_csv_dvc=PLAIN)
    blob = repo.git("rev-parse", "main:train.csv.dvc").strip()
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    for name, value in {
        "core.repositoryformatversion": "1", "extensions.partialClone": "evil", "remote.evil.promisor": "true",
        "remote.evil.url": f"ext::{trap}", "remote.evil.uploadpack": str(trap), "protocol.ext.allow": "always",
        "protocol.file.allow": "always",
    }.items():  # fmt: skip
        repo.git("config", name, value)
    (repo.place / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(NotThere, match="lacks an object"):
        Dvc(repo.place).versions("main")
    repo.git("config", "remote.evil.url", str(repo.place))
    with pytest.raises(OutsideFault):
        Dvc(repo.place).versions("main")
    assert not (tmp_path / "sprung").exists()


def test_the_variables_of_this_process_do_not_lead_elsewhere(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit(train_csv_dvc=PLAIN)
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "/bin/false")
    assert [one.digest for one in Dvc(repo.place).versions("main")] == [DIGEST]


@pytest.mark.parametrize(
    "text",
    [
        "outs: [",
        "- a list",
        "!!python/object/apply:os.system ['touch sprung']",
        "a: &a [1, *a",
        "outs:\n- md5: x\n\tpath: y",
        b"\xff\xfe\x00",
        "outs: " + "[" * 5_000,
        "when: 2026-99-99",
    ],
)
def test_a_file_that_cannot_be_read_is_named(repo: Repo, text: str | bytes) -> None:
    repo.commit(train_csv_dvc=text)
    with pytest.raises(Refused, match=r"^train\.csv\.dvc at [0-9a-f]{10} (cannot be read|is not one)"):
        Dvc(repo.place).versions("main")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "outs: 3",
        "outs: [3, null, {md5: 5}, {path: a}, {path: [1], md5: x}]",
        "wdir: [1]\nouts: []",
        "deps: []",
    ],
)
def test_a_file_without_data_has_none(repo: Repo, text: str) -> None:
    assert Dvc(repo.commit(train_csv_dvc=text).place).versions("main") == ()


def test_links_folders_of_dvc_and_huge_files_are_not_read(repo: Repo) -> None:
    (repo.place / "link.dvc").symlink_to("/etc/passwd")
    repo.commit(_dvc__tmp__own_dvc=PLAIN, a__real_dvc=PLAIN)
    assert [one.path for one in Dvc(repo.place).versions("main")] == ["a/train.csv"]
    repo.commit(big_dvc="#" * (FILE_MAX + 1))
    with pytest.raises(Refused, match=r"big\.dvc at .* is larger than"):
        Dvc(repo.place).versions("main")


def test_a_path_that_climbs_out_stays_a_label(repo: Repo) -> None:
    text = f"wdir: ../..\nouts:\n- md5: {DIGEST}\n  path: ../../etc/passwd\n- etag: 'abc'\n  path: s3://bucket/x\n"
    assert [(one.path, one.digest) for one in Dvc(repo.commit(train_csv_dvc=text).place).versions("main")] == [
        ("../../../../etc/passwd", DIGEST),
        ("s3://bucket/x", "abc"),
    ]


def test_the_first_form_of_a_dvc_lock_is_read_too(repo: Repo) -> None:
    repo.commit(dvc_lock=f"train:\n  cmd: python train.py\n  outs:\n  - path: model.pkl\n    md5: {DIGEST}\n")
    (version,) = Dvc(repo.place).versions("main")
    assert (version.path, version.stage) == ("model.pkl", "train")


def test_a_folder_that_is_no_repository_is_told(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="not a git repository"):
        Dvc(tmp_path).versions("main")
    with pytest.raises(NotThere, match="There is no folder"):
        Dvc(tmp_path / "away").versions("main")


def test_an_empty_repository_has_no_commit(repo: Repo) -> None:
    with pytest.raises(NotThere, match="has no commit main"):
        Dvc(repo.place).versions("main")
