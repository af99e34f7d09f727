"""What the service says of itself, for clients such as OpenRefine."""

from typing import Any

from kg import __version__, iris
from kg.serve.reconcile.answering import named
from kg.serve.reconcile.offered import types
from kg.serve.reconcile.reading import BATCH

WIDTH, HEIGHT = 420, 220  # pixels of a preview

_SETTINGS = [
    {
        "name": "limit",
        "label": "Limit",
        "type": "number",
        "default": 0,
        "help_text": "The most values to fetch for each thing; 0 for all",
    },
    {
        "name": "count",
        "label": "Count",
        "type": "checkbox",
        "default": False,
        "help_text": "Fetch the number of values instead of the values",
    },
]


def manifest(base: str) -> dict[str, Any]:
    """The manifest of the service below an address that ends without a slash."""
    service = f"{base}/reconcile"
    return {
        "versions": ["0.2"],
        "name": "party-defections: councillors, members, parties and councils of the United Kingdom",
        "identifierSpace": iris.ID,
        "schemaSpace": iris.NAMESPACES["pd"],
        "documentation": f"{base}/ontology",
        "serviceVersion": __version__,
        "defaultTypes": [named(found) for found in types().values()],
        "view": {"url": f"{base}/id/{{{{id}}}}"},
        "preview": {"url": f"{service}/preview?id={{{{id}}}}", "width": WIDTH, "height": HEIGHT},
        "suggest": {kind: _suggest(service, kind) for kind in ("entity", "type", "property")},
        "extend": {
            "propose_properties": {"service_url": service, "service_path": "/properties"},
            "property_settings": _SETTINGS,
        },
        "batchSize": BATCH,
    }


def _suggest(service: str, kind: str) -> dict[str, str]:
    return {
        "service_url": service,
        "service_path": f"/suggest/{kind}",
        "flyout_service_path": f"/flyout/{kind}?id=${{id}}",
    }
