"""流域: a folder of readable files in; a checked basin out, and the same folder back."""

from __future__ import annotations

from pathlib import Path

from riverchief.base.errors import UnknownName
from riverchief.basins.check import Survey, check, survey
from riverchief.basins.faults import Fault
from riverchief.basins.folder import read, read_rivers, write
from riverchief.basins.migrate import Lost, Migration, Moved, migrate
from riverchief.basins.starter import init

__all__ = [
    "Fault",
    "Lost",
    "Migration",
    "Moved",
    "Survey",
    "check",
    "init",
    "migrate",
    "named",
    "names",
    "read",
    "read_rivers",
    "survey",
    "write",
]

_HERE = Path(__file__).parent


def names() -> list[str]:
    """Names of the basins that ship with riverchief."""
    return sorted(path.parent.name for path in _HERE.glob("*/basin.toml"))


def named(name: str) -> Path:
    """The folder of a shipped basin, `mini` or `jinzhong`.

    Raises
    ------
    UnknownName
        With the nearest shipped name.
    """
    if name not in names():
        raise UnknownName("shipped basin", name, names())
    return _HERE / name
