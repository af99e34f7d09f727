"""The W3C's test suite of SPARQL 1.1, asked of the endpoint over HTTP."""
