"""People: only administrators change accounts, nobody promotes themselves, one administrator stays."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from tests.web.people import enter, person

from hotwash.ledger.rule import NotAllowed
from hotwash.web.accounts import links, people, tokens
from hotwash.web.options import Options
from hotwash.web.tables.models import Account, Role, SignInLink

POSTS = ("role/", "link/", "close/", "open/", "tokens/", "tokens/revoke/")
OTHERS = [role for role in Role if role != Role.ADMINISTRATOR]


@pytest.fixture
def ana(sqlite: Options) -> Account:
    return person("ana", role=Role.ADMINISTRATOR)


def test_an_invited_person_comes_in_by_the_link(ana: Account) -> None:
    posted = {"display_name": "Bo Lindqvist", "name": "Bo", "role": "commander", "email": "bo@example.org"}
    page = enter("ana").post("/people/", posted).content.decode()
    [path] = set(re.findall(r"http://testserver(/sign-in/link/[^<\s]+)", page))
    guest = Client()
    guest.post(path)
    assert guest.get("/account/").status_code == 200
    bo = Account.objects.get(name="bo")
    assert (bo.display_name, bo.role, bo.email, bo.has_usable_password()) == (
        "Bo Lindqvist",
        "commander",
        "bo@example.org",
        False,
    )


@pytest.mark.parametrize(
    ("posted", "fault"),
    [
        ({"name": "ana"}, "This name is taken."),
        ({"name": "bo lindqvist"}, "Use small letters"),
        ({"name": "../bo"}, "Use small letters"),
        ({"name": "-bo"}, "Use small letters"),
        ({"name": "bo", "role": "emperor"}, "not one of the available choices"),
        ({"name": "bo", "email": "ANA@example.org"}, "Another account has this mail address."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_a_wrong_invitation_says_what_is_wrong(ana: Account, posted: dict[str, str], fault: str) -> None:
    Account.objects.update(email="ana@example.org")
    page = enter("ana").post("/people/", {"display_name": "Bo", "role": "responder"} | posted).content.decode()
    assert fault in page
    assert Account.objects.count() == 1


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_sees_or_changes_accounts(ana: Account, role: Role) -> None:
    eve = person("eve", role=role)
    client = enter("eve")
    before = list(Account.objects.order_by("pk").values("pk", "role", "is_active", "password"))
    for address in ("/people/", "/people/ana/", "/people/nobody/"):
        assert client.get(address).status_code == 403
    assert client.post("/people/", {"name": "x", "display_name": "x", "role": "administrator"}).status_code == 403
    for name in ("ana", "eve", "nobody"):
        for post in POSTS:
            assert client.post(f"/people/{name}/{post}", {"role": "administrator", "name": "t"}).status_code == 403
    assert list(Account.objects.order_by("pk").values("pk", "role", "is_active", "password")) == before
    assert not SignInLink.objects.exists()
    for change in (
        lambda: people.invite(eve, name="x", role="administrator"),
        lambda: people.change_role(eve, eve, "administrator"),
        lambda: people.close(eve, ana),
        lambda: people.reopen(eve, ana),
    ):
        with pytest.raises(NotAllowed):
            change()


def test_changes_are_posted_never_fetched(ana: Account) -> None:
    person("bo")
    for post in POSTS:
        assert enter("ana").get(f"/people/bo/{post}").status_code == 405


def test_a_role_is_changed_by_an_administrator(ana: Account) -> None:
    person("bo")
    assert enter("ana").post("/people/bo/role/", {"role": "commander"}).status_code == 302
    assert Account.objects.get(name="bo").role == "commander"
    assert enter("ana").post("/people/bo/role/", {"role": "emperor"}).status_code == 409


def test_nobody_changes_their_own_role_or_closes_their_own_account(ana: Account) -> None:
    person("bo", role=Role.ADMINISTRATOR)
    assert enter("ana").post("/people/ana/role/", {"role": "observer"}).status_code == 409
    assert enter("ana").post("/people/ana/close/").status_code == 409
    assert Account.objects.get(name="ana").is_administrator


def test_the_last_administrator_stays(database: Options) -> None:
    ana, bo = person("ana", role=Role.ADMINISTRATOR), person("bo", role=Role.ADMINISTRATOR)
    people.close(bo, ana)
    gone = Account(pk=0, name="gone", role=Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed, match="last administrator"):
        people.close(gone, bo)
    with pytest.raises(NotAllowed, match="last administrator"):
        people.change_role(gone, bo, "observer")
    people.change_role(gone, bo, "administrator")
    assert Account.objects.get(name="bo").is_administrator


def test_a_closed_account_is_out_at_once_and_comes_back_only_by_a_new_link(ana: Account) -> None:
    bo = person("bo")
    inside, link = enter("bo"), links.make(bo)
    _, token = tokens.make(bo, name="cli")
    assert enter("ana").post("/people/bo/close/").status_code == 302
    assert inside.get("/account/").status_code == 302
    assert Client().post(link.path).status_code == 410
    assert enter("ana").post("/people/bo/link/").status_code == 409
    enter("ana").post("/people/bo/open/")
    assert tokens.bearer(token) is None
    assert inside.get("/account/").status_code == 302
    page = enter("ana").post("/people/bo/link/").content.decode()
    [path] = set(re.findall(r"http://testserver(/sign-in/link/[^<\s]+)", page))
    assert Client().post(path).status_code == 302


def test_a_service_gets_tokens_from_an_administrator_and_a_person_does_not(ana: Account) -> None:
    person("alerts", role=Role.SERVICE, password=None)
    person("bo")
    page = enter("ana").post("/people/alerts/tokens/", {"name": "intake", "days": "0"}).content.decode()
    [text] = set(re.findall(r"hotwash_[\w-]{43}", page))
    found = tokens.bearer(text)
    assert found is not None
    assert found.account.name == "alerts"
    assert enter("ana").post("/people/bo/tokens/", {"name": "x", "days": "0"}).status_code == 404
    assert enter("ana").post("/people/alerts/tokens/revoke/", {"token": found.pk}).status_code == 302
    assert tokens.bearer(text) is None


def test_a_link_names_the_public_address_whatever_host_was_asked(ana: Account, settings: object) -> None:
    person("bo")
    settings.HOTWASH = Options(home=settings.HOTWASH.home, public_url="https://hotwash.example")  # type: ignore[attr-defined]
    page = enter("ana").post("/people/bo/link/").content.decode()
    assert "https://hotwash.example/sign-in/link/" in page
    assert enter("ana").post("/people/bo/link/", headers={"Host": "evil.example"}).status_code == 400


def test_what_people_call_themselves_is_shown_as_text(ana: Account) -> None:
    person("bo", display_name="<script>alert(1)</script>")
    for address in ("/people/", "/people/bo/"):
        page = enter("ana").get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_an_account_without_a_proper_name_is_not_made(sqlite: Options) -> None:
    for name in ("", " ", "a b", "é", "x" * 61, "a\n"):
        with pytest.raises(ValidationError):
            person(name if name != "a\n" else "a\nb")
