"""What instruments and rivers do, as data: noise, steps, and the settings of quality tests and alerts.

The defaults are `data/instruments.toml`, whose comments say what each number means. None of them is a limit of a
standard.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riverchief.base.units import property_named


@dataclass(frozen=True, slots=True)
class Trait:
    """What is known of one property; lengths of time in seconds, everything else in the property's unit."""

    property: str
    noise_share: float
    noise_floor: float
    floor: float = -np.inf
    river_step: float | None = None
    river_rate: float = 0.0
    river_share: float = 0.0
    impossible_step: float | None = None
    pulse_s: float = 0.0
    departure: str = ""
    lead: bool = False
    ratio: float = 0.0
    least: float = 0.0

    def noise(self, value: ArrayLike) -> NDArray[np.float64]:
        """Random error of one reading (one sigma), in the property's unit."""
        share = self.noise_share * np.abs(np.asarray(value, np.float64))
        return np.asarray(np.hypot(share, self.noise_floor), np.float64)


@dataclass(frozen=True, slots=True)
class QualitySettings:
    """See the section `quality` of the file."""

    stuck_chance: float
    stuck_least: int
    stuck_prior_pairs: float
    jump_window_s: float
    jump_least: int
    jump_again: int
    witness_z: float
    silence_z: float


@dataclass(frozen=True, slots=True)
class DepartureSettings:
    """See the section `departure` of the file."""

    z: float
    joint_z: float
    ratio: float
    clear_z: float
    level_window_s: float
    level_least: int
    history_least: int
    adapt_s: float
    severity_ratio: tuple[float, float]


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """See the section `alert` of the file."""

    raise_after: int
    close_after: int


@dataclass(frozen=True, slots=True)
class DischargeSettings:
    """See the section `discharge` of the file."""

    alert: AlertSettings
    clear_share: float


@dataclass(frozen=True)
class Settings:
    """All of the file."""

    quality: QualitySettings
    departure: DepartureSettings
    alert: AlertSettings
    limit_severity: tuple[float, float]
    discharge: DischargeSettings
    traits: dict[str, Trait] = field(default_factory=dict)

    def trait(self, code: str) -> Trait | None:
        """What is known of a property; None where nothing is."""
        return self.traits.get(property_named(code).code)


def parse_settings(text: str) -> Settings:
    """Settings from the text of such a file; a section or name that is not known is an error."""
    raw: dict[str, Any] = tomllib.loads(text)
    departure = {**raw["departure"], "severity_ratio": tuple(raw["departure"]["severity_ratio"])}
    return Settings(
        quality=QualitySettings(**raw["quality"]),
        departure=DepartureSettings(**departure),
        alert=AlertSettings(**raw["alert"]),
        limit_severity=tuple(raw["limit"]["severity_multiple"]),
        discharge=DischargeSettings(
            AlertSettings(raw["discharge"]["raise_after"], raw["discharge"]["close_after"]),
            raw["discharge"]["clear_share"],
        ),
        traits={code: Trait(property_named(code).code, **row) for code, row in raw["property"].items()},
    )


@cache
def defaults() -> Settings:
    """The settings that come with the package."""
    return parse_settings((files(__package__) / "data" / "instruments.toml").read_text(encoding="utf-8"))
