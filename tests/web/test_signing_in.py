"""Signing in: passwords, one-time links, tokens; what strangers learn (nothing)."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.web.people import PASSWORD, enter, person

from hotwash.ledger.rule import NotAllowed
from hotwash.web.accounts import links, tokens
from hotwash.web.options import Options
from hotwash.web.tables.models import Account, Role, SignInLink, Token

STRANGERS_MAY_SEE = {"/sign-in/", "/sign-in/closed/"}


def test_a_right_password_signs_in_and_leads_back(database: Options) -> None:
    person("ana")
    client = Client()
    assert client.get("/people/").headers["Location"] == "/sign-in/?next=/people/"
    answer = client.post("/sign-in/", {"login": "ANA", "password": PASSWORD, "next": "/account/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/")
    assert client.get("/account/").status_code == 200


def test_signing_in_never_leads_elsewhere(sqlite: Options) -> None:
    person("ana")
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"):
        answer = Client().post("/sign-in/", {"login": "ana", "password": PASSWORD, "next": elsewhere})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_a_stranger_cannot_tell_whether_a_name_exists(sqlite: Options) -> None:
    person("ana")
    person("bo", password=None)
    person("cy", is_active=False)
    answers = set()
    for name, password in (("ana", "wrong"), ("bo", "wrong"), ("bo", ""), ("cy", PASSWORD), ("nobody", "wrong")):
        if password:
            answer = Client().post(
                "/sign-in/", {"login": name, "password": password}, REMOTE_ADDR=f"10.0.0.{len(name)}"
            )
            text = re.sub(r'value="[^"]*"|X-CSRFToken[^}]*', "", answer.content.decode())
            answers.add((answer.status_code, text))
        else:
            answer = Client().post("/sign-in/", {"login": name, "password": password})
            assert answer.status_code == 200
            assert not answer.wsgi_request.user.is_authenticated
    assert len(answers) == 1


def test_guessing_is_slowed_down_for_one_name(sqlite: Options) -> None:
    person("ana")
    for number in range(6):
        Client().post("/sign-in/", {"login": "ana", "password": "wrong"}, REMOTE_ADDR=f"10.0.0.{number}")
    client = Client()
    client.post("/sign-in/", {"login": "ana", "password": PASSWORD}, REMOTE_ADDR="10.0.1.1")
    assert client.get("/account/").status_code == 302


def test_a_forged_proxy_header_does_not_widen_the_limit(sqlite: Options) -> None:
    statuses = [
        Client()
        .post("/sign-in/", {"login": f"x{n}", "password": "wrong"}, headers={"X-Forwarded-For": f"10.9.{n}.1"})
        .status_code
        for n in range(40)
    ]
    assert 429 in statuses or "too many" in Client().post("/sign-in/", {"login": "y", "password": "w"}).content.decode()


def test_a_form_without_its_token_is_refused(sqlite: Options) -> None:
    person("ana")
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/sign-in/", {"login": "ana", "password": PASSWORD})
    assert answer.status_code == 403
    assert "The form was not sent" in answer.content.decode()


def test_nobody_signs_themselves_up(sqlite: Options) -> None:
    for address in ("/signup/", "/sign-up/", "/accounts/signup/", "/account/signup/", "/account/email/"):
        assert Client().get(address).status_code in {302, 404}
        Client().post(address, {"username": "eve", "password1": PASSWORD, "login": "eve", "password": PASSWORD})
    assert not Account.objects.exists()


def test_a_link_signs_in_once(database: Options) -> None:
    bo = person("bo", password=None)
    made = links.make(bo)
    first, second = Client(), Client()
    assert "Sign in as bo" in first.get(made.path).content.decode()
    assert first.get(made.path).status_code == 200
    answer = first.post(made.path)
    assert answer.headers["Location"] == "/account/password/"
    assert first.get("/account/").status_code == 200
    assert second.post(made.path).status_code == 410
    assert second.get(made.path).status_code == 410
    assert second.get("/account/").status_code == 302


def test_looking_at_a_link_does_not_use_it_up(sqlite: Options) -> None:
    made = links.make(person("bo"))
    for _ in range(3):
        assert Client().get(made.path).status_code == 200
    assert Client().head(made.path).status_code == 405
    assert SignInLink.objects.get().used_at is None


def test_a_link_ends_with_its_time_its_account_or_a_newer_one(sqlite: Options) -> None:
    bo = person("bo")
    old = links.make(bo)
    links.make(bo)
    assert Client().post(old.path).status_code == 410
    late = links.make(bo, life=timedelta(seconds=-1))
    assert Client().post(late.path).status_code == 410
    good = links.make(bo)
    Account.objects.update(is_active=False)
    assert Client().post(good.path).status_code == 410
    bo.refresh_from_db()
    with pytest.raises(NotAllowed):
        links.make(bo)


def test_a_link_that_was_changed_or_only_read_from_the_database_is_worth_nothing(sqlite: Options) -> None:
    made = links.make(person("bo"))
    kept = SignInLink.objects.get().digest
    assert kept not in made.path
    for path in (made.path[:-4] + "xxx/", f"/sign-in/link/{kept}/", "/sign-in/link/x/", "/sign-in/link/x:y/"):
        assert Client().post(path).status_code == 410


def test_a_service_has_no_way_in_but_tokens(sqlite: Options) -> None:
    with pytest.raises(NotAllowed):
        links.make(person("alerts", role=Role.SERVICE))


def test_whoever_comes_by_a_link_sets_a_password_without_the_old_one(sqlite: Options) -> None:
    bo = person("bo")
    client, other = Client(), enter("bo")
    client.post(links.make(bo).path)
    assert client.post("/account/password/", {"new": "short"}).status_code == 200
    assert client.post("/account/password/", {"new": "a lantern over the harbour"}).status_code == 302
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302
    assert enter("bo", "a lantern over the harbour").get("/account/").status_code == 200
    assert client.post("/account/password/", {"new": "a second lantern there"}).status_code == 200
    assert enter("bo", "a lantern over the harbour").get("/account/").status_code == 200


def test_a_password_is_changed_only_by_whoever_knows_it(sqlite: Options) -> None:
    person("bo")
    client = enter("bo")
    new = {"new": "a lantern over the harbour"}
    for old in ({}, {"old": ""}, {"old": "wrong"}):
        assert client.post("/account/password/", new | old).status_code == 200
    assert client.post("/account/password/", new | {"old": PASSWORD}).status_code == 302
    assert client.get("/account/").status_code == 200


def test_guessing_the_old_password_is_slowed_down(sqlite: Options) -> None:
    person("bo")
    client = enter("bo")
    guesses = [client.post("/account/password/", {"new": "x" * 20, "old": "wrong"}).status_code for _ in range(6)]
    assert guesses == [200] * 5 + [429]


def test_a_token_is_shown_once_and_kept_as_a_digest(database: Options) -> None:
    person("bo")
    client = enter("bo")
    page = client.post("/account/tokens/", {"name": "cli", "days": "30"}).content.decode()
    [text] = set(re.findall(r"hotwash_[\w-]{43}", page))
    assert text not in client.get("/account/").content.decode()
    token = Token.objects.get()
    assert text not in repr(list(Token.objects.values()))
    assert token.expires_at is not None
    found = tokens.bearer(text)
    assert found is not None
    assert found.account.name == "bo"
    token.refresh_from_db()
    assert token.used_at is not None
    client.post("/account/tokens/revoke/", {"token": token.pk})
    assert tokens.bearer(text) is None


def test_a_token_ends_with_its_time_and_its_account(sqlite: Options) -> None:
    bo = person("bo")
    _, ended = tokens.make(bo, name="a", expires_at=timezone.now() - timedelta(seconds=1))
    _, lasting = tokens.make(bo, name="b")
    assert tokens.bearer(ended) is None
    assert tokens.bearer(lasting) is not None
    assert tokens.bearer(lasting + "x") is None
    assert tokens.bearer("") is None
    Account.objects.update(is_active=False)
    assert tokens.bearer(lasting) is None


def test_nobody_revokes_the_token_of_another(sqlite: Options) -> None:
    token, text = tokens.make(person("bo"), name="cli")
    person("cy")
    for wanted in (str(token.pk), "x", "", "9" * 30):
        assert enter("cy").post("/account/tokens/revoke/", {"token": wanted}).status_code == 404
    assert tokens.bearer(text) is not None


def test_only_the_fields_of_the_form_can_be_posted(sqlite: Options) -> None:
    bo = person("bo", role=Role.OBSERVER)
    before = Account.objects.filter(pk=bo.pk).values().get()
    posted = {"display_name": "Bo", "role": "administrator", "name": "ana", "is_active": "", "password": "x", "id": "9"}
    assert enter("bo").post("/account/", posted | {"zone": "Europe/Oslo"}).status_code == 302
    after = Account.objects.filter(pk=bo.pk).values().get()
    changed = {name for name, value in after.items() if value != dict(before)[name]} - {"last_login"}
    assert changed == {"display_name", "zone"}


def test_times_are_shown_in_the_chosen_zone(sqlite: Options) -> None:
    person("bo", zone="Asia/Tokyo")
    assert "JST</time>" in enter("bo").get("/account/").content.decode()


def test_signing_out_ends_the_session(sqlite: Options) -> None:
    person("bo")
    client = enter("bo")
    assert client.get("/sign-out/").status_code == 200
    assert client.get("/account/").status_code == 200
    assert client.post("/sign-out/").status_code == 302
    assert client.get("/account/").status_code == 302
