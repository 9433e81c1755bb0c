"""Similar incidents: our own that one may see, cases of others with their attribution, and nobody else's."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.api.speaking import API, Speaker, declared

from hotwash.web import similar
from hotwash.web.tables.models import CaseRow

LOANS = "Women are refused loans far more often by the credit model"
SNAPSHOT = {
    "incidents.csv": (
        "_id,incident_id,date,reports,Alleged deployer of AI system,Alleged developer of AI system,"
        "Alleged harmed or nearly harmed parties,description,title\n"
        'x,7,2020-01-02,"[1]","[""bank""]","[""bank""]","[""women""]",'
        "A credit model offered women worse loans.,Credit model refused loans to women\n"
        'y,8,2021-03-04,"[2]","[]","[]","[]",A robot taxi blocked a fire engine.,Robot taxi blocks fire engine\n'
    ),
    "classifications_GMF.csv": (
        "Namespace,Incident ID,Published,Known AI Technical Failure,Potential AI Technical Failure\n"
        'GMF,7,True,Distributional Bias,"Dataset Imbalance, Distributional Bias"\n'
    ),
    "classifications_CSETv0.csv": (
        "Namespace,Incident ID,Published,Severity,Beginning Date,Ending Date\n"
        "CSETv0,7,True,Moderate,2019-11-01T00:00:00.000Z,2020-01-10T00:00:00.000Z\n"
    ),
}


def bring_in(by: Speaker, files: dict[str, str]) -> Any:
    sent = [SimpleUploadedFile(name, text.encode(), content_type="text/csv") for name, text in files.items()]
    client = Client(raise_request_exception=False)
    return client.post(f"{API}/collections", {"file": sent}, headers={"Authorization": f"Bearer {by.token}"})


def like(by: Speaker, text: str = LOANS, **words: Any) -> Any:
    return by.say("/similar", {"text": text, **words})


def ids(found: Any) -> list[str]:
    return [one["id"] for one in found["similar"]]


def test_what_was_declared_is_found_at_once(cy: Speaker) -> None:
    assert ids(like(cy)) == []
    first = declared(cy, LOANS)
    assert ids(like(cy)) == [first]
    second = declared(cy, "Loans are refused to women again")
    assert set(ids(like(cy))) == {first, second}


def test_a_new_name_and_a_summary_are_found_and_the_old_name_is_not(bo: Speaker) -> None:
    made = declared(bo, "Something odd")
    assert ids(like(bo, "robot taxi")) == []
    bo.say(f"/incidents/{made}/retitle", {"title": "Robot taxi blocks fire engine"})
    assert ids(like(bo, "robot taxi")) == [made]
    bo.say(f"/incidents/{made}/summarise", {"text": "Quaggas were misread."})
    assert ids(like(bo, "quagga")) == [made]


def test_what_was_redacted_is_no_longer_found(ana: Speaker) -> None:
    made = declared(ana, "Loans", detail="Zebrawood")
    assert ids(like(ana, "zebrawood")) == [made]
    ana.say(f"/incidents/{made}/redact", {"entry": 1, "reason": "It names a person."})
    assert ids(like(ana, "zebrawood")) == []


def test_whoever_sees_only_their_own_finds_only_their_own(cy: Speaker, dee: Speaker) -> None:
    hidden = declared(cy, LOANS)
    assert hidden not in str(like(dee))
    own = declared(dee, "Loans are refused")
    assert ids(like(dee)) == [own]


def test_drills_tests_and_what_goes_on_elsewhere_are_not_shown(bo: Speaker) -> None:
    real = declared(bo, LOANS)
    declared(bo, LOANS, kind="drill")
    declared(bo, LOANS, kind="test")
    merged = declared(bo, LOANS)
    bo.say(f"/incidents/{merged}/merge", {"into": real, "reason": "The same."})
    assert ids(like(bo)) == [real]


def test_the_memory_made_anew_finds_the_same(cy: Speaker) -> None:
    for number in range(4):
        declared(cy, f"{LOANS} {number}")
    kept = like(cy)
    similar.forget()
    assert like(cy) == kept


def test_an_incident_is_not_like_itself(cy: Speaker) -> None:
    one, two = declared(cy, LOANS), declared(cy, LOANS)
    assert ids(cy.get(f"/incidents/{one}/similar")) == [two]


def test_lag_and_factors_of_our_own_are_told(bo: Speaker) -> None:
    made = declared(bo, LOANS, at="2026-03-05T10:00:00Z")
    bo.say(f"/incidents/{made}/begin-harm", {"at": "2026-03-03T10:00:00Z", "source": "the log"})
    bo.say(f"/incidents/{made}/add-factor", {"text": "Old labels", "tag": "labels"})
    found = like(bo)
    assert [(lag["name"], lag["seconds"]) for lag in found["similar"][0]["lags"]] == [("found", 172_800.0)]
    assert len(found["similar"][0]["failures"]) == 1
    assert found["seen"][0].startswith(
        "Half of them were found within 2 days of the harm’s beginning (known of 1 of 1 incident)"
    )


def test_cases_of_others_come_with_what_failed_and_whom_to_credit(ana: Speaker, cy: Speaker) -> None:
    assert bring_in(ana, SNAPSHOT).json()["cases"] == 2
    found = like(cy)
    (case,) = found["similar"]
    assert (case["id"], case["corpus"], case["url"]) == ("AIID-7", "aiid", "https://incidentdatabase.ai/cite/7")
    assert (case["failures"], case["suspected"]) == (["Distributional Bias"], ["Dataset Imbalance"])
    assert case["lags"][0]["words"] == "70 days"
    assert "CC BY-SA 4.0" in found["attributions"][0]
    assert "Distributional Bias (1)" in found["seen"][1]


def test_a_collection_brought_in_again_stands_as_it_is_now(ana: Speaker) -> None:
    bring_in(ana, SNAPSHOT)
    like(ana)
    less = {"incidents.csv": SNAPSHOT["incidents.csv"].rsplit("y,", 1)[0]}
    assert bring_in(ana, less).json()["cases"] == 1
    assert ids(like(ana, "robot taxi fire engine")) == []
    assert ana.ask("DELETE", "/collections/aiid").json()["removed"] == 1
    assert like(ana) == {"similar": [], "seen": [], "attributions": []}


def test_a_snapshot_with_a_fault_is_refused_whole_with_its_lines(ana: Speaker) -> None:
    broken = SNAPSHOT["incidents.csv"].replace("2021-03-04", "yesterday").replace('x,7,2020-01-02,"[1]"', "x,seven,?,z")
    answer = bring_in(ana, SNAPSHOT | {"incidents.csv": broken})
    assert answer.status_code == 422
    assert [(one["line"], one["column"]) for one in answer.json()["faults"]] == [
        (2, "incident_id"), (2, "date"), (3, "date"),
    ]  # fmt: skip
    assert not CaseRow.objects.exists()


@pytest.mark.parametrize(
    "words", [{"text": "x" * 20_001}, {"text": "x", "top": 0}, {"text": "x", "top": 101}, {"texts": "x"}]
)
def test_what_does_not_fit_is_refused(cy: Speaker, words: dict[str, Any]) -> None:
    assert cy.refused("POST", "/similar", words)["status"] == 422


def test_the_whole_snapshot_comes_in_and_is_compared_with(ana: Speaker, shared: Path) -> None:
    wanted = ("incidents", "classifications_GMF", "classifications_MIT", "classifications_CSETv0")
    files = {f"{one}.csv": (shared / "aiid" / f"{one}.csv").read_text(encoding="utf-8") for one in wanted}
    assert bring_in(ana, files).json()["cases"] == 989
    found = like(ana, "A self-driving car of Uber killed a woman crossing the road in Tempe, Arizona", top=3)
    assert found["similar"][0]["id"] == "AIID-4"


def test_documents_of_avid_go_out_as_they_came(ana: Speaker) -> None:
    text = (
        '{ "data_type": "AVID", "metadata": {"report_id": "AVID-2026-R0001"},\n'
        '"problemtype": {"description": {"lang": "eng", "value": "Loans — refused"}}}\n'
    )
    assert bring_in(ana, {"report.json": text}).json()["name"] == "avid"
    assert ana.ask("GET", "/collections/avid/AVID-2026-R0001").content.decode() == text
    assert ids(like(ana, "loans refused")) == ["AVID-2026-R0001"]
