"""Spark and Ibis are tested in an environment of their own: they bring more than all the rest, and other versions."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests import envs

HERE = Path(__file__).parents[2]


@pytest.mark.real("spark")
@pytest.mark.xdist_group("spark")
def test_engines_behind_ibis_keep_the_promise_and_give_the_same_findings() -> None:
    python = envs.place("spark") / "bin" / "python"
    if shutil.which("java") is None:
        why = "Spark needs Java (17 or later), and there is none here: apt-get install openjdk-17-jre-headless"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    command = [str(python), "-m", "pytest", "-q", "-c", "tests/elsewhere.ini", "--rootdir=."]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "PYTEST"))}
    ran = subprocess.run(
        [*command, "tests/investigate/test_ibis.py"],
        cwd=HERE,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-6000:]
    assert "skipped" not in ran.stdout.splitlines()[-1]
    assert " passed" in ran.stdout.splitlines()[-1]
