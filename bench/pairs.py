"""Two pieces of work in one process, one after the other, round by round: the least CPU of each, and their ratio.

Whatever else the machine does then falls on both. Other work only ever adds, so the least of some rounds is nearest to
the truth; the middle one of the ratios of the rounds stands beside it and tells how calm the machine was. The first
round loads libraries and is not counted.
"""

import json
import sys
from dataclasses import dataclass
from typing import Any

from bench.measure import child

_ROUNDS = """
import json as _json, time as _time
def _cpu(work):
    since = _time.process_time()
    told = work()
    return _time.process_time() - since, told
_cpu(bare)
_told = globals().get("tell", lambda found: None)(_cpu(ours)[1])
_rounds = [(_cpu(bare)[0], _cpu(ours)[0]) for _ in range({rounds})]
print("\\n" + _json.dumps([_told, _rounds]))
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """CPU seconds of the yardstick and of our own work, the ratio of both, and what our work told."""

    bare_s: float
    ours_s: float
    times: float
    middle: float
    told: Any


def paired(script: str, *given: object, rounds: int = 5) -> Pair:
    """Measure a script that defines ``bare()`` and ``ours()``, and ``tell(found)``, which says what ours found.

    :param given: its ``sys.argv``
    :raises RuntimeError: if it failed
    """
    spent = child([sys.executable, "-c", script + _ROUNDS.format(rounds=rounds), *map(str, given)])
    told, found = json.loads(spent.out.strip().splitlines()[-1])
    bare, ours = (min(one[i] for one in found) for i in (0, 1))
    ratios = sorted(one[1] / one[0] for one in found)
    return Pair(bare, ours, ours / bare, ratios[len(ratios) // 2], told)
