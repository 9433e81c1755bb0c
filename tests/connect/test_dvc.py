"""The reader of DVC's repositories, beside DVC itself."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.dvc import History

from hotwash.connect.dvc import Dvc
from hotwash.response.outside import NotThere, NotVerified
from hotwash.response.provenance import DataChange

pytestmark = [pytest.mark.real("dvc"), pytest.mark.xdist_group("dvc")]

UNICODE = "data/Füße und Hände.csv"


@pytest.fixture
def dvc(history: History) -> Dvc:
    return Dvc(history.repository, caches=[history.store])


def told(dvc: Dvc, before: str, after: str) -> dict[str, list[tuple[str, Any]]]:
    """The changes, folders opened, in the form of `dvc diff --json --show-hash`."""
    words = {"added": "added", "changed": "modified", "deleted": "deleted"}
    found: dict[str, list[tuple[str, Any]]] = {word: [] for word in words.values()}

    def take(change: DataChange, end: str = "") -> None:
        old, new = (one.digest if one else None for one in (change.before, change.after))
        digest = {"old": old, "new": new} if old and new else old or new
        found[words[change.what]].append((change.path + end, digest))

    for change in dvc.changes(before, after):
        one = change.after or change.before
        assert one
        take(change, "/" if one.digest.endswith(".dir") else "")
        for inner in dvc.inside(change):
            take(inner)
    return {word: sorted(several) for word, several in found.items()}


@pytest.mark.parametrize(("before", "after"), [("v1", "v2"), ("v2", "v3")])
def test_the_changes_are_those_that_dvc_itself_tells(dvc: Dvc, history: History, before: str, after: str) -> None:
    said = history.said[f"{before} {after}"]
    assert said["renamed"] == []
    theirs = {
        word: sorted((one["path"], one["hash"]) for one in said[word]) for word in ("added", "modified", "deleted")
    }
    assert theirs["modified"]
    assert told(dvc, before, after) == theirs


def test_every_data_file_of_a_commit_has_its_digest_size_and_step(dvc: Dvc) -> None:
    versions = {one.path: one for one in dvc.versions("v1")}
    assert set(versions) == {
        UNICODE, "data/count EU.txt", "data/count US.txt", "data/half.csv", "data/raw", "data/train.csv"
    }  # fmt: skip
    assert versions["data/count EU.txt"].stage == "count@EU"
    assert versions["data/half.csv"].stage == "split"
    assert (versions["data/raw"].files, versions["data/raw"].stage) == (3, "")
    assert versions["data/train.csv"].bytes == 1_502


def test_a_digest_leads_to_the_commits_where_it_entered_and_left(dvc: Dvc) -> None:
    (train,) = [one for one in dvc.versions("v1") if one.path == "data/train.csv"]
    steps = [(one.commit.subject, one.what) for one in dvc.carried(train.digest) if one.path == "data/train.csv.dvc"]
    assert steps == [("Data of v3", "entered"), ("Data of v2", "left"), ("Data of v1", "entered")]


def test_old_bytes_are_those_of_their_time_line_ends_and_all(dvc: Dvc, tmp_path: Path) -> None:
    (train,) = [one for one in dvc.versions("v1") if one.path == "data/train.csv"]
    content = dvc.content(train.digest)
    assert content.startswith(b"text,label\r\nq0,1\r\n")
    dvc.copy(train.digest, tmp_path / "train.csv")
    assert (tmp_path / "train.csv").read_bytes() == content
    assert [one.name for one in tmp_path.iterdir()] == ["train.csv"]


def test_a_bare_clone_says_the_same(dvc: Dvc, history: History, tmp_path: Path) -> None:
    subprocess.run(["git", "clone", "-q", "--bare", history.repository, tmp_path / "bare"], check=True)
    bare = Dvc(tmp_path / "bare")
    assert bare.versions("v2") == dvc.versions("v2")
    assert bare.commit("v2") == dvc.commit("v2")
    assert dvc.commit("v2").at.isoformat() == "2026-11-21T10:00:00+01:00"


def test_bytes_that_are_not_there_or_were_changed_are_told(history: History, tmp_path: Path) -> None:
    (train,) = [one for one in Dvc(history.repository).versions("v1") if one.path == "data/train.csv"]
    with pytest.raises(NotThere, match="in none of the caches"):
        Dvc(history.repository, caches=[tmp_path]).content(train.digest)
    place = tmp_path / "files" / "md5" / train.digest[:2] / train.digest[2:]
    place.parent.mkdir(parents=True)
    place.write_bytes((history.store / "files" / "md5" / train.digest[:2] / train.digest[2:]).read_bytes()[:-1])
    changed = Dvc(history.repository, caches=[tmp_path])
    with pytest.raises(NotVerified, match="it was changed or damaged, and not used"):
        changed.content(train.digest)
    with pytest.raises(NotVerified):
        changed.copy(train.digest, tmp_path / "train.csv")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["files"]


def test_what_dvc_2_kept_is_found_and_its_texts_count_without_carriage_returns(
    tmp_path: Path, history: History
) -> None:
    digest = "dd8c6a395b5dd36c56d23275028f526c"  # of a, line feed, b, line feed
    (tmp_path / digest[:2]).mkdir()
    (tmp_path / digest[:2] / digest[2:]).write_bytes(b"a\r\nb\r\n")
    assert Dvc(history.repository, caches=[tmp_path]).content(digest) == b"a\r\nb\r\n"


@pytest.mark.parametrize("revision", ["v9", "--help", "", "v1\0", "v1:data", "0" * 40])
def test_a_revision_that_is_none_is_not_there(dvc: Dvc, revision: str) -> None:
    with pytest.raises(NotThere):
        dvc.versions(revision)


@pytest.mark.parametrize("digest", ["", "../../../etc/passwd", "0" * 31, "-S", "A" * 32])
def test_a_digest_that_is_none_opens_no_file(dvc: Dvc, digest: str) -> None:
    with pytest.raises(NotThere, match=r"is no digest of DVC's"):
        dvc.content(digest)
    with pytest.raises(NotThere, match=r"is no digest of DVC's"):
        dvc.carried(digest)
