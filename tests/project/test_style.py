"""The rules of the house that no linter knows."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [p for p in sorted((ROOT / "src").rglob("*.py")) if "migrations" not in p.parts]
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT / "src")))
def test_modules_and_functions_keep_their_size(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 700, "a module over 700 lines holds two things"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < 70, f"{node.name} does not fit a screen"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT / "src")))
def test_nothing_but_a_clock_asks_the_system_for_the_time(path):
    if path.name in ("time.py", "supervisor.py") or "cli" in path.parts:
        return
    found = re.findall(
        r"datetime\.(?:now|utcnow)\(|date\.today\(|(?<!_system\.)\btime\.time\(|timezone\.now\(",
        path.read_text(encoding="utf-8"),
    )
    assert not found, f"{found}: pass a clock in"


@pytest.mark.parametrize("path", TESTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_test_asserts_something(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            text = ast.unparse(node)
            assert re.search(r"\bassert\b|raises\(|warns\(|expect\(|assert_|\.check\(|check_", text), (
                f"{node.name} asserts nothing"
            )


def test_no_path_of_one_machine_and_no_registry_in_what_is_committed():
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    for name in filter(None, names):
        path = ROOT / name
        if not path.is_file() or path.suffix in (".png", ".jpg", ".woff2"):
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        assert not re.search(r"(?<![\w.])/(?:wo" r"rk|fa" r"rm)/[\w./-]+", text), f"{name} names a path of one machine"
        if "lock" in path.name or path.name == "constraints.txt":
            assert "http" + "s://" not in text.replace("opencollective", ""), f"{name} records an address"


def test_the_wheel_would_carry_the_pages():
    assert 'artifacts = ["src/riverchief/web/static/ui/**"]' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
