"""Ask an endpoint by sparqlx and print what came as JSON: python ask_sparqlx.py ENDPOINT QUERY…

It runs in an environment of its own, because sparqlx asks for a later Python than the project does.
"""

import json
import sys

import rdflib
from sparqlx import SPARQLWrapper  # type: ignore[import-not-found]

endpoint, *queries = sys.argv[1:]
with SPARQLWrapper(sparql_endpoint=endpoint) as client:
    answers = [client.query(query, convert=True) for query in queries]
print(json.dumps([sorted(map(list, answer)) if isinstance(answer, rdflib.Graph) else answer for answer in answers]))
