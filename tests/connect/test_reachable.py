"""Addresses that a user sets: none leads inside, however it is written, and whatever its name says a moment later."""

import socket
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as some

from hotwash.connect.reachable import Guarded, Inside, addresses, check, client, is_outside
from hotwash.response.outside import Refused, Unreachable

INSIDE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.3.4", "192.168.1.1", "100.64.0.1", "169.254.169.254",
    "100.100.100.200", "168.63.129.16", "192.0.0.192", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::1",
    "2002:a9fe:a9fe::", "64:ff9b:1::1",
]  # fmt: skip
"""Each kind of address inside, and IPv6 addresses that carry one."""

WRITTEN = [
    "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0x7f.1/",
    "http://017700000001/", "http://0/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[0:0:0:0:0:ffff:7f00:1]/",
    "http://localhost/", "http://LOCALHOST:8000/", "http://localhost./", "https://169.254.169.254/latest/meta-data/",
    "http://①②⑦.⓪.⓪.①/", "http://10.0.0.1:8080/x", "http://[fe80::1]/", "http://[fd00:ec2::254]/",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_known_as_such(address: str) -> None:
    assert not is_outside(ip_address(address))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_an_address_outside_is_known_as_such(address: str) -> None:
    assert is_outside(ip_address(address))


@given(some.ip_addresses(v=4).map(IPv4Address))
def test_no_ipv6_address_hides_an_address_inside(inner: IPv4Address) -> None:
    for outer in (IPv6Address(0xFFFF << 32 | int(inner)), IPv6Address((0x64FF9B << 96) | int(inner))):
        assert is_outside(outer) == is_outside(inner)
    # Later Pythons call no address of 6to4 global, which is only stricter.
    relayed = IPv6Address((0x2002 << 112) | (int(inner) << 80) | 1)
    assert is_outside(inner) or not is_outside(relayed)


@pytest.mark.parametrize("url", WRITTEN)
def test_no_way_of_writing_an_address_leads_inside(url: str) -> None:
    with pytest.raises((Refused, Unreachable)):
        check("the hook", url)


@pytest.mark.parametrize(
    "url", ["ftp://1.1.1.1/", "file:///etc/passwd", "gopher://1.1.1.1/", "//1.1.1.1/", "http://", "http://u:p@1.1.1.1/",
            "http://1.1.1.1:99999/", "javascript:alert(1)", "http://[::1", "http:///x", ""],
)  # fmt: skip
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        check("the hook", url)


def test_a_host_that_is_nowhere_says_so() -> None:
    with pytest.raises(Unreachable, match="There is no host"):
        check("the hook", "http://no-such-host.invalid/")


def test_a_name_with_one_address_inside_among_others_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    name_says(monkeypatch, "1.1.1.1", "10.0.0.1")
    with pytest.raises(Refused, match=r"10\.0\.0\.1"):
        addresses("the hook", "two.example", 443)


# ── what the operator wants ──────────────────────────────────────────────────


def test_the_operator_names_hosts_ports_and_networks() -> None:
    for words, url in [
        (["localhost"], "http://localhost:8000/"),
        (["localhost:8000"], "http://localhost:8000/"),
        (["127.0.0.0/8"], "http://127.3.2.1/"),
        (["127.0.0.1"], "http://2130706433/"),
        (["::1"], "http://[::1]/"),
    ]:
        assert check("the hook", url, inside=Inside.of(words))


@pytest.mark.parametrize("words", [["localhost:9000"], ["10.0.0.0/8"], ["ocalhost"], [".localhost"]])
def test_what_the_operator_named_allows_nothing_else(words: list[str]) -> None:
    with pytest.raises(Refused):
        check("the hook", "http://localhost:8000/", inside=Inside.of(words))


def test_a_dot_before_a_name_stands_for_the_names_under_it(monkeypatch: pytest.MonkeyPatch) -> None:
    name_says(monkeypatch, "10.0.0.1")
    assert addresses("the hook", "a.b.corp.example", 80, inside=Inside.of([".corp.example"])) == ("10.0.0.1",)
    with pytest.raises(Refused):
        addresses("the hook", "evilcorp.example", 80, inside=Inside.of([".corp.example"]))


def test_a_named_host_does_not_lead_to_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    name_says(monkeypatch, "169.254.169.254")
    with pytest.raises(Refused):
        addresses("the hook", "alerts.internal", 80, inside=Inside.of(["alerts.internal"]))
    assert addresses("the hook", "alerts.internal", 80, inside=Inside.of(["169.254.169.254"]))


@pytest.mark.parametrize("word", ["*", "*.corp", "10.0.0.0/99", "", ":", "."])
def test_a_word_that_means_nothing_is_said(word: str) -> None:
    with pytest.raises(ValueError, match="no host and no network"):
        Inside.of([word])


# ── the connection itself ────────────────────────────────────────────────────


class Told(ThreadingHTTPServer):
    """A server on loopback that writes down who was called, and may send on."""

    hosts: list[str]
    to: str = ""


@pytest.fixture
def server() -> Iterator[Told]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told = self.server
            assert isinstance(told, Told)
            told.hosts.append(self.headers["Host"])
            self.send_response(302 if told.to else 200)
            if told.to:
                self.send_header("Location", told.to)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: Any) -> None:
            pass

    with Told(("127.0.0.1", 0), Answer) as made:
        made.hosts = []
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def name_says(monkeypatch: pytest.MonkeyPatch, *said: str) -> list[str]:
    """Every look-up of a name answers this; which names were looked up."""
    real, asked = socket.getaddrinfo, list[str]()

    def answer(host: str, port: int, *args: Any, **more: Any) -> Any:
        if host and host[0].isalpha():
            asked.append(host)
            return [one for address in said for one in real(address, port, *args, **more)]
        return real(host, port, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


def test_a_call_inside_is_refused_before_anything_is_sent(server: Told) -> None:
    with client("the hook", f"http://127.0.0.1:{server.server_port}") as hook, pytest.raises(Refused, match="inside"):
        hook.ask("GET", "/")
    assert server.hosts == []


def test_a_name_is_looked_up_once_and_called_at_the_address_that_was_looked_at(
    server: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = name_says(monkeypatch, "127.0.0.1")
    url = f"http://hook.example:{server.server_port}"
    with client("the hook", url, inside=Inside.of(["hook.example"])) as hook:
        assert hook.ask("GET", "/").status == 200
    assert asked == ["hook.example"], "a second look-up could have another answer"
    assert server.hosts == [f"hook.example:{server.server_port}"]


def test_a_name_that_changes_its_mind_is_looked_at_again_in_the_next_call(
    server: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_says(monkeypatch, "127.0.0.1")
    with client("the hook", f"http://hook.example:{server.server_port}", inside=Inside.of(["127.0.0.0/8"])) as hook:
        assert hook.ask("GET", "/").status == 200
        name_says(monkeypatch, "10.0.0.1")
        with pytest.raises(Refused):
            hook.ask("GET", "/")


def test_no_redirect_leads_inside(server: Told) -> None:
    server.to = "http://169.254.169.254/latest/meta-data/"
    url = f"http://127.0.0.1:{server.server_port}"
    with (
        client("the hook", url, inside=Inside.of([f"127.0.0.1:{server.server_port}", "127.0.0.1"])) as hook,
        pytest.raises(Refused, match="not followed"),
    ):
        hook.ask("GET", "/")
    followed = httpx.Client(
        transport=Guarded("the hook", inside=Inside.of(["127.0.0.1"])), follow_redirects=True, trust_env=False
    )
    with followed, pytest.raises(Refused, match=r"169\.254"):
        followed.get(url)


def test_a_second_address_is_tried_where_the_first_does_not_answer(
    server: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_says(monkeypatch, "127.0.0.9", "127.0.0.1")
    with client("the hook", f"http://hook.example:{server.server_port}", inside=Inside.of(["127.0.0.0/8"])) as hook:
        assert hook.ask("GET", "/").status == 200


def test_certificates_are_held_against_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    name_says(monkeypatch, "127.0.0.1")
    told: list[str | None] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.sni_callback = lambda _, name, __: told.append(name)
            accepted, _ = listening.accept()
            with accepted, pytest.raises(OSError, match=r".*"):
                context.wrap_socket(accepted, server_side=True)

        thread = threading.Thread(target=greet)
        thread.start()
        url = f"https://hook.example:{listening.getsockname()[1]}"
        with client("the hook", url, inside=Inside.of(["127.0.0.1"])) as hook, pytest.raises(Unreachable):
            hook.ask("GET", "/")
        thread.join()
    assert told == ["hook.example"]
