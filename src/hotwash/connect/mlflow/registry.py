"""The registry of models: what runs, where it came from, and back to a former version with a look at what came of it.

Invariant: no effect is claimed that was not read back. Where a call broke off, the alias is read before a word is said.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, Literal, Self

from hotwash.connect.mlflow import answers, traces
from hotwash.connect.mlflow.answers import BECAUSE, QUARANTINED, SYSTEM
from hotwash.connect.wire import Wire
from hotwash.response.outside import Disagreed, NotThere, OutsideFault, Refused, Unreachable
from hotwash.response.provenance import CHAMPION, Moved, Trace
from hotwash.systems.lineage import Lineage, ModelVersion

VERSIONS_MAX = 2_000
_READY = ("READY", "")


class Mlflow:
    """A MLflow server: keeps the promise of `response.provenance.ModelRegistry`.

    :param url: where the server is, such as ``https://mlflow.example.org``
    :param token: a bearer token, or
    :param user: a name, with its password
    :param timeout_s: how long one call may take
    """

    def __init__(
        self,
        url: str,
        *,
        token: str = "",
        user: str = "",
        password: str = "",
        timeout_s: float = 3.0,
        proxy: str | None = None,
    ) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else None
        auth = (user, password) if user else None
        self._wire = Wire(SYSTEM, url, headers=headers, auth=auth, timeout_s=timeout_s, proxy=proxy)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._wire.close()

    # ── reading ──────────────────────────────────────────────────────────────

    def champion(self, model: str, alias: str = CHAMPION) -> ModelVersion:
        """The version that an alias points at.

        :raises OutsideFault: `NotThere` if there is no such model or alias
        """
        held = self._get("registered-models/alias", name=model, alias=alias)
        return answers.version(answers.part(held, "model_version"))

    def version(self, model: str, version: str) -> ModelVersion:
        """One version, with its aliases and tags.

        :raises OutsideFault: `NotThere` if there is none, or it was deleted
        """
        held = self._get("model-versions/get", name=model, version=version)
        return answers.version(answers.part(held, "model_version"))

    def versions(self, model: str) -> tuple[ModelVersion, ...]:
        """Every version, newest first.

        :raises OutsideFault: `NotThere` if there is no such model
        """
        registered = answers.part(self._get("registered-models/get", name=model), "registered_model")
        # The search leaves aliases out.
        aliases: dict[str, list[str]] = {}
        for one in registered.get("aliases") or ():
            aliases.setdefault(str(one["version"]), []).append(str(one["alias"]))
        found: list[ModelVersion] = []
        page = ""
        while True:
            more = {"page_token": page} if page else {}
            held = self._get("model-versions/search", filter=_named(model), max_results="200", **more)
            several = held.get("model_versions") or []
            found += [answers.version(one, aliases.get(str(one.get("version")), ())) for one in several]
            page = str(held.get("next_page_token") or "")
            if len(found) > VERSIONS_MAX:
                raise Refused(SYSTEM, f"{model} has more than {VERSIONS_MAX:,} versions; ask for one of them.")
            if not page or not several:
                return tuple(sorted(found, key=lambda one: -int(one.version or 0)))

    def models(self) -> tuple[tuple[str, str], ...]:
        """Every registered model by name, with its description.

        :raises OutsideFault: if they cannot be read
        """
        found: list[tuple[str, str]] = []
        page = ""
        while True:
            more = {"page_token": page} if page else {}
            held = self._get("registered-models/search", max_results="100", **more)
            several = held.get("registered_models") or []
            found += [(str(one.get("name", "")), str(one.get("description") or "")) for one in several]
            page = str(held.get("next_page_token") or "")
            if not page or not several or len(found) >= VERSIONS_MAX:
                return tuple(sorted(found))

    def lineage(self, model: str, version: str) -> Lineage:
        """A version with the run that made it: commit, parameters, metrics, digests of its data sets.

        :raises OutsideFault: if the version cannot be read; a run that cannot is a gap
        """
        found = self.version(model, version)
        if not found.run:
            return Lineage(found, gaps=(f"Version {version} of {model} was registered without a run.",))
        try:
            held = answers.part(self._get("runs/get", run_id=found.run), "run")
        except OutsideFault as fault:
            return Lineage(found, gaps=(f"Run {found.run} cannot be read. {fault.sentence}",))
        gaps = []
        if (held.get("info") or {}).get("lifecycle_stage") == "deleted":
            gaps.append(f"Run {found.run} was deleted in MLflow; it can still be read until it is cleaned away.")
        run = answers.run(held)
        if not run.commit:
            gaps.append(f"Run {run.id} was not told a commit of its code.")
        return Lineage(found, run, gaps=tuple(gaps))

    def traces(
        self, experiment: str, *, where: str = "", since: datetime | None = None, until: datetime | None = None,
        rows_max: int = 100,
    ) -> tuple[Trace, ...]:  # fmt: skip
        """Conversations of an experiment, newest first, as evidence.

        :param experiment: its name
        :param where: a filter in MLflow's words, such as ``tags.harm = 'insult'``
        :raises OutsideFault: `NotThere` if there is no such experiment, `Refused` if the filter is wrong
        """
        held = answers.part(self._get("experiments/get-by-name", experiment_name=experiment), "experiment")
        found: list[Trace] = []
        page = ""
        while len(found) < rows_max:
            rows = min(rows_max - len(found), 100)
            asked = traces.search(str(held["experiment_id"]), where, since=since, until=until, rows=rows, page=page)
            told = self._ask("POST", traces.SEARCH, given=asked)
            several = told.get("traces") or []
            found += [traces.trace(one) for one in several]
            page = str(told.get("next_page_token") or "")
            if not page or not several:
                break
        return tuple(found)

    # ── changing ─────────────────────────────────────────────────────────────

    def roll_back(self, model: str, *, to: str, alias: str = CHAMPION, expected: str | None = None) -> Moved:
        """Point an alias at a version, and read it back.

        :raises OutsideFault: `Refused` if that version is not ready or quarantined; `Disagreed` if the alias does not
            point at ``expected``, or was found elsewhere afterwards
        """
        with _told(f"The alias {alias} of {model} was not moved."):
            target = self.version(model, to)
            if target.status not in _READY:
                raise Refused(SYSTEM, f"Version {to} of {model} is not ready ({target.status}).")
            if target.quarantined:
                raise Refused(SYSTEM, f"Version {to} of {model} is itself quarantined ({target.quarantined}).")
            before = self._held(model, alias)
            if expected is not None and before != expected:
                raise Disagreed(SYSTEM, f"It points at {_version(before)}, not at version {expected} as was thought.")
        return self._move(Moved(model, alias, before, target.version))

    def undo(self, moved: Moved) -> Moved:
        """Put an alias back to where it was.

        :raises OutsideFault: `Disagreed` if somebody moved it since, or it was found elsewhere afterwards
        """
        with _told(f"The alias {moved.alias} of {moved.model} was not moved back."):
            now = self._held(moved.model, moved.alias)
            if now not in (moved.after, moved.before):
                raise Disagreed(SYSTEM, f"Somebody moved it to {_version(now)} since.")
        return self._move(Moved(moved.model, moved.alias, now, moved.before))

    def _move(self, move: Moved) -> Moved:
        if move.before == move.after:
            return move
        named = f"alias {move.alias} of {move.model}"
        broke: OutsideFault | None = None
        try:
            if move.after is None:
                self._ask("DELETE", _ALIAS, given={"name": move.model, "alias": move.alias})
            else:
                self._ask("POST", _ALIAS, given={"name": move.model, "alias": move.alias, "version": move.after})
        except OutsideFault as fault:
            if fault.effect != "unknown":
                raise fault.adding(f"The {named} was not moved.") from fault
            broke = fault
        try:
            now = self._held(move.model, move.alias)
        except OutsideFault as fault:
            unknown = f"It is not known where the {named} points now: it was at {_version(move.before)}, and version"
            asked = "nothing" if move.after is None else move.after
            raise Unreachable(
                SYSTEM,
                f"{fault.sentence} {unknown} {asked} was asked for. Look before you try again.",
                effect="unknown",
            ) from fault
        if now == move.after:
            return move
        if now == move.before:
            first = f"{broke.sentence} " if broke else "MLflow took the call, and did nothing. "
            raise Disagreed(SYSTEM, f"{first}The {named} still points at {_version(now)}.") from broke
        said = f"The {named} points at {_version(now)}, not at {_version(move.after)}: somebody else moved it."
        raise Disagreed(SYSTEM, said, effect="other") from broke

    def quarantine(self, model: str, version: str, *, because: str) -> ModelVersion:
        """Mark a version as one that must not serve, with two tags; what was read back.

        Serving processes that load an alias do not look at tags: move the alias too.

        :raises OutsideFault: if the tags are not there afterwards
        """
        with _told(f"Version {version} of {model} was not marked."):
            self.version(model, version)
        return self._tagged(model, version, {BECAUSE: because[:500] or "yes", QUARANTINED: "true"})

    def release(self, model: str, version: str) -> ModelVersion:
        """Take the mark away; what was read back.

        :raises OutsideFault: if a tag is still there afterwards
        """
        with _told(f"The mark of version {version} of {model} was not taken away."):
            self.version(model, version)
        return self._tagged(model, version, {QUARANTINED: None, BECAUSE: None})

    def tag(self, model: str, version: str, tags: Mapping[str, str]) -> ModelVersion:
        """Set tags of a version; what was read back.

        :raises OutsideFault: if they are not there afterwards
        """
        with _told(f"Version {version} of {model} was not tagged."):
            self.version(model, version)
        return self._tagged(model, version, tags)

    def _tagged(self, model: str, version: str, tags: Mapping[str, str | None]) -> ModelVersion:
        named = {"name": model, "version": version}
        broke: OutsideFault | None = None
        try:
            for key, value in tags.items():
                if value is None:
                    self._ask("DELETE", "/api/2.0/mlflow/model-versions/delete-tag", given={**named, "key": key})
                else:
                    tag = {"key": key, "value": value}
                    self._ask("POST", "/api/2.0/mlflow/model-versions/set-tag", given={**named, **tag})
        except OutsideFault as fault:
            broke = fault
        try:
            found = self.version(model, version)
        except OutsideFault as fault:
            said = f"It is not known which tags version {version} of {model} has now."
            raise Unreachable(SYSTEM, f"{(broke or fault).sentence} {said}", effect="unknown") from fault
        wrong = [key for key, value in tags.items() if found.tags.get(key) != value]
        if not wrong:
            return found
        done = [key for key in tags if key not in wrong]
        first = broke.sentence if broke else "MLflow took the call, and did something else."
        said = f"{first} Read back: not as asked {', '.join(wrong)}; as asked {', '.join(done) or 'nothing'}."
        kind = type(broke) if broke else Disagreed
        raise kind(SYSTEM, said, effect="other" if done else "none") from broke

    def marks(self, model: str) -> dict[str, str]:
        """The tags of a model itself.

        :raises OutsideFault: `NotThere` if there is no such model
        """
        held = answers.part(self._get("registered-models/get", name=model), "registered_model")
        return answers.pairs(held.get("tags"))

    def mark(self, model: str, key: str, value: str | None) -> None:
        """Set a tag of a model, or take it away, and read it back.

        :raises OutsideFault: if it is not so afterwards
        """
        given = {"name": model, "key": key}
        try:
            if value is None:
                self._ask("DELETE", "/api/2.0/mlflow/registered-models/delete-tag", given=given)
            else:
                self._ask("POST", "/api/2.0/mlflow/registered-models/set-tag", given={**given, "value": value})
        except OutsideFault as fault:
            if fault.effect != "unknown":
                raise fault.adding(f"The tag {key} of {model} was not changed.") from fault
        if self.marks(model).get(key) != value:
            raise Disagreed(SYSTEM, f"The tag {key} of {model} is not as it was asked for.")

    # ── calls ────────────────────────────────────────────────────────────────

    def _held(self, model: str, alias: str) -> str | None:
        """The version that an alias points at; None if there is no such alias."""
        try:
            return self.champion(model, alias).version
        except NotThere:
            self._get("registered-models/get", name=model)  # a model that is not there is a fault, an alias is not
            return None

    def _get(self, path: str, **params: str) -> dict[str, Any]:
        return self._ask("GET", f"/api/2.0/mlflow/{path}", params=params)

    def _ask(
        self,
        method: Literal["GET", "POST", "DELETE"],
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        given: object = None,
    ) -> dict[str, Any]:
        answer = self._wire.ask(method, path, params=params, given=given)
        if answer.status >= 400:
            raise answers.fault(answer)
        held = answer.json()
        if not isinstance(held, dict):
            said = "What answers there is not MLflow's REST API: check the address."
            raise Unreachable(SYSTEM, said, effect="none" if method == "GET" else "unknown")
        return held


_ALIAS = "/api/2.0/mlflow/registered-models/alias"


@contextmanager
def _told(not_done: str) -> Iterator[None]:
    """Whatever goes wrong inside, say what was therefore not done."""
    try:
        yield
    except OutsideFault as fault:
        raise fault.adding(not_done, effect="none") from fault


def _version(number: str | None) -> str:
    return f"version {number}" if number else "no version"


def _named(model: str) -> str:
    quote = '"' if "'" in model else "'"
    if quote in model:
        raise Refused(SYSTEM, "MLflow cannot search for a model whose name has both kinds of quotation marks.")
    return f"name={quote}{model}{quote}"
