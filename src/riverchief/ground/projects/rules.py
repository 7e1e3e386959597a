"""The limits of this package as data: `ground/data/projects.toml`; none of them was confirmed by an office."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def rules() -> dict[str, dict[str, Any]]:
    """Limits by what they are for: `photo`, `survival`, `preservation`."""
    text = files("riverchief.ground").joinpath("data/projects.toml").read_text(encoding="utf-8")
    return {name: table for name, table in tomllib.loads(text).items() if isinstance(table, dict)}
