"""Some hundred and seventy services through Apprise (https://github.com/caronc/apprise), in a process of its own.

A process, because Apprise takes proxies and passwords from the environment, resolves names by itself, follows
redirects, and writes addresses with their tokens into logs. There it has none of the environment, every name that it
looks up goes through `reachable`, and its logs end. See `apprise_process`.

Apprise says only whether a service took something. What it did not take is tried again; a service that took it and did
not answer in time is asked twice, and shows it twice.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hotwash.response.outside import Refused
from hotwash.response.sending import Outgoing, Result, Target

_KEPT = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")
"""What the process is told of the environment: where Python is, and whom to trust. No proxies, no home."""


@dataclass(frozen=True, slots=True)
class Apprised:
    """Keeps the promise of `hotwash.response.sending.Channel`.

    :param inside: the places inside that may be called, as the operator wrote them
    """

    inside: tuple[str, ...] = ()
    timeout_s: float = 40.0

    def deliver(self, target: Target, message: Outgoing, key: str) -> Result:  # noqa: ARG002 - no service takes a key
        """See `Channel.deliver`."""
        text = message.text + (f"\n\n{message.link}" if message.link else "")
        asked = {"url": str(target.address["url"]), "title": message.subject, "body": text}
        said = _ask(asked, inside=self.inside, timeout_s=self.timeout_s)
        if said is None:
            return Result("unknown", f"No answer came within {self.timeout_s:g} seconds.", again=True)
        if said.get("delivered"):
            return Result("delivered", f"{said.get('service', 'The service')} took it.")
        return Result(
            "failed", str(said.get("why", "The service did not take it."))[:300], again=bool(said.get("again"))
        )


def read(text: str, *, inside: Sequence[str] = ()) -> tuple[dict[str, Any], str]:
    """An Apprise address as somebody typed it, and what may be shown of it.

    :raises Refused: if it is none, or names something that cannot be had
    """
    url = text.strip()
    if not url or len(url) > 2_000 or any(ord(letter) < 32 for letter in url):
        raise Refused("Apprise", "This is no Apprise address, such as ntfys://ntfy.sh/topic.")
    said = _ask({"url": url}, inside=tuple(inside), timeout_s=20)
    if said is None or "service" not in said:
        raise Refused("Apprise", str((said or {}).get("why", "Apprise did not answer.")))
    return {"url": url}, str(said["service"])[:100]


def _ask(asked: dict[str, Any], *, inside: tuple[str, ...], timeout_s: float) -> dict[str, Any] | None:
    """What the process says; None if it says nothing in time."""
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "hotwash.connect.apprise_process"],
            input=json.dumps({**asked, "inside": list(inside)}).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**environment, "HOME": "/nonexistent"},
            timeout=timeout_s,
            check=False,
        )
        said = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return None
    return said if isinstance(said, dict) else None
