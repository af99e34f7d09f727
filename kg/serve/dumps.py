"""/dumps: the ready-made exports of the published build."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from kg.formats import BY_NAME
from kg.serve import pages
from kg.serve.live import opened
from kg.serve.negotiation import HTML, JSON
from kg.serve.problem import Problem
from kg.serve.replies import negotiated, reply

router = APIRouter()

_MEDIA_TYPES = {name: fmt.media_type for name, fmt in BY_NAME.items()} | {
    "json": "application/json",
    "xml": "application/xml",
    "jsonl": "application/jsonl",
    "geojson": "application/geo+json",
    "gz": "application/gzip",
    "zip": "application/zip",
    "parquet": "application/vnd.apache.parquet",
    "graphml": "application/graphml+xml",
    "hdt": "application/vnd.hdt",
    "md": "text/markdown",
    "txt": "text/plain",
}


@dataclass(frozen=True)
class Dump:
    """One file; `size` is in bytes."""

    name: str
    size: int
    sha256: str
    media_type: str


@router.get("/dumps")
def dump_list(request: Request) -> Response:
    """Every dump with its size and hash."""
    choice = negotiated(request, HTML, JSON)
    dumps = [_dump(name, path) for name, path in files(opened(request).build.dumps).items()]
    if choice.offer == HTML:
        return reply(choice, pages.render("dumps.html", dumps=dumps))
    listed = [vars(dump) | {"url": f"/dumps/{dump.name}"} for dump in dumps]
    return reply(choice, pages.json_text({"build": opened(request).build.id, "dumps": listed}))


@router.get("/dumps/{name:path}")
def dump(request: Request, name: str) -> Response:
    """One dump, whole or in the ranges asked for."""
    path = files(opened(request).build.dumps).get(name)  # a name is looked up, never joined to a path
    if path is None:
        raise Problem(404, f"there is no dump named {name!r}; /dumps lists those there are")
    return FileResponse(path, media_type=media_type(path))


def files(folder: Path) -> dict[str, Path]:
    """Every file below the folder of dumps, by its name."""
    found = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    return {path.relative_to(folder).as_posix(): path for path in found}


def _dump(name: str, path: Path) -> Dump:
    return Dump(name, path.stat().st_size, _sha256(path), media_type(path))


def media_type(path: Path) -> str:
    """What a dump is written in, by its extension."""
    return _MEDIA_TYPES.get(path.suffix.removeprefix("."), "application/octet-stream")


@lru_cache(maxsize=256)
def _sha256(path: Path) -> str:
    """The hash of a file of a build, which never changes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
