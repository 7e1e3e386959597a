"""The documents say what the code does: commands, routes, settings, subjects."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _tool(name: str):
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_commands_routes_and_settings_are_documented():
    for path, text in _tool("reference").written().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is out of date: run tools/reference.py"


def test_every_subject_that_is_covered_has_a_page_or_a_command_that_exists():
    from riverchief.cli import app, load_verbs

    load_verbs()
    import typer

    root = typer.main.get_command(app)
    router = (ROOT / "ui" / "src" / "router.ts").read_text(encoding="utf-8")
    table = (ROOT / "docs" / "concepts" / "what-it-covers.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line.startswith("|")
    ][2:]
    assert len(rows) > 20
    for subject, page, command, state, *_ in rows:
        assert state in ("deep", "thin", "not yet"), f"{subject}: state is {state!r}"
        assert (state == "not yet") == (page == "" and command == ""), f"{subject} is {state} with {page!r} {command!r}"
        for path in re.findall(r"`(/[^`]*)`", page):
            first = path.strip("/").split("/")[0].split("?")[0]
            assert first in ("admin", "api", "accounts", "m") or re.search(rf"['\"]/{first}\b", router), (
                f"{subject}: no page {path}"
            )
        for verb in re.findall(r"`riverchief ([a-z]+)", command):
            assert verb in root.commands, f"{subject}: no command riverchief {verb}"


@pytest.mark.parametrize(
    "page", sorted((ROOT / "docs").rglob("*.md")) + [ROOT / "README.md", ROOT / "ARCHITECTURE.md"], ids=lambda p: p.name
)
def test_links_between_documents_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text):
        assert (page.parent / target).exists(), f"{page.name} links to {target}, which is not there"
