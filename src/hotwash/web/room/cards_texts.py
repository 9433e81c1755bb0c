"""Cards of the questions about language: terms and samples, refusals, agreement. Samples stay behind their warning."""

from hotwash.web.room.cards import (
    Card,
    Cell,
    Figure,
    Json,
    Sample,
    Table,
    count,
    heads,
    highest,
    is_number,
    p_value,
    percent,
    points,
    ranged,
    rows,
    share,
    text,
    value,
)

_SHOWN = 12


def texts(result: Json) -> Card:
    """Terms of both sides, near copies, samples."""
    figures = (
        Figure(f"{result.get('harmful', 0):,}", "harmful texts"),
        Figure(f"{result.get('other', 0):,}", "others"),
        Figure(f"{result.get('clusters_count', 0):,}", "groups of near copies"),
    )
    tables = []
    for word, title in (("terms", "Harmful texts say more often"), ("terms_of_others", "Harmful texts say less often")):
        found = list(result.get(word) or ())
        if found:
            tables.append(_terms(found[:_SHOWN], f"{title}; the clearest first. p is corrected for all terms."))
    if len(tables) == 2:
        tables[1] = Table("", tables[1].heads, tables[1].rows, fold="What harmful texts say less often")
    copies = list(result.get("clusters") or ())
    samples = [Sample(one["text"], _masked(one)) for one in result.get("samples") or ()]
    if copies:
        top = highest(*(one.get("share") for one in copies))
        tables.append(
            Table(
                "Texts that are nearly the same, by number; the text of each is among the samples below.",
                heads("Near copies", "#Texts", "#Harmful", "Share", "#p (Holm)"),
                rows(
                    [
                        (
                            text(f"group {number}"),
                            count(one.get("rows")),
                            count(one.get("harmful")),
                            share(one.get("share"), top),
                            Cell(p_value(one.get("p_holm")), number=True),
                        )
                        for number, one in enumerate(copies, 1)
                    ]
                ),
            )
        )
        samples += [
            Sample(one["sample"]["text"], f"near copies, group {number}") for number, one in enumerate(copies, 1)
        ]
    return Card(figures, tuple(tables), (), tuple(samples), str(result.get("content_warning") or ""))


def _terms(found: list[Json], caption: str) -> Table:
    top = highest(*({"value": one.get(side)} for one in found for side in ("share_of_harmful", "share_of_other")))
    return Table(
        caption,
        heads(
            "Term",
            "Of harmful texts",
            "Of the others",
            ("#z", "How far its use leans to one side, in standard errors"),
            "#p (Holm)",
        ),
        rows(
            [
                (
                    text(one["term"]),
                    share({"value": one.get("share_of_harmful")}, top),
                    share({"value": one.get("share_of_other")}, top),
                    Cell(f"{one['z']:+.1f}" if isinstance(one.get("z"), int | float) else "–", number=True),
                    Cell(p_value(one.get("p_holm")), number=True),
                )
                for one in found
            ]
        ),
    )


def _masked(one: Json) -> str:
    kinds = ", ".join(f"{number} {kind}" for kind, number in (one.get("masked") or {}).items())
    parts = [f"met {one['rows']:,} times" if one.get("rows", 1) > 1 else "", f"masked: {kinds}" if kinds else ""]
    return "; ".join(part for part in parts if part)


def refusals(result: Json) -> Card:
    """Refusals of each configuration, of safe and of unsafe prompts, and the changes."""
    found = list(result.get("configurations") or ())
    tables = []
    for side, caption in (
        ("safe", "Of safe prompts: a refusal is one too many."),
        ("unsafe", "Of prompts that should be refused: an answer is one too many."),
    ):
        listed = [one for one in found if (one.get(side) or {}).get("n")]
        if not listed:
            continue
        tables.append(
            Table(
                caption,
                heads("Configuration", "#Prompts", "Refused in full", "In part", "In full or in part"),
                rows(
                    [
                        (
                            text(one.get("configuration") if one.get("configuration") is not None else "all"),
                            count(one[side]["n"]),
                            *(share(one[side].get(word)) for word in ("full", "partial", "refused")),
                        )
                        for one in listed
                    ]
                ),
                dense=True,
            )
        )
    changes = list(result.get("changes") or ())
    if changes:
        many = len(changes) > 12
        tables.append(
            Table(
                "From one configuration to another. Answers to the same prompts are compared pair by pair.",
                heads("From", "To", "Prompts", "#Before", "#After", "#Difference", "#p"),
                rows(
                    [
                        (
                            text(one.get("from")),
                            text(one.get("to")),
                            text(one.get("side")),
                            value(one.get("from_value"), percent),
                            value(one.get("to_value"), percent),
                            value(one.get("difference"), points),
                            Cell(p_value(one.get("p")), number=True),
                        )
                        for one in changes[:60]
                    ]
                ),
                fold=f"Changes ({len(changes):,})" if many else "",
                dense=True,
            )
        )
    how = (
        "as people judged"
        if result.get("recognised") == "verdict"
        else "by their phrases, which misses some and takes some wrongly"
    )
    return Card((), tuple(tables), (f"Refusals were recognised {how}.",))


def agreement(result: Json) -> Card:
    """Agreement and kappa of each pair, alpha of all, and what they disagree on."""
    alpha = result.get("alpha")
    first = (result.get("first_two") or {}).get("kappa")
    figures = []
    if is_number(first):
        figures.append(Figure(f"{first['value']:.2f}", "kappa of the first two", ranged(first, lambda x: f"{x:.2f}")))
    if is_number(alpha):
        figures.append(Figure(f"{alpha['value']:.2f}", "alpha of all who judged"))
    tables = [
        Table(
            "Kappa and alpha: 0 is what chance would give, 1 is full agreement.",
            heads("Who", "#Cases", "Agree", "#Kappa"),
            rows(
                [
                    (
                        text(" and ".join(one["annotators"])),
                        count(one.get("n")),
                        share(one.get("agreement")),
                        value(one.get("kappa"), lambda x: f"{x:.2f}"),
                    )
                    for one in result.get("pairs") or ()
                ]
            ),
        )
    ]
    apart = list(result.get("disagreements") or ())
    if apart:
        tables.append(
            Table(
                "What they disagree on, the most frequent first.",
                heads("One said", "the other", "#Cases"),
                rows(
                    [(text(one["values"][0]), text(one["values"][-1]), count(one.get("cases"))) for one in apart[:20]]
                ),
            )
        )
    return Card(tuple(figures), tuple(tables))
