"""Questions about language: what harmful texts have in common, refusals, and whether people agree."""

from typing import Any, ClassVar

from hotwash.web.room.forms.questions_asked import (
    FEW,
    WORDS,
    Asked,
    Condition,
    Lines,
    OneColumn,
    SeveralColumns,
    among,
    harmful,
    number,
)
from hotwash.web.room.logs import Log


def _called(log: Log, *words: str) -> str | None:
    """The first column of text whose name holds one of the words."""
    names = [column.name for column in log.columns if column.kind == "text"]
    return next((name for word in words for name in names if word in name.lower()), None)


class Texts(Asked):
    """What sets harmful texts apart?"""

    question, button = "texts", "Read the texts"
    purpose = "Words that harmful texts use more often, near copies, and a few masked samples behind a warning."
    more = ("top", "samples", "where")
    needed: ClassVar[dict[str, str]] = {
        "text": "Choose the column with the text.",
        "harm": "Say which rows are harmful: a condition over the columns.",
    }
    text = OneColumn("The text is in column", kinds=WORDS, required=True, empty="choose")
    harm = harmful("Which rows are harmful?")
    top = number("Terms of each side", help_text="20, if left empty.")
    samples = number("Samples", help_text="5, if left empty; 0 for none. Personal data in them is masked.")
    where = among()

    def beginning(self) -> dict[str, Any]:
        """A column that is called so."""
        return {"text": _called(self.log, "prompt", "text", "message", "complaint", "response", "completion", "answer")}


class Refusals(Asked):
    """Does it refuse too much, or too little?"""

    question, button = "refusals", "Count the refusals"
    purpose = "The share of answers that refuse, by version or configuration, and the change from one to the other."
    more = ("partial", "prompt", "where")
    needed: ClassVar[dict[str, str]] = {}
    by = OneColumn("The version or configuration is in column", kinds=FEW, role="version", empty="all together")
    verdict = OneColumn(
        "What people judged is in column", kinds=FEW, help_text="Whether the answer refuses, as somebody judged it."
    )
    full = Lines(label="Values that mean a refusal", required=False, help_text="One a line.")
    response = OneColumn(
        "Or: the answer is in column", kinds=WORDS, help_text="A refusal is then recognised by its phrases."
    )
    unsafe = Condition(
        label="Which prompts should be refused?",
        required=False,
        help_text="A condition. Empty: every prompt is taken as safe, and a refusal as one too many.",
    )
    partial = Lines(label="Values that mean a partial refusal", required=False, help_text="One a line.")
    prompt = OneColumn(
        "The prompt is in column", help_text="Then answers to the same prompt are compared pair by pair."
    )
    where = among()

    def beginning(self) -> dict[str, Any]:
        """Columns that are called so."""
        verdict = _called(self.log, "verdict", "final_label", "judg")
        return {
            "verdict": verdict,
            "response": None if verdict else _called(self.log, "response", "completion", "answer"),
            "by": self.log.told.version or _called(self.log, "config", "model", "version"),
            "prompt": _called(self.log, "prompt"),
        }

    def clean(self) -> dict[str, Any]:
        """Either people judged, or phrases are looked for."""
        cleaned = super().clean()
        if bool(cleaned.get("verdict")) == bool(cleaned.get("response")):
            self.add_error(
                "response", "Choose the column with what people judged, or that with the answer: one of them."
            )
        if cleaned.get("verdict") and not (cleaned.get("full") or "").strip():
            self.add_error("full", "Say which values of the judgement mean a refusal.")
        return cleaned


class Agreement(Asked):
    """Do people agree on what they judged?"""

    question, button = "agreement", "Compare the judgements"
    purpose = "How often people who judged the same case agree, beyond what chance would give."
    more = ("ignore", "where")
    needed: ClassVar[dict[str, str]] = {"annotators": "Choose at least two columns, one for each person who judged."}
    annotators = SeveralColumns(
        "Each person’s judgement is in a column", kinds=FEW, required=True, help_text="Choose two or more."
    )
    ignore = Lines(label="Values that are no judgement", required=False, help_text="One a line, such as unclear.")
    where = among()

    def beginning(self) -> dict[str, Any]:
        """Columns that are called so."""
        names = [column.name for column in self.log.columns if column.kind in FEW]
        return {
            "annotators": [one for one in names if any(word in one.lower() for word in ("annotat", "rater", "judge"))]
        }

    def clean(self) -> dict[str, Any]:
        """Two at least."""
        cleaned = super().clean()
        if len(cleaned.get("annotators") or ()) == 1:
            self.add_error("annotators", "Choose at least two columns, one for each person who judged.")
        return cleaned
