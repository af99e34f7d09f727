"""Readers of sources: each turns what one source says into rows of the fact tables, and knows no RDF."""
