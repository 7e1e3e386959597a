"""Decay of what is dissolved, as data with its source; and which properties have a mass at all."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from riverchief.base.errors import InputError
from riverchief.base.units import property_named

# in mg/L, but a state of the water rather than a mass that somebody releases
_NOT_RELEASED = frozenset({"do"})


@dataclass(frozen=True)
class Decay:
    """First-order decay of one property: rate [1/d], where it comes from, whether it is only assumed."""

    per_day: float
    source: str
    assumed: bool


@dataclass(frozen=True)
class Kinetics:
    """Decay by property, with a default for what is not named."""

    edition: str
    rates: dict[str, Decay]
    default: Decay

    def decay(self, property_code: str) -> Decay:
        """Decay of one property.

        Raises
        ------
        UnknownName, InputError
            For a property that is not known, or one that is no concentration in mg/L.
        """
        found = property_named(property_code)
        if found.unit != "mg/L" or property_code in _NOT_RELEASED:
            raise InputError(
                f"{property_code} in {found.unit} cannot be traced: only what is released as a mass and read in mg/L "
                f"can; choose a concentration such as nh3n or codmn.",
                property=property_code,
                unit=found.unit,
            )
        return self.rates.get(property_code, self.default)


def read_kinetics(path: Path) -> Kinetics:
    """Read a kinetics file (`docs/concepts/tracing.md` describes it).

    Raises
    ------
    InputError
        Naming the file and what is wrong with it.
    """
    return _parse(path.read_text(encoding="utf-8"), str(path))


@cache
def shipped_kinetics() -> Kinetics:
    """The decay rates that come with the package, all of them assumed."""
    return _parse((files(__package__) / "data" / "kinetics.toml").read_text(encoding="utf-8"), "kinetics.toml")


def _parse(text: str, name: str) -> Kinetics:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise InputError(f"{name} is not valid TOML: {fault}.", file=name) from fault

    def decay(entry: dict[str, object], where: str) -> Decay:
        rate = entry.get("decay_per_day")
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not rate >= 0:
            raise InputError(f"{name}: decay_per_day of {where} is {rate!r}; give a number of at least 0 [1/d].")
        return Decay(float(rate), str(entry.get("source", "")), bool(entry.get("assumed", True)))

    rates = {code: decay(entry, code) for code, entry in table.get("property", {}).items()}
    for code in rates:
        property_named(code)
    return Kinetics(
        str(table.get("edition", "")), rates, decay(table.get("default", {"decay_per_day": 0.0}), "default")
    )
