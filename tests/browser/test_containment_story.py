"""The night in a real browser: alert, hold, contain, confirmed, rolled back, and a way back that a regression stops.

All parts are real: `hotwash up` with its worker, two serving processes that ask their switch before each decision and
log it, an MLflow that says which version decides, and a telephone.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests import mlflow as real
from tests.browser.serving import Server, Watch, first_start
from tests.cli.server import token
from tests.cli.terminal import environment
from tests.connect.conftest import point, run

pytestmark = [pytest.mark.real("browser"), pytest.mark.real("mlflow"), pytest.mark.xdist_group("mlflow")]

WITHIN_S = 120.0
MODEL = "loans"

GATE = """title = "Loans may decide again"

[[questions]]
name = "own cases"
question = "blast-radius"
own_cases = true
log = "again.csv"
rows_min = 20
thresholds = ["share.high <= 0.2"]
[questions.arguments]
harm = "decision = 'refused'"

[[questions]]
name = "four fifths"
question = "fairness"
when = "ramp"
rows_min = 60
fresh = "10 seconds"
thresholds = ["groups[sex=f].ratio.selection_rate.value >= 0.8"]
[questions.arguments]
where = "decided_by <> 'a person'"
group = ["sex"]
favourable = "granted"
reference = { sex = "m" }

[recovery]
sign_offs = ["commander"]
ramp = [0.5, 1.0]
watch = "30 minutes"
every = "1 second"
"""


class Lender:
    """A serving process, with who decided lately."""

    def __init__(self, *words: str) -> None:
        self.told: list[dict[str, int]] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.lending", *words],
            stdout=subprocess.PIPE,
            env=environment(),
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.told.append(json.loads(line))

    @property
    def by(self) -> set[str]:
        """Who decided in the last quarter of a second."""
        return set(self.told[-1]) if self.told else set()

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


class Night:
    """What stood before that night: a system that serves with a harmful version, its switches, its gate to MLflow."""

    def __init__(self, stack: ExitStack, browser: Browser, folder: Path) -> None:
        self._stack, self._browser = stack, browser
        self.home, logs = folder / "home", folder / "home" / "logs"
        (folder / "mlflow").mkdir()
        logs.mkdir(parents=True)
        self.mlflow = stack.enter_context(real.server(folder / "mlflow"))
        _versions(self.mlflow)
        # What version 2 decides about those who were refused.
        again = [f"{n},{'refused' if n % 20 == 0 else 'granted'}" for n in range(1, 101)]
        (logs / "again.csv").write_text("\n".join(["applicant,decision", *again]) + "\n")
        (self.home / "hotwash.toml").write_text(
            f'[boards.registry]\nkind = "mlflow"\nurl = "{self.mlflow.url}"\nuser = "{real.USER}"\n'
            f'password = "{real.PASSWORD}"\nmodel = "{MODEL}"\nfallback = "2"\n'
        )
        self.hotwash = stack.enter_context(first_start(self.home, empty=True))
        secret = _described(self.hotwash, self.home)
        self.lenders = []
        for n in (1, 2):
            where = (str(folder / f"guard-{n}.state"), str(logs / "loans"), self.mlflow.url, MODEL)
            self.lenders.append(Lender(self.hotwash.url, secret, *where, real.USER, real.PASSWORD))
            stack.callback(self.lenders[-1].end)
        self.watch = Watch(self.hotwash.url)

    def desk(self) -> BrowserContext:
        """The browser at Ana's desk."""
        return self._watched(
            self._browser.new_context(base_url=self.hotwash.url, timezone_id="Europe/Berlin", locale="en-GB")
        )

    def telephone(self, desk: BrowserContext) -> BrowserContext:
        """Her telephone, on which she has signed in as at her desk."""
        return self._watched(
            self._browser.new_context(
                base_url=self.hotwash.url, timezone_id="Europe/Berlin", locale="en-GB", has_touch=True, is_mobile=True,
                viewport={"width": 390, "height": 844}, storage_state=desk.storage_state(),
            )
        )  # fmt: skip

    def _watched(self, context: BrowserContext) -> BrowserContext:
        self._stack.callback(context.close)
        self.watch.on(context)
        context.set_default_timeout(WITHIN_S * 1000)
        return context

    def decides(self, *by: str) -> None:
        """Wait until just these decide, in both processes."""
        end = time.monotonic() + WITHIN_S
        while not all(one.by == set(by) for one in self.lenders):
            assert time.monotonic() < end, f"{by} shall decide: {[one.told[-1:] for one in self.lenders]}"
            time.sleep(0.05)

    @property
    def champion(self) -> str:
        """The version that MLflow names."""
        path = f"2.0/mlflow/registered-models/alias?name={MODEL}&alias=champion"
        return str(self.mlflow.call("GET", path)["model_version"]["version"])


def _versions(mlflow: real.Server) -> None:
    """Four versions of the model; the third is champion."""
    experiment = str(mlflow.call("POST", "2.0/mlflow/experiments/create", name=MODEL)["experiment_id"])
    mlflow.call("POST", "2.0/mlflow/registered-models/create", name=MODEL)
    for number in (1, 2, 3, 4):
        made = run(mlflow, experiment, number, "abcd"[number - 1] * 40)
        source = f"runs:/{made}/model"
        mlflow.call("POST", "2.0/mlflow/model-versions/create", name=MODEL, source=source, run_id=made)
    point(mlflow, MODEL, 3)


def _described(hotwash: Server, home: Path) -> str:
    """Register the system with its log and its two switches; the token of its service."""
    headers = {"Authorization": f"Bearer {token(home)}"}
    with httpx.Client(base_url=f"{hotwash.url}/api/v1", headers=headers, timeout=60) as client:

        def say(path: str, **words: object) -> dict[str, str]:
            answer = client.post(path, json=words)
            assert answer.is_success, answer.text
            return dict(answer.json())

        say("/systems", name="Loans")
        columns = {"time": "at", "decision": "decision", "version": "decided_by", "subject": "applicant"}
        say("/systems/loans/describe-log", source="loans/*.jsonl", columns=columns, attributes=["sex"],
            favourable="granted")  # fmt: skip
        say("/systems/loans/describe-switch", what="Who decides about a loan")
        say("/systems/loans/describe-switch", switch="loans.model", board="registry", what="Which version decides")
        return say("/services", name="loans-api", systems=["loans"])["token"]


@pytest.fixture
def night(browser: Browser, tmp_path: Path) -> Iterator[Night]:
    expect.set_options(timeout=WITHIN_S * 1000)
    try:
        with ExitStack() as stack:
            yield Night(stack, browser, tmp_path)
    finally:
        expect.set_options(timeout=5_000)


def _tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Pages of this incident").get_by_role("link", name=name, exact=True).click()
    expect(page.locator("#page-title")).to_have_text(name)


def _declared(night: Night, page: Page) -> str:
    """Sign in, declare; the address of the room."""
    page.goto(night.hotwash.sign_in)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Choose a password")).to_be_visible()
    page.goto("/")
    page.keyboard.press("d")
    page.get_by_label("What is happening?").fill("Women are refused loans")
    page.get_by_label("Which AI system?").select_option("loans")
    page.get_by_role("button", name="Declare").click()
    expect(page.get_by_role("heading", name="Women are refused loans")).to_be_visible()
    return page.url.split("?")[0]


def _alerted(night: Night, room: str, file: Path) -> None:
    """The alert that woke them is linked in a terminal."""
    here = "http://monitor.example.org"
    one = {
        "status": "firing", "fingerprint": "a1b2c3d4e5f60718", "generatorURL": here,
        "labels": {"alertname": "GrantsOfWomenFell", "severity": "critical", "system": "loans"},
        "annotations": {"summary": "Women are granted a sixth of the loans that men are"},
        "startsAt": datetime.now(UTC).isoformat(), "endsAt": "0001-01-01T00:00:00Z",
    }  # fmt: skip
    body = {
        "version": "4", "status": "firing", "receiver": "hotwash", "groupKey": "{}", "groupLabels": {},
        "commonLabels": {}, "commonAnnotations": {}, "externalURL": here, "alerts": [one],
    }  # fmt: skip
    file.write_text(json.dumps(body))
    words = ["signal", "alertmanager", str(file), "--incident", room.rstrip("/").rsplit("/", 1)[1]]
    ran = subprocess.run(
        [sys.executable, "-m", "hotwash.cli", *words, "--home", str(night.home)],
        capture_output=True, text=True, env=environment(LOGNAME="ana"), check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr


def _way_back(page: Page) -> None:
    """The gate is set, asked, signed, and the first share goes back; the page follows by itself."""
    _tab(page, "Recovery")
    page.get_by_label("The gate", exact=True).fill(GATE)
    page.get_by_role("button", name="Set the gate").click()
    expect(page.get_by_text("It was not asked yet.")).to_be_visible()
    page.get_by_role("button", name="Ask the gate now").click()
    expect(page.locator("table.gate")).to_contain_text("own cases")
    expect(page.locator("table.gate")).to_contain_text("passed")
    page.get_by_role("button", name="I agree").click()
    expect(page.locator(".signatures")).to_contain_text("agreed")
    page.get_by_role("button", name="Let the first share go back").click()
    expect(page.locator("#recovery-now")).to_contain_text("50 % of the traffic is back, and is being watched.")


def test_harm_is_stopped_and_a_regression_on_the_way_back_stops_it_again(night: Night, tmp_path: Path) -> None:
    night.decides("v3")
    desk = night.desk()
    page = desk.new_page()

    # The alert, in the room of the incident that it became
    room = _declared(night, page)
    _alerted(night, room, tmp_path / "alert.json")
    expect(page.locator(".timeline")).to_contain_text("Women are granted a sixth of the loans")
    _tab(page, "People")
    page.locator("#assign-role").select_option("commander")
    page.locator("#assign-person").fill("ana")
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.locator(".incident .strip")).to_contain_text("ana")

    # Evidence first; what is large follows by itself
    _tab(page, "Evidence")
    page.get_by_role("button", name="Hold the evidence now").click()
    for held in ("loans-switches.json", "points at version 3", "How version 3 was made", "log-slice.parquet"):
        expect(page.locator("#kept")).to_contain_text(held)

    # Contained from a telephone with two taps, and both processes confirm
    phone = night.telephone(desk).new_page()
    phone.goto(room)
    phone.locator(".quickbar").get_by_role("link", name="Contain").tap()
    phone.get_by_role("button", name="A person decides").tap()
    expect(phone.locator("#switches")).to_contain_text("2 of 2 instances confirmed")
    night.decides("a person")

    # Rolled back in MLflow, and read back
    _tab(page, "Containment")
    page.get_by_text("Contain further").click()
    page.locator("#contain").get_by_label("What is switched").select_option("loans.model")
    page.get_by_role("button", name="Fall back").click()
    expect(page.locator("#contain-part")).to_contain_text("loans.model is rolled back from version 3")
    assert night.champion == "2"

    # Half of it goes back; while it is watched, a repair is deployed that harms again
    _way_back(page)
    night.decides("a person", "v2")
    expect(page.locator("#recovery-answers")).to_contain_text("at step 1: passed")
    expect(page.locator("#recovery-now")).to_contain_text("50 % of the traffic is back, and is being watched.")
    point(night.mlflow, MODEL, 4)
    expect(page.locator("#recovery-now")).to_contain_text("Stopped. All traffic is contained again.")
    expect(page.locator("#recovery-now")).to_contain_text("four fifths failed")
    night.decides("a person")
    assert night.champion == "4"
    phone.goto(f"{room}recovery/")
    expect(phone.locator("#recovery-now")).to_contain_text("four fifths failed")
    assert phone.evaluate("document.documentElement.scrollWidth") == 390, "nothing stands out at the side"
    _tab(page, "Containment")
    expect(page.locator("#switches")).to_contain_text("2 of 2 instances confirmed")
    _tab(page, "Timeline")
    for said in ("Confirmed by 2 of 2 instances", "rolled back from version 3", "A question failed at step 1"):
        expect(page.locator(".timeline")).to_contain_text(said)
    assert night.watch.wrong == [], "\n".join(night.watch.wrong)
