"""The guard as a provider of OpenFeature, for code that speaks that standard. Needs ``hotwash-guard[openfeature]``.

::

    from openfeature import api
    from hotwash.guard.openfeature import GuardProvider

    api.set_provider(GuardProvider(guard))
    client.get_boolean_value("resume-screening", False)        # True where the state is "serve"
    client.get_string_value("resume-screening", "off")         # the state

The guard's policies decide when the server is away or does not know a switch; the caller's default only where the SDK
itself fails.
"""

# ruff: noqa: ARG002 - the parameters are those of the standard

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import TypeMismatchError
from openfeature.flag_evaluation import FlagResolutionDetails, FlagValueType, Reason
from openfeature.provider import AbstractProvider, Metadata

from hotwash.guard.client import Guard
from hotwash.guard.table import Decision

_REASONS = {"none": Reason.DEFAULT, "stale": Reason.STALE, "never-synced": Reason.DEFAULT}


class GuardProvider(AbstractProvider):  # type: ignore[misc]
    """Answers from a guard.

    :param key: the attribute that the targeting key of a context stands for; an attribute of that name comes first
    """

    def __init__(self, guard: Guard, *, key: str = "targetingKey") -> None:
        super().__init__()
        self._guard, self._key = guard, key

    def get_metadata(self) -> Metadata:
        """The provider's name."""
        return Metadata("hotwash-guard")

    def shutdown(self) -> None:
        """Stop following."""
        self._guard.close()

    def resolve_boolean_details(
        self,
        flag_key: str,
        default_value: bool,  # noqa: FBT001 - the standard's
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[bool]:
        """Whether the switch says ``serve``."""
        told = self._decision(flag_key, evaluation_context)
        return _details(told.state == "serve", told)

    def resolve_string_details(
        self,
        flag_key: str,
        default_value: str,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[str]:
        """The state."""
        told = self._decision(flag_key, evaluation_context)
        return _details(str(told.state), told)

    def resolve_integer_details(
        self, flag_key: str, default_value: int, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[int]:
        """A switch is no number."""
        return _mismatch(flag_key)

    def resolve_float_details(
        self, flag_key: str, default_value: float, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[float]:
        """A switch is no number."""
        return _mismatch(flag_key)

    def resolve_object_details(
        self,
        flag_key: str,
        default_value: Sequence[FlagValueType] | Mapping[str, FlagValueType],
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[Sequence[FlagValueType] | Mapping[str, FlagValueType]]:
        """A switch is no object."""
        return _mismatch(flag_key)

    def _decision(self, switch: str, context: EvaluationContext | None) -> Decision:
        attributes: dict[str, Any] | None = None
        if context:
            attributes = dict(context.attributes)
            if context.targeting_key:
                attributes.setdefault(self._key, context.targeting_key)
        return self._guard.explain(switch, attributes)


def _details(value: Any, told: Decision) -> FlagResolutionDetails[Any]:
    reason = _REASONS.get(told.source, Reason.STATIC)
    if told.order and (told.order.when or told.order.share):
        reason = Reason.SPLIT if told.order.share else Reason.TARGETING_MATCH
    metadata: dict[str, Any] = {"sentence": told.sentence}
    if told.stale_s is not None:
        metadata["stale_s"] = told.stale_s
    return FlagResolutionDetails(value, reason=reason, variant=told.state, flag_metadata=metadata)


def _mismatch(switch: str) -> NoReturn:
    raise TypeMismatchError(f'The switch "{switch}" is a text, or true and false.')
