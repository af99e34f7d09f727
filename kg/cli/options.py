"""What the commands of the command line share: options, and how an error is told."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, ParamSpec

import typer

from kg.cli.streams import err
from kg.errors import KgError

P = ParamSpec("P")

Home = Annotated[
    Path | None, typer.Option("--home", help="Folder of the published builds (default: KG_HOME, or .kg here).")
]
Data = Annotated[Path, typer.Option("--data", help="Folder of the declarative files.", show_default=False)]
Documents = Annotated[Path, typer.Option("--sources", help="Folder that holds the documents themselves.")]


def told(command: Callable[P, None]) -> Callable[P, None]:
    """Print an error that the user can mend, without a traceback, and exit with 1."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (KgError, OSError) as fault:
            err.print(str(fault), style="red", markup=False, highlight=False, soft_wrap=True)
            raise typer.Exit(1) from fault

    return wrapped
