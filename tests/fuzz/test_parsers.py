"""Whatever is sent to a reader, only its own error comes out: examples that were damaged, and bytes of any kind."""

import random

import pytest
from tests.fuzz.parsers import PARSERS, Parser

ODD: tuple[bytes, ...] = (
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"{",
    b"[",
    b'"',
    b"'",
    b"NaN",
    b"1e999",
    b"-1",
    b"9" * 400,
    b"\\ud800",
    b"&x;",
)
ODD += (
    b"<!DOCTYPE a [<!ENTITY x 'y'>]>",
    b"\r\n",
    b"=",
    b",",
    b"(" * 300,
    b"null",
    b"true",
    b'""',
    b"{}",
    b"[]",
    b"0.1",
)


def damaged(seed: bytes, chance: random.Random) -> bytes:
    """An example in which some bytes were lost, moved, doubled or replaced by odd ones."""
    data = bytearray(seed)
    for _ in range(chance.randint(1, 5)):
        start = chance.randint(0, len(data))
        end = min(len(data), start + chance.choice((0, 1, 1, 4, 20)))
        match chance.randint(0, 3):
            case 0:
                data[start:end] = b""
            case 1:
                data[start:end] = chance.choice(ODD)
            case 2:
                data[start:start] = data[start:end] * chance.randint(1, 3)
            case _:
                data[start:end] = chance.randbytes(end - start)
    return bytes(data)


def tried(parser: Parser, times: int) -> None:
    """Give a reader its examples and so many damaged ones."""
    chance = random.Random(147)
    given = [b"", *parser.seeds, *ODD, b"[" * 100_000, b"(" * 100_000, b"a" * 200_000]
    given += [damaged(chance.choice(parser.seeds), chance) for _ in range(times)]
    for data in given:
        try:
            parser.read(data)
        except parser.errors:
            continue
        except Exception as fault:
            raise AssertionError(f"{type(fault).__name__} came out for {data[:300]!r}") from fault


@pytest.mark.parametrize("name", PARSERS)
def test_the_first_example_of_a_reader_is_whole(name: str) -> None:
    """A damaged example that is refused in its first line says little about what lies behind it."""
    PARSERS[name].read(PARSERS[name].seeds[0])


@pytest.mark.parametrize("name", PARSERS)
def test_only_its_own_error_comes_out_of_a_reader(name: str) -> None:
    tried(PARSERS[name], 150)


@pytest.mark.soak
@pytest.mark.parametrize("name", PARSERS)
def test_only_its_own_error_comes_out_of_a_reader_however_often(name: str) -> None:
    tried(PARSERS[name], 30_000)


def test_a_reader_that_lets_another_error_out_is_caught() -> None:
    planted = Parser(lambda data: {b"": 0}[data + b"-"], (ValueError,), (b"a",))
    with pytest.raises(AssertionError, match="KeyError came out"):
        tried(planted, 1)
