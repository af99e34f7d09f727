"""The command line: each command parses, calls one function and prints."""

from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from kg import __version__

# Which module has which command: it is imported when the command is called, so that `kg serve` starts without all that
# makes a build.
MODULES = {
    "fetch": "building",
    "build": "building",
    "diff": "building",
    "serve": "serving",
    "query": "asking",
    "queries": "asking",
    "export": "asking",
    "why": "asking",
    "verify": "documents",
    "coverage": "documents",
    "anchor": "documents",
    "schema": "documents",
    "evaluate": "judging",
    "link": "judging",
    "wikidata": "wikidata",
}


class Commands(TyperGroup):
    """The commands, by name."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands.update(dict.fromkeys(MODULES))  # type: ignore[arg-type]  # their names, for "did you mean"

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        return list(MODULES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in MODULES:
            return None
        if self.commands[cmd_name] is None:
            self.commands.update(get_group(import_module(f"{__name__}.{MODULES[cmd_name]}").app).commands)
        return super().get_command(ctx, cmd_name)


app = typer.Typer(
    cls=Commands,
    help="The knowledge graph of who left which party, where, when, why and on whose word.",
    no_args_is_help=True,
)


@app.callback(invoke_without_command=True)
def main(version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False) -> None:
    if version:
        print(__version__)
        raise typer.Exit
