"""Write docs/reference/{cli,api,settings}.md from the code; a test fails when they are not what this would write.

.venv/bin/python tools/reference.py          writes them
.venv/bin/python tools/reference.py --check  says which are out of date
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parents[1] / "docs" / "reference"


def cli() -> str:
    """Every verb with its help."""
    import typer

    from riverchief.cli import app, load_verbs

    load_verbs()
    root = typer.main.get_command(app)
    lines = ["# Commands", "", "Exit codes: 0 done, 1 your input, 2 usage, 3 ours. Written from the code.", ""]

    def walk(command: Any, words: list[str]) -> None:
        for name, item in sorted(getattr(command, "commands", {}).items()):
            here = [*words, name]
            if getattr(item, "commands", None):
                walk(item, here)
                continue
            usage = " ".join(
                f"[{p.name.upper()}]" if not p.required else p.name.upper()
                for p in item.params
                if p.param_type_name == "argument"
            )
            lines.extend(
                [
                    f"## `riverchief {' '.join(here)}`",
                    "",
                    f"`riverchief {' '.join(here)} {usage}`".replace(" `", "`"),
                    "",
                ]
            )
            lines.extend([(item.help or "").strip(), ""])
            options = [p for p in item.params if p.param_type_name == "option" and p.name != "help"]
            if options:
                lines.extend(["| option | meaning |", "|---|---|"])
                lines.extend(f"| `{', '.join(p.opts)}` | {p.help or ''} |" for p in options)
                lines.append("")

    walk(root, [])
    return "\n".join(lines).rstrip() + "\n"


def api() -> str:
    """Every route of the API."""
    from riverchief.web.api import api as ninja

    schema = ninja.get_openapi_schema(path_prefix="/api/v1/")
    lines = [
        "# HTTP API",
        "",
        "OpenAPI at `/api/v1/openapi.json`, to try at `/api/v1/docs`. Written from the code.",
        "",
        "| method | route | what | |",
        "|---|---|---|---|",
    ]
    for path, methods in schema["paths"].items():
        for method, item in methods.items():
            words = " ".join((item.get("description") or "").split())
            lines.append(f"| {method.upper()} | `{path}` | {item.get('summary', '')} | {words} |")
    lines += ["", "Server-sent events: `GET /live` on the live port; the id of a message is the id of the event.", ""]
    return "\n".join(lines)


def settings() -> str:
    """Every setting."""
    from riverchief.web.config import SETTINGS

    where = (
        "In `riverchief.toml` in the data folder, or as `RIVERCHIEF_<NAME>` in the environment, which wins. "
        "`RIVERCHIEF_DATA` names the data folder. Written from the code."
    )
    lines = ["# Settings", "", where, "", "| setting | default | meaning |", "|---|---|---|"]
    lines += [f"| `{name}` | `{s.default!r}` | {s.meaning} |" for name, s in SETTINGS.items()]
    return "\n".join([*lines, ""])


def written() -> dict[Path, str]:
    """The three pages as the code would write them now."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "riverchief.web.settings")
    import django

    django.setup()
    return {HERE / "cli.md": cli(), HERE / "api.md": api(), HERE / "settings.md": settings()}


def main() -> int:
    """Write, or check."""
    stale = [p for p, text in written().items() if not p.exists() or p.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.name} is out of date: run tools/reference.py")
        return bool(stale)
    for path, text in written().items():
        path.write_text(text, encoding="utf-8")
        print(path.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
