"""Search: the index that each build has of names and identifiers, and what a text finds in it.

    index = Index(build.search)              # NoIndex where an older build has none
    find(index, "Cllr Anna Subry", types=("Person",), limit=5)
    → [Found(ref="person/anna-soubry", type="Person", label="Anna Soubry",
             description="member, House of Commons, 2010–2019; …", score=0.77, name="Anna Soubry")]

In the index are people, affiliations (parties, groups, statuses), bodies, electorates, changes of side and sources,
by their labels, former and other names, and identifiers: references of ours, GSS and Electoral Commission codes,
Wikidata's QIDs. A type is the local name of a class of the ontology, and stands for those below it too: "Affiliation"
finds parties.

Letter case, accents, apostrophes and hyphens make no difference; nor do a person's titles and honours, or the order
"Soubry, Anna". The score tells how a text fits: 1 for the very name or an identifier; from 0.9 where a name begins
with it; from 0.8 where its words begin words of the name in any order; from 0.7 where some of them are in the
description instead, as in "smith leeds" (it tells councils, parties and years); below 0.8 otherwise, the less the more
slips, initials, short forms and missing words there are. Slips are looked for only where nothing scores 0.8. Of two
that fit alike, the one that the graph knows more of comes first.

Reading is from disk and takes milliseconds, so an event loop does it in a thread; an Index may be shared by threads.
"""

from kg.search.asked import LONGEST, TABLES, kinds_of, type_of
from kg.search.candidates import Candidate, candidates, compare
from kg.search.find import Found, find
from kg.search.index import Index, Known, NoIndex
from kg.search.scoring import Agreement, Likeness

__all__ = [
    "LONGEST",
    "TABLES",
    "Agreement",
    "Candidate",
    "Found",
    "Index",
    "Known",
    "Likeness",
    "NoIndex",
    "candidates",
    "compare",
    "find",
    "kinds_of",
    "type_of",
]
