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


# where a verb is not in the module of its own name
_ELSEWHERE = {"import": "cases", "export": "cases", "restore": "backup", "init": "basin", "doctor": "serve"}


def load_verbs(only: str = "") -> None:
    """Import verb modules, which register their commands on `app`: all, or the one that holds the verb `only`.

    A field box that runs the gateway need not load the engines of every other verb.
    """
    modules = {module.name for module in pkgutil.iter_modules(__path__)}
    wanted = _ELSEWHERE.get(only, only)
    # a verb of several modules names them alike: import_, import_queue
    for name in sorted(name for name in modules if wanted not in modules or name.startswith(wanted)):
        importlib.import_module(f"{__name__}.{name}")


def main() -> None:
    """Run the command: exit code 0, 1 (your input), 2 (usage) or 3 (ours)."""
    load_verbs(next((word for word in sys.argv[1:] if not word.startswith("-")), ""))
    try:
        app()
    except RiverError as error:
        typer.echo(f"{error.code}: {error.sentence}", err=True)
        sys.exit(EXIT_INPUT if isinstance(error, InputError | NotFound | RuleError) else EXIT_OURS)
