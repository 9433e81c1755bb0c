"""The thread that answers questions ends when nothing waits, and misses none that is put while it ends."""

import threading
from types import SimpleNamespace

import pytest

from hotwash.web import inquiries


def test_a_question_put_while_the_thread_ends_is_looked_for_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []

    def nothing_waits() -> int:
        looked.append(1)
        if len(looked) == inquiries.IDLE_MAX:
            inquiries.wake()
        return 0

    monkeypatch.setattr(inquiries, "run_waiting", nothing_waits)
    monkeypatch.setattr(inquiries, "_thread", threading.current_thread())
    monkeypatch.setattr(inquiries, "connections", SimpleNamespace(close_all=lambda: None))
    inquiries._work()
    assert len(looked) > inquiries.IDLE_MAX
    assert inquiries._thread is None
