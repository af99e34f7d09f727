"""/static: style sheets and scripts, kept and sent like any other page that only a new build changes."""

from functools import cache
from pathlib import Path

from fastapi import APIRouter, Response

from kg.serve.keeping import MARK
from kg.serve.problem import Problem

router = APIRouter()

_FOLDER = Path(__file__).parent / "static"
_MEDIA_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".txt": "text/plain",
    ".svg": "image/svg+xml",
}


@router.get("/favicon.ico", include_in_schema=False)
def icon() -> Response:
    """What a browser asks for where a page names none, as with an answer in JSON."""
    return asset("icon.svg")


@router.get("/static/{name:path}", include_in_schema=False)
def asset(name: str) -> Response:
    """One file of static/."""
    path = _files().get(name)
    if not path:
        raise Problem(404, f"there is no {name} in /static")
    return Response(path.read_bytes(), media_type=_MEDIA_TYPES[path.suffix], headers={MARK: "1"})


@cache
def _files() -> dict[str, Path]:
    found = (path for path in _FOLDER.rglob("*") if path.is_file() and path.suffix in _MEDIA_TYPES)
    return {path.relative_to(_FOLDER).as_posix(): path for path in found}
