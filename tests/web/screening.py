"""A synthetic log of résumé screening, from a seed: a new model version rejects qualified women more often."""

import csv
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

COLUMNS = (
    "application_id",
    "decided_at",
    "model_version",
    "applicant_id",
    "sex",
    "age_band",
    "region",
    "university",
    "score",
    "decision",
    "qualified",
)
_REGIONS = (("North", 0.34), ("South", 0.27), ("East", 0.21), ("West", 0.18))
_AGES = (("under 30", 0.42), ("30 to 44", 0.38), ("45 and over", 0.20))
_UNIVERSITIES = (("public", 0.58), ("private", 0.30), ("women's college", 0.12))


def write_log(path: Path, *, changed_at: datetime, until: datetime, days_before: int = 44, seed: int = 7) -> int:
    """Write the log as CSV and return how many decisions it holds.

    :param changed_at: when version 2 went live; it is the planted cause
    :param until: when the log ends
    :param days_before: how many days of version 1 come before
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in rows(changed_at=changed_at, until=until, days_before=days_before, seed=seed):
            writer.writerow(row)
            count += 1
    return count


def rows(*, changed_at: datetime, until: datetime, days_before: int, seed: int) -> Iterator[tuple[object, ...]]:
    """The decisions one by one, in the order of time: fewer at night and on two days of seven, some people twice.

    The two quiet days are counted from the change, not read from the calendar: the example gives the same figures on
    whichever day it is made.
    """
    chance = random.Random(seed)
    people: list[tuple[str, str, str, str, str]] = []
    at = changed_at - timedelta(days=days_before)
    number = 0
    while True:
        at += timedelta(minutes=chance.expovariate(_busyness(at, changed_at) / 3.4))
        if at >= until:
            return
        number += 1
        if people and chance.random() < 0.12:
            person = people[-chance.randint(1, min(len(people), 2500))]
        else:
            person = _person(chance, len(people) + 1)
            people.append(person)
        applicant, sex, age, region, university = person
        skill = chance.gauss(0.0, 1.0)
        qualified = skill + chance.gauss(0.0, 0.6) > 0.25
        version = "v2" if at >= changed_at else "v1"
        score = skill + chance.gauss(0.0, 0.75)
        if version == "v2" and sex == "female":
            score -= 0.55
        if version == "v2" and university == "women's college":
            score -= 0.85
        yield (
            f"A{number:06d}",
            at.replace(microsecond=0).isoformat(),
            version,
            applicant,
            sex,
            age,
            region,
            university,
            round(1 / (1 + 2.718281828459045**-score), 4),
            "invite" if score > 0.1 else "reject",
            "yes" if qualified else "no",
        )


def _busyness(at: datetime, changed_at: datetime) -> float:
    quiet = (at.date() - changed_at.date()).days % 7 in (0, 6)
    return (0.35 if quiet else 1.0) * (1.0 if 7 <= at.hour < 21 else 0.25)


def _person(chance: random.Random, number: int) -> tuple[str, str, str, str, str]:
    sex = "female" if chance.random() < 0.46 else "male"
    university = _one_of(chance, _UNIVERSITIES)
    if university == "women's college":
        sex = "female"
    return f"P{number:06d}", sex, _one_of(chance, _AGES), _one_of(chance, _REGIONS), university


def _one_of(chance: random.Random, shares: tuple[tuple[str, float], ...]) -> str:
    mark = chance.random()
    for value, share in shares:
        mark -= share
        if mark < 0:
            return value
    return shares[-1][0]
