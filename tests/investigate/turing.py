"""The scores of the Turing Change Point Dataset, as its benchmark computes them.

Van den Burg, G. J. J. and Williams, C. K. I. (2020), An evaluation of change point detection algorithms,
arXiv:2003.06222: the F1 score with a margin, where index 0 counts as a change in every annotation and in the
prediction, precision against all annotations together and recall averaged over annotators; and the covering of each
annotator's segments, averaged over annotators.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

Annotations = Mapping[str, Sequence[int]]


def met(truth: Iterable[int], told: Iterable[int], margin: int) -> int:
    """How many true changes have a told one of their own within the margin."""
    left, count = sorted(set(told)), 0
    for one in sorted(set(truth)):
        near = [x for x in left if abs(x - one) <= margin]
        if near:
            left.remove(min(near, key=lambda x: (abs(x - one), x)))
            count += 1
    return count


def f1(annotations: Annotations, told: Sequence[int], margin: int = 5) -> float:
    """The F1 score of told changes."""
    truths = [{0, *marks} for marks in annotations.values()]
    said = {0, *told}
    precision = met(set().union(*truths), said, margin) / len(said)
    recall = sum(met(truth, said, margin) / len(truth) for truth in truths) / len(truths)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def segments(changes: Iterable[int], size: int) -> list[tuple[int, int]]:
    """The stretches between changes, half open."""
    bounds = [0, *sorted({c for c in changes if 0 < c < size}), size]
    return list(pairwise(bounds))


def covering(annotations: Annotations, told: Sequence[int], size: int) -> float:
    """How well the told segments cover those of the annotators: the best Jaccard overlap, weighted by length."""
    said, scores = segments(told, size), []
    for marks in annotations.values():
        score = 0.0
        for a, b in segments(marks, size):
            score += (b - a) * max(max(0, min(b, d) - max(a, c)) / (max(b, d) - min(a, c)) for c, d in said)
        scores.append(score / size)
    return sum(scores) / len(scores)


def univariate(folder: Path) -> dict[str, tuple[list[float | None], Annotations]]:
    """Every series of one dimension with its annotations."""
    annotations = json.loads((folder / "annotations.json").read_text())
    found = {}
    for path in sorted((folder / "series").glob("*.json")):
        series = json.loads(path.read_text())
        if series["n_dim"] == 1:
            found[series["name"]] = (series["series"][0]["raw"], annotations[series["name"]])
    return found
