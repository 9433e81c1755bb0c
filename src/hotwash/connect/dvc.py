"""DVC by reading its repository: which data each commit had, what changed, and old bytes that are what they claim.

DVC itself is not needed. It keeps a digest of every data file in small files beside the code (`*.dvc`, `dvc.lock`), and
the bytes in a folder by digest. `dvc fetch` exits 0 with nothing fetched; here every byte is held against its digest.
"""

import hashlib
import os
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from hotwash.connect.git import COMMIT, Repository, parsed
from hotwash.response.outside import NotThere, NotVerified, Refused
from hotwash.response.provenance import Carried, DataChange
from hotwash.systems.lineage import Commit, DataVersion

SYSTEM = "DVC"
FILE_MAX, CONTENT_MAX = 5_000_000, 256_000_000
"""The largest `.dvc` file or `dvc.lock` that is read, and the largest data file that is read at once."""
_PIECE = 1 << 20
_DIGEST = re.compile(r"[0-9a-f]{32}(\.dir)?")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|/")


class Dvc:
    """A repository with DVC in it: keeps the promise of `response.provenance.DataVersions`.

    :param repository: a working tree or a bare clone on this machine
    :param caches: folders where the bytes lie: DVC's cache, or a remote that is a folder
    """

    def __init__(self, repository: Path | str, *, caches: Sequence[Path | str] = ()) -> None:
        self._git = Repository(repository)
        self._caches = [Path(one) for one in caches]

    def commit(self, revision: str) -> Commit:
        """The commit that a revision names.

        :raises OutsideFault: `NotThere` if there is none
        """
        return self._git.commit(revision)

    def versions(self, revision: str) -> tuple[DataVersion, ...]:
        """Every data file and folder at a commit, by path.

        :raises OutsideFault: `NotThere` if there is no such commit; `Refused` if a file of DVC's cannot be read
        """
        commit = self._git.commit(revision)
        listed = {one.path: one for one in self._git.files(commit.id)}
        told = [one for path, one in listed.items() if _of_dvc(path)]
        plans = [listed[path] for one in told if (path := _plan(one.path)) in listed]
        for one in (*told, *plans):
            if one.bytes > FILE_MAX:
                raise Refused(
                    SYSTEM, f"{one.path} at {commit.id[:10]} is larger than {FILE_MAX:,} bytes; it was not read."
                )
        texts = self._git.contents(one.object for one in (*told, *plans))
        found: dict[str, DataVersion] = {}
        for one in told:
            held = _yaml(texts[one.object], one.path, commit.id)
            plan = listed.get(_plan(one.path))
            folders = _folders(_yaml(texts[plan.object], plan.path, commit.id)) if plan else {}
            for version in _outs(held, one.path, folders):
                found[version.path] = version
        return tuple(found[path] for path in sorted(found))

    def changes(self, before: str, after: str) -> tuple[DataChange, ...]:
        """What changed between two commits, by path. A folder is one change; `inside` opens it.

        :raises OutsideFault: as `versions`
        """
        return _compared(self.versions(before), self.versions(after))

    def inside(self, change: DataChange) -> tuple[DataChange, ...]:
        """What changed inside a folder, file by file.

        :raises OutsideFault: `NotThere` if a list of its files is in none of the caches
        """
        sides = [
            self.files(one) if one and one.digest.endswith(".dir") else () for one in (change.before, change.after)
        ]
        return _compared(*sides)

    def files(self, folder: DataVersion) -> tuple[DataVersion, ...]:
        """The files of a data folder.

        :raises OutsideFault: `NotThere` if the list of its files is in none of the caches
        """
        try:
            held = msgspec.json.decode(self.content(folder.digest), type=list[dict[str, Any]])
            paths = [(posixpath.join(folder.path, str(one["relpath"])), str(one["md5"])) for one in held]
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, KeyError) as fault:
            raise Refused(SYSTEM, f"The list of files of {folder.path} cannot be read: {fault}.") from fault
        return tuple(DataVersion(path, digest, stage=folder.stage) for path, digest in sorted(paths))

    def carried(self, digest: str) -> tuple[Carried, ...]:
        """The commits with which a digest entered or left, newest first. Every commit between two of them has it.

        :raises OutsideFault: if the repository cannot be read, or that is no digest
        """
        _checked(digest)
        told = self._git.log(["-S", digest, "-p", "--unified=0", f"--format=%x1e{COMMIT}"], ["*.dvc", "*dvc.lock"])
        found: list[Carried] = []
        for piece in told.decode("utf-8", "replace").split("\x1e")[1:]:
            head, *lines = piece.splitlines()
            found += _signs(parsed(head), lines, digest)
        return tuple(found)

    # ── bytes ────────────────────────────────────────────────────────────────

    def content(self, digest: str) -> bytes:
        """The bytes of a file (or of a folder's list of files), checked.

        :raises OutsideFault: `NotThere` if they are in none of the caches, `NotVerified` if they are others
        """
        place, old = self._place(digest)
        if place.stat().st_size > CONTENT_MAX:
            raise Refused(SYSTEM, f"Data {digest} is larger than {CONTENT_MAX:,} bytes: copy it to a file.")
        content = place.read_bytes()
        self._hold(digest, hashlib.md5(content, usedforsecurity=False).hexdigest(), content if old else None)
        return content

    def copy(self, digest: str, to: Path) -> None:
        """Write the bytes of a file to a new one, which is only there once it was checked.

        :raises OutsideFault: as `content`
        """
        place, old = self._place(digest)
        part = to.with_name(f".{to.name}.part")
        try:
            made = hashlib.md5(usedforsecurity=False)
            with place.open("rb") as source, part.open("wb") as target:
                while piece := source.read(_PIECE):
                    made.update(piece)
                    target.write(piece)
            self._hold(digest, made.hexdigest(), part.read_bytes() if old else None)
            part.rename(to)
        finally:
            part.unlink(missing_ok=True)

    def _place(self, digest: str) -> tuple[Path, bool]:
        """Where the bytes lie, and whether DVC 2 put them there."""
        _checked(digest)
        for cache in self._caches:
            for folder, old in ((cache / "files" / "md5", False), (cache, True)):
                place = folder / digest[:2] / digest[2:]
                if place.is_file():
                    if not os.access(place, os.R_OK):
                        raise Refused(SYSTEM, f"Data {digest} lies in {cache}, but this account may not read it.")
                    return place, old
        where = ", ".join(map(str, self._caches)) or "no folder was named"
        raise NotThere(SYSTEM, f"Data {digest} is in none of the caches ({where}).")

    @staticmethod
    def _hold(digest: str, made: str, old: bytes | None) -> None:
        """:raises NotVerified: if bytes are not those of a digest"""
        wanted = digest.removesuffix(".dir")
        # DVC 2 counted a text's line ends as one character each.
        if made == wanted or (old is not None and _md5(old.replace(b"\r\n", b"\n")) == wanted):
            return
        raise NotVerified(
            SYSTEM, f"What lies under {digest} has the digest {made}: it was changed or damaged, and not used."
        )


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _checked(digest: str) -> None:
    if not _DIGEST.fullmatch(digest):
        raise NotThere(SYSTEM, f"{digest[:80]!r} is no digest of DVC's.")


def _of_dvc(path: str) -> bool:
    name = posixpath.basename(path)
    return not path.startswith(".dvc/") and (name == "dvc.lock" or (name.endswith(".dvc") and name != ".dvc"))


def _plan(path: str) -> str:
    """The file that says in which folder the steps of a `dvc.lock` work; empty for others."""
    return posixpath.join(posixpath.dirname(path), "dvc.yaml") if posixpath.basename(path) == "dvc.lock" else ""


def _yaml(text: bytes, path: str, commit: str) -> dict[str, Any]:
    import yaml  # only where a repository is read

    try:
        held = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe loaders
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        first = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
        raise Refused(SYSTEM, f"{path} at {commit[:10]} cannot be read: {first}.") from fault
    if held is not None and not isinstance(held, dict):
        raise Refused(SYSTEM, f"{path} at {commit[:10]} is not one of DVC's files.")
    return held or {}


def _folders(plan: Mapping[str, Any]) -> dict[str, str]:
    """The folder of each step that does not work where its file lies."""
    found = {}
    for name, step in _mapping(plan.get("stages")).items():
        inner = _mapping(step)
        folder = inner.get("wdir") or _mapping(inner.get("do")).get("wdir")
        if isinstance(folder, str):
            found[str(name)] = folder
    return found


def _outs(held: Mapping[str, Any], path: str, folders: Mapping[str, str]) -> Iterator[DataVersion]:
    base = posixpath.dirname(path)
    if posixpath.basename(path) != "dvc.lock":
        yield from _versions(held, posixpath.join(base, str(held.get("wdir", "."))), "")
        return
    # Before its second form, a dvc.lock had the steps at its top.
    steps = _mapping(held.get("stages")) if "schema" in held else held
    for name, step in steps.items():
        # A step that is made for each value of a list is called step@value.
        folder = folders.get(str(name).split("@")[0], ".")
        yield from _versions(_mapping(step), posixpath.join(base, folder), str(name))


def _versions(step: Mapping[str, Any], folder: str, stage: str) -> Iterator[DataVersion]:
    outs = step.get("outs")
    for out in outs if isinstance(outs, list) else ():
        one = _mapping(out)
        digest, path = next((one[name] for name in ("md5", "etag", "checksum") if one.get(name)), None), one.get("path")
        if not isinstance(path, str) or digest is None:
            continue  # an output that is not kept has no digest
        whole = path if _ADDRESS.match(path) else posixpath.normpath(posixpath.join(folder, path))
        size, files = one.get("size"), one.get("nfiles")
        yield DataVersion(
            whole,
            str(digest),
            bytes=size if isinstance(size, int) else None,
            files=files if isinstance(files, int) else None,
            stage=stage,
        )


def _mapping(held: object) -> Mapping[str, Any]:
    return held if isinstance(held, dict) else {}


def _compared(before: Sequence[DataVersion], after: Sequence[DataVersion]) -> tuple[DataChange, ...]:
    was, now = ({one.path: one for one in side} for side in (before, after))
    changes = []
    for path in sorted(was.keys() | now.keys()):
        old, new = was.get(path), now.get(path)
        if old and new and old.digest == new.digest:
            continue
        what: Literal["added", "changed", "deleted"] = "changed" if old and new else "added" if new else "deleted"
        changes.append(DataChange(path, what, old, new))
    return tuple(changes)


def _signs(commit: Commit, lines: Sequence[str], digest: str) -> Iterator[Carried]:
    """In which files of a commit's difference a digest entered or left."""
    path = ""
    for line in lines:
        if line.startswith("diff --git "):
            path = line.rpartition(" b/")[2]
        elif digest in line and line[:1] in "+-" and not line.startswith(("+++", "---")):
            yield Carried(commit, "entered" if line[0] == "+" else "left", path)
