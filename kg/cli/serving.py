"""`kg serve`: in a module of its own, so that it starts without everything that makes a build."""

import os
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.options import Home, told
from kg.paths import home
from kg.serve.configuration import read_settings
from kg.serve.server import serve

app = typer.Typer()


@app.command("serve")
@told
def serve_command(
    home_folder: Home = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on (default: 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (default: 8000).")] = None,
    processes: Annotated[int | None, typer.Option(help="Serving processes (default: 1).")] = None,
    config: Annotated[
        Path | None, typer.Option(envvar="KG_CONFIG", help="A file of settings in TOML; KG_… variables win over it.")
    ] = None,
) -> None:
    """Serve the published build: SPARQL, canned queries, pages, dumps."""
    options = {"host": host, "port": port, "processes": processes}
    given = {name: value for name, value in options.items() if value is not None}
    serve(home_folder or home(), read_settings(config, os.environ, given))
