"""Messages on the command line, over a data folder and over a server."""

from tests.cli.terminal import Terminal


def declare(hotwash: Terminal) -> tuple[str, str]:
    incident = str(hotwash.json("declare", "Loans refused", "--harm", "fairness")["incident"])
    timeline = hotwash.json("timeline", incident)
    return incident, str((timeline["lines"] if isinstance(timeline, dict) else timeline)[0]["by"])


def test_a_message_is_drafted_edited_approved_and_sent(hotwash: Terminal) -> None:
    incident, me = declare(hotwash)
    hotwash.json("assign", incident, "commander", me)
    shown = hotwash.json("message", "draft", incident, "--to", "staff", "--show")
    assert "because of who they are" in shown["body"]
    assert hotwash.json("message", "list", incident)["messages"] == []
    begun = hotwash.json("message", "draft", incident, "--to", "staff", "--submit")
    number = str(begun["entries"][0]["number"])
    assert "cannot be sent yet" in hotwash.refused("message", "send", incident, number, "--list", "staff")
    (hotwash.folder / "text.txt").write_text("We look into it.\n")
    hotwash.json("message", "edit", incident, number, "--body", str(hotwash.folder / "text.txt"))
    assert hotwash.json("message", "show", incident, number)["version"] == 2
    hotwash.json("message", "submit", incident, number, "--remark", "Short on purpose.")
    hotwash.json("message", "approve", incident, number, "--role", "communications")
    assert "goes to staff" in hotwash.run("message", "send", incident, number, "--list", "staff").out
    one = hotwash.json("message", "show", incident, number)
    assert (one["state"], one["body"], one["approved"]) == ("sent", "We look into it.", {"communications": me})
    assert "version 2: sent" in hotwash.run("message", "show", incident, number).out
    assert "sent" in hotwash.run("message", "list", incident).out
    assert "taken back" in hotwash.run("message", "withdraw", incident, number, "--reason", "Wrong list.").out


def test_the_word_of_a_role_is_said_only_by_who_holds_it(hotwash: Terminal) -> None:
    incident, me = declare(hotwash)
    hotwash.json("assign", incident, "commander", me)
    hotwash.json("assign", incident, "legal", "Dee")
    begun = hotwash.json("message", "draft", incident, "--to", "regulator", "--submit")
    number = str(begun["entries"][0]["number"])
    assert "Dee is legal here" in hotwash.refused("message", "approve", incident, number, "--role", "legal")
    said = hotwash.json("message", "refuse", incident, number, "--role", "commander", "--reason", "Name the model.")
    assert said["entries"][0]["kind"] == "message-refused"
    assert "was not sent to the people" in hotwash.refused("message", "letters", incident, number, "--to", "out.jsonl")


def test_a_public_page_is_opened_under_an_address_that_nobody_guesses_and_closed(hotwash: Terminal) -> None:
    incident, _ = declare(hotwash)
    opened = hotwash.run("message", "open-page", incident, "--title", "Loans", "--reason", "People ask.").out
    slug = str(hotwash.json("message", "list", incident)["status_page"])
    assert len(slug) == 20
    assert f"/status/{slug}/" in opened
    again = hotwash.refused("message", "open-page", incident, "--title", "Loans", "--reason", "x")
    assert "open already" in again
    assert "closed" in hotwash.run("message", "close-page", incident, "--reason", "It is over.").out


def test_plain_language_points_at_the_place_and_exits_with_one(local: Terminal) -> None:
    (local.folder / "hard.txt").write_text("We utilise the cohort.\nYour loan was refused.\n")
    (local.folder / "good.txt").write_text("We look into it. We will write again by noon.\n")
    ran = local.run("plain", str(local.folder / "hard.txt"))
    assert ran.code == 1
    assert "1:4  “utilise” Plainer: use." in ran.out
    assert "2:11  “was refused” Who did it? Say so." in ran.out
    assert local.run("plain", str(local.folder / "good.txt")).code == 0
    ran = local.run("plain", str(local.folder / "good.txt"), "--format", "json")
    assert (ran.code, ran.json[0]["flags"], ran.json[0]["words"]) == (0, [], 10)
    lacking = local.run("plain", "-", "--audience", "harmed", "--stage", "after", given="We are sorry.\n")
    assert "What prevents it from happening again" in lacking.out
    assert local.run("plain", "-", "--audience", "harmed", given="x").code == 2
    assert "cannot be read" in local.run("plain", "nowhere.txt").err
