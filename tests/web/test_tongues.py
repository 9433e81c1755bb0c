"""German and Spanish: which pages have them, who gets them, and that nothing of them is forgotten."""

import gettext
import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from tests.web.people import enter, person

from hotwash.web import catalogues, options
from hotwash.web.accounts import links
from hotwash.web.options import Options
from hotwash.web.tables.models import SignInLink

TEMPLATES = Path(options.__file__).parent / "templates"
WHOLE = {"account/login.html", "account/account_inactive.html", "own/link.html", "429.html"}
"""Templates in which every text is marked. This list can only grow."""
NOT_YET = {
    *("chat/", "complaints/", "django/", "drills/", "inbox/", "own/", "pages/", "people/", "pulls/", "room/"),
    *("unnamed/", "worded/", "account/logout.html", "base.html", "broken.html", "fault.html", "fault_part.html"),
    *("form_faults.html", "mark.html", "published.html", "status.html"),
}
"""Folders and templates in which not everything is translated yet: `base.html` only where people are signed in, and
`complaints/` not through catalogues, because it takes its words from the knowledge room. This list can only shrink."""
MARKED = re.compile(r"""\{% translate (['"])(.+?)\1|\{% blocktranslate %\}(.+?)\{% endblocktranslate %\}""")
CALLED = re.compile(r"""gettext(?:_lazy)?\(\s*"([^"]+)"\s*\)""")
HOLES = re.compile(r"%\(\w+\)s")


def _marked() -> set[str]:
    found = set()
    for path in TEMPLATES.rglob("*.html"):
        for _, text, block in MARKED.findall(path.read_text(encoding="utf-8")):
            found.add(text or re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", block))
    for path in TEMPLATES.parent.rglob("*.py"):
        found |= set(CALLED.findall(path.read_text(encoding="utf-8")))
    return found


@pytest.mark.parametrize("language", ["de", "es"])
def test_every_marked_text_is_translated_and_its_holes_agree(language: str) -> None:
    texts = catalogues.read(catalogues.PLACE / language / "LC_MESSAGES" / "django.po")
    del texts[""]
    assert set(texts) == _marked()
    for text, said in texts.items():
        assert said.strip(), text
        assert sorted(HOLES.findall(text)) == sorted(HOLES.findall(said)), text


@pytest.mark.parametrize("language", ["de", "es"])
def test_the_compiled_catalogue_is_made_of_the_written_one(language: str) -> None:
    source = catalogues.PLACE / language / "LC_MESSAGES" / "django.po"
    texts = catalogues.read(source)
    made = catalogues.compiled(texts)
    assert source.with_suffix(".mo").read_bytes() == made
    known = gettext.GNUTranslations(io.BytesIO(made))
    assert all(known.gettext(text) == said for text, said in texts.items() if text)


def test_translated_templates_hold_no_text_that_is_not_marked() -> None:
    for name in WHOLE:
        text = (TEMPLATES / name).read_text(encoding="utf-8")
        text = re.sub(r"\{% blocktranslate %\}.*?\{% endblocktranslate %\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", text)
        assert not re.search(r"[A-Za-z]{2}", text), (name, text.split())


def test_every_template_is_translated_or_stands_in_the_list_of_those_that_are_not() -> None:
    names = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html")}
    assert names >= WHOLE
    left = {name for name in names - WHOLE if not (name in NOT_YET or name.partition("/")[0] + "/" in NOT_YET)}
    assert not left, "translate them, or add their folder to the list"
    assert not [one for one in NOT_YET if not any(name.startswith(one) for name in names)]


@pytest.mark.parametrize(
    ("wish", "lang", "title"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de", "Anmelden"),
        ("fr,es-MX;q=0.9", "es", "Iniciar sesión"),
        ("en-US,de;q=0.5", "en-GB", "Sign in"),
        ("xx", "en-GB", "Sign in"),
        ("", "en-GB", "Sign in"),
    ],
)
def test_the_sign_in_page_follows_the_browser(sqlite: Options, wish: str, lang: str, title: str) -> None:
    answer = Client().get("/sign-in/", headers={"accept-language": wish})
    page = answer.content.decode()
    assert f'<html lang="{lang}"' in page
    assert f"<h1>{title}</h1>" in page
    assert "Accept-Language" in answer.headers["Vary"]


def test_a_choice_in_the_foot_counts_more_than_the_browser_and_leads_nowhere_else(sqlite: Options) -> None:
    client = Client(headers={"accept-language": "es"})
    answer = client.post("/language/", {"language": "de", "next": "/sign-in/?next=/people/"})
    assert answer.headers["Location"] == "/sign-in/?next=/people/"
    assert "<h1>Anmelden</h1>" in client.get("/sign-in/").content.decode()
    away = client.post("/language/", {"language": "en-gb", "next": "//elsewhere.example/"})
    assert away.headers["Location"] == "/"
    assert "<h1>Sign in</h1>" in client.get("/sign-in/").content.decode()
    assert client.post("/language/", {"language": "../de"}).status_code == 404


def test_a_refused_sign_in_is_told_in_the_language_of_the_page(sqlite: Options) -> None:
    client = Client(headers={"accept-language": "de"})
    page = client.post("/sign-in/", {"login": "nobody", "password": "wrong"}).content.decode()
    assert "Sie sind nicht angemeldet" in page
    assert "Der Name oder das Passwort stimmt nicht." in page
    assert "The name" not in page


def test_pages_that_are_not_translated_stay_english_as_a_whole(sqlite: Options) -> None:
    person("ana")
    client = enter("ana")
    page = client.get("/account/", headers={"accept-language": "de"}).content.decode()
    assert '<html lang="en-GB"' in page
    assert "Skip to the content" in page
    assert 'name="language"' not in page


@pytest.mark.parametrize(
    ("wish", "told", "day"),
    [
        ("de", "Als ana anmelden", "2. März 2931, 08:00 UTC"),
        ("es", "Iniciar sesión como ana", "2 de marzo de 2931, 08:00 UTC"),
        ("en", "Sign in as ana", "2 Mar 2931, 08:00 UTC"),
    ],
)
def test_a_sign_in_link_is_dated_as_its_language_dates(sqlite: Options, wish: str, told: str, day: str) -> None:
    made = links.make(person("ana"))
    SignInLink.objects.update(expires_at=datetime(2931, 3, 2, 8, tzinfo=UTC))
    page = Client().get(made.path, headers={"accept-language": wish}).content.decode()
    assert told in page
    assert day in page
