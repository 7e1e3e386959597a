"""`riverchief assess`: what the standard of its day says of a table of readings, without a database."""

from __future__ import annotations

import importlib
import pkgutil

import typer

from riverchief.cli import app

assess_app = typer.Typer(no_args_is_help=True, help="评价 Judge a table of readings by the standard of its day.")
app.add_typer(assess_app, name="assess")

# one module per subject registers its command on `assess_app`
for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
