"""What an operator may set: by environment variable, or in ``hotwash.toml`` in the data folder. The environment wins.

Reading changes nothing on disk. Faults are kept as `Problem`s, so that one wrong line never hides the rest;
`hotwash.web.checks` reports them as Django system checks.
"""

import json
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from hotwash.web.seal_plan import Plan


@dataclass(frozen=True, slots=True)
class Problem:
    """A setting that cannot be used, what is wrong with it, and what would mend it."""

    id: str
    text: str
    hint: str


@dataclass(frozen=True, slots=True)
class Options:
    """The settings of one installation.

    :param home: the data folder: database, vault, secret key, and the settings file
    :param database_url: ``postgres://user:password@host:port/name``, or empty for SQLite in ``home``
    :param public_url: where people reach the server, such as ``https://hotwash.example.org``; decides secure cookies
    :param hosts: further host names that the server answers to
    :param proxies: how many proxies of our own stand in front of the server
    :param logs: further folders from which prediction logs may be read, beside ``logs`` in ``home``
    :param boards: flag files and flag servers on which switches may be set, by name, beside our own guards
    :param inside: hosts and networks inside that may be called although a user set them: see `connect.reachable`
    :param mail: the server that takes our mail: host, sender, and port, security, user, password
    :param mailbox: the mailbox to which people write (IMAP): host, user, password, and port, security, folder, done
    :param streams_max: how many guards and providers may follow by stream, a thread each; further ones poll
    :param s3: the store of the vault's bytes, if not ``home``: bucket, and endpoint, region, prefix, key, secret
    :param log_form: how the log is written: ``plain`` lines, or ``json`` with a line for each request
    :param metrics_token: what a monitor must show to be given the figures; without it nobody is
    :param vault_key: keys that seal the vault's bytes (base64, the newest first), if they do not lie in ``home``
    :param seals: when seals are made by themselves, and where they go
    :param log_detail: whether logs may hold the text of errors, which can hold what people wrote
    """

    home: Path
    database_url: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    public_url: str = ""
    hosts: tuple[str, ...] = ()
    proxies: int = 0
    logs: tuple[Path, ...] = ()
    log_detail: bool = False
    boards: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    inside: tuple[str, ...] = ()
    mail: Mapping[str, str] = field(default_factory=dict, repr=False)
    mailbox: Mapping[str, str] = field(default_factory=dict, repr=False)
    streams_max: int = 250
    seals: Plan | None = None
    log_form: str = "plain"
    s3: Mapping[str, str] = field(default_factory=dict, repr=False)
    metrics_token: str = field(default="", repr=False)
    vault_key: str = field(default="", repr=False)
    problems: tuple[Problem, ...] = ()

    @property
    def database(self) -> Path:
        """The SQLite database."""
        return self.home / "hotwash.sqlite3"

    @property
    def vault(self) -> Path:
        """The folder of the vault's bytes."""
        return self.home / "vault"

    @property
    def key_file(self) -> Path:
        """The file that keeps the generated secret key."""
        return self.home / "secret-key"

    @property
    def assets(self) -> Path:
        """Static files that are made at the first start, not shipped."""
        return self.home / "static"

    @property
    def https(self) -> bool:
        """Whether people reach the server over TLS."""
        return self.public_url.startswith("https://")


NAMES = (
    "database_url", "secret_key", "public_url", "hosts", "proxies", "logs", "log_detail", "boards", "inside",
    "mail", "mailbox", "streams_max", "seals", "log_form", "metrics_token", "s3", "vault_key",
)  # fmt: skip
_ELSEWHERE = {
    "HOTWASH_HOME",
    "HOTWASH_URL",
    "HOTWASH_TOKEN",
    "HOTWASH_TEST_DATA",
    "HOTWASH_PULL_TOKEN",
    "HOTWASH_AEQUITAS_PYTHON",
    "HOTWASH_AIF360_PYTHON",
}
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}


def default_home(environ: Mapping[str, str]) -> Path:
    """``HOTWASH_HOME``, or ``hotwash`` in the desktop's data folder (the XDG Base Directory Specification)."""
    if named := environ.get("HOTWASH_HOME"):
        return Path(named).expanduser().absolute()
    data = environ.get("XDG_DATA_HOME") or str(Path(environ.get("HOME", "~")).expanduser() / ".local" / "share")
    return Path(data) / "hotwash"


def read(environ: Mapping[str, str] = os.environ) -> Options:
    """The options in force. Never raises for a wrong value: see ``problems``."""
    home = default_home(environ)
    problems: list[Problem] = []
    given = _from_file(home / "hotwash.toml", problems)
    for key, text in environ.items():
        name = key.removeprefix("HOTWASH_").lower()
        if key.startswith("HOTWASH_") and key not in _ELSEWHERE:
            if name in NAMES:
                given[name] = text
            else:
                problems.append(
                    Problem("hotwash.W001", f"{key} is not a setting of Hotwash.", _known("HOTWASH_", str.upper))
                )
    options = Options(
        home=home,
        database_url=_text(given, "database_url", problems),
        secret_key=_text(given, "secret_key", problems),
        public_url=_text(given, "public_url", problems).rstrip("/"),
        hosts=_words(given, problems),
        proxies=_count(given, problems),
        logs=_folders(given, problems),
        log_detail=_flag(given, problems),
        boards=_boards(given, problems),
        inside=_inside(given, problems),
        mail=_mail(given, problems),
        mailbox=_mailbox(given, problems),
        streams_max=_streams(given, problems),
        seals=_seals(given, problems),
        log_form=_form(given, problems),
        s3=_s3(given, problems),
        metrics_token=_text(given, "metrics_token", problems),
        vault_key=_vault_key(given, problems),
        problems=tuple(problems),
    )
    return _checked(options)


def database(options: Options) -> dict[str, Any]:
    """Django's description of the database.

    SQLite takes its write lock when a transaction begins, so that a writer waits (20 s) instead of failing half way,
    and syncs the log on every commit: what was answered survives a power cut.
    """
    parts = urlsplit(options.database_url)
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")) or "hotwash",
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(_port(options.database_url) or ""),
            "OPTIONS": dict(parse_qsl(parts.query)),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(options.database),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # Recursive triggers, because INSERT OR REPLACE would otherwise get past the trigger that refuses DELETE.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                "PRAGMA recursive_triggers=ON; PRAGMA secure_delete=ON;"
            ),
        },
    }


def _from_file(file: Path, problems: list[Problem]) -> dict[str, Any]:
    hint = "Mend the file, or move it away to start with the defaults."
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        problems.append(Problem("hotwash.E001", f"{file} cannot be read: {fault}.", hint))
        return {}
    for name in sorted(set(found) - set(NAMES)):
        problems.append(Problem("hotwash.W001", f"{file}: {name} is not a setting of Hotwash.", _known("", str.lower)))
    return {name: found[name] for name in NAMES if name in found}


def _known(prefix: str, case: Any) -> str:
    return "The settings are " + ", ".join(prefix + case(name) for name in NAMES) + "."


def _text(given: Mapping[str, Any], name: str, problems: list[Problem]) -> str:
    value = given.get(name, "")
    if isinstance(value, str):
        return value.strip()
    problems.append(Problem("hotwash.E002", f"{name} must be text.", f'Write {name} = "…" in hotwash.toml.'))
    return ""


def _words(given: Mapping[str, Any], problems: list[Problem]) -> tuple[str, ...]:
    value = given.get("hosts", ())
    names = value.replace(",", " ").split() if isinstance(value, str) else value
    if isinstance(names, list | tuple) and all(isinstance(name, str) and name not in {"", "*"} for name in names):
        return tuple(names)
    problems.append(
        Problem("hotwash.E003", "hosts must be a list of host names.", "Name each host; * (any host) is not taken.")
    )
    return ()


def _count(given: Mapping[str, Any], problems: list[Problem]) -> int:
    value = str(given.get("proxies", 0)).strip()
    if value.isdecimal() and int(value) <= 10:
        return int(value)
    problems.append(
        Problem("hotwash.E004", "proxies must be a number from 0 to 10.", "Count the proxies in front of Hotwash.")
    )
    return 0


BOARDS = {
    "flagd": ({"path"}, set[str]()),
    "mlflow": ({"url", "model", "fallback"}, {"alias", "token", "user", "password"}),
    "unleash": ({"url", "token", "flag", "means"}, {"project", "environment"}),
}
"""Each kind of board with the words that it needs, and those that it may have."""


def _boards(given: Mapping[str, Any], problems: list[Problem]) -> dict[str, dict[str, str]]:
    value = given.get("boards", {})
    if isinstance(value, str):
        try:
            value = json.loads(value or "{}")
        except ValueError:
            value = None
    boards: dict[str, dict[str, str]] = {}
    for name, words in (value if isinstance(value, dict) else {"": None}).items():
        kind = words.get("kind") if isinstance(words, dict) else None
        need, may = BOARDS.get(str(kind), (set[str](), set[str]()))
        told = set(words) - {"kind"} if isinstance(words, dict) else set()
        texts = isinstance(words, dict) and all(isinstance(one, str) and one for one in words.values())
        if (
            texts
            and need
            and need <= told <= need | may
            and re.fullmatch(r"[a-z][a-z0-9-]{0,59}", name)
            and name != "guard"
        ):
            boards[name] = dict(words or {})
            continue
        kinds = "; ".join(f"{one} needs {', '.join(sorted(words))}" for one, (words, _) in BOARDS.items())
        hint = f'Write [boards.NAME] with kind = "flagd", "mlflow" or "unleash" and its words as text: {kinds}.'
        problems.append(Problem("hotwash.E014", f"boards: {name[:60] or 'this'} is no board.", hint))
    return boards


def _table(given: Mapping[str, Any], name: str) -> dict[str, str] | None:
    """A setting that is a table of texts; empty if it is not set, None if it cannot be read."""
    value = given.get(name, {})
    if isinstance(value, str):
        try:
            value = json.loads(value or "{}")
        except ValueError:
            value = None
    return {str(name): str(one) for name, one in value.items()} if isinstance(value, dict) else None


def _mail(given: Mapping[str, Any], problems: list[Problem]) -> dict[str, str]:
    words = _table(given, "mail")
    if words == {}:
        return {}
    if words and (
        {"host", "sender"} <= set(words) <= {"host", "sender", "port", "security", "user", "password"}
        and re.fullmatch(r"[^@\s]+@[^@\s]+", words["sender"])
        and words.get("security", "starttls") in ("tls", "starttls", "none")
        and words.get("port", "587").isdecimal()
    ):
        return words
    hint = 'Write [mail] with host and sender, and port, user, password, security = "tls", "starttls" or "none".'
    problems.append(Problem("hotwash.E016", "mail is no mail server.", hint))
    return {}


def _mailbox(given: Mapping[str, Any], problems: list[Problem]) -> dict[str, str]:
    words = _table(given, "mailbox")
    if words == {}:
        return {}
    may = {"host", "user", "password", "port", "security", "folder", "done"}
    if (
        words
        and {"host", "user", "password"} <= set(words) <= may
        and words.get("security", "tls") in ("tls", "starttls", "none")
        and words.get("port", "993").isdecimal()
    ):
        return words
    hint = "Write [mailbox] with host, user and password, and port, security, folder (INBOX) and done (a folder)."
    problems.append(Problem("hotwash.E017", "mailbox is no mailbox.", hint))
    return {}


def _seals(given: Mapping[str, Any], problems: list[Problem]) -> Plan | None:
    words = _table(given, "seals")
    if words == {}:
        return None
    try:
        return Plan.of(words or {})
    except ValueError as wrong:
        hint = 'Write [seals] with folder or to = "LIST, LIST", and every = "6h", timestamp and authority if wished.'
        problems.append(Problem("hotwash.E018", f"seals cannot be used: {wrong}", hint))
        return None


def _inside(given: Mapping[str, Any], problems: list[Problem]) -> tuple[str, ...]:
    value = given.get("inside", ())
    words = value.replace(",", " ").split() if isinstance(value, str) else value
    if not words:
        return ()
    from hotwash.connect.reachable import Inside

    try:
        if isinstance(words, list | tuple) and all(isinstance(word, str) for word in words):
            Inside.of(words)
            return tuple(words)
        wrong = "It must be a list."
    except ValueError as no:
        wrong = str(no)
    hint = "Write hosts, host:port, .domain or networks, such as alerts.internal:9093 10.1.0.0/16."
    problems.append(Problem("hotwash.E015", f"inside cannot be used: {wrong}", hint))
    return ()


def _streams(given: Mapping[str, Any], problems: list[Problem]) -> int:
    value = str(given.get("streams_max", 250)).strip()
    if value.isdecimal() and int(value) <= 2_000:
        return int(value)
    hint = "Each takes a thread. With 0, guards poll about every second."
    problems.append(Problem("hotwash.E013", "streams_max must be a number from 0 to 2000.", hint))
    return 250


def _folders(given: Mapping[str, Any], problems: list[Problem]) -> tuple[Path, ...]:
    value = given.get("logs", ())
    names = [name for name in value.split(os.pathsep) if name] if isinstance(value, str) else value
    if isinstance(names, list | tuple) and all(isinstance(name, str) and Path(name).is_absolute() for name in names):
        return tuple(Path(name) for name in names)
    hint = f"Name each folder from / on; in the environment put {os.pathsep} between them."
    problems.append(Problem("hotwash.E012", "logs must be a list of folders.", hint))
    return ()


def _flag(given: Mapping[str, Any], problems: list[Problem]) -> bool:
    value = str(given.get("log_detail", "")).strip().lower()
    if value in _TRUE | _FALSE:
        return value in _TRUE
    problems.append(Problem("hotwash.E005", "log_detail must be on or off.", "Write log_detail = true or false."))
    return False


def _s3(given: Mapping[str, Any], problems: list[Problem]) -> dict[str, str]:
    words = _table(given, "s3")
    if words == {}:
        return {}
    may = {"bucket", "endpoint", "region", "prefix", "key", "secret"}
    if (
        words
        and {"bucket"} <= set(words) <= may
        and all(words.values())
        and urlsplit(words.get("endpoint", "https://s3")).scheme in {"http", "https"}
        and ("key" in words) == ("secret" in words)
    ):
        return words
    hint = "Write [s3] with bucket, and endpoint, region, prefix if wished; key and secret both or neither."
    problems.append(Problem("hotwash.E021", "s3 is no store for the vault.", hint))
    return {}


def _vault_key(given: Mapping[str, Any], problems: list[Problem]) -> str:
    text = _text(given, "vault_key", problems)
    if text:
        from hotwash.ledger.cipher import Keys, KeysUnusable

        try:
            Keys.of(text)
        except KeysUnusable as no:
            hint = "Write keys with blanks between, the newest first; older ones open what was sealed with them."
            problems.append(Problem("hotwash.E022", f"vault_key cannot be used. {no}", hint))
            return ""
    return text


def _form(given: Mapping[str, Any], problems: list[Problem]) -> str:
    value = str(given.get("log_form", "plain")).strip().lower()
    if value in ("plain", "json"):
        return value
    hint = 'Write log_form = "json" for a JSON object a line.'
    problems.append(Problem("hotwash.E019", "log_form must be plain or json.", hint))
    return "plain"


def _port(url: str) -> int | None:
    """The port of an address; -1 where what stands there is no port."""
    try:
        return urlsplit(url).port
    except ValueError:
        return -1


def _checked(options: Options) -> Options:
    problems = list(options.problems)
    scheme = urlsplit(options.database_url).scheme
    if options.database_url and (scheme not in {"postgres", "postgresql"} or _port(options.database_url) == -1):
        problems.append(
            Problem(
                "hotwash.E006",
                "database_url is not a PostgreSQL address.",
                "Write postgres://user:password@host:5432/name, or leave it out for SQLite in the data folder.",
            )
        )
    if options.public_url and (
        urlsplit(options.public_url).scheme not in {"http", "https"} or not urlsplit(options.public_url).hostname
    ):
        problems.append(
            Problem(
                "hotwash.E007",
                "public_url is not a web address.",
                "Write the address that people open, such as https://hotwash.example.org.",
            )
        )
    if options.secret_key and len(options.secret_key) < 32:
        problems.append(
            Problem(
                "hotwash.E008",
                "secret_key is shorter than 32 characters.",
                "Leave it out, and one is made and kept in the data folder.",
            )
        )
    if options.metrics_token and len(options.metrics_token) < 24:
        problems.append(
            Problem(
                "hotwash.E020",
                "metrics_token is shorter than 24 characters.",
                "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'.",
            )
        )
    return Options(
        **{name: getattr(options, name) for name in (*NAMES, "home")},
        problems=tuple(problems),
    )
