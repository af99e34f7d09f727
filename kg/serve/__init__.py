"""The endpoint: SPARQL, canned queries, the things, the ontology and the dumps of the published build, over HTTP."""

from kg.serve.app import create_app

__all__ = ["create_app"]
