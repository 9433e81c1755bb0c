"""Which reports say the same: a new one joins a cluster or begins one, and people move and merge.

A cluster keeps its number for ever; one that was merged into another points on. What a new report costs is bounded,
however many there are: its rarest words lead to a few clusters, and only those are held against it (`likeness`).

Whoever places is alone, as whoever writes the inbox is: else two reports of one minute would begin two clusters.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.utils import timezone

from hotwash.investigate.likeness import JOIN, PERHAPS, Profile, Weights, best, between, features
from hotwash.investigate.neighbours import ALIKE, alike, shingles
from hotwash.investigate.piles import CANDIDATES, POSTINGS_MAX, Placed, sorted_anew
from hotwash.ledger.rule import NotAllowed, need
from hotwash.response.complaints import headline, lexicon
from hotwash.response.desk import NotFound
from hotwash.response.jobs import Job
from hotwash.web.complaints.regrouping import regroup
from hotwash.web.inbox.alone import alone
from hotwash.web.tables.models import ClusterWord, Complaint, ComplaintCluster
from hotwash.web.waiting import let_wait

PROFILE_SHARE = 0.03
"""In a large cluster, words in fewer of its reports than this say nothing about it."""
COPIES_LOOKED_AT = 5
SORT, SORT_NOW_MAX = "sort-reports", 1_000
"""The kind of job that sorts; and up to how many reports nobody has to wait for it."""
_IN_MAX = 500


def about(complaint: Complaint) -> frozenset[str]:
    """What a report is about: its words and what they mean."""
    return features(f"{complaint.text}\n{complaint.about}", lexicon())


def place(complaint: Complaint) -> ComplaintCluster:
    """Put a new report into the cluster that says the same, or into a new one. The caller holds the transaction."""
    own = about(complaint)
    number = _copy_of(complaint, own) or _like(own, complaint.system)
    cluster = _begun(complaint) if number is None else ComplaintCluster.objects.get(pk=number)
    _enter(complaint, cluster, own)
    return cluster


def leave(complaint: Complaint) -> None:
    """Take a report out of its cluster: when it is moved, withdrawn or erased. The caller holds the transaction."""
    cluster = complaint.cluster
    if cluster is None:
        return
    own = about(complaint)
    words = ClusterWord.objects.filter(cluster=cluster, word__in=own)
    words.filter(members__lte=1).delete()
    words.update(members=F("members") - 1)
    Complaint.objects.filter(pk=complaint.pk).update(cluster=None)
    complaint.cluster = None
    _count(cluster)


def move(number: int, to: int | None, *, by: str) -> ComplaintCluster:
    """Put one report into another cluster, or into a new one of its own. It stays there when all are sorted anew.

    :raises NotFound: if there is no such report or cluster
    :raises NotAllowed: if it was withdrawn, or is there already
    """
    with alone():
        complaint = Complaint.objects.select_related("cluster").filter(pk=number).first()
        if complaint is None:
            raise NotFound(f"There is no report {number}.")
        if complaint.erased_at is not None:
            raise NotAllowed(f"Report {number} was erased: nothing is left to sort.")
        before = complaint.cluster
        if before is not None and before.pk == to:
            raise NotAllowed(f"Report {number} is in cluster {to} already.")
        cluster = standing(to) if to is not None else None
        own = about(complaint)
        leave(complaint)
        cluster = cluster or _begun(complaint)
        _enter(complaint, cluster, own, by=by)
        regroup([number], cluster)
    return cluster


def merge(number: int, into: int, *, by: str) -> ComplaintCluster:
    """Put all reports of one cluster into another, which keeps its number; the emptied one points on.

    :raises NotFound: if there is no such cluster
    :raises NotAllowed: if it is the same one, or they belong to different incidents
    """
    if number == into:
        raise NotAllowed("A cluster cannot be merged into itself.")
    with alone():
        one, other = standing(number), standing(into)
        if one.incident and other.incident and one.incident != other.incident:
            raise NotAllowed(f"One belongs to {one.incident}, the other to {other.incident}: they stay apart.")
        moved = list(one.complaints.values_list("pk", flat=True))
        held = dict(one.words.values_list("word", "members"))
        _add_words(other, held)
        one.words.all().delete()
        one.complaints.update(cluster=other, placed_by=by)
        ComplaintCluster.objects.filter(merged_into=one).update(merged_into=other)
        one.merged_into = other
        if one.incident and not other.incident:
            other.incident = one.incident
            other.save(update_fields=["incident"])
        one.save(update_fields=["merged_into"])
        _count(one)
        _count(other)
        regroup(moved, other)
    return ComplaintCluster.objects.get(pk=into)


def rename(number: int, title: str) -> ComplaintCluster:
    """Give a cluster a title of one's own.

    :raises NotFound: if there is no such cluster
    """
    cluster = standing(number)
    cluster.title, cluster.named = need(title, "The title")[:300], True
    cluster.save(update_fields=["title", "named"])
    return cluster


def sort_soon() -> int | None:
    """Sort all reports anew: at once if they are few, and how many moved; else the worker does, and None."""
    if _kept().count() <= SORT_NOW_MAX:
        return sort_anew()
    now = timezone.now()
    # Who asks twice within a minute asks once.
    let_wait([Job(f"{SORT}:{now:%Y-%m-%dT%H:%M}", SORT, {}, now)])
    return None


def sort_anew() -> int:
    """Hold all reports against each other again; how many moved. Clusters keep numbers, and people's word holds.

    What an incident counts stays too. The comparing is done beforehand, so that nobody waits for it; what was moved or
    came meanwhile is left as it is then.
    """
    kept = list(_kept().order_by("received_at", "pk"))
    texts = [
        Placed(one.pk, about(one), one.cluster_id or 0, bool(one.placed_by or one.incident), one.system) for one in kept
    ]
    where, found = sorted_anew(texts), {one.id: one.features for one in texts}
    by_id = {one.pk: one for one in kept}
    with alone():
        now = {pk: (at, by) for pk, at, by in _kept().values_list("pk", "cluster_id", "placed_by")}
        targets: dict[int, list[int]] = {}
        for text in texts:
            if where[text.id] != text.pile and now.get(text.id) == (text.pile or None, ""):
                targets.setdefault(where[text.id], []).append(text.id)
        touched: set[int] = set()
        standing = ComplaintCluster.objects.filter(merged_into=None).in_bulk([pile for pile in targets if pile > 0])
        for pile, moved in targets.items():
            cluster = standing.get(pile) if pile > 0 else _begun(by_id[moved[0]])
            if cluster is not None:
                for start in range(0, len(moved), _IN_MAX):
                    Complaint.objects.filter(pk__in=moved[start : start + _IN_MAX]).update(cluster=cluster)
                regroup(moved, cluster)
                touched.add(cluster.pk)
        if targets:
            _words_anew(found)
            left = {by_id[number].cluster_id for moved in targets.values() for number in moved}
            for changed in ComplaintCluster.objects.filter(Q(pk__in=left - {None}) | Q(pk__in=touched)):
                _count(changed)
    return sum(len(moved) for moved in targets.values())


def _begun(first: Complaint) -> ComplaintCluster:
    """A new cluster that begins with a report."""
    return ComplaintCluster.objects.create(
        system=first.system, title=headline(first.text), first_at=first.received_at, last_at=first.received_at
    )


def perhaps_the_same(cluster: ComplaintCluster, *, most: int = 5) -> list[tuple[ComplaintCluster, float]]:
    """Other clusters that a person may want to merge, the most alike first."""
    profiles = _profiles([cluster.pk])
    own = profiles.get(cluster.pk)
    if own is None:
        return []
    words = frozenset(sorted(own.counts, key=lambda one: (-own.counts[one], one))[:40])
    weights = _weights(words)
    near = [number for number in _near(words, weights, "") if number != cluster.pk]
    others = _profiles(near)
    every = _weights({one for profile in (own, *others.values()) for one in profile.counts})
    rated = sorted(((between(own, profile, every), -number) for number, profile in others.items()), reverse=True)
    good = [(-number, score) for score, number in rated if score >= PERHAPS][:most]
    rows = ComplaintCluster.objects.in_bulk([number for number, _ in good])
    return [(rows[number], score) for number, score in good]


def standing(number: int) -> ComplaintCluster:
    """A cluster; one that was merged leads to where its reports are now.

    :raises NotFound: if there is none
    """
    cluster = ComplaintCluster.objects.select_related("merged_into").filter(pk=number).first()
    if cluster is None:
        raise NotFound(f"There is no cluster {number}.")
    return cluster.merged_into or cluster


def counted(cluster: ComplaintCluster) -> None:
    """Count a cluster's reports again, after one of them changed."""
    _count(cluster)


def _kept() -> QuerySet[Complaint]:
    return Complaint.objects.filter(erased_at=None, withdrawn_at=None)


def _enter(complaint: Complaint, cluster: ComplaintCluster, own: Iterable[str], *, by: str = "") -> None:
    _add_words(cluster, dict.fromkeys(own, 1))
    if complaint.system and not cluster.system:
        cluster.system = complaint.system
        cluster.save(update_fields=["system"])
        regroup(list(cluster.complaints.values_list("pk", flat=True)), cluster)
    complaint.cluster, complaint.placed_by = cluster, by
    complaint.save(update_fields=["cluster", "placed_by"])
    _count(cluster)


def _add_words(cluster: ComplaintCluster, counts: Mapping[str, int]) -> None:
    standing = set(ClusterWord.objects.filter(cluster=cluster, word__in=counts).values_list("word", flat=True))
    by_count: dict[int, list[str]] = {}
    for word in standing:
        by_count.setdefault(counts[word], []).append(word)
    for count, words in by_count.items():
        ClusterWord.objects.filter(cluster=cluster, word__in=words).update(members=F("members") + count)
    ClusterWord.objects.bulk_create(
        [ClusterWord(cluster=cluster, word=word, members=n) for word, n in counts.items() if word not in standing]
    )


def _count(cluster: ComplaintCluster) -> None:
    told = (
        _kept()
        .filter(cluster=cluster)
        .aggregate(n=Count("pk"), fresh=Count("pk", filter=Q(incident="")), a=Min("received_at"), z=Max("received_at"))
    )
    changed = {"count": told["n"], "fresh": told["fresh"]}
    if told["n"]:
        changed |= {"first_at": told["a"], "last_at": told["z"]}
    ComplaintCluster.objects.filter(pk=cluster.pk).update(**changed)
    cluster.count, cluster.fresh = told["n"], told["fresh"]


def _words_anew(found: Mapping[int, frozenset[str]]) -> None:
    counts: dict[int, Counter[str]] = {}
    for pk, cluster in _kept().exclude(cluster=None).values_list("pk", "cluster_id"):
        # What came while the others were compared is looked at now.
        own = found[pk] if pk in found else about(Complaint.objects.get(pk=pk))
        counts.setdefault(cluster, Counter()).update(own)
    ClusterWord.objects.all().delete()
    rows = (
        ClusterWord(cluster_id=cluster, word=word, members=n)
        for cluster, words in counts.items()
        for word, n in words.items()
    )
    ClusterWord.objects.bulk_create(rows, batch_size=_IN_MAX)


def _like(own: frozenset[str], system: str) -> int | None:
    near = _near(own, _weights(own), system)
    profiles = _profiles(near)
    named = {one for profile in profiles.values() for one in profile.counts} | own
    found = best(own, profiles, _weights(named))
    return found[0] if found is not None and found[1] >= JOIN else None


def _copy_of(complaint: Complaint, own: frozenset[str]) -> int | None:
    """The cluster of a report with nearly the same words, if one of the likeliest has one."""
    mine = shingles(complaint.text)
    near = _near(own, _weights(own), complaint.system)[:COPIES_LOOKED_AT]
    for number in near:
        newest = _kept().filter(cluster=number).order_by("-received_at")[:COPIES_LOOKED_AT]
        for text in newest.values_list("text", flat=True):
            if alike(mine, shingles(text)) >= ALIKE:
                return number
    return None


def _near(own: frozenset[str], weights: Weights, system: str) -> list[int]:
    """The clusters that share the rarest words, with the most weight first."""
    chosen: list[str] = []
    places = 0
    for one in sorted(own, key=lambda one: (-weights.of(one), one)):
        places += weights.spread.get(one, 0)
        if places > POSTINGS_MAX and chosen:
            break
        chosen.append(one)
    rows = ClusterWord.objects.filter(word__in=chosen, cluster__count__gt=0)
    if system:
        rows = rows.filter(cluster__system__in=("", system))
    weighed: dict[int, float] = {}
    for cluster, word in rows.values_list("cluster_id", "word"):
        weighed[cluster] = weighed.get(cluster, 0.0) + weights.of(word) ** 2
    return sorted(weighed, key=lambda number: (-weighed[number], number))[:CANDIDATES]


def _weights(words: Iterable[str]) -> Weights:
    spread: dict[str, int] = {}
    for some in _some(words):
        rows = ClusterWord.objects.filter(word__in=some).order_by().values_list("word")
        spread |= dict(rows.annotate(n=Count("pk")))
    return Weights(ComplaintCluster.objects.filter(merged_into=None, count__gt=0).count(), spread)


def _profiles(numbers: list[int]) -> dict[int, Profile]:
    counts = dict(ComplaintCluster.objects.filter(pk__in=numbers).values_list("pk", "count"))
    found = {number: Profile(max(1, counts.get(number, 1)), Counter()) for number in numbers}
    rows = ClusterWord.objects.filter(cluster__in=numbers, members__gte=F("cluster__count") * PROFILE_SHARE)
    for cluster, word, members in rows.values_list("cluster_id", "word", "members"):
        found[cluster].counts[word] = members  # type: ignore[index]
    return found


def _some(wanted: Iterable[str]) -> Iterator[list[str]]:
    every = sorted(wanted)
    for start in range(0, len(every), _IN_MAX):
        yield every[start : start + _IN_MAX]
