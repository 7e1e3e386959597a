"""命令行: one command, `riverchief`; each verb is one module here that registers itself on `app`."""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
from typing import Any

import typer

from riverchief import __version__
from riverchief.base.errors import InputError, NotFound, RiverError, RuleError

EXIT_INPUT, EXIT_USAGE, EXIT_OURS = 1, 2, 3

app = typer.Typer(
    name="riverchief",
    help="智慧河长 riverchief: rivers seen from the sky, run in the cloud, checked on the ground.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"riverchief {__version__}")
        raise typer.Exit


@app.callback()
def _root(version: bool = typer.Option(False, "--version", callback=_version, is_eager=True)) -> None:
    """See `riverchief VERB --help` for an example of each verb."""


def emit(value: Any) -> None:
    """Print one JSON value on a line, for programs."""
    typer.echo(json.dumps(value, ensure_ascii=False))


def load_verbs() -> None:
    """Import every verb module beside this one; each registers its commands on `app`."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")


def main() -> None:
    """Run the command: exit code 0, 1 (your input), 2 (usage) or 3 (ours)."""
    load_verbs()
    try:
        app()
    except RiverError as error:
        typer.echo(f"{error.code}: {error.sentence}", err=True)
        sys.exit(EXIT_INPUT if isinstance(error, InputError | NotFound | RuleError) else EXIT_OURS)
