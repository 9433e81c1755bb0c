"""Every way in which a log can be wrong has a sentence that names the place and the mend."""

import gzip
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.investigate.logs import confusion, write_csv

from hotwash.investigate import (
    AskedWrongly,
    ColumnMissing,
    ColumnMistyped,
    ColumnsRepeated,
    EmptyLog,
    LogError,
    NotAnExpression,
    NotBinary,
    Predictions,
    TimeWithoutZone,
    TooMany,
    Unreadable,
    affected,
    blast_radius,
    fairness,
)

HEADER = ["sex", "decision", "label"]
ROWS = confusion({"f": (30, 10, 10, 20), "m": (20, 10, 5, 40)})


def fair(log: object, **more: Any) -> Any:
    return fairness(str(log), **({"decision": "decision", "label": "label", "group": "sex"} | more))


def raw(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_a_missing_column_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    log = write_csv(tmp_path / "log.csv", HEADER, ROWS)
    with pytest.raises(
        ColumnMissing,
        match=r'no column "Decision" \(asked for as the decision\)\. Did you mean "decision"\? It has: sex',
    ):
        fair(log, decision="Decision")
    with pytest.raises(ColumnMissing, match='no column "race"'):
        fair(log, group=["sex", "race"])
    with pytest.raises(ColumnMissing, match='no column "person"'):
        blast_radius(log, harm="decision = 0", subject="person")


def test_a_column_that_stands_twice_is_refused_in_csv(tmp_path: Path) -> None:
    log = write_csv(tmp_path / "log.csv", ["sex", "decision", "decision"], [("f", 1, 0)])
    with pytest.raises(ColumnsRepeated, match=r'"log.csv" has 2 columns named "decision". Rename them'):
        fair(log)


def test_columns_that_differ_only_in_capitals_are_refused(tmp_path: Path) -> None:
    log = write_csv(tmp_path / "log.csv", ["sex", "decision", "Sex"], [("f", 1, 0)])
    with pytest.raises(ColumnsRepeated, match=r"differ only in capitals \(sex, Sex\)"):
        fair(log)


def test_a_column_that_stands_twice_is_refused_in_parquet(tmp_path: Path) -> None:
    pq.write_table(
        pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["decision", "decision"]), tmp_path / "l.parquet"
    )
    with pytest.raises(ColumnsRepeated, match=r'"l.parquet" has 2 columns named "decision"'):
        fair(tmp_path / "l.parquet")


@pytest.mark.parametrize("name", ["log.csv", "log.parquet", "log.jsonl"])
def test_an_empty_file_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(Unreadable, match=rf'"{name}" is empty \(0 bytes\)'):
        fair(raw(tmp_path / name, b""))


def test_a_file_with_a_header_and_no_row_is_an_empty_log(tmp_path: Path) -> None:
    with pytest.raises(EmptyLog, match="not a single row"):
        fair(write_csv(tmp_path / "log.csv", HEADER, []))
    pq.write_table(pa.table({"sex": pa.array([], pa.string())}), tmp_path / "log.parquet")
    with pytest.raises(EmptyLog, match="not a single row"):
        fair(tmp_path / "log.parquet")


@pytest.mark.parametrize("keep", [0.3, 0.5, 0.9, 0.99])
def test_a_parquet_file_that_breaks_off_is_named(tmp_path: Path, keep: float) -> None:
    pq.write_table(pa.table({"sex": ["f"] * 5000, "decision": list(range(5000))}), tmp_path / "log.parquet")
    whole = (tmp_path / "log.parquet").read_bytes()
    with pytest.raises(Unreadable, match=r'"log.parquet" is not a whole Parquet file: it may be cut off'):
        fair(raw(tmp_path / "log.parquet", whole[: int(len(whole) * keep)]))


def test_a_parquet_file_damaged_inside_is_named(tmp_path: Path) -> None:
    pq.write_table(
        pa.table({"sex": [str(i) for i in range(9000)], "decision": list(range(9000))}), tmp_path / "log.parquet"
    )
    data = bytearray((tmp_path / "log.parquet").read_bytes())
    data[4 : len(data) // 2] = b"\xff" * (len(data) // 2 - 4)
    with pytest.raises(Unreadable, match="damaged"):
        fair(raw(tmp_path / "log.parquet", bytes(data)), label=None)


def test_a_csv_file_that_breaks_off_within_a_row_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r'line 3 of "log.csv" has 2 fields, and the header has 3'):
        fair(raw(tmp_path / "log.csv", b"sex,decision,label\nf,1,1\nm,0"))


def test_a_csv_file_that_breaks_off_within_a_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r'After line 2, "log.csv" breaks off'):
        fair(raw(tmp_path / "log.csv", b'sex,decision,label\nf,1,1\n"m,0,1'))


def test_a_compressed_csv_file_that_breaks_off_is_named(tmp_path: Path) -> None:
    data = gzip.compress(b"sex,decision,label\n" + b"".join(b"f,%d,1\n" % (i % 2) for i in range(20000)))
    with pytest.raises(Unreadable, match=r'"log.csv.gz"'):
        fair(raw(tmp_path / "log.csv.gz", data[: len(data) // 2]))


def test_json_lines_that_break_off_are_named(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r'"log.jsonl" is not whole JSON Lines'):
        fair(raw(tmp_path / "log.jsonl", b'{"sex": "f", "decision": 1}\n{"sex": "m", "deci'))


@pytest.mark.parametrize(
    ("data", "line"), [(b"sex,decision,label\nf,1,1\nm\xe9,0,1\n", 3), (b"s\xe9x,decision\nf,1\n", 1)]
)
def test_invalid_utf8_is_named_with_its_line(tmp_path: Path, data: bytes, line: int) -> None:
    with pytest.raises(
        Unreadable, match=rf'Line {line} of "log.csv" is not valid UTF-8 \(byte 0xe9 after .*Save the file as UTF-8'
    ):
        fair(raw(tmp_path / "log.csv", data))


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    rows = "".join(f"{s},{d},{y}\n" for s, d, y in ROWS)
    assert fair(raw(tmp_path / "log.csv", b"\xef\xbb\xbfsex,decision,label\n" + rows.encode())).rows.used == len(ROWS)


def test_a_file_without_a_header_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="holds numbers, not names of columns"):
        fair(raw(tmp_path / "log.csv", b"1,0,1\n0,1,1\n"))


def test_a_file_that_is_not_there_a_folder_and_an_address_are_named(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r'There is no file ".*none.csv"'):
        fair(tmp_path / "none.csv")
    with pytest.raises(Unreadable, match=r"is a folder\. Name its files with a glob"):
        fair(tmp_path)
    with pytest.raises(Unreadable, match="No file matches"):
        fair(tmp_path / "*.csv")
    with pytest.raises(Unreadable, match="is not a file"):
        fair("https://example.org/log.csv")


def test_files_with_different_columns_are_not_read_together(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", HEADER, ROWS)
    write_csv(tmp_path / "b.csv", ["sex", "decision", "truth"], ROWS)
    with pytest.raises(Unreadable, match=r'"b.csv" and "a.csv" differ in label, truth'):
        fair(tmp_path / "*.csv")


def test_a_csv_file_with_too_many_columns_is_refused(tmp_path: Path) -> None:
    log = raw(tmp_path / "log.csv", ",".join(f"c{i}" for i in range(100_000)).encode() + b"\n")
    with pytest.raises(Unreadable, match="100,000 columns"):
        fair(log)


def test_mixed_types_in_a_score_are_named(tmp_path: Path) -> None:
    rows = [("f", i / 100, 1) for i in range(100)] + [("m", "n/a", 0)]
    log = write_csv(tmp_path / "log.csv", ["sex", "score", "label"], rows)
    with pytest.raises(ColumnMistyped, match=r'Column "score" holds text, and a score must be a number in every row'):
        fairness(log, score="score", threshold=0.5, label="label", group="sex")
    with pytest.raises(
        NotAnExpression, match=r'column "score" holds text and 0.5 holds numbers; they cannot be compared'
    ):
        blast_radius(log, harm="score > 0.5")


def test_a_column_of_lists_cannot_be_a_group(tmp_path: Path) -> None:
    pq.write_table(pa.table({"sex": [["a"], ["b"]], "decision": [0, 1]}), tmp_path / "log.parquet")
    with pytest.raises(ColumnMistyped, match=r'"sex" holds VARCHAR\[\], which cannot serve as a group'):
        fair(tmp_path / "log.parquet", label=None)


def test_a_mixed_label_is_not_binary(tmp_path: Path) -> None:
    log = write_csv(tmp_path / "log.csv", HEADER, [*ROWS, ("f", 1, 2)])
    with pytest.raises(NotBinary, match=r'Column "label" \(label\) is not binary: it holds 0, 1, 2'):
        fair(log)
    with pytest.raises(NotBinary, match=r'Column "label" \(label\) is not binary'):
        fair(log, favourable=1)


def test_a_decision_in_words_needs_its_favourable_value(tmp_path: Path) -> None:
    rows = [(s, "approve" if d else "reject", y) for s, d, y in ROWS]
    log = write_csv(tmp_path / "log.csv", HEADER, rows)
    with pytest.raises(NotBinary, match=r"it holds 'approve', 'reject', and only 0/1.*\(favourable\)"):
        fair(log)
    with pytest.raises(NotBinary, match=r"never holds 'approved'; it holds 'approve', 'reject'"):
        fair(log, favourable="approved")
    assert fair(log, favourable="approve").result["groups"][0]["tp"] == 20


def test_a_score_given_as_a_decision_is_told_so(tmp_path: Path) -> None:
    log = write_csv(tmp_path / "log.csv", HEADER, [(s, i / 100, y) for i, (s, _, y) in enumerate(ROWS)])
    with pytest.raises(NotBinary, match="If it is a score, give it as the score, with a threshold"):
        fair(log)


def test_nan_scores_are_skipped_and_counted(tmp_path: Path) -> None:
    pq.write_table(
        pa.table({"sex": ["f"] * 6, "score": [0.1, 0.9, float("nan"), None, 0.9, float("nan")]}), tmp_path / "l.parquet"
    )
    found = fairness(tmp_path / "l.parquet", score="score", threshold=0.5, group="sex", smallest_group=1)
    assert found.rows.used == 3
    assert found.rows.reasons == {"no score (missing or not a number)": 3}
    assert found.result["overall"]["selected"] == 2


def test_a_nan_is_no_number_in_a_harm_either(tmp_path: Path) -> None:
    pq.write_table(pa.table({"score": [0.1, 0.9, float("nan"), None]}), tmp_path / "l.parquet")
    found = blast_radius(tmp_path / "l.parquet", harm="score > 0.5")
    assert (found.result["decisions"], found.rows.used, found.rows.skipped) == (1, 2, 2)
    assert blast_radius(tmp_path / "l.parquet", harm="score is null").result["decisions"] == 2


def test_a_group_without_positive_labels_has_reasons_for_rates(tmp_path: Path) -> None:
    log = write_csv(tmp_path / "log.csv", HEADER, confusion({"a": (20, 10, 5, 15), "b": (20, 5, 0, 0)}))
    found = fair(log)
    groups = {g["attributes"]["sex"]: g for g in found.result["groups"]}
    assert groups["b"]["tpr"] == {"value": None, "why": "no positive labels"}
    assert groups["b"]["ratio"]["tpr"] == {"value": None, "why": "no positive labels"}
    assert {"attributes": {"sex": "b"}, "metric": "tpr", "why": "no positive labels"} in found.result["left_out"]
    assert all(d["metric"] != "tpr" for d in found.result["disparities"])


def test_a_group_of_one_is_shown_and_never_the_worst_nor_the_reference(tmp_path: Path) -> None:
    log = write_csv(
        tmp_path / "log.csv", HEADER, confusion({"a": (20, 10, 5, 15), "b": (25, 5, 5, 15), "c": (0, 1, 0, 0)})
    )
    for reference in ("largest", "best"):
        found = fair(log, reference=reference)
        one = found.result["groups"][2]
        assert (one["n"], one["too_few"], one["selection_rate"]["value"]) == (1, True, 1.0)
        assert found.result["reference"] == {"sex": "a"}
        assert {"attributes": {"sex": "c"}, "why": "too few to say (under 10)"} in found.result["left_out"]
        assert all(d["attributes"] != {"sex": "c"} for d in found.result["disparities"])
        assert found.result["spread"][0]["metrics"]["selection_rate"]["highest"]["attributes"] == {"sex": "a"}


def test_times_without_a_zone_are_refused_until_the_zone_is_given(tmp_path: Path) -> None:
    log = write_csv(tmp_path / "log.csv", ["at", "decision"], [("2026-03-29 00:30:00", 0), ("2026-03-29 23:30:00", 1)])
    with pytest.raises(
        TimeWithoutZone, match='The times in column "at" have no zone, so 09:00 could be any of 24 moments'
    ):
        blast_radius(log, harm="decision = 0", time="at")
    berlin = Predictions(log, zone="Europe/Berlin")
    (day,) = blast_radius(berlin, harm="decision = 0", time="at").result["over_time"]
    assert (day["since"], day["until"]) == ("2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00")
    with pytest.raises(AskedWrongly, match='no time zone "Mars/Olympus"'):
        blast_radius(Predictions(log, zone="Mars/Olympus"), harm="decision = 0", time="at")


def test_a_time_column_with_a_word_in_it_is_mistyped(tmp_path: Path) -> None:
    log = write_csv(tmp_path / "log.csv", ["at", "decision"], [("2026-03-29T00:30:00Z", 0), ("yesterday", 1)])
    with pytest.raises(ColumnMistyped, match='Column "at" holds text, not times'):
        blast_radius(log, harm="decision = 0", time="at")


def test_a_column_with_a_value_of_its_own_for_each_row_cannot_be_a_group(tmp_path: Path) -> None:
    log = write_csv(tmp_path / "log.csv", HEADER, [(f"p{i}", i % 2, 1) for i in range(6000)])
    with pytest.raises(TooMany, match='"sex" would give 6,000 groups; at most 5,000 are shown'):
        fair(log)
    with pytest.raises(TooMany, match='Column "sex" has 6,000 values'):
        blast_radius(log, harm="decision = 0", by="sex")


def test_conditions_that_leave_nothing_are_told_so(tmp_path: Path) -> None:
    log = write_csv(tmp_path / "log.csv", HEADER, ROWS)
    with pytest.raises(EmptyLog, match="No row meets where"):
        fair(log, where="sex = 'x'")
    with pytest.raises(EmptyLog, match="No row meets where"):
        blast_radius(log, harm="decision = 0", where="sex = 'x'")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"group": []}, "at least one column"),
        ({"decision": None}, "Name the column with the decision"),
        ({"threshold": 0.5}, "belongs to a score"),
        ({"decision": None, "score": "decision"}, "needs a threshold"),
        ({"intersections": 2}, "cannot be made from 1"),
        ({"reference": {"race": "x"}}, "by which nobody is grouped"),
        ({"reference": {"sex": "x"}}, 'Nobody has sex "x"'),
        ({"reference": "worst"}, '"largest", "best" or'),
        ({"level": 95}, "between 0.5 and 1"),
        ({"smallest_group": 0}, "at least 1"),
        ({"group": "decision"}, "cannot also be a group"),
    ],
)
def test_questions_asked_wrongly_say_what_would_be_right(tmp_path: Path, words: dict[str, Any], sentence: str) -> None:
    log = write_csv(tmp_path / "log.csv", HEADER, ROWS)
    with pytest.raises(AskedWrongly, match=sentence):
        fair(log, **words)


def test_a_log_that_is_written_to_meanwhile_is_not_answered(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    write_csv(log, HEADER, ROWS)

    def grow(share: float) -> None:
        with log.open("a") as file:
            file.write("f,1,1\n")

    with pytest.raises(LogError, match="was written to while it was read"):
        fair(log, on_progress=grow)


def test_affected_needs_a_subject(tmp_path: Path) -> None:
    with pytest.raises(AskedWrongly, match=r"\(subject\)"):
        affected(write_csv(tmp_path / "log.csv", HEADER, ROWS), harm="decision = 0")


@pytest.mark.parametrize("name", ["it's [1] *.csv", "per cent % and ünï.csv", 'quote".csv'])
def test_any_file_name_can_be_read(tmp_path: Path, name: str) -> None:
    write_csv(tmp_path / "it's 1 x.csv", ["other"], [(1,)])
    log = write_csv(tmp_path / name, HEADER, ROWS)
    assert fair(log).rows.used == len(ROWS)


FORMS: dict[str, Callable[[Path], str]] = {
    "csv": lambda folder: write_csv(folder / "l.csv", HEADER, ROWS),
    "tsv": lambda folder: str(
        raw(folder / "l.tsv", ("\n".join("\t".join(map(str, r)) for r in [HEADER, *ROWS])).encode())
    ),
    "gz": lambda folder: str(
        raw(folder / "l.csv.gz", gzip.compress("\n".join(",".join(map(str, r)) for r in [HEADER, *ROWS]).encode()))
    ),
    "jsonl": lambda folder: str(
        raw(folder / "l.jsonl", "\n".join(json.dumps(dict(zip(HEADER, r, strict=True))) for r in ROWS).encode())
    ),
    "json": lambda folder: str(
        raw(folder / "l.json", json.dumps([dict(zip(HEADER, r, strict=True)) for r in ROWS]).encode())
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_file_gives_the_same_numbers(tmp_path: Path, form: str) -> None:
    found = fair(FORMS[form](tmp_path))
    assert [found.result["overall"][c] for c in ("tn", "fp", "fn", "tp")] == [50, 20, 15, 60]


def test_json_lines_with_times_keep_their_zone(tmp_path: Path) -> None:
    lines = [{"at": "2026-03-29T23:30:00+02:00", "decision": 0}, {"at": "2026-03-30T00:30:00Z", "decision": 0}]
    log = raw(tmp_path / "l.jsonl", "\n".join(map(json.dumps, lines)).encode())
    found = blast_radius(Predictions(str(log), zone="UTC"), harm="decision = 0", time="at")
    assert [p["since"] for p in found.result["over_time"]] == ["2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z"]


def test_a_glob_is_read_as_one_log(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", HEADER, ROWS[:50])
    write_csv(tmp_path / "b.csv", HEADER, ROWS[50:])
    found = fair(tmp_path / "*.csv")
    assert found.rows.used == len(ROWS)
    before = found.data.fingerprint
    assert fair(tmp_path / "*.csv").data.fingerprint == before
    (tmp_path / "b.csv").rename(tmp_path / "c.csv")
    assert fair(tmp_path / "*.csv").data.fingerprint != before


def test_parquet_times_with_a_zone_need_no_other(tmp_path: Path) -> None:
    at = [datetime.fromisoformat("2026-03-29T23:30:00+02:00"), datetime.fromisoformat("2026-03-30T03:00:00+02:00")]
    pq.write_table(
        pa.table({"at": pa.array(at, pa.timestamp("us", "Europe/Berlin")), "d": [0, 0]}), tmp_path / "l.parquet"
    )
    found = blast_radius(tmp_path / "l.parquet", harm="d = 0", time="at", every="hour")
    assert [(p["since"], p["decisions"]) for p in found.result["over_time"] if p["n"]] == [
        ("2026-03-29T21:00:00Z", 1),
        ("2026-03-30T01:00:00Z", 1),
    ]
    assert len(found.result["over_time"]) == 5
