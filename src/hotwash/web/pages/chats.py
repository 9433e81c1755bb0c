"""The pages on which chats are connected, and the one on which a person links a chat account to their own."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hotwash.connect.chats import CHATS
from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import NotFound
from hotwash.response.request import BadRequest
from hotwash.web.accounts.own_pages import signed_in
from hotwash.web.chat import connections, people
from hotwash.web.chat.connections import Shown
from hotwash.web.pages.sight import asking
from hotwash.web.tables.models import ChatConnection, ChatUser, Strangers

_KINDS = [(one.name, one.title) for one in CHATS.values()]


class Settings(forms.Form):
    """What can be changed of a connection."""

    use_required_attribute = False
    signing = forms.CharField(
        label="What its posts are signed with",
        required=False,
        max_length=connections.SIGNING_MAX,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"}),
        help_text="Slack: the signing secret of the app. Teams: the security token. Mattermost: the token of the slash "
        "command and that of the outgoing webhook, each on a line. It is kept sealed and never shown again.",
    )
    strangers = forms.ChoiceField(
        label="Who has linked no account may",
        choices=Strangers.choices,
        initial=Strangers.NOTHING,
        widget=forms.RadioSelect,
    )
    site = forms.CharField(
        label="The address of the Mattermost server",
        required=False,
        max_length=connections.SITE_MAX,
        help_text="For links to messages, such as https://chat.example.org. Slack and Teams need none.",
    )

    def words(self) -> dict[str, Any]:
        """What was typed; a secret that was left empty stays as it is."""
        said = dict(self.cleaned_data)
        return said if said.get("signing") else {**said, "signing": None}


class Adding(Settings):
    """A new connection."""

    chat = forms.ChoiceField(label="Chat", choices=_KINDS)
    name = forms.CharField(label="Name here", max_length=60, help_text="Such as slack-risk.")
    field_order = ("chat", "name", "signing", "strangers", "site")


@require_safe
def chats(request: HttpRequest) -> HttpResponse:
    """Every connection."""
    return _listed(request, Adding())


def _listed(request: HttpRequest, form: Adding, *, status: int = 200) -> HttpResponse:
    looker = asking(request)
    looker.need("manage-chats")
    rows = list(ChatConnection.objects.order_by("closed_at", "name")[:200])
    titles = {row.pk: CHATS[row.chat].title for row in rows if row.chat in CHATS}
    listed = [(row, titles.get(row.pk, row.chat)) for row in rows]
    return render(request, "chat/chats.html", {"rows": listed, "form": form}, status=status)


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Connect a chat, and show its address."""
    looker = asking(request)
    looker.need("manage-chats")
    form = Adding(request.POST)
    if form.is_valid():
        try:
            said = form.cleaned_data
            shown = connections.add(by=looker.person.name, **said)
        except (BadRequest, NotAllowed) as no:
            _beside(form, no)
        else:
            return _shown(request, shown)
    return _listed(request, form, status=422)


@require_safe
def chat(request: HttpRequest, name: str) -> HttpResponse:
    """One connection."""
    asking(request).need("manage-chats")
    return _one(request, _named(name))


@require_POST
def change(request: HttpRequest, name: str) -> HttpResponse:
    """Change one."""
    asking(request).need("manage-chats")
    connection, form = _named(name), Settings(request.POST)
    if form.is_valid():
        try:
            connections.change(name, **form.words())
        except (BadRequest, NotAllowed) as no:
            _beside(form, no)
        else:
            messages.success(request, f"{name} is saved.")
            return redirect("chat", name)
    return _one(request, connection, form=form, status=422)


@require_POST
def rotate(request: HttpRequest, name: str) -> HttpResponse:
    """A new address, shown once."""
    asking(request).need("manage-chats")
    _named(name)
    return _shown(request, connections.rotate(name))


@require_POST
def close(request: HttpRequest, name: str) -> HttpResponse:
    """End one."""
    asking(request).need("manage-chats")
    _named(name)
    connections.close(name)
    messages.success(request, f"{name} is closed. Nothing that is posted there is taken any more.")
    return redirect("chat", name)


@require_POST
def part(request: HttpRequest, name: str) -> HttpResponse:
    """Take a person's account, or a channel's incident, away."""
    asking(request).need("manage-chats")
    connection = _named(name)
    user, channel = request.POST.get("user", ""), request.POST.get("channel", "")
    if user.isdecimal() and len(user) < 19:
        connection.users.filter(pk=int(user)).delete()
    if channel.isdecimal() and len(channel) < 19:
        connection.channels.filter(pk=int(channel)).delete()
    return redirect("chat", name)


def _shown(request: HttpRequest, shown: Shown) -> HttpResponse:
    return _one(request, shown.connection, address=request.build_absolute_uri(shown.path))


def _one(
    request: HttpRequest, connection: ChatConnection, *, form: Settings | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    known = CHATS.get(connection.chat)
    form = form or Settings(initial={"strangers": connection.strangers, "site": connection.site})
    if known:
        form.fields["signing"].help_text = f"{known.secret} Leave it empty to keep the one that is set."
    if connection.chat != "mattermost":
        form.fields["site"].widget = forms.HiddenInput()
    context = {
        "connection": connection,
        "title": known.title if known else connection.chat,
        "form": form,
        "users": list(connection.users.select_related("account").order_by("account__name")[:500]),
        "channels": list(connection.channels.order_by("name")[:500]),
        **more,
    }
    return render(request, "chat/chat.html", context, status=status)


def _named(name: str) -> ChatConnection:
    try:
        return connections.named(name)
    except NotFound as nothing:
        raise Http404 from nothing


def _beside(form: forms.Form, no: BadRequest | NotAllowed) -> None:
    if isinstance(no, BadRequest) and no.field in form.fields:
        form.add_error(no.field, f"{form.fields[no.field].label}: {no.why}")
    else:
        form.add_error(None, str(no))


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """The chat accounts that are linked to one's own."""
    return _own(request)


@require_POST
def code(request: HttpRequest) -> HttpResponse:
    """A one-time code, shown once."""
    return _own(request, made=people.make_code(signed_in(request)))


@require_POST
def own_part(request: HttpRequest) -> HttpResponse:
    """End a link of one's own."""
    user = request.POST.get("user", "")
    if user.isdecimal() and len(user) < 19:
        ChatUser.objects.filter(pk=int(user), account=signed_in(request)).delete()
    return redirect("own-chats")


def _own(request: HttpRequest, **more: Any) -> HttpResponse:
    mine = ChatUser.objects.filter(account=signed_in(request)).select_related("connection").order_by("linked_at")
    listed = [(one, CHATS[one.connection.chat].title) for one in mine[:100] if one.connection.chat in CHATS]
    connected = ChatConnection.objects.filter(closed_at=None).exists()
    return render(request, "chat/own.html", {"mine": listed, "connected": connected, **more})
