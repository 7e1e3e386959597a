"""What a report is about: its kind, period and region; and who reads the records for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from riverchief.base import regions
from riverchief.base.basin import Region, Section
from riverchief.base.spans import Span
from riverchief.base.units import PROPERTIES
from riverchief.govern.report import Kind, Part, Period, Said
from riverchief.web import context
from riverchief.web.accounts.models import Role, User

API = "/api/v1"
COUNTY_DIGITS = 6


@dataclass(frozen=True)
class Scope:
    """What is asked for, and the editions that its answers rest on."""

    kind: Kind
    period: Period
    region: str
    now: datetime
    cited: dict[str, dict[str, Any]] = field(default_factory=dict)

    @cached_property
    def reader(self) -> User:
        """Nobody in person: an office of the region, which reads what every office there may, and nothing confidential.

        A report is read by more people than the one who asked for it, so it must not depend on who that was.
        """
        return User(username="(report)", role=Role.COUNTY, region=self.region)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The sections of the region, in the registry's order."""
        return tuple(s for s in context.basin().basin.sections if regions.contains(self.region, s.region))

    @cached_property
    def counties(self) -> tuple[Region, ...]:
        """The counties of the region, or itself."""
        found = context.basin().basin.regions
        return tuple(
            r for r in found if len(regions.prefix(r.code)) == COUNTY_DIGITS and regions.contains(self.region, r.code)
        )

    @property
    def span(self) -> Span | None:
        """The period as whole months; None for days and weeks."""
        return Span(self.period.start, self.period.end) if self.period.unit in {"month", "year"} else None

    def holds(self, at: datetime | None) -> bool:
        """Whether an instant is in the period."""
        return at is not None and self.period.begins_at <= at < self.period.ends_at

    def county(self, region: str) -> Said | None:
        """Name of the county that a place is in."""
        full = regions.normalise(region) if region else ""
        for county in context.basin().basin.regions:
            if len(regions.prefix(county.code)) == COUNTY_DIGITS and full and regions.contains(county.code, full):
                return named(county)
        return None

    def cite(self, code: str, zh: str, en: str, *, confirmed: bool, note_zh: str = "", note_en: str = "") -> None:
        """Remember an edition that a result rests on; one that is confirmed in one place and not in another is not."""
        known = self.cited.get(code)
        if code and (known is None or (known["confirmed"] and not confirmed)):
            self.cited[code] = {
                "code": code,
                "name_zh": zh,
                "name_en": en,
                "confirmed": confirmed,
                "note_zh": note_zh,
                "note_en": note_en,
            }


def two(zh: str, en: str) -> Said:
    """Words in both languages."""
    return {"zh": zh, "en": en or zh}


def named(item: Any) -> Said:
    """Both names of a thing of the registry."""
    return two(item.name_zh, item.name_en)


def property_name(code: str) -> Said:
    """Both names of a property."""
    found = PROPERTIES.get(code)
    return two(code, code) if found is None else two(found.name_zh, found.name_en)


def nothing(name: str, zh: str, en: str, query: str = "") -> Part:
    """A part without data, which says why."""
    return Part(name, missing=two(zh, en), query=query)
