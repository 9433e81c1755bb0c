"""A storm: several servers take signals of twenty sources into fifty lines at once. None is lost or counts twice."""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from tests.cli.terminal import environment
from tests.web.delivering import GROUPS, key

from hotwash.web.options import Options
from hotwash.web.tables.models import KeptBody, SignalGroup, SignalRow, Triage

SOURCES, PROCESSES = 20, 2


def delivering(options: Options, place: int, signals: int) -> subprocess.Popen[str]:
    share = SOURCES // PROCESSES
    words = [str(place * share), str((place + 1) * share), str(signals)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.web.delivering", *words],
        cwd=Path(__file__).parents[2],
        env=environment(HOTWASH_HOME=str(options.home), HOTWASH_DATABASE_URL=options.database_url),
        stdout=subprocess.PIPE,
        text=True,
    )


def counted_rightly(rows: int) -> None:
    """Every line counts its own signals, and every key of it fires."""
    of = Counter(SignalRow.objects.values_list("group", flat=True))
    lines = list(SignalGroup.objects.all())
    assert {line.pk: line.count for line in lines} == of
    assert {line.pk: line.firing for line in lines} == of
    assert sum(line.count for line in lines) == rows == SignalRow.objects.filter(open=True).count()


def test_none_of_a_storm_is_lost_and_none_counts_twice(database: Options) -> None:
    signals = 20
    processes = [delivering(database, place, signals) for place in range(PROCESSES)]
    told = [process.communicate(timeout=240)[0].splitlines() for process in processes]
    assert [process.returncode for process in processes] == [0] * PROCESSES
    wanted = {key(source, number) for source in range(SOURCES) for number in range(signals)}
    assert sorted(name for some in told for name in some) == sorted(wanted)
    assert set(SignalRow.objects.values_list("key", flat=True)) == wanted
    counted_rightly(SOURCES * signals)
    assert SignalGroup.objects.count() == GROUPS
    assert set(SignalGroup.objects.values_list("count", flat=True)) == {SOURCES * signals // GROUPS}
    assert Counter(SignalRow.objects.values_list("seen", flat=True)) == {1: 360, 2: 40}
    assert set(SignalGroup.objects.values_list("state", flat=True)) == {Triage.WAITING}
    assert KeptBody.objects.count() == 440


def test_what_was_acknowledged_is_there_although_servers_are_killed(database: Options) -> None:
    chance = random.Random(5)
    told: list[str] = []
    for place in range(2):
        process = delivering(database, place, 5_000)
        assert process.stdout
        first = process.stdout.readline()
        time.sleep(chance.random() * 0.5)
        process.send_signal(signal.SIGKILL)
        # What follows the last end of a line was not said to its end.
        told += (first + process.communicate(timeout=60)[0]).split("\n")[:-1]
    kept = set(SignalRow.objects.values_list("key", flat=True))
    assert len(told) > 2
    assert set(told) <= kept
    counted_rightly(len(kept))
