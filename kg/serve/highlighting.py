"""SPARQL for reading: its words, variables, IRIs, texts and comments told apart."""

import re

from markupsafe import Markup, escape

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\r\n]*) | (?P<iri><[^<>"{}|^`\\\s]*>) | (?P<text>"(?:\\.|[^"\\\r\n])*"|'(?:\\.|[^'\\\r\n])*')
      | (?P<variable>[?$]\w+) | (?P<name>[\w-]*:[\w.-]*\w|[\w-]*:)
      | (?P<word>\b[A-Za-z]+\b)""",
    re.VERBOSE,
)
_CLASSES = {"comment": "c", "iri": "i", "text": "t", "variable": "v", "word": "k"}


def highlighted(query: str) -> Markup:
    """A query as markup, with spans of a few classes."""
    parts: list[Markup] = []
    end = 0
    for found in _TOKEN.finditer(query):
        css = _CLASSES.get(found.lastgroup or "")
        if css and (css != "k" or len(found[0]) > 1):
            parts += [escape(query[end : found.start()]), Markup('<span class="{}">{}</span>').format(css, found[0])]
            end = found.end()
    return Markup("").join([*parts, escape(query[end:])])
