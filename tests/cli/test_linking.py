"""Link, merge and split on the command line, over a data folder and over a server."""

from tests.cli.terminal import Terminal


def test_two_incidents_are_linked_and_the_link_is_taken_back(hotwash: Terminal) -> None:
    loans = hotwash.json("declare", "Loans refused")["incident"]
    prices = hotwash.json("declare", "Prices wrong")["incident"]
    hotwash.json("link", prices, "caused-by", loans)
    assert "Prices wrong" in hotwash.run("show", loans).out
    hotwash.json("link", loans, "cause-of", prices, "--undo", "--reason", "another model")
    assert "Prices wrong" not in hotwash.run("show", loans).out


def test_a_merge_lists_what_is_open_and_is_settled_and_undone(hotwash: Terminal) -> None:
    loans = hotwash.json("declare", "Loans refused")["incident"]
    complaints = hotwash.json("declare", "Forty complaints")["incident"]
    hotwash.json("assign", complaints, "legal", "Dee")
    hotwash.json("record", complaints, "ask-question", "text=Since when?")
    assert "role:legal" in hotwash.run("merge", complaints, "--into", loans, "--reason", "one matter").out
    left = hotwash.json("merge", complaints)["left"]
    assert [(one["what"], one["name"] or one["entry"]) for one in left] == [("role", "legal"), ("question", 4)]
    hotwash.json("merge", complaints, "--take-over", "role:legal")
    hotwash.json("merge", complaints, "--close", "question:4", "--reason", "answered")
    assert hotwash.json("merge", complaints)["left"] == []
    assert f"[{complaints}]" in hotwash.run("timeline", loans).out
    hotwash.json("merge", complaints, "--undo", "--reason", "two matters")
    assert "is not merged" in hotwash.refused("merge", complaints)


def test_a_signal_is_split_off(hotwash: Terminal) -> None:
    loans = hotwash.json("declare", "Loans refused")["incident"]
    signal = hotwash.json("record", loans, "link-signal", "source=mail", "title=Wrong price")["number"]
    said = hotwash.json("split", loans, str(signal), "--title", "Prices wrong", "--reason", "another model")
    assert hotwash.json("show", said["other"])["signals"][0]["title"] == "Wrong price"
    assert "no evidence, no finding" in hotwash.refused("split", loans, "1", "--title", "x", "--reason", "y")
