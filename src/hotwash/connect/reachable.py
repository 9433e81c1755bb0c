"""Addresses that a user may set are called only where they lead outside: never into the house that Hotwash stands in.

A name is resolved once, every address that it has is looked at, and the connection goes to an address that was looked
at: what the name says a moment later changes nothing. Refused are loopback, private, shared, link-local, multicast and
reserved addresses, those of the clouds' metadata, and IPv6 addresses that carry one of them. Redirects are not followed
(see `wire`). An operator names the places inside that are wanted (``HOTWASH_INSIDE``).
"""

import socket
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx

from hotwash.connect.wire import Wire
from hotwash.response.outside import Refused, Unreachable

Address = IPv4Address | IPv6Address

_NAT64 = ip_network("64:ff9b::/96")
_LOCAL = (ip_network("169.254.0.0/16"), ip_network("fe80::/10"), ip_network("fd00:ec2::/64"))
"""Link-local, where metadata services live: wanted only by an operator who names the network."""
_MORE = tuple(
    ip_network(one)
    for one in ("168.63.129.16", "192.0.0.0/24", "192.88.99.0/24", "fec0::/10", "64:ff9b:1::/48", "::/96")
)
"""What some versions of Python count as global, and is not: Azure's own host, and addresses of old or local use."""


@dataclass(frozen=True, slots=True)
class Inside:
    """The places inside that may be called although a user set them.

    :param names: host names; one with a dot before it stands for every name under it, one with a port for that port
    :param networks: whatever name leads there
    """

    names: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def of(cls, words: Iterable[str]) -> "Inside":
        """From ``alerts.internal``, ``alerts.internal:9093``, ``.internal``, ``10.1.0.0/16`` or ``10.1.2.3``.

        :raises ValueError: if a word is none of these
        """
        names, networks = set[str](), list[IPv4Network | IPv6Network]()
        for word in words:
            try:
                networks.append(ip_network(word.strip("[]")))
            except ValueError:
                if "/" in word or "*" in word or not word.strip(".:"):
                    raise ValueError(f"{word} is no host and no network.") from None
                names.add(word.lower().rstrip("."))
        return cls(frozenset(names), tuple(networks))

    def names_it(self, host: str, port: int) -> bool:
        """Whether a host is named, for this port."""
        host = host.lower().rstrip(".")
        parts = host.split(".")
        known = {host, *("." + ".".join(parts[place:]) for place in range(1, len(parts)))}
        return any(one in self.names or f"{one}:{port}" in self.names for one in known)


NOWHERE = Inside()


def is_outside(address: Address) -> bool:
    """Whether an address belongs to the world at large, and so do the addresses that it carries."""
    return all(
        one.is_global
        and not (one.is_multicast or one.is_reserved or one.is_unspecified)
        and not any(one in network for network in _MORE if network.version == one.version)
        for one in _carried(address)
    )


def addresses(system: str, host: str, port: int, *, inside: Inside = NOWHERE) -> tuple[str, ...]:
    """Where a host may be called: its addresses, each of which was looked at. Connect to one of these, not to the name.

    :raises Refused: if any of them lies inside, and the operator has not named it
    :raises Unreachable: if there is no such host
    """
    found = _resolved(system, host.strip("[]"), port)
    named = inside.names_it(host, port)
    for address in found:
        in_network = any(address in network for network in inside.networks if network.version == address.version)
        local = any(one in network for one in _carried(address) for network in _LOCAL if network.version == one.version)
        if in_network or is_outside(address) or (named and not local):
            continue
        raise Refused(
            system,
            f"{host} leads to an address inside ({address}), which is not called. If it is wanted, the operator names "
            "it in HOTWASH_INSIDE.",
        )
    return tuple(str(address) for address in found)


def check(system: str, url: str, *, inside: Inside = NOWHERE) -> tuple[str, ...]:
    """Look at an address before it is kept: whether it may be called, and where it leads now.

    :raises Refused: if it is no address of the web, holds a password, or leads inside
    :raises Unreachable: if there is no such host
    """
    try:
        parts = httpx.URL(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except (httpx.InvalidURL, ValueError) as wrong:
        raise Refused(system, f"The address of {system} is no web address.") from wrong
    if parts.scheme not in ("http", "https") or not parts.host or parts.userinfo or port > 65535:
        raise Refused(system, f"The address of {system} must begin with http:// or https://, and hold no password.")
    return addresses(system, parts.host, port, inside=inside)


class Guarded(httpx.BaseTransport):
    """Lets `httpx` call only what `addresses` allows, at the address that was looked at.

    The name stays in the ``Host`` header and in TLS, so that certificates are held against it. No proxy is used.

    :param system: what it is called in sentences
    """

    def __init__(self, system: str, *, inside: Inside = NOWHERE) -> None:
        self._system, self._inside = system, inside
        self._to = httpx.HTTPTransport(trust_env=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """See `httpx.BaseTransport`. Raises as `check`."""
        url, last = request.url, None
        for address in check(self._system, str(url.copy_with(userinfo=b"")), inside=self._inside):
            there = httpx.Request(
                request.method,
                url.copy_with(host=address),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": url.host},
            )
            try:
                return self._to.handle_request(there)
            except (httpx.ConnectError, httpx.ConnectTimeout) as fault:
                last = fault
        assert last is not None, "a host has an address"
        raise last

    def close(self) -> None:
        """Let go of the connections."""
        self._to.close()


def client(
    system: str,
    url: str,
    *,
    inside: Inside = NOWHERE,
    headers: Mapping[str, str] | None = None,
    auth: tuple[str, str] | None = None,
    timeout_s: float = 5.0,
) -> Wire:
    """A connection to an address that a user set. Each call may raise what `check` raises.

    :raises Refused: if it is no web address, or holds a password
    """
    try:
        return Wire(
            system, url, headers=headers, auth=auth, timeout_s=timeout_s, transport=Guarded(system, inside=inside)
        )
    except (ValueError, httpx.InvalidURL) as wrong:
        raise Refused(system, str(wrong)) from wrong


def _resolved(system: str, host: str, port: int) -> tuple[Address, ...]:
    try:
        # Decimal, octal and short forms of addresses are understood here as the connection would understand them.
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as gone:
        raise Unreachable(system, f"There is no host {host[:200]}, or its name cannot be looked up now.") from gone
    return tuple(dict.fromkeys(ip_address(str(one[4][0])) for one in found))


def _carried(address: Address) -> Iterator[Address]:
    """The address, or in its place and beside it those that it carries."""
    if not isinstance(address, IPv6Address):
        yield address
        return
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
        return
    if address in _NAT64:
        yield IPv4Address(int(address) & 0xFFFFFFFF)
        return
    yield address
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
