"""Several threads that read their first record at once: a worker's two hands, a server's many."""

import subprocess
import sys

RACE = """
import sys, threading
sys.setswitchinterval(1e-6)
import msgspec
from hotwash.incident.events import CATALOGUE
from hotwash.incident.rules import VERBS
from hotwash.response.request import BadRequest, fit
ready = threading.Barrier(8)
def read():
    ready.wait()
    for kind in CATALOGUE.kinds.values():
        try:
            msgspec.convert({}, type=kind)
        except msgspec.ValidationError:
            pass
    for rule in VERBS.values():
        try:
            fit(rule, {})
        except BadRequest:
            pass
threads = [threading.Thread(target=read) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def test_threads_that_need_a_type_for_the_first_time_at_once_crash_nothing() -> None:
    for _ in range(4):
        assert subprocess.run([sys.executable, "-c", RACE], check=False).returncode == 0
