"""What MLflow tells by itself: a webhook's signature and age are checked, and its body becomes a plain fact.

The signature covers the delivery's id, its time and the body. Within the window a delivery can be played back: whoever
records the fact passes over an id that it has seen.
"""

import base64
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec

from hotwash.connect.mlflow.answers import SYSTEM
from hotwash.response.outside import NotVerified, Refused
from hotwash.response.provenance import RegistryChanged
from hotwash.response.signals import Sender, Signal

WINDOW = timedelta(minutes=5)
"""How old, or how far ahead, a delivery may be."""


def webhook(
    headers: Mapping[str, str], body: bytes, *, secret: str, now: datetime, window: timedelta = WINDOW
) -> RegistryChanged:
    """What somebody did in the registry.

    :param headers: of the request, whatever the case of their names
    :param secret: that the webhook was registered with
    :raises NotVerified: if the signature is wrong or missing, or the delivery too old
    :raises Refused: if the body is not one of a registry's webhook
    """
    verify(headers, body, secret, now, window=window)
    return _fact(headers, body)


def verify(headers: Mapping[str, str], body: bytes, secret: str, now: datetime, *, window: timedelta = WINDOW) -> None:
    """Check the signature and the age of a call.

    :raises NotVerified: if the signature is wrong or missing, or the delivery too old
    """
    delivery, told, signature = (_header(headers, name) for name in ("delivery-id", "timestamp", "signature"))
    if not (secret and delivery and told and signature):
        said = "The call has no signature, or no secret is set to check it with. It was not taken in."
        raise NotVerified(SYSTEM, said)
    signed = f"{delivery}.{told}.".encode() + body
    right = "v1," + base64.b64encode(hmac.new(secret.encode(), signed, sha256).digest()).decode()
    if not any(hmac.compare_digest(right.encode(), one.encode()) for one in signature.split()):
        raise NotVerified(SYSTEM, "The signature of the call is wrong. It was not taken in.")
    at = _moment(told)
    if abs(now - at) > window:
        minutes = window.total_seconds() / 60
        said = f"The call was signed at {at.isoformat()}, more than {minutes:g} minutes from now. It was not taken in."
        raise NotVerified(SYSTEM, said)


def read(headers: Mapping[str, str], body: bytes) -> list[Signal]:
    """The same as a signal: information, for somebody may have moved what an incident rests on.

    :raises Refused: if the body is not one of a registry's webhook
    """
    if not (_header(headers, "delivery-id") and _header(headers, "timestamp")):
        raise Refused(SYSTEM, "The call does not say which delivery it is, and when it was signed.")
    told = _fact(headers, body)
    labels = {"model": told.model, "version": told.version, "alias": told.alias}
    return [
        Signal(
            source="mlflow",
            key=f"delivery {told.delivery}"[:300],
            title=told.sentence[:300],
            group=f"model {told.model}"[:300],
            state="information",
            grade="low",
            alert_at=told.at,
            labels={name: value[:300] for name, value in labels.items() if value},
        )
    ]


SENDER = Sender(
    "mlflow", SYSTEM, read, verify, "A webhook of the registry for MODEL_VERSION_ALIAS, with a secret, which signs."
)


def _header(headers: Mapping[str, str], name: str) -> str:
    wanted = f"x-mlflow-{name}"
    return next((value for key, value in headers.items() if key.lower() == wanted), "")


def _moment(told: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(told), UTC)
    except (ValueError, OverflowError, OSError):
        raise NotVerified(SYSTEM, "The call says no time at which it was signed. It was not taken in.") from None


def _fact(headers: Mapping[str, str], body: bytes) -> RegistryChanged:
    delivery, at = _header(headers, "delivery-id"), _moment(_header(headers, "timestamp"))
    try:
        held = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        held = None
    data = held.get("data") if isinstance(held, dict) else None
    if not isinstance(data, dict):
        raise Refused(SYSTEM, "The call is signed, but its body is not one of a registry's webhook.")
    what = f"{held.get('entity', '')} {held.get('action', '')}".strip()
    told = {name: str(data.get(name, "")) for name in ("name", "version", "alias")}
    return RegistryChanged(
        delivery, at, what, told["name"], told["version"], told["alias"], _sentence(what, data, told)
    )


def _sentence(what: str, data: Mapping[str, Any], told: Mapping[str, str]) -> str:
    model, version, alias = told["name"], told["version"], told["alias"]
    key = str(data.get("key", ""))
    sentences = {
        "registered_model created": f"The model {model} was registered in MLflow.",
        "model_version created": f"Version {version} of {model} was registered in MLflow.",
        "model_version_alias created": f"The alias {alias} of {model} was pointed at version {version} in MLflow.",
        "model_version_alias deleted": f"The alias {alias} of {model} was taken away in MLflow.",
        "model_version_tag set": f"Version {version} of {model} was tagged in MLflow: {key} = {data.get('value', '')}.",
        "model_version_tag deleted": f"A tag of version {version} of {model} was taken away in MLflow: {key}.",
    }
    return sentences.get(what, f"MLflow tells of {model or 'something'}: {what}.")
