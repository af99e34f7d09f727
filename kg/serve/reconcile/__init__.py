"""The reconciliation service: names in anybody's spreadsheet are matched to what the graph knows, as OpenRefine asks.

It speaks the W3C's Reconciliation Service API 0.2. A name is looked up in the search index (kg.search), what is known
of each candidate in the graph. `match` is true for one candidate at most, and only where it is surely meant, as
`matching` tells.
"""

from kg.serve.reconcile.routes import router

__all__ = ["router"]
