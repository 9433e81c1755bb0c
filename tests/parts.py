"""The real parts that tests need beside Python packages: a PostgreSQL server, Chromium, and Java for Spark.

Used if they are there; installed with the system's package manager if that is allowed (root on Debian or Ubuntu);
else a clear message says what is missing and which tests will be skipped. In continuous integration (``CI`` is set)
a missing part is an error.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path


def postgres_folder() -> Path | None:
    """Where `initdb` and `postgres` are, or None."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def chromium() -> str | None:
    """The path of a Chromium or Chrome, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)


PARTS = {
    "PostgreSQL": (postgres_folder, ["postgresql"]),
    "Chromium": (chromium, ["chromium", "fonts-dejavu-core"]),
    "Java": (lambda: shutil.which("java"), ["default-jre-headless"]),
}


def main() -> int:
    """Install what is missing, or say what it is for."""
    missing = {name: packages for name, (find, packages) in PARTS.items() if find() is None}
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        packages = [package for names in missing.values() for package in names]
        sys.stderr.write(f"Installing {', '.join(missing)} for the tests …\n")
        quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)  # type: ignore[call-overload]
        subprocess.run(["apt-get", "install", "-y", "-qq", *packages], check=False, **quiet)  # type: ignore[call-overload]
    still = [name for name, (find, _) in PARTS.items() if find() is None]
    for name in still:
        packages_text = " ".join(PARTS[name][1])
        sys.stderr.write(f"{name} is not here, so its tests are skipped. On Debian: apt-get install {packages_text}\n")
    return 1 if still and os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
