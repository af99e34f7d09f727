"""/about: the model in words and as a diagram, the policy, what the data can't tell, and how to correct an error."""

from fastapi import APIRouter, Response

from kg.serve import cards, pages, vocabulary
from kg.serve.keeping import MARK

router = APIRouter()

_SHOWN = ("status", "modality", "rank", "policy")  # the schemes that a reader of a page meets


@router.get("/about", include_in_schema=False)
def about() -> Response:
    """What this is, for somebody who has found a statement in it."""
    schemes = {scheme.slug: scheme for scheme in vocabulary.schemes() if scheme.slug in _SHOWN}
    card = cards.of_page("About party-defections", pages.MOTTO, "/about")
    return pages.page("about.html", headers={MARK: "1"}, card=card, schemes=schemes, motto=pages.MOTTO, way=pages.HOME)
