"""Which queries have another answer each time, and so no answer that can be kept."""

import re

_WORDS = {word: re.compile(rf"{word}\b") for word in ("NOW", "RAND", "UUID", "BNODE", "SERVICE")}


def is_volatile(query: str) -> bool:
    """Whether a query may call a function of time or chance, or another service; it is searched for the words alone."""
    upper = query.upper()
    return any(word in upper and found.search(upper) is not None for word, found in _WORDS.items())
