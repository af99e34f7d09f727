"""Wikidata: which of its items the things of this graph are, what it says of them, and what can be given back."""
