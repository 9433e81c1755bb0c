"""The tests, side by side; the few that fail are asked once more, alone, and named.

Some tests start servers, browsers and workers and wait for what comes of it. On a busy machine one of them may be
late. A fault of the code fails alone as well; more than a few failures are never asked again.

    python -m tests.twice [what pytest takes]
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parents[1]
FEW = 5


def run(python: str | Path, arguments: Sequence[str], cache: str = ".pytest_cache") -> int:
    """Run them with a Python; pytest's exit code, of the second run if there was one."""
    command = [str(python), "-m", "pytest", "-o", f"cache_dir={cache}"]
    kept = HERE / cache / "v" / "cache" / "lastfailed"
    kept.unlink(missing_ok=True)
    code = subprocess.run([*command, "-n", "2", "--dist", "loadgroup", *arguments], check=False, cwd=HERE).returncode
    failed = sorted(json.loads(kept.read_text())) if kept.exists() else []
    if code != 1 or not 0 < len(failed) <= FEW:
        return code
    sys.stderr.write(f"Once more, alone: {', '.join(failed)}\n")
    code = subprocess.run(
        [*command, "--last-failed", "--last-failed-no-failures", "none", *arguments], check=False, cwd=HERE
    ).returncode
    if code == 0:
        sys.stderr.write(f"Failed beside others and passed alone, look at them: {', '.join(failed)}\n")
    return code


if __name__ == "__main__":
    sys.exit(run(sys.executable, sys.argv[1:]))
