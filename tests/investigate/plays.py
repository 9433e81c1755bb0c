"""The kinds of worlds that are played, what is asked of each, and what is promised (`truth` measures it)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tests.investigate import verdicts
from tests.investigate.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Promise:
    """How often something comes true.

    :param share: at least so often; for false alarms, at most
    """

    says: str
    share: float
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Play:
    """A kind of world, the question that is asked of it, and what is promised.

    :param few: how many worlds `make test` plays
    :param many: how many worlds `make soak` plays
    """

    question: str
    world: str
    ask: Callable[[int], Verdict]
    promises: dict[str, Promise]
    few: int
    many: int


EXACT = Promise("every count is that of counting by hand", 1.0)
HELD = 0.93


def _dating(found: float, alarm: float = 0.05) -> dict[str, Promise]:
    return {
        "found": Promise("a change is found", found),
        "inside": Promise("where found, the true moment lies in a 95 % interval", HELD),
        "alarm": Promise("without a change, one is found all the same", alarm, alarm=True),
    }


def _quiet(says: str) -> dict[str, Promise]:
    return {"alarm": Promise(says, 0.05, alarm=True)}


PLAYS: dict[str, Play] = {
    "harm": Play(
        "blast-radius",
        "4,000 decisions in 40 days; from a day on one region is harmed more often, by 3 to 30 points",
        verdicts.of_harm,
        {"exact": EXACT, "excess": Promise("the true excess lies in its 95 % interval", HELD)},
        30,
        2_000,
    ),
    "audit": Play(
        "fairness",
        "3,000 decisions; one of three groups is wrongly flagged more often, one rightly less often",
        verdicts.of_audit,
        {
            "exact": EXACT,
            "fpr": Promise("the true gap of false positive rates lies in its 95 % interval", HELD),
            "tpr": Promise("the true gap of true positive rates lies in its 95 % interval", HELD),
        }
        | _quiet("where errors are equal, one of their gaps has a corrected p of 0.05 or less"),
        20,
        1_000,
    ),
    "rate by day": Play(
        "onset",
        "the rate of harm goes from 10 % to 20 % on one of 120 days of about 60 decisions",
        verdicts.of_rate,
        _dating(0.99),
        12,
        600,
    ),
    "small rate by day": Play(
        "onset",
        "the rate of harm goes from 10 % to 13 % on one of 120 days of about 200 decisions",
        partial(verdicts.of_rate, rise=0.03, a_period=200),
        _dating(0.90),
        0,
        400,
    ),
    "rate by the hour, 20 decisions": Play(
        "onset",
        "from 10 % to 25 % in one of 336 hours of about 20 decisions",
        partial(verdicts.of_rate, every="hour", rise=0.15, a_period=20, periods=336),
        _dating(0.99),
        6,
        600,
    ),
    "rate by the hour, 10 decisions": Play(
        "onset",
        "from 5 % to 15 % in one of 336 hours of about 10 decisions",
        partial(verdicts.of_rate, every="hour", rise=0.1, base=0.05, a_period=10, periods=336),
        _dating(0.99),
        0,
        600,
    ),
    "volume by the hour": Play(
        "onset",
        "no change; 336 hours of about 15 decisions, whose number is followed",
        partial(verdicts.of_volume, a_period=15, periods=336),
        _quiet("without a change, one is found all the same"),
        0,
        600,
    ),
    "volume by the hour, a month": Play(
        "onset",
        "no change; 720 hours of about 10 decisions, whose number is followed",
        partial(verdicts.of_volume, a_period=10, periods=720),
        _quiet("without a change, one is found all the same"),
        0,
        400,
    ),
    "gap": Play(
        "onset",
        "the gap of one group to the other goes from 0 to 12 points on one of 120 days",
        verdicts.of_gap,
        _dating(0.99),
        8,
        400,
    ),
    "mean": Play(
        "onset",
        "the mean of a score with heavy tails moves by 0.4 on one of 120 days of 30 decisions",
        verdicts.of_mean,
        _dating(0.99),
        8,
        400,
    ),
    "mix": Play(
        "changes",
        "hard cases go from 20 % to 60 %; three other columns are noise",
        verdicts.of_mixed,
        {"first": Promise("the column that moved comes first", 0.97)}
        | _quiet("where nothing moved, a change is named"),
        8,
        300,
    ),
    "deployment": Play(
        "changes",
        "one of six deployments, a week apart, adds 12 points of harm; three columns are noise",
        verdicts.of_deployed,
        {"first": Promise("the deployment that did it comes first", 0.97)},
        8,
        300,
    ),
    "cohorts": Play(
        "slices",
        "30,000 decisions with eight features; planted: 35 % where two features meet, 60 % where three do, else 10 %",
        verdicts.of_cohorts,
        {
            "two": Promise("the cohort of depth 2 comes first by excess", 0.97),
            "three": Promise("the cohort of depth 3 comes first by rate", 0.97),
            "only": Promise("both are told, in this order, and nothing else", 0.93),
            "exact": EXACT,
            "excess": Promise("both true excesses lie in their intervals, which hold for the whole search", HELD),
        }
        | _quiet("where nothing is planted (6,000 decisions), a cohort is told"),
        4,
        300,
    ),
    "exchanges": Play(
        "texts",
        "800 texts of 12 words; three words stand in 60 % of harmful ones and 10 % of others; 20 near copies",
        verdicts.of_exchanges,
        {
            "words": Promise("the three planted words are the first three", 0.97),
            "copies": Promise("the near copies are the first cluster, 19 of 20 or more of them", 0.95),
        }
        | _quiet("where nothing is planted, a word has a corrected p of 0.05 or less"),
        2,
        150,
    ),
    "columns": Play(
        "drift",
        "twelve columns, 3,000 rows a side; four moved",
        verdicts.of_columns,
        {
            "found": Promise("all four are found", 0.99),
            "first": Promise("the four come first", 0.97),
        }
        | _quiet("where none moved (800 rows, no floor), one has drifted"),
        8,
        500,
    ),
    "versions": Play(
        "compare, fix",
        "1,600 decisions; in the second version one group is refused 20 points more often",
        verdicts.of_versions,
        {
            "compare": Promise("the true change of the gap lies in its 95 % interval (compare)", HELD),
            "fix": Promise("the true change of the gap lies in its 95 % interval (fix)", HELD),
        }
        | _quiet("where versions are equal, some line of the table is distinct"),
        12,
        600,
    ),
    "scores": Play(
        "scores",
        "3,000 scores; at the same score group b has twice the odds",
        verdicts.of_scored,
        {"inside": Promise("the true odds ratio lies in its 95 % interval", HELD)}
        | _quiet("where scores mean the same, the test says otherwise (p of 0.05 or less)"),
        12,
        600,
    ),
    "estimates": Play(
        "estimates",
        "1,500 estimates; those of group b are one too high",
        verdicts.of_estimated,
        {"inside": Promise("the true difference of mean errors lies in its 95 % interval", HELD)},
        20,
        800,
    ),
    "rankings": Play(
        "exposure",
        "150 whole lists of six places; group a is drawn to the top",
        verdicts.of_rankings,
        {
            "inside": Promise("the true difference of exposure lies in its 95 % interval", HELD),
            "level": Promise("where nobody is favoured, the difference 0 lies in its 95 % interval", HELD),
        },
        12,
        600,
    ),
    "labels": Play(
        "late-labels",
        "16 weeks of 200 decisions; labels are late in the newest weeks",
        verdicts.of_labelled,
        {"found": Promise("the first week of late labels is named", 0.90)}
        | _quiet("where labels are not late, a week is named"),
        12,
        600,
    ),
}
