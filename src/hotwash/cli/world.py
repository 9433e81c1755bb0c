"""``hotwash world``: synthetic AI systems with planted harm. Needs no server: a log, or a process that decides."""

import os
import secrets
import signal
import sys
import threading
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hotwash.cli.answer import Refused, answer, say, table, with_format

if TYPE_CHECKING:
    from hotwash.drills.worlds import Truth, World

ROWS = click.option(
    "--rows", type=click.IntRange(1, 100_000_000), metavar="N", help="How many decisions it has in all."
)
SEED = click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=0, show_default=True, metavar="S")
ZERO = click.option("--zero", metavar="T", help="When the drill begins (RFC 3339); the scenario's own if left out.")
UNTIL = click.option("--until", metavar="T", help="As it stood at this moment (RFC 3339).")


class _Worlds(click.Group):
    """``hotwash world SCENARIO …`` is ``hotwash world make SCENARIO …``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put ``make`` before a scenario."""
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Worlds)
def world() -> None:
    """Make a synthetic AI system with planted harm: its log, or a process that decides.

    SCENARIO is the name of a scenario or of a world that is ready, or a TOML file with a table [world]. `hotwash world
    SCENARIO` is short for
    `hotwash world make SCENARIO`.
    """


@world.command()
@click.argument("scenario", metavar="SCENARIO")
@ROWS
@SEED
@click.option("--to", "--out", "to", required=True, metavar="FILE", help="Parquet or CSV, by its name.")
@ZERO
@UNTIL
@with_format
def make(
    *, form: str, scenario: str, rows: int | None, seed: int, to: str, zero: str | None, until: str | None
) -> None:
    """Write a world's log. The same scenario, rows and seed give the same bytes."""
    from hotwash.drills.worlds import NumpyMissing, write
    from hotwash.drills.worlds.writing import CannotWrite

    told = _zeroed(_read(scenario), zero)
    try:
        count = write(
            told,
            Path(to),
            rows=rows,
            seed=seed,
            until=_moment(until, "--until"),
            on_progress=lambda done: say(f"{done:,} rows …") if done >= 245_760 and done % 4_915_200 == 0 else None,
        )
    except (NumpyMissing, CannotWrite) as no:
        raise Refused(str(no)) from no
    except OSError as fault:
        raise Refused(f"{to} cannot be written: {fault.strerror}.") from fault
    document = {"file": to, "rows": count, "seed": seed, "since": told.start.isoformat(), "until": told.end.isoformat()}
    answer(form, document, lambda: f"{count:,} decisions in {to}.")


@world.command()
@click.argument("scenario", metavar="SCENARIO")
@ROWS
@SEED
@ZERO
@UNTIL
@click.option("--spoil", is_flag=True, help="Yes, show what was planted.")
@click.option("--people", is_flag=True, help="Also name every person harmed.")
@with_format
def truth(
    *,
    form: str,
    scenario: str,
    rows: int | None,
    seed: int,
    zero: str | None,
    until: str | None,
    spoil: bool,
    people: bool,
) -> None:
    """Show what was planted in a world: since when, and who was harmed. It spoils the drill, so it asks for --spoil."""
    if not spoil:
        raise Refused(
            "What was planted spoils the drill for everybody who sees it. Say --spoil to see it all the same."
        )
    from hotwash.drills.worlds import NumpyMissing
    from hotwash.drills.worlds import truth as known

    try:
        told = known(_zeroed(_read(scenario), zero), rows=rows, seed=seed, until=_moment(until, "--until"))
    except NumpyMissing as no:
        raise Refused(str(no)) from no
    answer(form, document(told, people=people), lambda: _shown(told, people=people))


@world.command()
@click.argument("scenario", metavar="SCENARIO")
@ROWS
@SEED
@ZERO
@click.option("--guard", "url", required=True, metavar="URL", help="The Hotwash server whose switches it follows.")
@click.option("--switch", required=True, metavar="SYSTEM", help="The switch that is asked before each decision.")
@click.option("--log", "folder", required=True, metavar="FOLDER", help="Where its log is written (JSON Lines).")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="A free one if left out.")
@click.option(
    "--speed", type=click.FloatRange(0, 3600), default=0.0, show_default=True, help="0 waits for the console."
)
@with_format
def serve(
    *,
    form: str,
    scenario: str,
    rows: int | None,
    seed: int,
    zero: str | None,
    url: str,
    switch: str,
    folder: str,
    host: str,
    port: int,
    speed: float,
) -> None:
    """Run a world behind the guard, from the moment at which the drill begins, until Ctrl-C.

    Before each decision it asks the switch, so that containment takes effect. HOTWASH_GUARD_TOKEN is the token of its
    service (`hotwash services add`); HOTWASH_WORLD_KEY is the key of its clock and tally, made up if it is not set.
    """
    told = _zeroed(_read(scenario), zero)
    token = os.environ.get("HOTWASH_GUARD_TOKEN", "")
    if not token:
        raise Refused("HOTWASH_GUARD_TOKEN is not set: it is what `hotwash services add` shows once.")
    key = os.environ.get("HOTWASH_WORLD_KEY") or secrets.token_urlsafe(24)
    try:
        _serve(told, _Told(rows or told.rows, seed, url, token, switch, Path(folder), host, port, key, speed), form)
    except OSError as fault:
        raise Refused(f"The world cannot run: {fault.strerror or fault}.") from fault
    except ValueError as no:
        raise Refused(str(no)) from no


@dataclass(frozen=True, slots=True)
class _Told:
    """How a world is to run."""

    rows: int
    seed: int
    url: str
    token: str
    switch: str
    folder: Path
    host: str
    port: int
    key: str
    speed: float


def _serve(world_: "World", told: _Told, form: str) -> None:
    import msgspec

    from hotwash.drills.worlds.live import Live
    from hotwash.drills.worlds.serving import WorldServer
    from hotwash.guard import Guard, PredictionLog

    with (
        Guard(told.url, token=told.token, poll_s=0.5) as guard,
        PredictionLog(told.folder, name="world", every_s=2) as log,
    ):
        live = Live(world_, rows=told.rows, seed=told.seed, switch=told.switch, ask=guard.state, note=log.add)

        def following() -> dict[str, Any]:
            return {"state": guard.state(told.switch), **msgspec.to_builtins(guard.status())}

        with WorldServer(live, host=told.host, port=told.port, key=told.key, following=following) as server:
            if not guard.wait(10):
                say(f"{told.url} was not heard yet; until then the guard's policy decides.")
            live.run_at(told.speed)
            live.start()
            address = f"http://{told.host}:{server.server_port}"
            shown = {"url": address, "key": told.key, "now": live.now.isoformat(), "pid": os.getpid()}
            answer(form, shown, lambda: f"The world runs at {address}\nkey of its clock: {told.key}")
            sys.stdout.flush()
            signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown, daemon=True).start())
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                pass
            finally:
                live.close()


def document(told: "Truth", *, people: bool = False) -> dict[str, Any]:
    """The truth as JSON."""
    import msgspec

    found: dict[str, Any] = msgspec.to_builtins(told)
    if not people:
        del found["subjects"]
    return found


def _shown(told: "Truth", *, people: bool) -> str:
    lines = [
        f"{told.rows:,} decisions about {told.people:,} people until {told.until:%Y-%m-%d %H:%M} UTC.",
        f"{told.harmed.decisions:,} decisions went against {told.harmed.people:,} people only because of a harm.",
    ]
    if told.loss is not None:
        lines.append(f"Prices were off by {told.loss:,.2f} in all.")
    for one in told.harms:
        who = one.who or "everybody"
        first = f"first met {one.first:%Y-%m-%d %H:%M:%S}" if one.first else "nobody yet"
        lines.append(f"{one.name} ({one.how}): since {one.since:%Y-%m-%d %H:%M} for {who}; {first}.")
    for name, values in told.by.items():
        lines += ["", name]
        lines.append(table([[f"  {v}", f"{one.people:,} people", f"{one.decisions:,}"] for v, one in values.items()]))
    if told.days:
        lines += ["", "by day"]
        lines.append(
            table([[f"  {v}", f"{one.people:,} people", f"{one.decisions:,}"] for v, one in told.days.items()])
        )
    if people:
        lines += ["", *told.subjects]
    return "\n".join(lines)


def _read(scenario: str) -> "World":
    from hotwash.drills.scenarios import reading, shelf
    from hotwash.drills.worlds import WorldWrong, read
    from hotwash.drills.worlds.ready import ready

    try:
        if scenario.endswith(".toml") or "/" in scenario:
            found = tomllib.loads(Path(scenario).read_text(encoding="utf-8"))
        elif scenario in ready():
            found = tomllib.loads(ready()[scenario])
        else:
            found = tomllib.loads(shelf.named(scenario).text.decode())
    except OSError as fault:
        raise Refused(f"{scenario} cannot be read: {fault.strerror}.") from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as bad:
        raise Refused(f"{scenario} is no TOML: {bad}.") from bad
    except (shelf.Unknown, reading.Unsound) as no:
        raise Refused(str(no)) from no
    if not isinstance(found.get("world"), dict):
        raise Refused(f"{scenario} has no table [world].")
    try:
        return read(found["world"])
    except WorldWrong as wrong:
        raise Refused(f"{scenario} describes no world:\n{wrong}") from wrong


def _zeroed(told: "World", zero: str | None) -> "World":
    at = _moment(zero, "--zero")
    return told.anchored(at) if at else told


def _moment(text: str | None, option: str) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise click.BadParameter(f"{text!r} is no time with a zone, such as 2026-05-04T08:00:00Z.", param_hint=option)
    return at
