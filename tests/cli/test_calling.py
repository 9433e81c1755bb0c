"""Channels, pages and rotas from the command line, over a data folder and over a server alike."""

from uuid import uuid4

from tests.cli.terminal import Terminal


def test_a_channel_is_added_listed_tested_and_removed(hotwash: Terminal) -> None:
    name = f"staff-{uuid4().hex[:8]}"
    said = hotwash.json("channel", "add", name, "mail", "all@example.org, board@example.org", "--audience", "staff")
    assert (said["target"]["shown"], "secret" in said) == ("2 addresses at example.org", False)
    [listed] = [one for one in hotwash.json("channel", "list", "--audience", "staff")["targets"] if one["name"] == name]
    assert "sealed" not in listed
    assert "all@example.org" not in hotwash.run("channel", "list").out
    tested = hotwash.run("channel", "test", name)
    assert (tested.code, tested.out.strip()) == (
        1,
        "failed: This installation has no mail server: the operator names one in the setting `mail`.",
    )
    hotwash.json("channel", "remove", name)
    assert "There is no target" in hotwash.refused("channel", "remove", name)
    assert "leads to an address inside" in hotwash.refused("channel", "add", name, "webhook", "http://127.0.0.1/x")


def test_an_address_can_be_told_on_standard_input(hotwash: Terminal) -> None:
    name = f"press-{uuid4().hex[:8]}"
    assert hotwash.run("channel", "add", name, "mail", "-", given="press@example.org\n").code == 0
    assert "p…@example.org" in hotwash.run("channel", "list").out


def test_somebody_is_paged_and_the_page_is_answered(hotwash: Terminal) -> None:
    incident = hotwash.json("declare", "Loans refused")["incident"]
    said = hotwash.json("page", incident, "bo", "Please take command.", "--then", "cy")
    assert [one["kind"] for one in said["entries"]] == ["paged"]
    assert "No page waits for your answer" in hotwash.refused("acknowledge", incident)
    answered = hotwash.json("acknowledge", incident, str(said["number"]))
    assert [one["kind"] for one in answered["entries"]] == ["page-acknowledged"]
    assert "answered" in hotwash.run("timeline", incident).out


def test_a_rota_is_set_overridden_and_taken_from_a_calendar(hotwash: Terminal) -> None:
    rota = f"r-{uuid4().hex[:8]}"
    hotwash.json("on-call", "set", "--rota", rota, "--person", "ana", "--person", "bo", "--zone", "Europe/Berlin")
    [shown] = [one for one in hotwash.json("on-call", "show")["rotas"] if one["rota"] == rota]
    assert (shown["now"]["person"], shown["next"]["person"]) == ("ana", "bo")
    until = shown["now"]["until"]
    hotwash.json("on-call", "override", "cy", "--rota", rota, "--since", "2026-01-01T00:00:00Z", "--until", until)
    assert f"{rota}: cy until" in hotwash.run("on-call", "show").out
    file = hotwash.folder / "shifts.ics"
    event = "BEGIN:VEVENT\nSUMMARY:On Call - Dee\nDTSTART:20990101T000000Z\nDTEND:20990102T000000Z\nEND:VEVENT\n"
    file.write_text(f"BEGIN:VCALENDAR\n{event}END:VCALENDAR\n")
    assert hotwash.json("on-call", "import", str(file), "--rota", rota)["shifts"] == 1
    file.write_text("nothing")
    assert "This is no calendar" in hotwash.refused("on-call", "import", str(file), "--rota", rota)
    assert "`zone` is a place" in hotwash.refused("on-call", "set", "--rota", rota, "--person", "a", "--zone", "Moon")


def test_ones_own_reminders_are_shown_where_one_has_an_account(remote: Terminal, local: Terminal) -> None:
    assert remote.json("reminders")["quiet"] is None
    assert "Nothing will remind you." in remote.run("reminders").out
    assert "has no account here" in local.refused("reminders")
