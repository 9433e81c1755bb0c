"""The two clocks of a guard: one that never jumps, for ages, and the server's, carried along on it, for expiries.

The local calendar is not trusted: it is set by hand, by NTP, and wrong after a boot. It is used only where nothing else
is there: before the first word of a server, and for the age of a state file from before the last boot.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

Clock = Callable[[], float]

# The clock since boot goes on while a machine is suspended; the usual monotonic one of Linux does not.
clock: Clock = partial(time.clock_gettime, time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic


@dataclass(slots=True)
class Word:
    """When the server's last proved word was spoken, and how far its clock is ahead.

    :param heard: on `clock`; minus infinity if that is not known
    :param ahead: the server's time in seconds since 1970, less `clock`
    """

    heard: float
    ahead: float


def unheard() -> Word:
    """Nothing was heard yet; the local calendar stands in for the server's."""
    return Word(float("-inf"), time.time() - clock())


def boot() -> str:
    """What tells this boot of the machine from others; empty where nothing does."""
    if not hasattr(time, "CLOCK_BOOTTIME"):
        return ""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
