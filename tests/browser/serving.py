"""A real server of the product as a process of its own, over a fresh data folder, and a browser that watches itself."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Response


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs, and the link that signs its administrator in once."""

    url: str
    sign_in: str
    incident: str | None


@contextmanager
def first_start(home: Path, *, empty: bool = False) -> Iterator[Server]:
    """`hotwash up` on a free port of this machine, ended when done."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("HOTWASH_", "DJANGO_"))}
    environ["LOGNAME"] = "ana"
    command = [sys.executable, "-m", "hotwash.cli", "up", "--home", str(home), "--port", "0", "--format", "json"]
    with (home.parent / f"{home.name}.log").open("w+") as said:
        process = subprocess.Popen(
            [*command, *(["--empty"] if empty else [])], stdout=subprocess.PIPE, stderr=said, env=environ, text=True
        )
        try:
            assert process.stdout is not None
            text = ""
            for line in process.stdout:
                text += line
                if line.startswith("}") or (line.startswith("{") and line.rstrip().endswith("}")):
                    break
            if not text:
                said.seek(0)
                raise AssertionError(f"The server did not start: {said.read()}")
            document = json.loads(text)
            yield Server(document["url"], document["sign_in"], document["incident"])
        finally:
            process.terminate()
            process.wait(20)
            if process.stdout is not None:
                process.stdout.close()


@dataclass
class Watch:
    """Whatever went wrong in a browser: errors on the console, refusals by the policy, requests to other hosts.

    A page that answers with a refusal is no fault of the browser, though Chromium says so on its console; anything else
    that a page loads must be there.
    """

    url: str
    wrong: list[str] = field(default_factory=list)

    def on(self, context: BrowserContext) -> None:
        """Watch every page of a context."""
        context.on("page", self._page)
        context.on("request", lambda request: self._host(request.url))
        context.on("response", self._answer)

    def _page(self, page: Page) -> None:
        page.on("console", lambda said: self._said(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda fault: self.wrong.append(str(fault)))

    def _said(self, text: str) -> None:
        if not text.startswith("Failed to load resource: the server responded"):
            self.wrong.append(text)

    def _answer(self, response: Response) -> None:
        if response.status >= 500 or (response.status >= 400 and response.request.resource_type != "document"):
            self.wrong.append(f"{response.status} from {response.url}")

    def _host(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("data", "blob", "about") and parts.netloc != urlsplit(self.url).netloc:
            self.wrong.append(f"a request to {address}")
