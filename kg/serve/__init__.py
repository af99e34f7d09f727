"""The endpoint: SPARQL, canned queries, the things, the ontology and the dumps of the published build, over HTTP."""
