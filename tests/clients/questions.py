"""One query of each form over the small build, and what it answers."""

from urllib.parse import urlencode

from kg.iris import thing
from tests.endpoint_support import PD, RDF, RDFS

ANN, CHANGE, LABOUR = thing("person/ann"), thing("defection/ann-2024"), thing("party/labour")
NAME = "Ann Ásdóttir"

SELECT = f"SELECT ?label WHERE {{ ?person a <{PD}Person> ; <{RDFS}label> ?label }}"
ASK = f"ASK {{ ?change <{PD}defector> <{ANN}> }}"
CONSTRUCT = f"CONSTRUCT {{ ?who <{PD}left> ?party }} WHERE {{ ?c <{PD}defector> ?who ; <{PD}fromAffiliation> ?party }}"
DESCRIBE = f"DESCRIBE <{ANN}>"

CONSTRUCTED = [[ANN, f"{PD}left", LABOUR]]
DESCRIBED = [[ANN, f"{RDF}type", f"{PD}Person"], [ANN, f"{RDFS}label", NAME]]


def asked(endpoint: str, query: str, **parameters: str) -> str:
    """The address of an answer."""
    return f"{endpoint}?{urlencode({'query': query, **parameters})}"
