"""Forms about people. Each names its fields; nothing else of an account can be posted."""

from functools import cache
from zoneinfo import available_timezones

from allauth.account.forms import LoginForm
from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy

from hotwash.web.tables.models import Account, Role


class SignIn(LoginForm):  # type: ignore[misc]
    """Name and password."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["login"].label = gettext_lazy("Name")
        self.fields["login"].widget = forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        )
        self.fields["password"].widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})
        self.fields["password"].help_text = ""


@cache
def _zones() -> list[tuple[str, str]]:
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return [("", "As this browser"), ("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


class Own(forms.ModelForm):  # type: ignore[type-arg] # not a generic class when it runs
    """What a person may change about themselves."""

    zone = forms.ChoiceField(choices=_zones, required=False, label="Time zone")

    class Meta:
        model = Account
        fields = ("display_name", "email", "zone")
        labels = {"display_name": "Display name", "email": "Mail address"}  # noqa: RUF012
        help_texts = {"display_name": "What others see beside your name in the records."}  # noqa: RUF012


class Invitation(forms.Form):
    """Who is invited, and as what."""

    display_name = forms.CharField(max_length=100, label="Display name", help_text="Such as Bo Lindqvist.")
    name = forms.CharField(
        max_length=60,
        label="Name in records",
        help_text="Such as bo. It stands in every entry that they write, and never changes.",
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    email = forms.EmailField(required=False, label="Mail address (not needed)")
    role = forms.ChoiceField(choices=Role.choices, initial=Role.RESPONDER)

    def clean_name(self) -> str:
        """Names are written small."""
        return str(self.cleaned_data["name"]).strip().lower()


class RoleChoice(forms.Form):
    """A role."""

    role = forms.ChoiceField(choices=Role.choices)


class NewToken(forms.Form):
    """What a token is for, and how long it works."""

    name = forms.CharField(max_length=100, label="For what")
    days = forms.TypedChoiceField(
        label="Works for",
        coerce=int,
        choices=[(90, "90 days"), (365, "a year"), (30, "30 days"), (1, "a day"), (0, "until revoked")],
    )


class NewPassword(forms.Form):
    """A first password, or a new one for somebody who has just come in by a link."""

    new = forms.CharField(
        label="New password",
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, account: Account, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self._account = account

    def clean_new(self) -> str:
        """The password, if it is hard enough to guess."""
        password = str(self.cleaned_data["new"])
        password_validation.validate_password(password, self._account)
        return password


class ChangedPassword(NewPassword):
    """A new password from somebody who knows the old one."""

    old = forms.CharField(
        label="Current password",
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    field_order = ("old", "new")

    def clean_old(self) -> str:
        """The old password, if it is the one."""
        old = str(self.cleaned_data["old"])
        if not self._account.check_password(old):
            raise forms.ValidationError("This is not your current password.")
        return old
