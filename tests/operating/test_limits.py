"""What is beyond a limit is refused with a sentence that names it, and the page of limits names what holds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from tests.api.speaking import Speaker, declared, installation, speaker
from tests.web.people import enter, person

from hotwash.response.request import TEXT_LENGTH_MAX
from hotwash.web import serving
from hotwash.web.api import evidence
from hotwash.web.chat import endpoint as chat
from hotwash.web.complaints import guarding
from hotwash.web.door import desk
from hotwash.web.inbox import endpoint as inbox
from hotwash.web.options import Options
from hotwash.web.pages import logs
from hotwash.web.room.forms import story
from hotwash.web.tables.models import Role
from hotwash.web.trackers import hooks

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "limits.md"


def test_the_page_names_the_limits_that_hold() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for words in (
        f"{TEXT_LENGTH_MAX:,} characters",
        f"| A body that is no file | {settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20} MiB",
        f"| Fields of a form | {settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:,} ",
        f"by the API | {evidence.SIZE_MAX // 2**20} MiB",
        f"A file as evidence, in the browser | {story.FILE_MAX // 2**20} MiB",
        f"log, in the browser | {logs.SIZE_MAX // 2**20} MiB",
        f"{serving.limit_request_line:,} and {serving.limit_request_field_size:,} bytes",
        f"{inbox.BODY_MAX:,} bytes, {inbox.SIGNALS_MAX:,} signals",
        f"inbox | {inbox.A_MINUTE:,} a minute",
        f"connection | {chat.A_MINUTE:,} a minute",
        f"tracker | {hooks.A_MINUTE:,} a minute",
        f"{guarding.SENT_MAX} in {guarding.WINDOW_S // 60} minutes",
        f"| {Options(Path()).streams_max} (`HOTWASH_STREAMS_MAX`)",
        f"| {serving.graceful_timeout} seconds",
    ):
        assert words in text, words


@pytest.fixture
def ana(sqlite: Options, tmp_path: Path) -> Iterator[Speaker]:
    with installation(tmp_path):
        yield speaker("ana", "administrator")


def test_a_text_that_is_too_long_is_refused_by_the_limit(ana: Speaker) -> None:
    incident = declared(ana)
    path = f"/incidents/{incident}/note"
    assert f"{TEXT_LENGTH_MAX:,} fit" in ana.refused("POST", path, {"text": "x" * (TEXT_LENGTH_MAX + 1)})["detail"]
    assert ana.say(path, {"text": "x" * TEXT_LENGTH_MAX})


def test_a_body_that_is_too_large_is_refused_by_the_limit(ana: Speaker) -> None:
    before = desk().store.position()
    refused = ana.refused("POST", "/incidents", {"title": "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})
    assert (refused["status"], refused["detail"][:33]) == (413, "The body is larger than 12 MiB. A")
    assert desk().store.position() == before


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"title": "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE}, "larger than 12 MiB"),
        ({f"field-{n}": "x" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}, "more than 2,000 fields"),
    ],
    ids=["size", "fields"],
)
def test_a_form_that_is_too_large_is_refused_by_the_limit(ana: Speaker, sent: dict[str, Any], said: str) -> None:
    person("bo", role=Role.COMMANDER)
    client = enter("bo")
    answer = client.post("/declare/", urlencode(sent), content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert said in answer.content.decode()
