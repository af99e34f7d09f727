"""Percent-encoding undone, fast: a query is a few hundred escapes, and the standard library undoes one at a time."""

import binascii
from urllib.parse import unquote_to_bytes


def decoded(encoded: bytes) -> bytes:
    """The bytes that a value of a form stands for; a percent sign that opens no escape stands for itself.

    Quoted-printable is the same code with another sign, and the standard library undoes that one in C. It leaves a sign
    that opens no escape, so that there are more of them then than there should be, but for the cases asked about first.
    """
    spaced = encoded.replace(b"+", b" ")
    if not (spaced.endswith(b"%") or any(odd in spaced for odd in (b"%%", b"%=", b"\n", b"\r"))):
        found = binascii.a2b_qp(spaced.replace(b"=", b"=3D").replace(b"%", b"="))
        if found.count(b"=") == spaced.count(b"=") + spaced.count(b"%3D") + spaced.count(b"%3d"):
            return found
    return unquote_to_bytes(spaced)
