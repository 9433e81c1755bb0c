"""The forms of a pull: one for each kind, with a line for each rule about judgements."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from hotwash.response.request import BadRequest
from hotwash.web.tables.models import Pull, SystemRow


def line(label: str, *, help_text: str = "", required: bool = True, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=1000, **more)


class PullForm(forms.Form):
    """What every pull has; the kinds add their settings."""

    kind: ClassVar[str] = ""
    words: ClassVar[tuple[str, ...]] = ()

    name = forms.SlugField(
        label="Name", max_length=60, help_text="Such as support-bot; small letters, digits, hyphens."
    )
    secret = forms.CharField(
        label="Key",
        required=False,
        max_length=4000,
        help_text="Kept sealed, shown to nobody again.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    system = forms.ChoiceField(label="About which AI system?", required=False)
    every_s = forms.IntegerField(label="Seconds between two times that it is asked", min_value=30, max_value=86_400)

    field_order = (
        "name", "url", "project", "space", "organisation", "dataset", "secret", "system", "describe", "which", "since",
        "rules", "refresh_days", "every_s",
    )  # fmt: skip

    def __init__(self, *args: Any, pull: Pull | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        names = SystemRow.objects.order_by("slug").values_list("slug", "name")[:1000]
        chosen = self.fields["system"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [("", "None in particular"), *names]
        if pull is not None:
            for name in ("name", "system"):
                del self.fields[name]
            self.fields["secret"].help_text = "Empty keeps the one there is. Another address needs it again."

    def settings(self) -> dict[str, Any]:
        """What is set for the source.

        :raises BadRequest: if a rule cannot be read
        """
        return {name: self.cleaned_data[name] for name in self.words if self.cleaned_data.get(name)}

    @classmethod
    def known(cls, pull: Pull) -> dict[str, Any]:
        """What the form begins with."""
        return {"every_s": pull.every_s, **{name: pull.settings.get(name) for name in cls.words}}


class PhoenixForm(PullForm):
    """A project of Phoenix."""

    kind = "phoenix"
    words = ("url", "project", "which", "since", "refresh_days", "rules")

    url = line("Address of the server", help_text="Such as https://phoenix.example.org.")
    project = line("Project")
    which = forms.ChoiceField(
        label="A row of the log is",
        choices=[("LLM", "each call of a model"), ("ROOT", "each request as a whole"), ("ALL", "every step")],
    )
    since = line("Calls since", required=False, help_text="Such as 2026-11-20T00:00:00Z. Empty: seven days ago.")
    refresh_days = forms.IntegerField(
        label="Days that are read again",
        min_value=1,
        max_value=30,
        initial=2,
        help_text="Judgements come late: the newest days are read again each time.",
    )
    rules = forms.CharField(
        label="Judgements that are signals",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line: toxicity = toxic, or relevance <= 0.2, or insult >= 0.5. Only a name: each of them.",
    )
    describe = forms.BooleanField(
        label="It is the prediction log of the AI system",
        required=False,
        help_text="Then questions of a room are asked of what is pulled.",
    )

    def __init__(self, *args: Any, pull: Pull | None = None, **more: Any) -> None:
        super().__init__(*args, pull=pull, **more)
        if pull is not None:
            for name in ("project", "which", "since", "describe"):
                del self.fields[name]

    def settings(self) -> dict[str, Any]:
        """See `PullForm.settings`."""
        return {**super().settings(), "rules": rules_of(self.cleaned_data.get("rules", ""))}

    @classmethod
    def known(cls, pull: Pull) -> dict[str, Any]:
        """See `PullForm.known`."""
        return {**super().known(pull), "rules": "\n".join(rule_lines(pull.settings.get("rules", ())))}


class ArizeForm(PullForm):
    """The monitors of Arize AX."""

    kind = "arize"
    words = ("url", "space", "project")

    url = line("Address", initial="https://api.arize.com")
    space = line("Id of the space", required=False)
    project = line(
        "Id of the project", required=False, help_text="Of a whole space, hints of webhooks are settled too."
    )


class WhyLabsForm(PullForm):
    """The anomalies in a dataset of WhyLabs."""

    kind = "whylabs"
    words = ("url", "organisation", "dataset")

    url = line("Address")
    organisation = line("Organisation", help_text="Such as org-1.")
    dataset = line("Dataset", help_text="Such as model-1.")


FORMS: dict[str, type[PullForm]] = {form.kind: form for form in (PhoenixForm, ArizeForm, WhyLabsForm)}


def rules_of(text: str) -> list[dict[str, Any]]:
    """Rules about judgements, one a line; labels of one name are one rule.

    :raises BadRequest: if a line compares with no number
    """
    found: dict[str, dict[str, Any]] = {}
    for told in filter(None, (one.strip() for one in text.splitlines())):
        sign = next((one for one in (">=", "<=", "=") if one in told), "")
        name, _, value = (part.strip() for part in told.partition(sign)) if sign else (told, "", "")
        rule = found.setdefault(name, {"name": name})
        if sign == "=":
            rule["labels"] = [*rule.get("labels", ()), value]
        elif sign:
            try:
                rule["least" if sign == ">=" else "most"] = float(value)
            except ValueError as wrong:
                raise BadRequest("rules", f"“{told[:80]}” compares with no number.") from wrong
    return list(found.values())


def rule_lines(rules: "tuple[Mapping[str, Any], ...] | list[Mapping[str, Any]]") -> list[str]:
    """Rules as they are written in the form."""
    lines = []
    for rule in rules:
        own = [f"{rule['name']} = {label}" for label in rule.get("labels") or ()]
        own += [f"{rule['name']} >= {rule['least']:g}"] if rule.get("least") is not None else []
        own += [f"{rule['name']} <= {rule['most']:g}"] if rule.get("most") is not None else []
        lines += own or [str(rule["name"])]
    return lines
