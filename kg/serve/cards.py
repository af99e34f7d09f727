"""What a link looks like where people share it: Open Graph and Twitter cards, and where oEmbed is discovered."""

from dataclasses import dataclass
from urllib.parse import urlencode

from kg import iris
from kg.serve.asking import Asked


@dataclass(frozen=True)
class Card:
    """A page as others show it; addresses are whole, and so those of the public name, whatever host serves them."""

    title: str
    description: str
    url: str
    image: str | None = None  # 1200 × 630
    oembed: str | None = None


def of_query(asked: Asked, *, depicted: bool) -> Card:
    """The card of a question with its parameters."""
    url = _public(asked.address())
    image = _public(asked.address(".card.png")) if depicted else None
    oembed = f"/oembed?{urlencode({'url': url})}" if depicted else None
    return Card(asked.query.summary, asked.query.description, url, image, oembed)


def embedded(asked: Asked) -> str:
    """The public address of the frame with the picture."""
    return _public(asked.address(folder="/embed/queries"))


def of_page(title: str, description: str, address: str, image: str | None = None) -> Card:
    """The card of any other page, such as that of a thing: `address` and `image` on this host, "/id/…"."""
    return Card(title, description, _public(address), _public(image) if image else None)


def _public(address: str) -> str:
    return iris.BASE + address.removeprefix("/")
