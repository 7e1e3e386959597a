"""A basin as plain values: what a basin folder says, and what the platform's registry gives back.

`riverchief.basins` reads and writes the folder; `riverchief.web.basin` keeps it in the database; every engine
receives these immutable values.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial

import numpy as np

from riverchief.base.network import Network
from riverchief.base.places import Interval, Place


@dataclass(frozen=True)
class River:
    """A named river (河流)."""

    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class Reach:
    """A reach (河段) from one node down to another, with what the registry knows of its water."""

    code: str
    river: str
    name_zh: str
    name_en: str
    from_node: str
    to_node: str
    length_m: float
    flow_m3s: float  # mean flow
    velocity_ms: float  # mean velocity
    width_m: float
    depth_m: float
    line: tuple[tuple[float, float], ...] = ()  # longitude, latitude [°], upstream end first
    source: str = ""  # where the line and the figures come from
    assumed: bool = True


@dataclass(frozen=True)
class Region:
    """An administrative region (行政区) with a point to label it; no polygon."""

    code: str
    name_zh: str
    name_en: str
    lon: float
    lat: float


@dataclass(frozen=True)
class Section:
    """A place where quality is assessed (断面) against a target class."""

    code: str
    name_zh: str
    name_en: str
    place: Place
    lon: float
    lat: float
    level: str  # national, provincial, city, county
    target_class: int  # 1 … 5
    region: str
    tp_rule: str = "river"  # which column of GB 3838 Table 1 judges total phosphorus: river or lake
    boundary: bool = False  # water comes over the border here
    station: str = ""  # code of the station that watches it
    assumed: bool = True
    valid_from: date | None = None  # first day; None: since before the registry began
    valid_to: date | None = None  # first day on which it is no longer there


@dataclass(frozen=True)
class Station:
    """An instrument site (站点): what it measures, and how it speaks."""

    code: str
    name_zh: str
    name_en: str
    kind: str  # water_quality, hydrology, outfall, air
    place: Place | None  # None for what is not on the river (air)
    lon: float
    lat: float
    region: str
    protocol: str  # hj212, sl651
    dialect: str  # 2005, 2017, 2025, surface-water; 2014
    device: str  # MN, or the 10 hexadecimal characters of an SL 651 address
    interval_s: dict[str, int] = field(default_factory=dict)  # property → normal reporting interval [s]
    facility: str = ""  # the outfall or works that it monitors
    level_warning_m: float | None = None  # hydrology: alert at this level [m]
    flow_minimum_m3s: float | None = None  # hydrology: alert below this flow [m³/s]
    assumed: bool = True


@dataclass(frozen=True)
class Facility:
    """A thing on or at the network: outfall, works, enterprise, intake, gate, reservoir, lake, structure."""

    code: str
    kind: str
    name_zh: str
    name_en: str
    place: Place
    lon: float
    lat: float
    region: str
    flow_m3s: float = 0.0  # mean discharge or withdrawal
    pollutants: dict[str, float] = field(default_factory=dict)  # property → typical concentration [its unit]
    permit: str = ""
    assumed: bool = True
    valid_from: date | None = None  # first day; None: since before the registry began
    valid_to: date | None = None  # first day on which it is no longer there


@dataclass(frozen=True)
class Camera:
    """A camera at the river (摄像头): a still picture by address on a schedule, and a link to its stream."""

    code: str
    name_zh: str
    name_en: str
    place: Place
    lon: float
    lat: float
    region: str
    still_url: str = ""  # where one JPEG or PNG picture is fetched; empty: none
    stream_url: str = ""  # what a person opens to watch
    every_s: int = 3600  # time between two pictures [s]
    section: str = ""  # code of the section that it looks at
    assumed: bool = True
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Culture:
    """A place of culture or nature at the river (水文化节点): what is known of it, and where that stands."""

    code: str
    kind: str  # wetland, heritage, bridge, spring, park, museum, other
    name_zh: str
    name_en: str
    place: Place
    lon: float
    lat: float
    fact_zh: str
    fact_en: str
    source: str = ""
    assumed: bool = True


@dataclass(frozen=True)
class PermitLimit:
    """One limit of a discharge permit (排污许可), as it was entered: what, how much, of which clause, since when."""

    facility: str
    property: str
    limit: float  # in `unit`
    unit: str
    period: str  # hour, day: of a mean; year: total load
    clause_zh: str
    clause_en: str
    document: str
    valid_from: date
    valid_to: date | None = None  # first day on which it is no longer valid
    lower: float | None = None  # smallest value allowed (pH)
    confirmed: bool = False  # somebody has checked it against the permit


@dataclass(frozen=True)
class Responsibility:
    """Who answers for a stretch of a reach, and since when."""

    chief: str
    interval: Interval


@dataclass(frozen=True)
class Chief:
    """A river chief (河长) of one of five levels, or who keeps a stretch beside them: river police (河道警长), guards.

    Names in shipped basins are invented and marked.
    """

    code: str
    name_zh: str
    name_en: str
    level: str  # province, city, county, township, village; police, guard
    region: str
    assumed: bool = True


@dataclass(frozen=True)
class Term:
    """A term of office (任期) of a chief, from `start` up to but without `end`."""

    chief: str
    start: date
    end: date | None = None
    document: str = ""  # by which the chief was named
    assumed: bool = True


@dataclass(frozen=True)
class Leave:
    """Days on which a deputy (代理) answers for a chief, from `start` up to but without `end`."""

    chief: str
    start: date
    end: date
    deputy: str
    reason: str = ""


@dataclass(frozen=True)
class Project:
    """A key project (重点项目) on a board: what was planned, and how far it is."""

    code: str
    board: str
    name_zh: str
    name_en: str
    region: str
    place: Place | None
    start_planned: date | None
    end_planned: date | None
    start_actual: date | None
    end_actual: date | None
    assumed: bool = True


def there_on(day: date, thing: Section | Facility | Camera) -> bool:
    """Whether a thing of the registry is there on a day."""
    return (thing.valid_from is None or thing.valid_from <= day) and (thing.valid_to is None or day < thing.valid_to)


@dataclass(frozen=True)
class Sign:
    """A public sign at the bank (公示牌), with the QR code that leads to its page."""

    code: str
    name_zh: str
    name_en: str
    place: Place
    lon: float
    lat: float
    region: str
    state: str  # standing, damaged, removed
    since: date | None = None
    until: date | None = None  # first day without it
    about_zh: str = ""  # the river and its culture, as the page tells it
    about_en: str = ""
    photo: str = ""  # SHA-256 of a file of the data folder
    assumed: bool = True


@dataclass(frozen=True)
class Basin:
    """Everything a basin folder says."""

    code: str
    name_zh: str
    name_en: str
    region: str
    version: str
    review_number: str  # 审图号 printed on the map, where a site has one
    rivers: tuple[River, ...]
    reaches: tuple[Reach, ...]
    regions: tuple[Region, ...]
    sections: tuple[Section, ...]
    stations: tuple[Station, ...]
    facilities: tuple[Facility, ...]
    chiefs: tuple[Chief, ...]
    responsibilities: tuple[Responsibility, ...]
    projects: tuple[Project, ...] = ()
    notes: str = ""
    permits: tuple[PermitLimit, ...] = ()
    signs: tuple[Sign, ...] = ()
    terms: tuple[Term, ...] = ()
    leaves: tuple[Leave, ...] = ()
    cameras: tuple[Camera, ...] = ()
    culture: tuple[Culture, ...] = ()

    def as_of(self, day: date) -> Basin:
        """The basin with those sections, facilities and cameras that are there on a day; the rest as it is."""
        return replace(
            self,
            sections=tuple(filter(partial(there_on, day), self.sections)),
            facilities=tuple(filter(partial(there_on, day), self.facilities)),
            cameras=tuple(filter(partial(there_on, day), self.cameras)),
        )

    @cached_property
    def network(self) -> Network:
        """The network that the reaches form."""
        return Network.build(
            [r.code for r in self.reaches],
            [r.from_node for r in self.reaches],
            [r.to_node for r in self.reaches],
            np.array([r.length_m for r in self.reaches]),
            np.array([r.velocity_ms for r in self.reaches]),
            [np.array(r.line).reshape(-1, 2) for r in self.reaches],
            self.version,
        )
