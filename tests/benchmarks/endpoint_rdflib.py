"""rdflib-endpoint as its documentation starts it, over a Turtle file: VIEW PORT."""

import sys

import rdflib
import uvicorn
from rdflib_endpoint import SparqlEndpoint

if __name__ == "__main__":
    graph = rdflib.Dataset(default_union=True)
    graph.parse(sys.argv[1])
    uvicorn.run(SparqlEndpoint(graph=graph), port=int(sys.argv[2]), access_log=False, log_level="warning")
