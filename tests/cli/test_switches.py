"""Switches from the command line, over a data folder and over a server alike."""

from uuid import uuid4

import pytest
from tests.cli.terminal import Terminal

from hotwash.guard.signing import access


@pytest.fixture
def loans(hotwash: Terminal) -> tuple[str, str]:
    """A system of its own with a service, and an incident about it."""
    name = f"loans-{uuid4().hex[:8]}"
    hotwash.json("systems", "register", name, "--slug", name)
    hotwash.json("services", "add", f"{name}-api", "--system", name)
    incident = hotwash.json("declare", "Loans refused", "--system", name)["incident"]
    return name, incident


def test_a_switch_is_set_shown_and_set_back(hotwash: Terminal, loans: tuple[str, str]) -> None:
    switch, incident = loans
    words = ("--unheld-because", "now", "--cohort", "region = 'EU'", "--share", "0.5", "--of", "applicant")
    said = hotwash.json("contain", incident, switch, "human", *words, "--wait", "0")
    assert (said["applied"], said["driven"], said["state"]) == (True, True, "human")
    assert [one["kind"] for one in said["entries"]] == ["containment-ordered", "containment-applied"]
    assert said["confirmed"]["instances"] == 0
    [shown] = hotwash.json("switches", "--system", switch)["switches"]
    [order] = shown["orders"]
    assert (order["state"], order["cohort"], order["share"], order["applied"]) == ("human", "region = 'EU'", 0.5, True)
    text = hotwash.run("switches", "--system", switch).out
    assert f"human for 50 % of region = 'EU', {incident} containment {said['containment']}" in text
    number = str(said["containment"])
    part = hotwash.json("release", incident, number, "--reason", "Ramp", "--keep", "0.25", "--of", "applicant")
    assert part["applied"]
    assert hotwash.json("switches", "--system", switch)["switches"][0]["orders"][0]["share"] == 0.25
    assert hotwash.json("release", incident, number, "--reason", "Fixed")["state"] == "serve"
    assert "is no containment" in hotwash.refused("release", incident, "1", "--reason", "x")
    assert "released already" in hotwash.refused("release", incident, number, "--reason", "x")


def test_what_hotwash_does_not_set_is_recorded_on_the_persons_word(hotwash: Terminal, loans: tuple[str, str]) -> None:
    _, incident = loans
    said = hotwash.json("contain", incident, "the old mainframe", "off", "--unheld-because", "now")
    assert (said["driven"], said["entries"][0]["kind"]) == (False, "containment-applied")
    assert "switched nothing" in said["sentence"]
    assert "no share" in hotwash.refused(
        "contain", incident, "the fax", "off", "--share", "0.5", "--unheld-because", "x"
    )


def test_a_cohort_that_cannot_be_told_is_refused_by_its_part(hotwash: Terminal, loans: tuple[str, str]) -> None:
    switch, incident = loans
    no = hotwash.refused("contain", incident, switch, "off", "--cohort", "age + 1 > 3", "--unheld-because", "x")
    assert "arithmetic" in no
    assert "Nothing was done" in no or "in, between, is null" in no
    assert not hotwash.json("switches", "--system", switch)["switches"][0]["orders"]


def test_a_token_is_printed_once_and_services_come_and_go(hotwash: Terminal, loans: tuple[str, str]) -> None:
    switch, _ = loans
    name = f"{switch}-b"
    token = hotwash.run("services", "add", name, "--system", switch).out.strip()
    assert token.startswith("hwg_")
    assert len(access(token)) == 64
    assert token not in hotwash.run("services", "list").out
    assert hotwash.run("services", "rotate", name, "--overlap-h", "0").out.strip() != token
    assert "already" in hotwash.refused("services", "add", name, "--system", switch)
    assert "no AI system" in hotwash.refused("services", "follow", name, "--system", "nothing")
    hotwash.json("services", "revoke", name)
    assert "revoked" in hotwash.run("services", "list").out


def test_settling_what_is_settled_says_so(hotwash: Terminal, loans: tuple[str, str]) -> None:
    _, incident = loans
    assert hotwash.run("switches", "settle", incident).out.strip() == "Nothing was left to do."
