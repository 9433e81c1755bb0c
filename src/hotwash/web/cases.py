"""Collections of others' cases in the tables: brought in whole or not at all, each with its attribution."""

from django.db import transaction
from django.utils import timezone

from hotwash.response.cases import Collection
from hotwash.response.desk import NotFound
from hotwash.web.tables.models import CaseRow, CorpusRow

_AT_ONCE = 500


def bring_in(collection: Collection, *, by: str, digest: str, whole: bool = True) -> CorpusRow:
    """Keep a collection, in place of what was kept of it.

    :param whole: whether cases that are not in it go; else they stay beside the new ones
    """
    with transaction.atomic():
        kept = CaseRow.objects.filter(corpus=collection.name)
        if not whole:
            kept = kept.filter(key__in=[case.key for case in collection.cases])
        kept.delete()
        CaseRow.objects.bulk_create(
            [
                CaseRow(
                    corpus=collection.name,
                    key=case.key,
                    title=case.title,
                    text=case.text,
                    began=case.began,
                    ended=case.ended,
                    url=case.url,
                    facts=case.facts,
                    raw=case.raw,
                )
                for case in collection.cases
            ],
            batch_size=_AT_ONCE,
        )
        row, _ = CorpusRow.objects.update_or_create(
            name=collection.name,
            defaults={
                "title": collection.title,
                "attribution": collection.attribution,
                "licence": collection.licence,
                "url": collection.url,
                "digest": digest,
                "cases": CaseRow.objects.filter(corpus=collection.name).count(),
                "taken_in_at": timezone.now(),
                "taken_in_by": by[:200],
            },
        )
    return row


def remove(name: str) -> int:
    """Remove a collection with its cases; how many there were.

    :raises NotFound: if there is no such collection
    """
    with transaction.atomic():
        if not CorpusRow.objects.filter(name=name).delete()[0]:
            raise NotFound(f"There is no collection {name}.")
        return CaseRow.objects.filter(corpus=name).delete()[0]


def document(corpus: str, key: str) -> CaseRow:
    """A case of a collection.

    :raises NotFound: if there is none
    """
    row = CaseRow.objects.filter(corpus=corpus, key=key).first()
    if row is None:
        raise NotFound(f"There is no case {key} in {corpus}.")
    return row
