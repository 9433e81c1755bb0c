"""The last known state on disk, and everything that can happen to it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.guard.conftest import SWITCH, TOKEN, Make, Until

from hotwash.guard import moments, signing, state_file
from hotwash.guard.double import Double
from hotwash.guard.faults import GuardError
from hotwash.guard.moments import Word, clock
from hotwash.guard.snapshot import read

AWAY = "http://127.0.0.1:9"
KEY = signing.key(TOKEN)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "guard.state"


@pytest.fixture
def kept(server: Double, guard_of: Make, until: Until, place: Path) -> Path:
    """A state file in which the switch is off."""
    server.turn(SWITCH, "off")
    guard = guard_of(server, state_file=place)
    until(lambda: guard.status().kept)
    guard.close()
    return place


def test_a_restart_while_the_server_is_away_knows_the_last_state(kept: Path, guard_of: Make) -> None:
    guard = guard_of(AWAY, state_file=kept)
    told = guard.status()
    assert (guard.state(SWITCH), told.synced, told.kept) == ("off", False, False)
    assert guard.stale_s is not None


def test_the_age_of_a_state_goes_on_while_no_process_lives(kept: Path, guard_of: Make, until: Until) -> None:
    policy = {SWITCH: {"stale": "engage", "stale_after_s": 0.3, "engaged": "human"}}
    until(lambda: (guard_of(AWAY, state_file=kept).stale_s or 0) > 0.3)
    assert guard_of(AWAY, state_file=kept, policies=policy).state(SWITCH) == "human"


def test_the_file_is_for_its_owner_only(kept: Path) -> None:
    assert kept.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in kept.parent.iterdir()] == [kept.name]


def test_the_server_learns_that_a_state_is_kept(server: Double, guard_of: Make, until: Until, place: Path) -> None:
    guard = guard_of(server, state_file=place)
    until(lambda: guard.status().synced)
    tag = [server.turn(SWITCH, state) for state in ("off", "human", "off")][-1]
    until(lambda: any(one["kept"] and one["etag"] == tag for one in tuple(server.confirmations)))
    assert guard.status().kept


def test_a_file_cut_off_anywhere_is_recognised(kept: Path) -> None:
    whole = kept.read_bytes()
    for length in range(len(whole)):
        kept.write_bytes(whole[:length])
        with pytest.raises(GuardError):
            state_file.load(kept, KEY, clock)


def test_a_file_with_any_byte_changed_is_recognised(kept: Path) -> None:
    whole = kept.read_bytes()
    for at in range(len(whole)):
        kept.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(GuardError):
            state_file.load(kept, KEY, clock)


@pytest.mark.parametrize("what", ["empty", "foreign", "rubbish", "folder", "pipe", "other token"])
def test_what_is_no_state_file_is_told_and_never_syncs(what: str, kept: Path, guard_of: Make) -> None:
    token = TOKEN
    if what in ("folder", "pipe"):
        kept.unlink()
        kept.mkdir() if what == "folder" else os.mkfifo(kept)
    elif what == "other token":
        token = "of another service"
    else:
        kept.write_bytes({"empty": b"", "foreign": b'{"flags": {}}\n', "rubbish": os.urandom(5_000)}[what])
    guard = guard_of(
        AWAY, token=token, state_file=kept, policies={SWITCH: {"never_synced": "engage", "engaged": "human"}}
    )
    assert (guard.state(SWITCH), guard.explain(SWITCH).source) == ("human", "never-synced")
    assert "state file" in guard.status().faults


def test_a_damaged_file_is_replaced_by_the_next_word(kept: Path, server: Double, guard_of: Make, until: Until) -> None:
    kept.write_bytes(b"rubbish")
    guard = guard_of(server, state_file=kept)
    until(lambda: guard.status().kept)
    assert "state file" not in guard.status().faults
    assert state_file.load(kept, KEY, clock)


def test_an_older_server_does_not_undo_what_the_disk_knows(kept: Path, guard_of: Make, until: Until) -> None:
    with Double(TOKEN) as restored:
        restored.publish({}, serial=1)
        guard = guard_of(restored, state_file=kept)
        until(lambda: "older" in guard.status().counts)
        assert guard.state(SWITCH) == "off"
        restored.turn(SWITCH, "human")  # the next change is later than anything before
        until(lambda: guard.state(SWITCH) == "human")


@pytest.mark.parametrize("jump", [86_400.0, -86_400.0])
def test_a_calendar_that_jumps_does_not_change_an_age_of_this_boot(
    jump: float, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + jump)
    loaded = state_file.load(kept, KEY, clock)
    assert loaded
    assert 0 <= clock() - loaded[1].heard < 600


@pytest.mark.parametrize(("jump", "age"), [(3_600.0, 3_600.0), (-3_600.0, float("inf"))])
def test_after_a_boot_the_calendar_counts_unless_it_went_back(
    jump: float, age: float, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + jump)
    monkeypatch.setattr(state_file, "boot", lambda: "another boot")
    loaded = state_file.load(kept, KEY, clock)
    assert loaded
    assert clock() - loaded[1].heard == pytest.approx(age, abs=600)


def test_a_state_of_unknown_age_is_too_old_for_a_policy_that_asks(
    kept: Path, guard_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now - 86_400)
    monkeypatch.setattr(state_file, "boot", lambda: "another boot")
    policies = {SWITCH: {"stale": "engage", "stale_after_s": 1e9, "engaged": "human"}}
    assert guard_of(AWAY, state_file=kept, policies=policies).state(SWITCH) == "human"
    assert guard_of(AWAY, state_file=kept).state(SWITCH) == "off"


def test_a_machine_without_a_boot_clock_goes_by_the_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(time, "CLOCK_BOOTTIME")
    assert moments.boot() == ""


def test_a_folder_that_is_not_there_costs_no_decision(
    server: Double, guard_of: Make, until: Until, place: Path
) -> None:
    server.turn(SWITCH, "off")
    guard = guard_of(server, state_file=place.parent / "missing" / "guard.state")
    until(lambda: "state file" in guard.status().faults)
    until(lambda: guard.state(SWITCH) == "off")
    until(lambda: guard.status().confirmed)
    assert server.confirmations[-1]["kept"] is False
    place.parent.joinpath("missing").mkdir()
    until(lambda: guard.status().kept)


FULL = """
import resource, sys, time
from hotwash.guard import Guard
url, token, place = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))  # the disk takes 100 bytes of a file, and no more
guard = Guard(url, token=token, state_file=place)
while "state file" not in guard.status().faults or not guard.status().confirmed:
    time.sleep(0.01)
print(guard.state("resume-screening"), guard.status().faults["state file"].sentence)
"""


def test_a_full_disk_costs_no_decision_and_not_the_former_state(kept: Path, server: Double) -> None:
    before = kept.read_bytes()
    server.turn(SWITCH, "human")
    done = subprocess.run(
        [sys.executable, "-c", FULL, server.url, TOKEN, kept], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.startswith("human The state cannot be kept")
    assert kept.read_bytes() == before
    assert [one.name for one in kept.parent.iterdir()] == [kept.name]


KILLED = """
import os, random, sys, time
from pathlib import Path
from hotwash.guard import signing, state_file
from hotwash.guard.moments import Word, clock
from hotwash.guard.snapshot import read
place, token = sys.argv[1:]
form = '{"format":"hotwash-guard-1","service":"s","serial":%d,"switches":{},"more":"%s"}'
serial = 0
print("ready", flush=True)
while True:
    serial += 1
    snapshot = read((form % (serial, "x" * random.randrange(100_000))).encode())
    state_file.save(Path(place), snapshot, Word(clock(), 0.0), signing.key(token), clock)
    print(serial, flush=True)
"""


NOTHING = "no kill came between write and rename: the test showed nothing"


def killed(place: Path, times: int) -> int:
    """Kill a process in the middle of its writing; a state that it said was kept must be there, or a later one.

    Gives how many kills came between write and rename.
    """
    left_over = 0
    for turn in range(times):
        process = subprocess.Popen([sys.executable, "-c", KILLED, place, TOKEN], stdout=subprocess.PIPE)
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        time.sleep(0.01 + 0.0037 * (turn % 13))
        process.send_signal(signal.SIGKILL)
        said = process.stdout.read().split(b"\n")
        process.stdout.close()
        process.wait()
        left_over += len(list(place.parent.glob("*.part")))
        loaded = state_file.load(place, KEY, clock)
        acknowledged = int(said[-2]) if len(said) > 1 else 0
        assert acknowledged == 0 or (loaded and loaded[0].serial in (acknowledged, acknowledged + 1))
        for left in place.parent.glob("*.part"):
            os.utime(left, (0, 0))
        state_file.sweep(place)
        assert not list(place.parent.glob("*.part"))
        place.unlink(missing_ok=True)
    return left_over


def test_a_process_killed_between_write_and_rename_leaves_the_former_state_or_the_new(place: Path) -> None:
    assert killed(place, 10), NOTHING


@pytest.mark.soak
def test_hundreds_killed_between_write_and_rename(place: Path) -> None:
    assert killed(place, 400), NOTHING


def test_what_others_left_is_not_swept_while_it_is_new(place: Path) -> None:
    new, foreign = place.with_name(f"{place.name}.1-ab.part"), place.with_name("other.1-ab.part")
    new.touch()
    foreign.touch()
    os.utime(foreign, (0, 0))
    state_file.sweep(place)
    assert sorted(one.name for one in place.parent.iterdir()) == sorted([new.name, foreign.name])


def test_a_state_is_kept_with_the_moment_of_its_word(place: Path) -> None:
    body = b'{"format":"hotwash-guard-1","service":"s","serial":1,"switches":{}}'
    state_file.save(place, read(body), Word(clock() - 100, 5.0), KEY, clock)
    loaded = state_file.load(place, KEY, clock)
    assert loaded
    assert loaded[0].body == body
    assert clock() - loaded[1].heard == pytest.approx(100, abs=30)
    assert loaded[1].ahead == pytest.approx(5.0, abs=0.01)
