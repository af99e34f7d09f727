"""What programs read before they ask: the dataset's description, example queries, and what crawlers may visit."""

from kg.serve.metadata import crawling, dataset, examples

ROUTERS = (dataset.router, examples.router, crawling.router)
