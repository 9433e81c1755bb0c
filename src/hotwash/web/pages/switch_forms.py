"""Forms of a system's switches: how one works, and the services that follow them."""

from typing import Any

from django import forms

from hotwash.systems.state import System
from hotwash.web.pages.system_forms import SystemForm, one_line, some_text

_COURSES = (
    ("keep", "stay as it was"),
    ("engage", "go to the safe state below"),
    ("release", "serve"),
)
_ENGAGED = (("human", "a person decides"), ("fallback", "fall back"), ("off", "off"))


class DescribeSwitch(SystemForm):
    """How a switch works."""

    verb, done = "describe-switch", "It is recorded how the switch works."
    switch = one_line("Switch", required=False, help_text="Empty for the system's own; a further one is system.word.")
    what = one_line("What it stops", required=False)
    board = one_line(
        "Where it is set",
        required=False,
        help_text="guard, for processes that ask Hotwash; or a flag file or flag server that the operator has named.",
    )
    may_set = some_text(
        "Who may set it", rows=2, required=False, help_text="One name or role a line; empty for all who may contain."
    )
    release_by_two = forms.BooleanField(label="Taking a containment back needs two persons", required=False)
    never_synced = forms.ChoiceField(label="A process that never heard of it shall", choices=_COURSES)
    stale = forms.ChoiceField(label="A process that heard nothing for a while shall", choices=_COURSES)
    stale_after_s = forms.FloatField(label="A while is, in seconds", min_value=0.1, initial=60)
    engaged = forms.ChoiceField(label="The safe state", choices=_ENGAGED, initial="off")

    @classmethod
    def known(cls, known: System) -> dict[str, Any]:
        """How the system's own switch works now."""
        switch = known.switches.get(known.slug)
        if switch is None:
            return {}
        how = switch.described
        return {
            "what": how.what,
            "board": how.board,
            "may_set": "\n".join(how.may_set),
            "release_by_two": how.release_by_two,
            "never_synced": how.never_synced,
            "stale": how.stale,
            "stale_after_s": how.stale_after_s,
            "engaged": how.engaged,
        }

    def words(self) -> dict[str, Any]:
        """What is asked; who may set it as a list."""
        said = dict(self.cleaned_data)
        said["board"] = said["board"] or "guard"
        said["may_set"] = [name.strip() for name in said["may_set"].splitlines() if name.strip()]
        return said


class AddService(forms.Form):
    """A service that follows a system's switches."""

    name = one_line("Name", help_text="Of the program that decides, such as loans-api: small letters, digits, hyphens.")
