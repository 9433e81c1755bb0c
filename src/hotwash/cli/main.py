"""The table of commands. A command's module is imported when it is called, so that `--help` answers at once."""

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

COMMANDS: dict[str, tuple[str, str]] = {
    "up": ("up:up", "Start Hotwash on this machine."),
    "declare": ("incidents:declare", "Declare an incident in one sentence."),
    "list": ("incidents:list_incidents", "List incidents, the newest first."),
    "show": ("incidents:show", "Show how an incident stands."),
    "timeline": ("incidents:show_timeline", "Show what happened, and when it was known."),
    "assess": ("response:assess", "Assess the severity from answers."),
    "assign": ("response:assign", "Give a role to a person."),
    "note": ("response:note", "Write a note."),
    "contain": ("switches:contain", "Set a switch, and wait for the serving processes to confirm it."),
    "release": ("switches:release", "Take a containment back, or in part."),
    "switches": ("switches:switches", "How every switch stands, and who confirmed it."),
    "services": ("switches:services", "Services whose processes follow switches: add, rotate, revoke."),
    "hold": ("evidence:hold", "Keep evidence before anything is changed."),
    "evidence": ("evidence:evidence", "List evidence with its chain of custody, take it out, have it verified."),
    "form": ("command:ics_form", "Write a form of the Incident Command System."),
    "briefing": ("command:briefing", "Draft what the next holder of a role needs to know."),
    "period": ("command:period", "Open an operational period."),
    "message": ("messages:message", "Write messages, have them approved, and send them."),
    "plain": (
        "plain:plain",
        "Check that texts are plain: long sentences, jargon with plain words, what a message does not say.",
    ),
    "wording": ("wording:wording", "Find blame in texts, and ask a question instead."),
    "playbook": ("playbook:playbook", "Start a playbook, and record what came of its steps."),
    "signal": ("signals:signal", "Read what a monitor sent or wrote."),
    "pull": ("pull:pull", "Read calls of a tracing server into a log, or set up sources that the worker asks."),
    "chat": ("chat:chat", "Connect Slack, Teams or Mattermost, and link an account."),
    "inbox": ("inbox:inbox", "Triage what monitors and people report."),
    "complaint": ("complaints:complaint", "Reports from people: read, sort into clusters, answer."),
    "mail": ("complaints:mail", "Take one letter in (RFC 5322), as a mail server hands it over."),
    "record": ("verbs:record", "Say any other verb of an incident."),
    "link": ("linking:link", "Link an incident to another one."),
    "merge": ("linking:merge", "Merge an incident into another one, and settle what was open in it."),
    "split": ("linking:split", "Split evidence, findings or signals off into another incident."),
    "ask": ("ask:ask", "Ask a question of a prediction log."),
    "import-result": (
        "second_engine:import_result",
        "Bring a result of Aequitas, AIF360 or Inspect into an incident (`-` is standard input).",
    ),
    "finding": ("questions:finding", "Record a finding in an incident."),
    "reproduce": ("questions:reproduce", "Compute a finding again and compare."),
    "duties": ("duties:list_duties", "List the duties of the law."),
    "organisation": ("duties:organisation", "Show what holds for every incident, or say a verb of the organisation."),
    "notice": ("duties:notice", "List the drafts of notices with what is missing, or write one of them."),
    "clocks": ("clocks:clocks", "Tell until when whom must be told."),
    "severity": ("severity:severity", "Read the severity table without an incident."),
    "whys": ("whys:whys", "Show factors and whys as a tree"),
    "tree": ("tree:tree", "Solve and draw fault trees"),
    "similar": ("similar:similar", "Find incidents like a text"),
    "postmortem": ("documents:postmortem", "Write the blameless post-mortem."),
    "executive": ("documents:executive", "Write the executive page"),
    "export": ("documents:export", "Take a whole record out."),
    "import": ("importing:take_in", "Take exported records in; incidents of the past from CSV"),
    "ledger": ("ledger:ledger", "Check that records follow from themselves, and seal them."),
    "retention": (
        "retention:retention",
        "How long records are kept: rules, legal holds, and what is due to be erased.",
    ),
    "systems": ("systems:systems", "Register and describe AI systems."),
    "recovery": ("recovery:recovery", "Let traffic go back: a gate, sign-offs, a ramp that is watched."),
    "gate": ("gate:gate", "Let something pass only if named questions meet their thresholds."),
    "action": ("action:action", "Agree on actions, do them, and see whether they worked."),
    "tracker": ("tracker:tracker", "Let actions have issues in GitHub, GitLab or Jira, and keep both sides alike."),
    "redress": ("redress:redress", "Keep the register of the people harmed."),
    "channel": ("channels:channel", "Lists to which messages go: add, list, test, remove."),
    "page": ("calling:page", "Call somebody by every way that they named, until they answer."),
    "acknowledge": ("calling:acknowledge", "Answer a page: your own, or another's by its entry."),
    "on-call": ("calling:on_call", "Who is on call, who stands in, and when more people are called."),
    "reminders": ("calling:reminders", "Show how you are reached, what will remind you, and what has."),
    "backup": ("backup:backup", "Write a whole copy of this installation to a new file, while people go on working."),
    "restore": (
        "backup:restore",
        "Put a backup into an empty data folder (--home) or database, and check that all of it is there.",
    ),
    "vault": ("vault:vault", "Seal the files of the vault at rest, and change the keys."),
    "metrics": (
        "metrics:metrics",
        "Tell how long things took, what comes back, whether actions worked, and what it cost.",
    ),
    "risks": ("metrics:risks", "Show the risk indicators with their limits, and which are breached."),
    "controls": ("metrics:controls", "List the controls: which failed, which are tested, which never."),
    "board": ("metrics:board", "Write the quarterly report to the board."),
    "drill": ("drill:drill", "Rehearse harm before it happens"),
    "world": ("world:world", "Make a synthetic AI system with planted harm: its log, or a process that decides."),
    "worker": ("worker:worker", "Run watches, reminders and retries."),
    "jobs": ("jobs:jobs", "See what waits for the worker, and what failed."),
}
"""Each command with its place (module and name) and its line of help."""


class Lazy(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The commands, in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(f"hotwash.cli.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run, and turn a refusal into its sentence and exit code 1."""
        from hotwash.cli.answer import Refused

        try:
            return super().invoke(ctx)
        except Refused as refused:
            refused.show()
            ctx.exit(1)


@click.command(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--home", metavar="FOLDER", help="The data folder (HOTWASH_HOME).")
@click.version_option(package_name="hotwash", prog_name="hotwash")
@click.pass_context
def cli(ctx: click.Context, home: str | None) -> None:
    """Hotwash: from the first signal of an AI-related harm to a test that keeps it from coming back.

    Commands work on the data folder of this machine (--home or HOTWASH_HOME), or on a server (HOTWASH_URL and
    HOTWASH_TOKEN). Every command takes --format json: one JSON document on standard output, all else on standard
    error. Exit codes: 0 done, 1 refused or found wanting, 2 wrong usage.
    """
    ctx.obj = {"home": home}


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line."""
    try:
        cli(args, prog_name="hotwash")
    except BrokenPipeError:
        # Whoever read the output has left, as `head` does: no error, and nothing more may be written at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
