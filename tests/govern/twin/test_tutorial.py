"""The tutorial and what follows it, word for word: files written, commands run in a clean folder, lines executed."""

import json
import re
import shlex
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from riverchief.cli import app, load_verbs

DOCS = Path(__file__).resolve().parents[3] / "docs" / "tutorials"
PAGES = ("river-twin.md", "river-twin.zh-CN.md")
FITTED = ("calibrate-and-trace.md", "calibrate-and-trace.zh-CN.md")
BLOCK = re.compile(r"```(\w+)?(?: (\S+))?\n(.*?)```", re.DOTALL)


def followed(page):
    """Do what a page says, and return what was answered."""
    load_verbs()
    said = []
    for kind, name, body in BLOCK.findall(page.read_text(encoding="utf-8")):
        if kind == "csv":
            Path(name).write_text(body, encoding="utf-8")
        elif kind == "sh":
            for line in body.strip().splitlines():
                program, *words = shlex.split(line)
                assert program == "riverchief"
                found = CliRunner().invoke(app, words)
                assert found.exit_code == 0, (line, found.output, found.exception)
                said.append(found.output)
        elif kind == "":
            assert body in "".join(said), "the page shows an answer that nobody gave"
    return said


@pytest.mark.parametrize("page", PAGES)
def test_the_tutorial_leads_to_the_pages_and_files_that_it_promises(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = followed(DOCS / page)
    assert {path.name for path in tmp_path.glob("*.*")} >= {"canal.nc", "canal.html", "mine.nc", "mine.html", "end.nc"}
    for name in ("canal.html", "mine.html"):
        text = Path(name).read_text(encoding="utf-8")
        data = json.loads(re.search(r'<script id="run"[^>]*>(.*?)</script>', text, re.DOTALL)[1])
        assert len(data["time"]) > 100
    balances = re.findall(r"balance (-?[\d.e+-]+)", "".join(said))
    assert len(balances) == 3
    assert all(abs(float(one)) < 1e-12 for one in balances)


@pytest.mark.parametrize("page", PAGES)
def test_the_ten_lines_break_a_dam_as_stoker_has_it(page):
    """The plateau behind the front, J. J. Stoker 1957: 2.207 m deep for 4 m against 1 m without friction."""
    code = next(body for kind, _, body in BLOCK.findall((DOCS / page).read_text(encoding="utf-8")) if kind == "python")
    lines = code.strip().splitlines()
    assert len(lines) <= 10
    found = {}
    exec("\n".join([*lines[:-1], f"shown = {lines[-1]}"]), found)
    assert ET.fromstring(found["shown"]._repr_svg_()).tag.endswith("svg")
    assert found["run"].level_m("a", 1100.0)[-1] == pytest.approx(2.207, abs=0.02)


@pytest.mark.parametrize("page", FITTED)
def test_the_page_on_fitting_and_tracing_finds_what_it_says_is_the_truth(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _, looked, wrote, traced, kept = followed(DOCS.parent / "how-to" / page)
    factor = float(re.search(r"roughness main +([\d.]+)", looked)[1])
    assert factor == pytest.approx(1.25, rel=0.02)
    assert "nothing was written" in looked
    assert "wrote canal" in wrote
    lines = traced.splitlines()
    first = lines[next(k for k, line in enumerate(lines) if line.startswith("who ")) + 1]
    assert first.startswith("dairy")
    assert float(re.search(r"([\d.]+)%", first)[1]) > 50
    assert "over by the last reading" in traced
    assert "analyses of 32 members" in kept
    assert {path.name for path in tmp_path.glob("*.nc")} == {"analysis.nc", "members.nc"}
