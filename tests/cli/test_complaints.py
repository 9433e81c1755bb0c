"""Reports from people in the terminal: a mail server's pipe, a clerk, and a responder who sorts."""

import os
import subprocess
import sys
from pathlib import Path

from tests.cli.terminal import Terminal

LETTER = "From: ana{n}@example.org\nSubject: Refused\nMessage-ID: <{n}@example.org>\n\nMy loan {n} was refused.\n"


def test_a_letter_comes_in_through_the_pipe_of_a_mail_server(hotwash: Terminal) -> None:
    got = hotwash.json("mail", given=LETTER.format(n="pipe"))
    assert got["letter"] == "report"
    assert "came before" in hotwash.run("mail", given=LETTER.format(n="pipe")).out
    away = "Auto-Submitted: auto-replied\n" + LETTER.format(n="away")
    assert "Passed over" in hotwash.run("mail", given=away).out
    assert hotwash.run("mail", given="nothing").code == 1
    assert hotwash.run("mail", "--mta", given="nothing").code == 1, "a letter that is none never comes in"


def test_a_mail_server_tries_again_while_hotwash_is_away(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "hotwash.cli", "mail", "--mta"],
        input=LETTER.format(n=1),
        text=True,
        capture_output=True,
        env={**os.environ, "HOTWASH_URL": "http://127.0.0.1:9", "HOTWASH_TOKEN": "x"},
        check=False,
        timeout=120,
    )
    assert ran.returncode == 75, ran


def test_a_clerk_types_and_a_responder_sorts_and_answers(hotwash: Terminal) -> None:
    words = ["My flat was refused by the tenant score, which is not mine.", "--contact", "ana@example.org"]
    first = hotwash.json("complaint", "add", *words)
    second = hotwash.json("complaint", "add", words[0])
    assert first["receipt"] != second["receipt"]
    shown = hotwash.run("complaint", "show", str(first["complaint"])).out
    assert "tenant score" in shown
    assert "example.org" not in shown
    assert "ana@example.org" in hotwash.run("complaint", "contact", str(first["complaint"])).out
    cluster = hotwash.json("complaint", "show", str(first["complaint"]))["cluster"]
    assert {"cluster": cluster, "count": 2}.items() <= next(
        one.items() for one in hotwash.json("complaint", "clusters")["clusters"] if one["cluster"] == cluster
    )
    moved = hotwash.json("complaint", "move", str(second["complaint"]))["cluster"]
    assert hotwash.json("complaint", "merge", str(moved), str(cluster))["count"] == 2
    incident = hotwash.json("declare", "Flats refused")["incident"]
    assert hotwash.json("complaint", "link", str(cluster), incident)["counted"] == 2
    assert hotwash.json("complaint", "tell", str(cluster), "We look at it.")["told"] == 2
    assert hotwash.json("complaint", "answer", str(first["complaint"]), "And at yours.")["told"] == 1
    hotwash.json("complaint", "close", str(first["complaint"]), "--reason", "Mended.")
    assert hotwash.json("complaint", "sort")["moved"] == 0
    assert "2 people" in hotwash.run("timeline", incident).out
    assert any(
        one["complaint"] == first["complaint"]
        for one in hotwash.json("complaint", "list", "--view", "all")["complaints"]
    )
