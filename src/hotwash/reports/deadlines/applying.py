"""Whether a duty applies, by recorded answers. Nobody's answer means unknown, and unknown means shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from hotwash.knowledge.duties import Answer, Duty, Stage, named

Applies = Literal["yes", "no", "unknown", "off"]
"""``off``: a doubtful row that is not shown as due until somebody says that it applies."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a duty or a stage applies.

    :param because: the questions that ruled it out
    :param open: the questions whose answer is still unknown
    """

    applies: Applies
    because: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


def judge(duty: Duty, answers: Mapping[str, Answer]) -> Verdict:
    """Whether a duty applies. An answer under the duty's own id decides before its questions do."""
    said = answers.get(duty.id)
    if said == "no":
        return Verdict("no", (duty.id,))
    if said == "yes":
        return Verdict("yes")
    found = _judged(duty.applies, answers)
    return Verdict("off", open=found.open) if found.applies == "unknown" and not duty.enabled else found


def judge_stage(stage: Stage, answers: Mapping[str, Answer]) -> Verdict:
    """Whether a stage applies, if its duty does."""
    return _judged(stage.when, answers)


def _judged(conditions: Iterable[str], answers: Mapping[str, Answer]) -> Verdict:
    because: list[str] = []
    asked: list[str] = []
    for condition in conditions:
        questions = named(condition)
        said = [answers.get(question, "unknown") for question in questions]
        if "yes" in said:
            continue
        if all(one == "no" for one in said):
            because += questions
        else:
            asked += [question for question, one in zip(questions, said, strict=True) if one == "unknown"]
    if because:
        return Verdict("no", tuple(because))
    return Verdict("unknown", open=tuple(asked)) if asked else Verdict("yes")
