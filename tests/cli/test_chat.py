"""Chats on the command line, over a data folder and over a server."""

from tests.cli.terminal import Terminal


def test_a_chat_is_connected_changed_given_a_new_address_and_closed(hotwash: Terminal) -> None:
    (hotwash.folder / "secret.txt").write_text("8f742231b10e8888abcd99yyyzzz85a5\n")
    made = hotwash.json("chat", "add", "slack", "slack-risk", "--signing", "secret.txt", "--strangers", "report")
    assert made["path"].startswith("/chat/slack/")
    assert "secret" not in made
    assert "slack-risk" in hotwash.run("chat", "list").out
    assert hotwash.json("chat", "change", "slack-risk", "--strangers", "declare")["strangers"] == "declare"
    assert hotwash.json("chat", "rotate", "slack-risk")["path"] != made["path"]
    assert hotwash.json("chat", "close", "slack-risk")["closed_at"]
    assert "was closed" in hotwash.refused("chat", "rotate", "slack-risk")
    assert "already" in hotwash.refused("chat", "add", "slack", "slack-risk", "--signing", "secret.txt")
    assert "cannot be read" in hotwash.refused("chat", "add", "slack", "other", "--signing", "none.txt")


def test_a_code_needs_an_account(hotwash: Terminal) -> None:
    said = hotwash.run("chat", "code")
    # Over a data folder there is the operator, and no account; over a server there is the token's.
    assert ("link " in said.out) or ("Only an account can be linked" in said.err)
