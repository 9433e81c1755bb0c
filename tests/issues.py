"""Trackers on this machine that keep issues in memory and answer as GitHub, GitLab and Jira document it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.saying import Call, Saying, saying


@dataclass
class Kept:
    """An issue, its comments, and when it changed."""

    number: int
    title: str
    body: str
    labels: list[str]
    open: bool = True
    due: str | None = None
    comments: list[str] = field(default_factory=list)
    changed: str = ""


@dataclass
class Issues:
    """Everything that a tracker keeps. ``away`` answers 503 to all; ``blind`` hides new issues from searches."""

    server: Saying | None = None
    kept: dict[int, Kept] = field(default_factory=dict)
    away: bool = False
    calls: list[str] = field(default_factory=list)
    lose_answer: bool = False

    @property
    def url(self) -> str:
        assert self.server is not None
        return self.server.url

    def make(self, title: str, body: str, labels: list[str], due: str | None) -> Kept:
        one = Kept(len(self.kept) + 1, title, body, labels, due=due, changed=_now())
        self.kept[one.number] = one
        return one

    def edit(self, number: int, **words: Any) -> None:
        for name, value in words.items():
            setattr(self.kept[number], name, value)
        self.kept[number].changed = _now()


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _words(call: Call) -> dict[str, Any]:
    return call.body or {}


# ── GitHub ───────────────────────────────────────────────────────────────────


def _github_issue(one: Kept) -> dict[str, Any]:
    return {
        "id": 1000 + one.number, "node_id": "I_1", "number": one.number, "title": one.title, "body": one.body,
        "state": "open" if one.open else "closed", "state_reason": None if one.open else "completed",
        "html_url": f"https://github.com/bank/loans/issues/{one.number}",
        "labels": [{"id": 1, "name": name} for name in one.labels], "assignee": None, "assignees": [],
        "closed_by": None if one.open else {"login": "octocat", "id": 1, "type": "User"},
        "created_at": one.changed, "updated_at": one.changed, "comments": len(one.comments),
    }  # fmt: skip


def github(issues: Issues, call: Call) -> tuple[int, Any]:
    if call.headers.get("authorization") != "Bearer token":
        return 401, {"message": "Bad credentials", "documentation_url": "https://docs.github.com/rest", "status": "401"}
    parts = urlsplit(call.path)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    found = re.fullmatch(r"/repos/bank/loans/issues(?:/(\d+)(/comments)?)?", parts.path)
    if found is None:
        return 404, {"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"}
    words = _words(call)
    if found[1] is None and call.method == "POST":
        return 201, _github_issue(issues.make(words["title"], words["body"], words["labels"], None))
    if found[1] is None:
        listed = [one for one in issues.kept.values() if asked["labels"] in one.labels]
        listed = [one for one in listed if one.changed >= asked.get("since", "")]
        page = int(asked["page"])
        pull = {**_github_issue(Kept(99, "A pull request", "", ["hotwash"])), "pull_request": {"url": "x"}}
        return 200, [pull, *map(_github_issue, listed)] if page == 1 else []
    one = issues.kept.get(int(found[1]))
    if one is None:
        return 410, {"message": "This issue was deleted", "status": "410"}
    if found[2]:
        one.comments.append(words["body"])
        return 201, {"id": 1, "body": words["body"]}
    if call.method == "PATCH":
        issues.edit(one.number, title=words.get("title", one.title))
        if "state" in words:
            issues.edit(one.number, open=words["state"] == "open")
    return 200, _github_issue(one)


# ── GitLab ───────────────────────────────────────────────────────────────────


def _gitlab_issue(one: Kept) -> dict[str, Any]:
    return {
        "id": 500 + one.number, "iid": one.number, "project_id": 7, "title": one.title, "description": one.body,
        "state": "opened" if one.open else "closed", "labels": one.labels, "due_date": one.due,
        "web_url": f"https://gitlab.com/bank/loans/-/issues/{one.number}", "updated_at": one.changed,
        "closed_by": None if one.open else {"id": 1, "username": "tanuki", "name": "Tanuki"},
    }  # fmt: skip


def gitlab(issues: Issues, call: Call) -> tuple[int, Any]:
    if call.headers.get("private-token") != "token":
        return 401, {"message": "401 Unauthorized"}
    parts = urlsplit(call.path)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    found = re.fullmatch(r"/api/v4/projects/bank%2Floans/issues(?:/(\d+)(/notes)?)?", parts.path)
    if found is None:
        return 404, {"message": "404 Project Not Found"}
    words = _words(call)
    if found[1] is None and call.method == "POST":
        made = issues.make(words["title"], words["description"], [words["labels"]], words.get("due_date"))
        return 201, _gitlab_issue(made)
    if found[1] is None:
        listed = [one for one in issues.kept.values() if asked["labels"] in one.labels]
        listed = [one for one in listed if asked.get("search", "") in one.body]
        listed = [one for one in listed if one.changed >= asked.get("updated_after", "")]
        return 200, [_gitlab_issue(one) for one in listed] if asked["page"] == "1" else []
    one = issues.kept.get(int(found[1]))
    if one is None:
        return 404, {"message": "404 Issue Not Found"}
    if found[2]:
        one.comments.append(words["body"])
        return 201, {"id": 1, "body": words["body"]}
    if call.method == "PUT":
        issues.edit(one.number, title=words.get("title", one.title), due=words.get("due_date", one.due))
        if "state_event" in words:
            issues.edit(one.number, open=words["state_event"] == "reopen")
    return 200, _gitlab_issue(one)


# ── Jira ─────────────────────────────────────────────────────────────────────

_JIRA = re.compile(r"/rest/api/2/issue(?:/(LOANS-\d+)(/comment|/transitions)?)?")


def _jira_issue(one: Kept) -> dict[str, Any]:
    category = {"id": 4, "key": "indeterminate"} if one.open else {"id": 3, "key": "done"}
    return {
        "id": str(10000 + one.number), "key": f"LOANS-{one.number}",
        "fields": {
            "summary": one.title, "description": one.body, "duedate": one.due, "labels": one.labels,
            "updated": "2026-11-23T12:00:00.000+0000",
            "status": {"name": "In Progress" if one.open else "Done", "statusCategory": category},
        },
    }  # fmt: skip


def jira(issues: Issues, call: Call) -> tuple[int, Any]:
    if call.headers.get("authorization") != "Basic Ym9AYmFuay5leGFtcGxlOnRva2Vu":
        return 401, {"errorMessages": ["You are not authenticated."], "errors": {}}
    parts = urlsplit(call.path)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    words = _words(call)
    if parts.path == "/rest/api/2/search/jql":
        listed = list(issues.kept.values())
        if label := re.search(r'labels = "(hotwash-[^"]+)"', asked["jql"]):
            listed = [one for one in listed if label[1] in one.labels]
        return 200, {"issues": [_jira_issue(one) for one in listed], "isLast": True}
    found = _JIRA.fullmatch(unquote(parts.path))
    if found is None:
        return 404, {"errorMessages": ["Not found."], "errors": {}}
    if found[1] is None:
        given = words["fields"]
        if given["project"]["key"] != "LOANS" or given["issuetype"]["name"] != "Task":
            return 400, {"errorMessages": [], "errors": {"project": "valid project is required"}}
        made = issues.make(given["summary"], given["description"], given["labels"], given.get("duedate"))
        return 201, {"id": str(10000 + made.number), "key": f"LOANS-{made.number}", "self": "https://x"}
    one = issues.kept.get(int(found[1].split("-")[1]))
    if one is None:
        return 404, {"errorMessages": ["Issue does not exist or you do not have permission to see it."], "errors": {}}
    return _jira_act(issues, one, call, found[2] or "", words)


def _jira_act(issues: Issues, one: Kept, call: Call, part: str, words: dict[str, Any]) -> tuple[int, Any]:
    if part == "/comment":
        one.comments.append(words["body"])
        return 201, {"id": "1", "body": words["body"]}
    if part == "/transitions" and call.method == "GET":
        ways = [("11", "To Do", "new"), ("31", "Done", "done")]
        offered = [
            {"id": way, "name": name, "to": {"name": name, "statusCategory": {"key": key}}} for way, name, key in ways
        ]
        return 200, {"expand": "transitions", "transitions": offered}
    if part == "/transitions":
        issues.edit(one.number, open=words["transition"]["id"] == "11")
        return 204, None
    if call.method == "PUT":
        given = words["fields"]
        issues.edit(one.number, title=given.get("summary", one.title), due=given.get("duedate", one.due))
        return 204, None
    return 200, _jira_issue(one)


_ANSWERS = {"github": github, "gitlab": gitlab, "jira": jira}


@contextmanager
def tracker(kind: str) -> Iterator[Issues]:
    """A tracker on this machine."""
    issues = Issues()

    def answers(call: Call) -> tuple[int, Any]:
        issues.calls.append(f"{call.method} {call.path}")
        if issues.away:
            return 503, {"message": "Service Unavailable"}
        said = _ANSWERS[kind](issues, call)
        if issues.lose_answer and call.method == "POST" and said[0] == 201:
            issues.lose_answer = False
            return 502, {"message": "the answer was lost on its way"}
        return said

    with saying(answers) as server:
        issues.server = server
        yield issues
