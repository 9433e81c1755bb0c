"""The environments of real tools: pinned by digest, and missed aloud."""

import json
import re
from pathlib import Path

import pytest

from tests import envs
from tests.envs.__main__ import main


@pytest.fixture
def nothing_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(envs, "BUILT", tmp_path)
    return tmp_path


def test_a_missing_tool_skips_and_says_how_to_get_it(nothing_built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"mlflow is not installed: python -m tests\.envs mlflow"):
        envs.place("mlflow")


def test_a_missing_tool_fails_in_continuous_integration(nothing_built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="mlflow is not installed"):
        envs.place("mlflow")


def test_a_tool_whose_lock_has_changed_is_missing(nothing_built: Path) -> None:
    (nothing_built / "mlflow").mkdir()
    mark = nothing_built / "mlflow" / ".ready"
    mark.write_text(envs.digest("mlflow"))
    assert envs.place("mlflow") == nothing_built / "mlflow"
    mark.write_text(envs.digest("dvc"))
    assert not envs.ready("mlflow")


def test_an_unknown_tool_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no-such-tool"]) == 2
    assert "There is no tool no-such-tool; there are aequitas, aif360, alertmanager" in capsys.readouterr().err


@pytest.mark.parametrize("name", envs.names())
def test_every_lock_pins_each_package_by_digest_and_names_no_host(name: str) -> None:
    lock = envs.lock(name)
    if lock.suffix == ".json":
        packages = {path: one for path, one in json.loads(lock.read_text("utf-8"))["packages"].items() if path}
        assert packages
        assert [path for path, one in packages.items() if "integrity" not in one or "resolved" in one] == []
        return
    text = lock.read_text("utf-8")
    if lock.suffix == ".debian":
        assert re.fullmatch(r"# Wanted: [a-z-]+\n[a-z-]+=\S+ [a-z0-9]+ sha256:[0-9a-f]{64}\n", text)
        return
    assert text.startswith("# Wanted: ")
    pinned = [piece for piece in text.split("\n") if "==" in piece and not piece.startswith("#")]
    assert pinned
    assert all(piece.endswith("\\") for piece in pinned)
    assert "://" not in text
