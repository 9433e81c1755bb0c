"""Every kind of job that a worker of this version does."""

from datetime import timedelta

from hotwash.response import retention
from hotwash.response.desk import Desk
from hotwash.response.jobs import Arguments, Kind, Kinds
from hotwash.response.recovery import JOB as RECOVERY
from hotwash.response.sending import PAGING, SENDING
from hotwash.web.chat import replying
from hotwash.web.complaints import jobs as people
from hotwash.web.drills import running
from hotwash.web.inbox import room, telling
from hotwash.web.seals import carrying, making
from hotwash.web.sending import breaches, delivering, paging, reminding
from hotwash.web.switches.following_up import settle_all
from hotwash.web.trackers import syncing
from hotwash.web.work import erasing, measuring, pulling
from hotwash.web.work.recovering import ask_for, lead_on
from hotwash.web.work.tidy import tidy


def settle(desk: Desk, arguments: Arguments) -> None:  # noqa: ARG001 - every job takes the same two
    """Go on with orders to switches that stopped half way."""
    settle_all()


KINDS = Kinds.of(
    # Nobody else contains traffic again: a look is tried until it succeeds, and soon.
    Kind(
        RECOVERY,
        "Watch the traffic that goes back, and contain it again if a question fails.",
        lead_on,
        attempts=1_000_000,
        back_off_max=timedelta(seconds=30),
    ),
    Kind("gate", "Ask the gate of an incident.", ask_for, attempts=3),
    Kind(measuring.LOOK, "Look which actions have to show that they worked.", measuring.look, every=measuring.EVERY),
    Kind(measuring.JOB, "Ask whether an action worked.", measuring.one, attempts=3),
    Kind(syncing.LOOK, "Look which actions differ from their issues.", syncing.look, every=syncing.LOOK_EVERY),
    Kind(
        syncing.ONE,
        "Bring an action and its issue together.",
        syncing.one,
        attempts=1_000,
        back_off_max=timedelta(minutes=5),
    ),
    Kind(
        syncing.POLL,
        "Ask a tracker which issues changed.",
        syncing.poll,
        attempts=1_000,
        back_off_max=timedelta(minutes=5),
    ),
    Kind("switches", "Go on with orders to switches that stopped half way.", settle, every=timedelta(seconds=15)),
    # A worker may be killed often while it sends: what it sends is counted by tries of its own, not by those deaths.
    Kind(SENDING, "Take a message to one target.", delivering.send, attempts=1_000, limit=delivering.LIMIT),
    Kind(PAGING, "Call somebody until they answer.", paging.call, attempts=1_000, limit=delivering.LIMIT),
    Kind(reminding.REMIND, "Remind one person of one thing.", reminding.remind, attempts=1_000, limit=delivering.LIMIT),
    Kind(breaches.LOOK, "Hold risk indicators against their limits.", breaches.look, every=breaches.EVERY),
    Kind(breaches.TELL, "Tell somebody of a risk indicator above its limit.", breaches.tell),
    Kind("look", "Look over open incidents for what is due.", reminding.look, every=reminding.EVERY),
    Kind(telling.JOB, "Tell an incident what keeps coming into its line of the inbox.", telling.do),
    Kind(room.JOB, "Make room in the inbox.", room.make, every=timedelta(hours=1)),
    Kind(pulling.LOOK, "Look which sources are to be asked.", pulling.look, every=pulling.LOOK_EVERY),
    # What is wrong outside stands at the pull; whatever else stops one must not stop it for good.
    Kind(
        pulling.ONE,
        "Ask a source that is asked again and again.",
        pulling.one,
        attempts=1_000_000,
        back_off_max=timedelta(minutes=5),
    ),
    Kind(replying.JOB, "Post an answer to a chat.", replying.post, attempts=4, back_off_max=timedelta(minutes=5)),
    Kind(replying.ROOM, "Forget old marks of chat posts.", replying.make_room, every=timedelta(hours=6)),
    Kind(people.LOOK, "Read the mailbox to which people write.", people.look, every=people.LOOK_EVERY),
    Kind(people.ANSWER, "Send something to the address that a person left with a report.", people.answer),
    Kind(
        people.FORGET, "Erase reports that were kept as long as was promised.", people.forget, every=people.FORGET_EVERY
    ),
    Kind(people.SORT, "Hold all reports from people against each other again.", people.sort, attempts=3),
    Kind(
        running.JOB, "Send what is due in a drill.", running.go_on, attempts=1_000, back_off_max=timedelta(seconds=30)
    ),
    Kind(retention.ERASE, "Erase a record whose tombstone was written.", erasing.erase, attempts=1_000),
    Kind(making.LOOK, "Seal all records, if it is time.", making.look, every=making.LOOK_EVERY),
    Kind(carrying.SEND, "Take a seal to where it is kept.", carrying.send, attempts=1_000, limit=delivering.LIMIT),
    Kind("tidy", "Delete jobs, sessions and sign-in links that have run out.", tidy, every=timedelta(days=1)),
)
