"""Every notebook of the documents runs, and prints what stands in it."""

import contextlib
import io
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "docs").rglob("*.ipynb"))


def test_there_is_a_notebook():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.name)
def test_a_notebook_prints_what_stands_in_it(path):
    names: dict = {}
    for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]):
        if cell["cell_type"] != "code":
            continue
        told = io.StringIO()
        with contextlib.redirect_stdout(told):
            exec(compile("".join(cell["source"]), f"{path.name}, cell {number}", "exec"), names)
        kept = "".join(line for output in cell["outputs"] for line in output["text"])
        assert told.getvalue() == kept, f"{path.name}, cell {number}: run it again and keep what it prints"
