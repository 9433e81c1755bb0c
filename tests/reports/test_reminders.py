"""What people are reminded of, when, and that it is the same whoever asks and when."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.incident.history import history
from tests.incident.played import NINE, Played

from hotwash.incident.state import replay
from hotwash.reports.reminders import last_of_each, reminders
from hotwash.systems.organisation import Organisation

NOBODY = Organisation()


def declared() -> Played:
    played = Played()
    played.says("declare", title="Loans refused", harms=("fairness",))
    played.says("assign", role="commander", person="bo")
    return played


def about(played: Played, word: str, now: datetime | None = None) -> list[tuple[str, tuple[str, ...]]]:
    found = reminders(played.state, NOBODY, now or played.now)
    return [(f"{one.at:%d %H:%M}", one.people) for one in found if one.about.startswith(word)]


def test_an_action_reminds_its_owner_on_its_day_and_the_day_after_until_it_is_closed() -> None:
    played = declared()
    played.says("add-action", title="Tell the bank", kind="redress", owner="cy", due=date(2026, 3, 10))
    assert about(played, "action") == [("10 09:00", ("cy",)), ("11 09:00", ("cy",))]
    [action] = played.state.actions
    played.says("close-action", action=action, result="They know.")
    assert about(played, "action") == []


def test_a_remedy_that_is_owed_reminds_who_owes_it() -> None:
    played = declared()
    played.says("owe-remedy", what="Decide again", people=12, owner="dee", due=date(2026, 3, 10))
    assert about(played, "remedy") == [("10 09:00", ("dee",)), ("11 09:00", ("dee",))]
    found = [one for one in reminders(played.state, NOBODY, played.now) if one.about.startswith("remedy")]
    assert "12 people still wait" in found[0].text


def test_a_legal_deadline_reminds_legal_and_from_the_last_hour_on_the_record_says_so() -> None:
    played = declared()
    played.says("record-awareness", fact="aware", person="ana")
    played.says("answer-applicability", question="eu-gdpr-33", answer="yes", reason="Personal data.")
    found = [one for one in reminders(played.state, NOBODY, played.now) if one.about.startswith("clock:eu-gdpr-33/")]
    moments = {one.at for one in found}
    deadline = max(moments)
    assert {deadline - moment for moment in moments} >= {timedelta(hours=1), timedelta(hours=4), timedelta(hours=24)}
    assert {one.people for one in found} == {("bo",)}
    assert all(one.kept == (deadline - one.at <= timedelta(hours=1)) for one in found)
    played.says("assign", role="legal", person="lee")
    assert {one.people for one in reminders(played.state, NOBODY, played.now) if "clock" in one.about} == {("lee",)}
    played.says("submit-filing", duty="eu-gdpr-33", stage=found[0].about.split("/")[1])
    left = [one for one in reminders(played.state, NOBODY, played.now) if one.about == found[0].about]
    assert left == []


def test_of_forty_duties_that_may_apply_only_the_nearest_reminds() -> None:
    played = declared()
    played.says("record-awareness", fact="aware", person="ana")
    found = {one.about for one in reminders(played.state, NOBODY, played.now) if one.about.startswith("clock:")}
    assert len(found) <= 1


def test_the_end_of_a_period_reminds_the_commander_before_it() -> None:
    played = declared()
    played.says("start-period", until=NINE + timedelta(hours=4), objectives=("Stop it",))
    assert about(played, "period") == [("03 12:45", ("bo",))]


def test_a_containment_is_looked_at_again_and_its_end_is_told_before_in_quiet_hours_too() -> None:
    incident = replay(
        "INC-2026-0001",
        history(
            """
            09:00 ana declared title='Loans refused'
            09:01 ana role-assigned role=operations person=olu
            09:05 bo  containment-applied switch=loans state=human reason=Stop complete=true unheld_because=now """
            """recheck_at=2026-03-03T11:00:00Z until=2026-03-03T12:00:00Z
        """
        ),
    )
    found = [one for one in reminders(incident, NOBODY, NINE) if one.about.split(":")[0] in ("recheck", "ends")]
    assert [(f"{one.at:%H:%M}", one.people, one.critical, one.kept) for one in found] == [
        ("11:00", ("olu",), True, True),
        ("11:30", ("olu",), True, False),
        ("12:00", ("olu",), True, True),
    ]


def test_steps_of_a_playbook_that_are_due_together_are_one_reminder_for_each_person() -> None:
    played = declared()
    played.says("start-playbook", playbook="biased-decisions")
    found = [one for one in reminders(played.state, NOBODY, played.now) if one.about.startswith("steps:")]
    assert found
    assert len({(one.at, one.people) for one in found}) == len(found)
    played.says("assign", role="investigation", person="ines")
    due = [one for one in reminders(played.state, NOBODY, played.now) if one.about.startswith("steps:")]
    late = [one for one in due if one.at <= played.now + timedelta(days=1)]
    assert {"bo", "ines"} <= {person for one in last_of_each(late) for person in one.people}, "one hides no other's"


def test_nothing_reminds_of_what_is_over_or_was_written_down_after_the_event() -> None:
    played = Played()
    played.says("declare", title="Long ago", kind="backdated")
    played.says("add-action", title="Tell the bank", kind="redress", owner="cy", due=date(2026, 3, 10))
    assert reminders(played.state, NOBODY, played.now) == []


@given(minutes=st.integers(0, 60 * 24 * 60), later=st.integers(0, 60 * 24 * 60))
def test_the_list_is_the_same_whenever_it_is_asked_for_and_no_key_names_two(minutes: int, later: int) -> None:
    played = declared()
    played.says("record-awareness", fact="aware", person="ana")
    played.says("start-playbook", playbook="biased-decisions")
    played.says("add-action", title="Tell the bank", kind="redress", owner="cy", due=date(2026, 3, 10))
    start = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
    first = reminders(played.state, NOBODY, start + timedelta(minutes=minutes))
    second = reminders(played.state, NOBODY, start + timedelta(minutes=later))
    assert first == second
    named = [(one.key, person) for one in first for person in one.people or ("",)]
    assert len(set(named)) == len(named)
    past = [one for one in first if one.at <= start + timedelta(minutes=minutes)]
    assert len({one.about for one in last_of_each(past)}) == len(last_of_each(past))
