"""Two distributions fill one namespace: `hotwash` and `hotwash-guard`. They are built, and unpacked into one folder."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = {}
    for name, folder in (("hotwash", ROOT), ("hotwash-guard", ROOT / "guard")):
        into = tmp_path_factory.mktemp(name)
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(into)]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        [made[name]] = into.glob("*.whl")
    return made


def files(wheel: Path) -> set[str]:
    return {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}


def test_each_file_of_the_house_is_in_one_of_the_two(wheels: dict[str, Path]) -> None:
    house, guard = files(wheels["hotwash"]), files(wheels["hotwash-guard"])
    assert not house & guard
    ours = {f"hotwash/{file.relative_to(ROOT / 'src' / 'hotwash')}" for file in (ROOT / "src/hotwash").rglob("*.py")}
    assert ours <= house | guard
    assert all(name.startswith("hotwash/guard/") for name in guard)
    assert not any(name.startswith("hotwash/guard/") for name in house)


def test_the_house_names_the_guard_and_the_guard_needs_nothing(wheels: dict[str, Path]) -> None:
    needs = {}
    for name, wheel in wheels.items():
        with ZipFile(wheel) as packed:
            [about] = [one for one in packed.namelist() if one.endswith(".dist-info/METADATA")]
            lines = packed.read(about).decode().splitlines()
        needs[name] = [line for line in lines if line.startswith("Requires-Dist:") and "extra ==" not in line]
    assert any("hotwash-guard" in line for line in needs["hotwash"])
    assert needs["hotwash-guard"] == []


def test_pytest_finds_the_gates_where_the_house_is_installed(wheels: dict[str, Path]) -> None:
    with ZipFile(wheels["hotwash"]) as packed:
        [place] = [one for one in packed.namelist() if one.endswith(".dist-info/entry_points.txt")]
        assert "[pytest11]\nhotwash = hotwash.cli.pytest_gates" in packed.read(place).decode()
        [about] = [one for one in packed.namelist() if one.endswith(".dist-info/METADATA")]
        needs = [line for line in packed.read(about).decode().splitlines() if line.startswith("Requires-Dist: pytest")]
    assert all("extra ==" in line for line in needs), "pytest is no dependency of the house"


def test_both_are_found_beside_each_other(wheels: dict[str, Path], tmp_path: Path) -> None:
    for wheel in wheels.values():
        ZipFile(wheel).extractall(tmp_path)
    asked = "import hotwash.guard, hotwash.ledger; print(hotwash.guard.__file__, hotwash.ledger.__file__)"
    ran = subprocess.run(
        [sys.executable, "-c", asked], cwd=tmp_path, capture_output=True, text=True, check=True,
        env={"PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert all(place.startswith(str(tmp_path)) for place in ran.stdout.split())
