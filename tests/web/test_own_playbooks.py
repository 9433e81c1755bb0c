"""Own playbooks in the library: added from a form or a file, edited, started in a room, withdrawn."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.api.speaking import Speaker, installation, speaker
from tests.systems.test_own_playbooks import OURS
from tests.web.people import enter, person

from hotwash.response.desk import Person
from hotwash.web.door import desk
from hotwash.web.options import Options
from hotwash.web.tables.models import Role

BO = Person("bo", "commander")


@pytest.fixture
def bo(sqlite: Options, tmp_path: Path) -> Iterator[Client]:
    with installation(tmp_path):
        person("bo", role="commander")
        person("ana", role="responder")
        yield enter("bo")


@pytest.fixture
def speaking(bo: Client) -> Speaker:
    return speaker("bo", Role.COMMANDER)


def test_a_playbook_is_added_edited_started_and_withdrawn(bo: Client) -> None:
    assert bo.get("/library/own-playbooks/").status_code == 200
    assert bo.post("/library/own-playbooks/", {"text": OURS}).status_code == 302
    assert "How we do it" in bo.get("/library/playbooks/").content.decode()
    assert "Your organisation’s own" in bo.get("/library/playbooks/ours/").content.decode()
    incident = desk().declare(by=BO, title="Loans refused", harms=["fairness"]).id
    assert 'value="ours"' in bo.get(f"/incidents/{incident}/playbook/").content.decode()
    assert bo.post(f"/incidents/{incident}/do/start-playbook/", {"playbook": "ours", "tier": ""}).status_code == 302
    shown = bo.get("/library/own-playbooks/ours/").content.decode()
    assert "id = &quot;ours&quot;" in shown
    second = OURS.replace('version = "1"', 'version = "2"').replace("How we do it", "How we do it now")
    file = SimpleUploadedFile("ours.toml", second.encode())
    assert (
        bo.post("/library/own-playbooks/ours/", {"file": file, "text": "not this", "tiers": ["Critical"]}).status_code
        == 302
    )
    assert "How we do it now" in bo.get("/library/playbooks/ours/").content.decode()
    running = bo.get(f"/incidents/{incident}/playbook/").content.decode()
    assert "How we do it <span" in running
    assert bo.post("/library/own-playbooks/ours/withdraw/", {"reason": "too slow"}).status_code == 302
    assert bo.get("/library/playbooks/ours/").status_code == 404
    assert "Withdrawn" in bo.get("/library/playbooks/").content.decode()


def test_what_is_wrong_is_said_with_its_line_and_the_text_stays(bo: Client) -> None:
    answer = bo.post("/library/own-playbooks/", {"text": OURS.replace("investigation", "pilot")})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "the text, line 10: step 1 (look), role" in shown
    assert "role = &quot;pilot&quot;" in shown
    other = bo.post("/library/own-playbooks/", {"file": SimpleUploadedFile("x.toml", b"\xff")})
    assert "x.toml: this is no UTF-8 text." in other.content.decode()
    assert bo.post("/library/own-playbooks/", {}).status_code == 422


def test_an_edition_keeps_its_id_and_markup_in_it_is_text(bo: Client) -> None:
    bo.post("/library/own-playbooks/", {"text": OURS.replace("How we do it", "<script>x</script>")})
    assert "<script>x" not in bo.get("/library/playbooks/ours/").content.decode()
    answer = bo.post("/library/own-playbooks/ours/", {"text": OURS.replace('id = "ours"', 'id = "theirs"')})
    assert "its id does not change" in answer.content.decode()
    assert bo.get("/library/own-playbooks/none/").status_code == 404


def test_only_who_may_keeps_one(bo: Client) -> None:
    ana = enter("ana")
    assert ana.get("/library/own-playbooks/").status_code == 403
    assert ana.post("/library/own-playbooks/", {"text": OURS}).status_code == 403
    assert "Add a playbook" not in ana.get("/library/playbooks/").content.decode()


def test_editions_go_out_over_the_api_and_an_own_one_is_started_by_its_name(bo: Client, speaking: Speaker) -> None:
    bo.post("/library/own-playbooks/", {"text": OURS})
    bo.post("/library/own-playbooks/", {"text": OURS.replace('version = "1"', 'version = "2"')})
    [own, *_] = speaking.get("/playbooks")["playbooks"]
    assert (own["id"], own["own"], [one["version"] for one in own["editions"]]) == ("ours", True, ["1", "2"])
    assert speaking.get("/playbooks/ours")["version"] == "2"
    assert speaking.get("/playbooks/ours?version=1")["version"] == "1"
    assert speaking.refused("GET", "/playbooks/ours?version=3")["status"] == 404
    assert speaking.get("/playbooks/ours?format=cacao")["type"] == "playbook"
    assert speaking.ask("GET", "/playbooks/ours?format=toml").content.startswith(b'id = "ours"')
    incident = speaking.say("/incidents", {"title": "Loans refused"})["incident"]
    begun = speaking.say(f"/incidents/{incident}/start-playbook", {"playbook": "ours"})["entries"][0]["body"]
    assert (begun["playbook"]["version"], begun["origin"]) == ("2", "organisation, entry 2")
