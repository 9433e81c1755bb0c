"""Switches on the command line: contain, release, how they stand, the services that follow them."""

import time
from typing import Any

import click

from hotwash.cli.answer import answer, say, table
from hotwash.cli.place import AT, EXPECTED, Place, with_place

WAIT_S = 5.0
STATES = {"serve": "serves", "fallback": "falls back", "human": "a person decides", "off": "is off"}

_SHARE = click.option(
    "--share", type=float, metavar="PART", help="The share of traffic, such as 0.5; all of it if left out."
)
_OF = click.option(
    "--of", "share_of", metavar="ATTRIBUTE", help="By which attribute traffic is shared; else by chance."
)
_UNTIL = click.option("--until", metavar="TIME", help="When it ends by itself.")
_RECHECK = click.option("--recheck", "recheck_at", metavar="TIME", help="When a person must look again.")
_WAIT = click.option(
    "--wait", type=float, default=WAIT_S, show_default=True, metavar="S", help="Seconds to wait for confirmations."
)


@click.command()
@click.argument("incident")
@click.argument("switch")
@click.argument("state", type=click.Choice(["fallback", "human", "off", "serve"]))
@click.option("--cohort", metavar="RULE", help="For whom it holds, if not for everyone: region = 'EU' and age >= 50.")
@_SHARE
@_OF
@_UNTIL
@_RECHECK
@click.option("--reason", help="Why.")
@click.option("--hold", multiple=True, type=int, metavar="ENTRY", help="Evidence that was kept first.")
@click.option("--unheld-because", metavar="REASON", help="Why nothing could be kept first.")
@click.option("--complete/--partial", default=None, help="Whether it stops the harm for everyone.")
@click.option("--undo", help="How it is taken back.")
@_WAIT
@AT
@EXPECTED
@with_place
def contain(
    *,
    place: Place,
    form: str,
    incident: str,
    switch: str,
    state: str,
    hold: tuple[int, ...],
    wait: float,
    **words: Any,
) -> None:
    """Set a switch, and wait for the serving processes to confirm it.

    What Hotwash does not set itself is recorded on your word.
    """
    words |= {"switch": switch, "state": state, "hold": list(hold) or None}
    _finish(place, form, incident, place.post(f"/incidents/{incident}/contain", words), wait)


@click.command()
@click.argument("incident")
@click.argument("containment", type=int)
@click.option("--reason", required=True, help="Why.")
@click.option("--keep", "share", type=float, metavar="PART", help="Only in part: keep it for this share of traffic.")
@_OF
@click.option("--keep-cohort", "cohort", metavar="RULE", help="Only in part: keep it for these.")
@_WAIT
@AT
@EXPECTED
@with_place
def release(
    *,
    place: Place,
    form: str,
    incident: str,
    containment: int,
    reason: str,
    share: float | None,
    share_of: str | None,
    cohort: str | None,
    wait: float,
    at: str | None,
    expected: int | None,
) -> None:
    """Take a containment back, or in part. CONTAINMENT is its number (`hotwash switches` shows it).

    Where a switch needs a second person, the first call proposes it, and one of another person carries it out.
    """
    words: dict[str, Any] = {"containment": containment, "reason": reason, "expected": expected}
    if share is None and cohort is None:
        said = place.post(f"/incidents/{incident}/release", {**words, "at": at})
    else:
        reach = {"share": share, "share_of": share_of, "cohort": cohort}
        said = place.post(f"/incidents/{incident}/reach", {**words, **reach})
    _finish(place, form, incident, said, wait)


def _finish(place: Place, form: str, incident: str, said: dict[str, Any], wait: float) -> None:
    """Wait for confirmations where there may be some, then print; exit code 1 if what was asked for does not stand."""
    confirmed = None
    if said["driven"] and said["applied"]:
        confirmed = _confirmed(place, incident, said["switch"], wait)
    text = [said["sentence"]]
    if said["driven"] and not said["proposed"]:
        what = (
            f"{said['switch']}: {said['state']}"
            if said["applied"]
            else f"{said['switch']} was not set to {said['state']}"
        )
        text.insert(0, f"{what}, containment {said['containment']} of {incident}.")
    if confirmed:
        text.append(confirmed["sentence"])
    document = {name: value for name, value in said.items() if name != "entries"}
    document["entries"] = [{"number": one["number"], "kind": one["kind"]} for one in said["entries"]]
    answer(form, {**document, "confirmed": confirmed}, "\n".join(text))
    if not (said["applied"] or said["proposed"]):
        raise click.exceptions.Exit(1)


def _confirmed(place: Place, incident: str, switch: str, wait: float) -> dict[str, Any]:
    until, told = time.monotonic() + wait, False
    while True:
        heard: dict[str, Any] = place.get(f"/switches/{switch}")["confirmed"]
        done = not heard["silent"] or not heard["instances"]
        if done or time.monotonic() >= until:
            place.post(f"/incidents/{incident}/settle", {})
            return heard
        if not told:
            say(heard["sentence"])
            told = True
        time.sleep(0.1)


@click.group(invoke_without_command=True)
@click.option("--system", metavar="SYSTEM", help="Of this AI system only.")
@click.pass_context
@with_place
def switches(context: click.Context, /, *, place: Place, form: str, system: str | None) -> None:
    """How every switch stands, and who confirmed it."""
    if context.invoked_subcommand is not None:
        return
    found = place.get("/switches", system=system)
    answer(form, found, lambda: _listed(found["switches"]))


def _listed(found: list[dict[str, Any]]) -> str:
    if not found:
        return "No AI system is registered, so there is no switch. Register one: hotwash systems register NAME."
    lines = []
    for one in found:
        lines.append(f"{one['switch']}  {STATES[one['state']]}  {one['confirmed']['sentence']}")
        for order in one["orders"]:
            share = "" if order["share"] is None else f"{100 * order['share']:.6g} % of "
            whom = share + (order["cohort"] or ("traffic" if share else "everyone"))
            applied = "" if order["applied"] else "  NOT CARRIED OUT: " + (order["failed"] or "it was interrupted.")
            number = f"{order['incident']} containment {order['containment']}"
            lines.append(f"    {order['state']} for {whom}, {number}, by {order['by']}{applied}")
    return "\n".join(lines)


@switches.command()
@click.argument("incident", required=False)
@with_place
def settle(*, place: Place, form: str, incident: str | None) -> None:
    """Go on with orders that stopped half way, of one incident or of all."""
    said = place.post(f"/incidents/{incident}/settle" if incident else "/switches/settle", {})
    answer(form, said, "\n".join(said["done"]) or "Nothing was left to do.")


@click.group()
def services() -> None:
    """Services whose processes follow switches: add, rotate, revoke."""


@services.command("list")
@with_place
def list_services(*, place: Place, form: str) -> None:
    """List services with their serving processes."""
    found = place.get("/services")
    answer(form, found, lambda: _services(found["services"]))


def _services(found: list[dict[str, Any]]) -> str:
    if not found:
        return "No service follows a switch yet. Add one: hotwash services add NAME --system SYSTEM."
    rows = []
    for one in found:
        state = "revoked" if one["revoked_at"] else f"{len(one['instances'])} instances"
        rows.append((one["service"], state, ", ".join(one["systems"])))
    return table(rows)


@services.command()
@click.argument("name")
@click.option("--system", "systems", multiple=True, required=True, metavar="SYSTEM", help="May be repeated.")
@with_place
def add(*, place: Place, form: str, name: str, systems: tuple[str, ...]) -> None:
    """Add a service that follows the switches of AI systems. Its token is printed once."""
    said = place.post("/services", {"name": name, "systems": list(systems)})
    say("Keep the token now: it cannot be shown again. It is what `Guard(..., token=...)` takes.")
    answer(form, said, said["token"])


@services.command()
@click.argument("name")
@click.option("--overlap-h", type=float, metavar="HOURS", help="How long the former token is good for; 24 if left out.")
@with_place
def rotate(*, place: Place, form: str, name: str, overlap_h: float | None) -> None:
    """Make a new token; the former one ends after a while. It is printed once."""
    said = place.post(f"/services/{name}/rotate", {"overlap_h": overlap_h})
    say("Keep the token now: it cannot be shown again.")
    answer(form, said, said["token"])


@services.command()
@click.argument("name")
@click.option("--system", "systems", multiple=True, required=True, metavar="SYSTEM", help="May be repeated.")
@with_place
def follow(*, place: Place, form: str, name: str, systems: tuple[str, ...]) -> None:
    """Let a service follow the switches of these AI systems and no others."""
    said = place.post(f"/services/{name}/systems", {"systems": list(systems)})
    answer(form, said, f"{name} follows {', '.join(said['systems'])}.")


@services.command()
@click.argument("name")
@with_place
def revoke(*, place: Place, form: str, name: str) -> None:
    """End a service's tokens at once. Its processes go by their policies then."""
    said = place.post(f"/services/{name}/revoke", {})
    answer(form, said, f"{name} is revoked. Its processes hear nothing more and go by their policies.")
