"""Where a fetched file came from and how its server knows that state: kept beside the file or its beginning."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from kg.sources.tables.files import sha256_of


@dataclass(frozen=True)
class Origin:
    """An address, the validators that the server gave with the file, and the hash of a file that is whole."""

    url: str
    etag: str | None = None
    modified: str | None = None
    sha256: str | None = None

    @property
    def validator(self) -> str | None:
        """What makes sure that the rest of a file belongs to its beginning; a weak ETag does not."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.modified


def origin_of(url: str, response: httpx.Response) -> Origin:
    """The origin that an answer tells."""
    return Origin(url, response.headers.get("ETag"), response.headers.get("Last-Modified"))


def part_path(path: Path) -> Path:
    """The beginning of a file that is being fetched."""
    return path.with_name(f"{path.name}.part")


def origin_path(path: Path) -> Path:
    """The record of where a file came from."""
    return path.with_name(f"{path.name}.origin.json")


def write_origin(path: Path, origin: Origin) -> None:
    """Record where a file came from."""
    origin_path(path).write_text(json.dumps(asdict(origin), indent=2) + "\n", encoding="utf-8")


def read_origin(path: Path, url: str) -> Origin | None:
    """The record of a file that came from this address; none where it came from elsewhere, or nothing tells."""
    try:
        origin = Origin(**json.loads(origin_path(path).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):  # a record that was cut short is as good as none
        return None
    return origin if origin.url == url and path.is_file() else None


def request_headers(path: Path, url: str, *, conditional: bool) -> dict[str, str]:
    """What to ask for: the rest of a beginning that can be resumed, or the file, on condition that it has changed."""
    begun = read_origin(part_path(path), url)
    if begun and begun.validator and (size := part_path(path).stat().st_size):
        return {"Range": f"bytes={size}-", "If-Range": begun.validator}
    here = read_origin(path, url)
    if conditional and here and here.sha256 == sha256_of(path):
        told = {"If-None-Match": here.etag, "If-Modified-Since": here.modified}
        return {name: value for name, value in told.items() if value}
    return {}


def discard_part(path: Path) -> None:
    """Forget the beginning of a file."""
    part_path(path).unlink(missing_ok=True)
    origin_path(part_path(path)).unlink(missing_ok=True)


def replace_by_part(path: Path, origin: Origin) -> None:
    """Put the part, which is whole now, in the place of the file; a kill in between only means to fetch it again."""
    part = part_path(path)
    write_origin(part, origin)
    part.replace(path)
    origin_path(part).replace(origin_path(path))
