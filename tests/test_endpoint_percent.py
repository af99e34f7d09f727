"""Percent-encoding is undone as the standard library does it, for anything that can come."""

import random
from urllib.parse import unquote_to_bytes

import pytest

from kg.serve.percent import decoded


@pytest.mark.parametrize(
    ("encoded", "expected"),
    [
        (b"a+b%20c", b"a b c"),
        (b"%2525", b"%25"),
        (b"100%", b"100%"),
        (b"%zz%41", b"%zzA"),
        (b"=3D%3D", b"=3D="),
        (b"%C3%81", "Á".encode()),
        (b"line\nline%0A ", b"line\nline\n "),
        (b"%00", b"\0"),
    ],
)
def test_a_value_stands_for_its_bytes(encoded: bytes, expected: bytes) -> None:
    assert decoded(encoded) == expected


def test_it_is_the_standard_librarys_decoding_whatever_comes() -> None:
    chosen = random.Random(4)
    for _ in range(20_000):
        encoded = bytes(
            chosen.choice(b"%%%%0123456789abcdefABCDEFgz =+&\t\r\n\xc3") for _ in range(chosen.randint(0, 30))
        )
        assert decoded(encoded) == unquote_to_bytes(encoded.replace(b"+", b" ")), encoded
