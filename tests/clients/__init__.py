"""Programs and libraries of others that speak SPARQL or HTTP, used on `kg serve` as their own manuals say."""
