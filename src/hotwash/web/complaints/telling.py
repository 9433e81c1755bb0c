"""What is done with a report after it came: read, counted for an incident, answered, taken back, erased.

Invariants:

- A report is counted for one incident, once: its row says so in the transaction in which the record does.
- A message is kept once, however often it is sent.
- What is erased is gone everywhere outside the records: words, messages, contact, files, what the inbox showed of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from hotwash.incident.rules.complaints import REPORTERS_MAX
from hotwash.ledger.rule import NotAllowed, need
from hotwash.response.complaints import (
    MESSAGE_MAX,
    SENDER,
    Stood,
    cluster_of,
    digest,
    fresh_form,
    group_of,
    headline,
    within,
)
from hotwash.response.desk import Desk, NotFound, Person
from hotwash.response.jobs import Job
from hotwash.response.request import BadRequest
from hotwash.web.complaints import clusters
from hotwash.web.complaints.receiving import drop
from hotwash.web.complaints.regrouping import forget
from hotwash.web.door import desk
from hotwash.web.inbox.alone import alone
from hotwash.web.inbox.telling import OF_SENDER
from hotwash.web.inbox.triage import Triaging
from hotwash.web.tables.models import (
    Complaint,
    ComplaintCluster,
    ComplaintContact,
    ComplaintFile,
    ComplaintLook,
    ComplaintMessage,
    IncidentRow,
    SignalGroup,
)
from hotwash.web.waiting import let_wait

CARRIED_MAX = REPORTERS_MAX
ANSWER = "answer-letter"
"""The kind of job that sends something to the address that a person left."""
_ERASED = {"text": "", "about": "", "need": "", "happened_on": None, "reachable": False}


@dataclass(frozen=True, slots=True)
class Reporter:
    """Somebody who reported, for whoever tells them what comes of it.

    :param complaints: their reports that the incident counts
    :param reachable: whether one of them left a way to be reached; all can be told on the page of their receipt
    """

    pseudonym: str
    language: str
    reachable: bool
    complaints: tuple[int, ...]


def open_one(number: int, *, by: Person) -> Complaint:
    """A report for a person who reads it; that it was read, and by whom first, is kept.

    :raises NotFound: if there is none
    """
    row = Complaint.objects.select_related("cluster").filter(pk=number).first()
    if row is None:
        raise NotFound(f"There is no report {number}.")
    if row.read_at is None:
        row.read_at, row.read_by = timezone.now(), by.name
        row.save(update_fields=["read_at", "read_by"])
        looked(row, by, "read the report")
    return row


def looked(row: Complaint, by: Person, what: str) -> None:
    """Write down who looked at what of a report, or did what with it."""
    ComplaintLook.objects.create(complaint=row, by=by.name, what=what[:200])


def stood(row: Complaint) -> Stood:
    """How far a report is, for the person who sent it."""
    going_on = bool(row.incident) and IncidentRow.objects.filter(pk=row.incident, ended_at=None).exists()
    return Stood(
        read=row.read_at is not None or bool(row.incident),
        linked=going_on,
        answered=row.answered_at is not None,
        closed=row.closed_at is not None,
        withdrawn=row.withdrawn_at is not None,
    )


def carry(number: int, incident_id: str, *, by: Person) -> int:
    """Count a cluster's reports for an incident: those that no incident counted before. How many they were.

    :raises NotPermitted: if the person may not link signals
    :raises NotFound: if there is no such cluster or incident
    :raises NotAllowed: if the cluster belongs to another incident, or nothing in it is left to count
    """
    desk().permit(by, "link-signal")
    desk().incident(incident_id)
    with alone():
        cluster = clusters.standing(number)
        if cluster.incident and goes_on_in(cluster.incident) != goes_on_in(incident_id):
            raise NotAllowed(f"Cluster {cluster.pk} belongs to {cluster.incident}.")
        rows = list(
            Complaint.objects.filter(cluster=cluster, incident="", withdrawn_at=None, erased_at=None).order_by(
                "received_at", "pk"
            )
        )
        if not rows:
            raise NotAllowed(f"Every report of cluster {cluster.pk} is counted already.")
        for start in range(0, len(rows), CARRIED_MAX):
            some = rows[start : start + CARRIED_MAX]
            desk().step(
                incident_id,
                "count-complaints",
                by=by,
                at=some[0].received_at,
                cluster=cluster.pk,
                title=cluster.title or "Reports from people",
                count=len(some),
                reporters=tuple(dict.fromkeys(row.reporter for row in some)),
                reachable=sum(row.reachable for row in some),
                since=some[0].received_at,
                until=some[-1].received_at,
            )
            Complaint.objects.filter(pk__in=[row.pk for row in some]).update(incident=incident_id)
        ComplaintCluster.objects.filter(pk=cluster.pk).update(incident=incident_id)
        clusters.counted(cluster)
    return len(rows)


def link(number: int, incident_id: str, *, by: Person) -> int:
    """Join a cluster to an incident, with its line of the inbox; how many reports it counts now. Raises as `carry`."""
    desk().permit(by, "link-signal")
    cluster = clusters.standing(number)
    waiting = SignalGroup.objects.filter(sender=SENDER, group=group_of(cluster.pk), live=True, incident="")
    if not (cluster.fresh or waiting.exists()):
        raise NotAllowed(f"Every report of cluster {cluster.pk} is counted already.")
    if waiting.exists():
        Triaging(desk(), by).join(list(waiting.values_list("pk", flat=True)), incident_id)
        return Complaint.objects.filter(cluster=cluster, incident=incident_id).count()
    return carry(cluster.pk, incident_id, by=by)


def tell_of_line(desk: Desk, line: SignalGroup, by: Person) -> bool:  # noqa: ARG001 - as `inbox.telling` asks
    """The incident of a line of the inbox hears of the people behind it, not of signals. The caller is alone."""
    number = cluster_of(line.group)
    if number is None or not ComplaintCluster.objects.filter(pk=number).exists():
        return False
    cluster = clusters.standing(number)
    if cluster.complaints.filter(incident="", withdrawn_at=None, erased_at=None).exists():
        carry(cluster.pk, goes_on_in(line.incident), by=by)
    return True


OF_SENDER[SENDER] = tell_of_line


def goes_on_in(incident_id: str) -> str:
    """The incident itself, or the one into which it was merged."""
    for _ in range(10):
        into = IncidentRow.objects.filter(pk=incident_id).values_list("merged_into", flat=True).first()
        if not into:
            break
        incident_id = into
    return incident_id


def reporters_of(incident_id: str) -> Iterator[Reporter]:
    """Everybody whose reports an incident counts, each once, by pseudonym. Who withdrew is not among them."""
    rows = Complaint.objects.filter(incident=incident_id, withdrawn_at=None, erased_at=None)
    found: dict[str, Reporter] = {}
    for pk, who, language, reachable in rows.order_by("pk").values_list("pk", "reporter", "language", "reachable"):
        known = found.get(who)
        if known is None:
            found[who] = Reporter(who, language or "en", reachable, (pk,))
        else:
            either = known.reachable or reachable
            found[who] = Reporter(who, known.language, either, (*known.complaints, pk))
    yield from found.values()


def answer(numbers: Sequence[int], text: str, *, by: Person, once: str = "") -> int:
    """Write to people who reported: it stands on the page of their receipt. How many reports it was put to.

    :param once: what tells this message from another; the same one is kept once for each report
    :raises BadRequest: if the text does not fit
    """
    plain = _words(text)
    key = once or fresh_form()
    now = timezone.now()
    with alone():
        rows = list(Complaint.objects.filter(pk__in=numbers, erased_at=None, withdrawn_at=None))
        made = [
            ComplaintMessage(complaint=row, at=now, by=by.name, text=plain, once=digest(f"{key} to {row.pk}"))
            for row in rows
        ]
        ComplaintMessage.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)
        Complaint.objects.filter(pk__in=[row.pk for row in rows], answered_at=None).update(answered_at=now)
        for start in range(0, len(made), 500):
            kept = ComplaintMessage.objects.filter(
                once__in=[one.once for one in made[start : start + 500]], sent_at=None
            )
            reached = kept.filter(complaint__reachable=True).values_list("pk", "complaint_id")
            let_wait(
                Job(f"{ANSWER}:message:{pk}", ANSWER, {"complaint": number, "message": pk}, now)
                for pk, number in reached
            )
    return len(rows)


def tell_cluster(number: int, text: str, *, by: Person, once: str = "") -> int:
    """Write to everybody in a cluster. Raises as `answer`."""
    cluster = clusters.standing(number)
    kept = cluster.complaints.filter(withdrawn_at=None, erased_at=None)
    return answer(list(kept.values_list("pk", flat=True)), text, by=by, once=once)


def tell_reporters(incident_id: str, text: str, *, by: Person, once: str = "") -> int:
    """Write to everybody whose report an incident counts. Raises as `answer`."""
    rows = Complaint.objects.filter(incident=incident_id, withdrawn_at=None, erased_at=None)
    return answer(list(rows.values_list("pk", flat=True)), text, by=by, once=once)


def add(row: Complaint, text: str, *, once: str) -> bool:
    """Keep what a person adds to a report; whether it was new. The report counts as not read again.

    :raises BadRequest: if the text does not fit
    """
    plain = _words(text)
    key = digest(f"{once} of {row.pk}")
    with alone():
        if row.erased_at is not None or ComplaintMessage.objects.filter(once=key).exists():
            return False
        ComplaintMessage.objects.create(complaint=row, text=plain, once=key)
        Complaint.objects.filter(pk=row.pk).update(read_at=None, read_by="", closed_at=None)
    return True


def close(number: int, *, by: Person, reason: str) -> Complaint:
    """Say that nothing more is to be done with a report. The reason is told to the person.

    :raises NotFound, NotAllowed: if there is none, or it is closed already
    """
    row = open_one(number, by=by)
    if row.closed_at is not None or row.erased_at is not None:
        raise NotAllowed(f"Report {number} is closed already.")
    answer([number], need(reason, "The reason (the person reads it)"), by=by)
    row.closed_at = timezone.now()
    row.save(update_fields=["closed_at"])
    looked(row, by, "closed the report")
    return row


def withdraw(row: Complaint) -> None:
    """Take a report back for the person who sent it."""
    _erase([row.pk], withdrawn=True)


def forget_of(incident: str) -> int:
    """Erase the reports that an incident counts, because its own record is erased. How many."""
    numbers = list(Complaint.objects.filter(incident=incident, erased_at=None).values_list("pk", flat=True))
    for start in range(0, len(numbers), 100):
        _erase(numbers[start : start + 100], withdrawn=False)
    return len(numbers)


def forget_old(days: int, *, now: datetime) -> int:
    """Erase what was kept for as long as was promised, unless its incident goes on or is held. How many."""
    open_one = IncidentRow.objects.filter(Q(ended_at=None) | Q(held=True), pk=OuterRef("incident"))
    old = Complaint.objects.filter(erased_at=None, received_at__lt=now - timedelta(days=days))
    numbers = list(old.filter(Q(incident="") | ~Exists(open_one)).order_by("pk").values_list("pk", flat=True)[:5_000])
    for start in range(0, len(numbers), 100):
        _erase(numbers[start : start + 100], withdrawn=False)
    return len(numbers)


def _erase(numbers: Sequence[int], *, withdrawn: bool) -> None:
    now = timezone.now()
    with alone():
        rows = list(Complaint.objects.select_related("cluster").filter(pk__in=numbers, erased_at=None))
        digests = set(ComplaintFile.objects.filter(complaint__in=rows).values_list("digest", flat=True))
        for row in rows:
            clusters.leave(row)
            _retitle(row)
            forget(row.pk)
        pks = [row.pk for row in rows]
        ComplaintContact.objects.filter(complaint__in=pks).delete()
        ComplaintMessage.objects.filter(complaint__in=pks).delete()
        ComplaintFile.objects.filter(complaint__in=pks).delete()
        gone = _ERASED | {"erased_at": now} | ({"withdrawn_at": now} if withdrawn else {})
        Complaint.objects.filter(pk__in=pks).update(**gone)
    # Only now: an erasure that did not come about must not leave rows without bytes.
    drop(digests)


def _retitle(row: Complaint) -> None:
    """A cluster is not named by the words of a report that is gone."""
    title = headline(row.text)
    for cluster in ComplaintCluster.objects.filter(title=title, named=False):
        other = cluster.complaints.filter(erased_at=None).exclude(pk=row.pk).order_by("received_at").first()
        cluster.title = headline(other.text) if other else ""
        cluster.save(update_fields=["title"])


def _words(text: str) -> str:
    plain = within("text", text, MESSAGE_MAX)
    if not plain:
        raise BadRequest("text", "is missing.")
    return plain
