"""`python -m kg` is the command `kg`."""

from kg.cli import app

app()
