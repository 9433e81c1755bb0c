"""Install the real tools of the tests, or those that are named; `--lock` resolves their locks anew (uv, npm)."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.envs import BUILT, LOCKS, digest, lock, names, ready

TIMEOUT_S = 900


def build(name: str) -> None:
    """Install one tool, unless it is there.

    :raises OSError, subprocess.SubprocessError: if that is not possible
    """
    BUILT.mkdir(parents=True, exist_ok=True)
    with (BUILT / f".{name}.busy").open("w") as busy:
        fcntl.flock(busy, fcntl.LOCK_EX)
        if ready(name):
            return
        folder = BUILT / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        {".lock": _python, ".json": _node, ".debian": _debian}[lock(name).suffix](name, folder)
        (folder / ".ready").write_text(digest(name), encoding="utf-8")


def _python(name: str, folder: Path) -> None:
    _run([sys.executable, "-m", "venv", str(folder)])
    # A lock is complete: what pip would look for beside it (an extra of a pinned package) it must not find elsewhere.
    quiet = ["--quiet", "--disable-pip-version-check", "--no-compile", "--no-deps", "--require-hashes"]
    _run([str(folder / "bin" / "python"), "-m", "pip", "install", *quiet, "--requirement", str(lock(name))])


def _node(name: str, folder: Path) -> None:
    for part in ("package.json", "package-lock.json"):
        shutil.copy(LOCKS / name / part, folder / part)
    _run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], folder)


def _debian(name: str, folder: Path) -> None:
    wanted, machine, digest_said = lock(name).read_text(encoding="utf-8").splitlines()[1].split()
    here = _run(["dpkg", "--print-architecture"]).strip()
    if here != machine:
        raise OSError(f"Its lock is for {machine}, and this machine is {here}.")
    _run(["apt-get", "--quiet", "download", wanted], folder)
    [package] = folder.glob("*.deb")
    if f"sha256:{sha256(package.read_bytes()).hexdigest()}" != digest_said:
        raise OSError(f"{package.name} is not the package that was locked.")
    _run(["dpkg-deb", "--extract", str(package), str(folder)])
    package.unlink()


def resolve(name: str) -> None:
    """Write the lock of one tool anew, without the names of hosts."""
    if lock(name).suffix == ".debian":
        _resolve_debian(name)
        return
    if lock(name).suffix == ".json":
        quiet = ["--ignore-scripts", "--omit-lockfile-registry-resolved", "--no-audit", "--no-fund"]
        lock(name).unlink(missing_ok=True)
        _run(["npm", "install", "--package-lock-only", *quiet], LOCKS / name)
        return
    first = lock(name).read_text(encoding="utf-8").splitlines()[0]
    wanted = first.removeprefix("# Wanted: ").split()
    quiet = ["--quiet", "--no-emit-index-url", "--no-header", "--no-annotate"]
    command = ["uv", "pip", "compile", *quiet, "--universal", "--python-version", "3.11", "--generate-hashes", "-"]
    lock(name).write_text(f"{first}\n{_run(command, given=chr(10).join(wanted))}", encoding="utf-8")


def _resolve_debian(name: str) -> None:
    first = lock(name).read_text(encoding="utf-8").splitlines()[0]
    with TemporaryDirectory() as folder:
        _run(["apt-get", "--quiet", "download", first.removeprefix("# Wanted: ")], Path(folder))
        [package] = Path(folder).glob("*.deb")
        said = _run(["dpkg-deb", "--field", str(package), "Package", "Version", "Architecture"])
        words = [line.partition(": ")[2] for line in said.splitlines()]
        pinned = f"{words[0]}={words[1]} {words[2]} sha256:{sha256(package.read_bytes()).hexdigest()}"
    lock(name).write_text(f"{first}\n{pinned}\n", encoding="utf-8")


def _run(command: list[str], folder: Path | None = None, given: str | None = None) -> str:
    ran = subprocess.run(
        command, cwd=folder, input=given, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    if ran.returncode:
        raise OSError(f"{' '.join(command[:4])} … failed: {ran.stderr.strip()[-800:]}")
    return ran.stdout


def main(arguments: list[str]) -> int:
    """Build or resolve; what failed is said, and is an error in continuous integration."""
    work: Callable[[str], None] = resolve if "--lock" in arguments else build
    asked = [one for one in arguments if one != "--lock"] or names()
    if unknown := set(asked) - set(names()):
        sys.stderr.write(f"There is no tool {', '.join(sorted(unknown))}; there are {', '.join(names())}.\n")
        return 2
    todo = [one for one in asked if work is resolve or not ready(one)]
    if todo:
        sys.stderr.write(f"Installing for the tests: {', '.join(todo)} …\n")
    failed = False
    with ThreadPoolExecutor(2) as pool:
        for name, done in [(name, pool.submit(work, name)) for name in todo]:
            try:
                done.result()
            except (OSError, subprocess.SubprocessError) as why:
                failed = True
                sys.stderr.write(f"{name} is not installed, so its tests are skipped: {why}\n")
    return 1 if failed and (os.environ.get("CI") or work is resolve) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
