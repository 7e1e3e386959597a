"""Places and intervals: an address on the network, and a stretch of it with dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from riverchief.base.errors import InputError


@dataclass(frozen=True, slots=True)
class Place:
    """An address on the network: code of the reach, chainage [m] from its upstream end."""

    reach: str
    chainage_m: float


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of one reach [m], from upstream to downstream, in force from `start` up to but without `end`."""

    reach: str
    from_m: float
    to_m: float
    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if not self.from_m <= self.to_m:
            raise InputError(
                f"interval on {self.reach} runs from {self.from_m:,.0f} m to {self.to_m:,.0f} m; "
                f"give the upstream end first.",
                reach=self.reach,
            )

    def covers(self, place: Place, day: date) -> bool:
        """Whether the place lies in the stretch on that day; both ends belong to it."""
        return (
            place.reach == self.reach
            and self.from_m <= place.chainage_m <= self.to_m
            and self.start <= day
            and (self.end is None or day < self.end)
        )
