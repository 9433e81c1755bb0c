"""Risk indicators and controls: which limits are kept, which controls failed, which are tested, which never."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotwash.knowledge.controls import Control, controls
from hotwash.knowledge.indicators import Indicator, indicators
from hotwash.reports.measuring.figures import Line
from hotwash.reports.measuring.metrics import Kind, kinds, over
from hotwash.reports.measuring.repeated import overdue, recurrence
from hotwash.reports.phrases import amount, count, span
from hotwash.systems.governance import Governance

YEAR, QUARTER = timedelta(days=365), timedelta(days=90)
HOUR_S, DAY_S = 3600.0, 86_400.0


@dataclass(frozen=True, slots=True)
class Standing:
    """An indicator as it stands.

    :param value: None where nothing can be said yet; ``why`` says why
    :param incidents: those that it counts, where it counts incidents
    :param own: whether the limit is the organisation's own
    """

    indicator: str
    title: str
    sentence: str
    unit: str
    value: float | None
    limit: float
    shown: str
    limit_shown: str
    why: str
    incidents: tuple[str, ...]
    own: bool
    reason: str = ""
    overdue: bool = False

    @property
    def breached(self) -> bool:
        """Whether it is above its limit, or counts days since something that never was."""
        return self.overdue or (self.value is not None and self.value > self.limit)


@dataclass(frozen=True, slots=True)
class Tried:
    """Something in an incident that speaks of a control: the incident, the entry, and when."""

    incident: str
    entry: int
    at: float
    what: str


@dataclass(frozen=True, slots=True)
class ControlStanding:
    """A control with what incidents, drills, actions and gates say of it.

    :param failed: where a person said that it failed or was missing
    :param tested: where it held, or failed in a drill
    :param suggested: incidents with a factor of a kind that speaks of it, about which nobody has said how it did
    """

    control: str
    framework: str
    code: str
    text: str
    failed: tuple[Tried, ...]
    tested: tuple[Tried, ...]
    suggested: tuple[str, ...]
    own: bool = False

    @property
    def state(self) -> str:
        """``failed`` (and not tested since), ``mended`` (failed, tested since), ``tested`` or ``never``."""
        last_failed = max((one.at for one in self.failed), default=None)
        last_tested = max((one.at for one in self.tested), default=None)
        if last_failed is not None:
            return "mended" if last_tested is not None and last_tested > last_failed else "failed"
        return "tested" if last_tested is not None else "never"


def catalogue(lines: Sequence[Line], own: Governance) -> list[ControlStanding]:
    """Every control of the catalogue and of the organisation's own, as it stands."""
    known = [*controls().controls, *_own(own)]
    failed: dict[str, list[Tried]] = {}
    tested: dict[str, list[Tried]] = {}
    judged_in: dict[str, set[str]] = {}
    for line in lines:
        if not (line.real or line.drill):
            continue
        for one in line.figures.judged:
            tried = Tried(line.id, one.entry, one.at, f"{one.verdict} in {line.id}")
            judged_in.setdefault(one.control, set()).add(line.id)
            if one.verdict == "held" or line.drill:
                tested.setdefault(one.control, []).append(tried)
            if one.verdict != "held" and line.real:
                failed.setdefault(one.control, []).append(tried)
    tagged: dict[str, list[str]] = {}
    for line in lines:
        if line.real:
            for tag in dict.fromkeys(factor.tag for factor in line.figures.factors):
                tagged.setdefault(tag, []).append(line.id)
    mended = _mended(lines)
    made = []
    for control in known:
        said = judged_in.get(control.id, set())
        suggested = dict.fromkeys(
            incident for tag in control.tags for incident in tagged.get(tag, ()) if incident not in said
        )
        shown = [one for incident in said for one in mended.get(incident, ()) if set(one[1]) & set(control.tags)]
        made.append(
            ControlStanding(
                control.id,
                control.framework,
                control.code,
                control.text,
                tuple(sorted(failed.get(control.id, ()), key=lambda one: one.at)),
                tuple(sorted([*tested.get(control.id, ()), *(one[0] for one in shown)], key=lambda one: one.at)),
                tuple(suggested),
                own=control.framework == "own",
            )
        )
    return made


def _mended(lines: Iterable[Line]) -> dict[str, list[tuple[Tried, tuple[str, ...]]]]:
    """Actions whose effect was measured and holds: a test of the controls that the same incident speaks of."""
    return {
        line.id: [
            (Tried(line.id, action.entry, action.closed or action.added, "an action whose effect holds"), action.tags)
            for action in line.figures.actions
            if action.state == "effective"
        ]
        for line in lines
        if line.real
    }


def _own(own: Governance) -> list[Control]:
    return [Control(one.control, "own", one.title, one.tags, one.text) for one in own.controls.values()]


def risks(lines: Sequence[Line], own: Governance, now: datetime) -> list[Standing]:
    """Every risk indicator that counts, as it stands now."""
    chosen = [*indicators().indicators, *_of_measures(own)]
    made = []
    for one in chosen:
        limit = own.limits.get(one.id)
        if limit is not None and limit.value is None:
            continue
        value, incidents, why = _value(one, lines, own, now)
        never = one.id == "drill-age" and value is None
        at = one.limit if limit is None or limit.value is None else limit.value
        made.append(
            Standing(
                one.id,
                one.title,
                one.sentence,
                one.unit,
                value,
                at,
                shown(value, one.unit) if value is not None else why,
                shown(at, one.unit),
                why,
                tuple(incidents),
                own=limit is not None,
                reason=limit.reason if limit is not None else "",
                overdue=never,
            )
        )
    return made


def _of_measures(own: Governance) -> list[Indicator]:
    """Medians for which the organisation set a limit and the table has none."""
    names = {kind.id: kind.name for kind in kinds(own.measures)}
    return [
        Indicator(name, f"Usual {names[measure].lower()}", "hours", 0, "The median of the last 12 months.", 3)
        for name in own.limits
        if name not in indicators().by_id and (measure := name.partition(":")[2]) in names
    ]


Value = tuple[float | None, Iterable[str], str]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What an indicator counts: incidents that count, those of the last 12 months, and all of them."""

    real: Sequence[Line]
    lately: Sequence[Line]
    lines: Sequence[Line]
    own: Governance
    now: datetime
    least: int


def _value(one: Indicator, lines: Sequence[Line], own: Governance, now: datetime) -> Value:
    real = [line for line in lines if line.real]
    lately = [line for line in real if line.declared_at > now - YEAR]
    if one.id.startswith("median:"):
        return _median(one, lately, {kind.id: kind for kind in kinds(own.measures)}, now)
    return _VALUES[one.id](_Seen(real, lately, lines, own, now, one.least))


def _median(one: Indicator, lately: Sequence[Line], measured: Mapping[str, Kind], now: datetime) -> Value:
    kind = measured.get(one.id.partition(":")[2])
    if kind is None:
        return None, (), "It is not measured any more."
    found = over(lately, kind, now)
    if found.summary.n < one.least or found.summary.median is None:
        return None, found.counted, _few(found.summary.n, one.least, "time", "times")
    return found.summary.median / HOUR_S, found.counted, ""


def _few(n: int, least: int, singular: str, plural: str) -> str:
    return f"too few to say: {count(n, singular, plural)}, {least} needed"


def _harm(seen: _Seen) -> Value:
    found = [line.id for line in seen.real if line.state == "open" and line.harm_going_on]
    return len(found), found, ""


def _critical(seen: _Seen) -> Value:
    found = [line.id for line in seen.real if line.severity == "Critical" and line.declared_at > seen.now - QUARTER]
    return len(found), found, ""


def _outside(seen: _Seen) -> Value:
    known = [line for line in seen.lately if line.figures.detector]
    found = [line.id for line in known if line.figures.detector == "outside"]
    if len(known) < seen.least:
        return None, found, _few(len(known), seen.least, "detection", "detections")
    return len(found) / len(known), found, ""


def _waiting(seen: _Seen) -> Value:
    found = [line for line in seen.real if line.figures.owed and line.declared_at < seen.now - QUARTER]
    return sum(line.figures.owed for line in found), [line.id for line in found], ""


def _overdue(seen: _Seen) -> Value:
    late = [line.id for line in seen.real for action in line.figures.actions if overdue(action, seen.now.date())]
    return len(late), dict.fromkeys(late), ""


def _unproven(seen: _Seen) -> Value:
    since = (seen.now - YEAR).timestamp()
    closed = [
        (line.id, action)
        for line in seen.real
        for action in line.figures.actions
        if action.state in ("closed", "effective") and action.closed is not None and action.closed > since
    ]
    found = [incident for incident, action in closed if not action.measured]
    if len(closed) < seen.least:
        return None, dict.fromkeys(found), _few(len(closed), seen.least, "closed action", "closed actions")
    return len(found) / len(closed), dict.fromkeys(found), ""


def _slipped(seen: _Seen) -> Value:
    found = [line.id for line in seen.real for action in line.figures.actions if action.state == "slipped"]
    return len(found), dict.fromkeys(found), ""


def _again(seen: _Seen) -> Value:
    found = recurrence(seen.lately)
    if not found:
        return 0, (), ""
    return len(found[0].incidents), found[0].incidents, ""


def _untested(seen: _Seen) -> Value:
    failed = [control for control in catalogue(seen.lines, seen.own) if control.state == "failed"]
    return len(failed), dict.fromkeys(tried.incident for control in failed for tried in control.failed), ""


def _drill(seen: _Seen) -> Value:
    drills = [line for line in seen.lines if line.drill]
    if not drills:
        return None, (), "never"
    last = max(drills, key=lambda line: line.declared_at)
    return (seen.now - last.declared_at).total_seconds() // DAY_S, (last.id,), ""


def _proposals(seen: _Seen) -> Value:
    found = [line.id for line in seen.real for proposal in line.figures.proposals if proposal.state == "open"]
    return len(found), dict.fromkeys(found), ""


_VALUES: dict[str, Callable[[_Seen], Value]] = {
    "harm-going-on": _harm,
    "critical": _critical,
    "found-outside": _outside,
    "people-waiting": _waiting,
    "actions-overdue": _overdue,
    "actions-unproven": _unproven,
    "actions-slipped": _slipped,
    "factor-again": _again,
    "failed-untested": _untested,
    "drill-age": _drill,
    "proposals-waiting": _proposals,
}


def shown(value: float, unit: str) -> str:
    """A value as people read it."""
    match unit:
        case "share":
            return f"{value:.0%}"
        case "hours":
            return span(value * HOUR_S)
        case "days":
            return count(int(value), "day", "days")
    return amount(value)


__all__ = ["ControlStanding", "Standing", "Tried", "catalogue", "risks", "shown"]
