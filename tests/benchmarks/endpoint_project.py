"""The endpoint as `kg serve` runs it, with settings given as name=value: HOME [cache=0] … PORT."""

import sys
from dataclasses import fields, replace
from pathlib import Path

import uvicorn

from kg.serve.app import create_app
from kg.serve.settings import Fairness, Log, Settings


def main(home: str, *rest: str) -> None:
    *options, port = rest
    settings = Settings(fairness=Fairness(seconds=1e9, errors=1e9), log=Log(requests=False))  # one client is all here
    kinds = {f.name: type(getattr(settings, f.name)) for f in fields(settings)}
    for option in options:
        name, _, value = option.partition("=")
        settings = replace(settings, **{name: kinds[name](value)})
    uvicorn.run(create_app(Path(home), settings), port=int(port), access_log=False, log_level="warning")


if __name__ == "__main__":
    main(*sys.argv[1:])
