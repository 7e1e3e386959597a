"""`riverchief explain ID`: the chain of provenance down to the bytes of the frame."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.tree import Tree

from riverchief.cli import app, emit


def _grow(tree: Tree, item: dict[str, Any]) -> None:
    if item.get("hidden"):
        tree.add(f"[dim]{item['id']} (not yours to see)[/dim]")
        return
    branch = tree.add(f"[bold]{item['step']}[/bold] {item['at'] or ''} {item['summary']}  [dim]{item['id']}[/dim]")
    for parent in item["parents"]:
        _grow(branch, parent)


@app.command("explain")
def explain(
    key: str = typer.Argument(metavar="ID", help="any id, for example score-01K…"),
    data: Path = typer.Option(Path("data"), help="data folder of the installation"),
    as_json: bool = typer.Option(False, "--json", help="the tree as one JSON object"),
) -> None:
    """Show how something came about, from a score down to the bytes that a station sent.

    Example: riverchief explain case-01KB4T8M9QZX5V7N2R3W6Y1ABC --data demo-data
    """
    from riverchief.web.setup import open_platform

    open_platform(data)
    from riverchief.web.accounts.models import Role, User
    from riverchief.web.loop.explain import tree

    found = tree(User(username="command line", role=Role.SYSTEM), key)
    if as_json:
        emit(found)
        return
    root = Tree(f"how {key} came about")
    _grow(root, found)
    Console().print(root)
