"""``hotwash tracker``: trackers of work elsewhere, where actions have issues."""

import os
from typing import Any

import click

from hotwash.cli.answer import answer, table
from hotwash.cli.place import Place, with_place

TOKEN = "HOTWASH_TRACKER_TOKEN"  # noqa: S105 - the name of a variable
HOOK = "HOTWASH_TRACKER_HOOK"
NAME = click.argument("name")


@click.group()
def tracker() -> None:
    """Let actions have issues in GitHub, GitLab or Jira, and keep both sides alike."""


@tracker.command("list")
@with_place
def list_trackers(*, place: Place, form: str) -> None:
    """List trackers: how each is, what is behind, and what was changed on both sides."""
    found = place.get("/trackers")
    answer(form, found, lambda: _list(found["trackers"]))


def _list(found: list[dict[str, Any]]) -> str:
    if not found:
        return "There is none. Set one up: hotwash tracker add github NAME --project owner/name"
    rows = [
        (
            one["name"],
            one["title"],
            one["state"],
            f"{one['actions']} actions, {one['behind']} behind",
            one["error"] or "",
        )
        for one in found
    ]
    lines = [table([("Name", "Tracker", "State", "", ""), *rows])]
    for one in found:
        lines += [f"{one['name']} {told['issue']}: {told['text']}" for told in one["conflicts"]]
        lines += [f"{one['name']} {told['incident']} {told['action']}: {told['error']}" for told in one["troubles"]]
    return "\n".join(lines)


@tracker.command("add")
@click.argument("kind", type=click.Choice(["github", "gitlab", "jira"]))
@NAME
@click.option("--project", required=True, help="owner/name, group/name, or the key of a Jira project.")
@click.option("--url", help="The address of its API, if it is not the public one.")
@click.option("--user", help="For Jira in the cloud: the address that the token belongs to.")
@click.option("--type", "kind_of_issue", help="For Jira: the type of a new issue (Task).")
@click.option("--system", help="Only actions of incidents of this AI system.")
@click.option("--automatic", is_flag=True, help="Every new action gets an issue.")
@click.option("--every", "every_s", type=int, metavar="SECONDS", help="How often it is asked what changed (300).")
@with_place
def add(
    *,
    place: Place,
    form: str,
    kind: str,
    name: str,
    project: str,
    url: str | None,
    user: str | None,
    kind_of_issue: str | None,
    **words: Any,
) -> None:
    """Set up a tracker. The token is taken from HOTWASH_TRACKER_TOKEN, and kept sealed.

    What its webhooks are signed with is taken from HOTWASH_TRACKER_HOOK; without it, it is only asked.
    """
    settings = {"url": url, "project": project, "user": user, "type": kind_of_issue}
    given = {
        "kind": kind, "name": name, "settings": {word: value for word, value in settings.items() if value},
        "secret": os.environ.get(TOKEN, ""), "hook": os.environ.get(HOOK) or None,
        **{word: value for word, value in words.items() if value},
    }  # fmt: skip
    made = place.post("/trackers", given)
    hook = f" Its webhooks go to {made['webhook']}." if made["signed"] else ""
    answer(form, made, f"{name} is set up. The worker asks it every {made['every_s']} seconds.{hook}")


@tracker.command("track")
@click.argument("incident")
@click.argument("number", type=int, metavar="ACTION")
@NAME
@with_place
def track(*, place: Place, form: str, incident: str, number: int, name: str) -> None:
    """Let an action have an issue in a tracker. The worker makes it, or finds the one that there is."""
    said = place.post(f"/incidents/{incident}/track", {"action": number, "tracker": name})
    answer(form, said, f"Action {number} will have an issue in {name} within seconds.")


@tracker.command("run")
@NAME
@with_place
def run(*, place: Place, form: str, name: str) -> None:
    """Let everything in a tracker be looked at now."""
    answer(form, place.post(f"/trackers/{name}/run", {}), f"{name} is looked at within seconds.")


@tracker.command("pause")
@NAME
@with_place
def pause(*, place: Place, form: str, name: str) -> None:
    """Neither ask nor write a tracker for now."""
    answer(form, place.post(f"/trackers/{name}/pause", {}), f"{name} is paused.")


@tracker.command("resume")
@NAME
@with_place
def resume(*, place: Place, form: str, name: str) -> None:
    """Ask and write it again."""
    answer(form, place.post(f"/trackers/{name}/resume", {}), f"{name} is asked and written again.")


@tracker.command("remove")
@NAME
@with_place
def remove(*, place: Place, form: str, name: str) -> None:
    """Forget a tracker and its tokens. Issues there stay."""
    answer(form, place.post(f"/trackers/{name}/remove", {}), f"{name} is forgotten; its issues stay.")
