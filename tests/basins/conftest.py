"""A copy of `mini` that a test may edit."""

from pathlib import Path

import pytest

from riverchief import basins


@pytest.fixture(scope="session")
def mini():
    return basins.read(basins.named("mini"))


@pytest.fixture
def folder(tmp_path, mini) -> Path:
    path = tmp_path / "mini"
    basins.write(mini, path)
    return path


@pytest.fixture
def edit():
    """Replace the first `old` of a file by `new`; `old` must be there."""

    def change(path: Path, old: str, new: str) -> None:
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {path.name}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")

    return change
