"""The sections of an .inp file as typed rows: one class per section, its fields are the columns in their order.

Values stand as the file gives them, in its units (EPA SWMM 5.2 User's Manual, EPA/600/R-22/030, appendix D). A field
without a default must be there; `None` stands for an asterisk.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of the file; `line` counts from 1."""

    line: int


@dataclass(frozen=True)
class Named(Row):
    """A line whose first column is a name."""

    name: str


@dataclass(frozen=True)
class Junction(Named):
    """[JUNCTIONS]: a node without volume of its own."""

    invert: float
    max_depth: float = 0.0
    initial_depth: float = 0.0
    surcharge_depth: float = 0.0
    ponded_area: float = 0.0


@dataclass(frozen=True)
class Outfall(Named):
    """[OUTFALLS]: `stage` is a level, or the name of a curve or series; empty with FREE and NORMAL."""

    invert: float
    kind: str
    stage: str = ""
    gated: bool = False
    route_to: str = ""


@dataclass(frozen=True)
class StorageUnit(Named):
    """[STORAGE]: `curve` with TABULAR, else the three numbers of the form."""

    invert: float
    max_depth: float
    initial_depth: float
    kind: str
    curve: str = ""
    a: float = 0.0
    b: float = 0.0
    c: float = 0.0
    surcharge_depth: float = 0.0
    evaporated: float = 0.0
    seepage: tuple[float, ...] = ()


@dataclass(frozen=True)
class Divider(Named):
    """[DIVIDERS]: under dynamic wave a junction."""

    invert: float
    link: str
    kind: str
    rest: tuple[str, ...] = ()


@dataclass(frozen=True)
class LinkRow(Named):
    """Anything between two nodes."""

    from_node: str
    to_node: str


@dataclass(frozen=True)
class ConduitRow(LinkRow):
    """[CONDUITS]."""

    length: float
    roughness: float
    offset_up: float | None = 0.0
    offset_down: float | None = 0.0
    initial_flow: float = 0.0
    most_flow: float = 0.0


@dataclass(frozen=True)
class PumpRow(LinkRow):
    """[PUMPS]; `curve` is an asterisk for an ideal pump."""

    curve: str = "*"
    status: str = "ON"
    on_depth: float = 0.0
    off_depth: float = 0.0


@dataclass(frozen=True)
class OrificeRow(LinkRow):
    """[ORIFICES]."""

    kind: str
    offset: float | None
    coefficient: float
    gated: bool = False
    closing_h: float = 0.0


@dataclass(frozen=True)
class WeirRow(LinkRow):
    """[WEIRS]."""

    kind: str
    crest: float | None
    coefficient: float
    gated: bool = False
    contractions: float = 0.0
    end_coefficient: float = 0.0
    surcharges: bool = True
    road: tuple[str, ...] = ()


@dataclass(frozen=True)
class OutletRow(LinkRow):
    """[OUTLETS]: `curve` with TABULAR, else Q = `a` h^`b`; h is a depth, or a difference of heads where `by_head`."""

    offset: float | None
    kind: str
    by_head: bool
    curve: str = ""
    a: float = 0.0
    b: float = 0.0
    gated: bool = False


@dataclass(frozen=True)
class XSection(Named):
    """[XSECTIONS]: `of` is the transect, shape curve or street; `sizes` are Geom1 to Geom4."""

    shape: str
    of: str = ""
    sizes: tuple[float, ...] = ()
    barrels: int = 1
    culvert: int = 0


@dataclass(frozen=True)
class Loss(Named):
    """[LOSSES] of a conduit."""

    entry: float
    exit: float
    average: float
    gated: bool = False
    seepage: float = 0.0


@dataclass(frozen=True)
class Pollutant(Named):
    """[POLLUTANTS]; decay in 1/day."""

    units: str
    rain: float = 0.0
    groundwater: float = 0.0
    rdii: float = 0.0
    decay: float = 0.0
    snow_only: bool = False
    co_pollutant: str = "*"
    co_fraction: float = 0.0
    dwf: float = 0.0
    initial: float = 0.0


@dataclass(frozen=True)
class InflowRow(Named):
    """[INFLOWS] at a node: `scale` × `series` + `base` × `pattern`, of FLOW or a pollutant."""

    what: str
    series: str = ""
    kind: str = "CONCEN"
    mass_factor: float = 1.0
    scale: float = 1.0
    base: float = 0.0
    pattern: str = ""


@dataclass(frozen=True)
class DryWeather(Named):
    """[DWF] at a node: a mean and up to four patterns that multiply it."""

    what: str
    mean: float
    patterns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Treatment(Named):
    """[TREATMENT] of a pollutant at a node."""

    pollutant: str
    formula: str


@dataclass(frozen=True)
class Coordinate(Named):
    """[COORDINATES] of a node, in the map's units."""

    x: float
    y: float


@dataclass(frozen=True)
class Transect(Named):
    """[TRANSECTS]: HEC-2 cards NC, X1, GR put together; lengths as in the file, factors not yet applied."""

    roughness: tuple[float, float, float]  # left bank, right bank, channel
    banks: tuple[float, float]
    length_factor: float
    width_factor: float
    raised: float
    stations: tuple[float, ...]
    levels: tuple[float, ...]


@dataclass(frozen=True)
class Curve(Named):
    """[CURVES]."""

    kind: str
    x: tuple[float, ...]
    y: tuple[float, ...]


@dataclass(frozen=True)
class TimeSeries(Named):
    """[TIMESERIES]: instants [s since 1970, the file's local time taken for UTC]."""

    time_s: tuple[float, ...]
    values: tuple[float, ...]


@dataclass(frozen=True)
class Pattern(Named):
    """[PATTERNS]: 12 monthly, 7 daily (from Sunday), 24 hourly or weekend factors."""

    kind: str
    factors: tuple[float, ...]


@dataclass(frozen=True)
class Rule(Named):
    """[CONTROLS]: clauses as (word, tokens after it), such as ("IF", ("NODE", "A", "DEPTH", ">", "2"))."""

    clauses: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Remark:
    """Something in the file that the twin takes differently, or not at all.

    Attributes
    ----------
    line : int
        Line of the file, from 1; 0 where it is the whole file.
    section, element : str
    why, instead : str
        What it asks for that does not fit, and what is done.
    """

    line: int
    section: str
    element: str
    why: str
    instead: str

    def __str__(self) -> str:
        """One line for people."""
        where = f"line {self.line}, " if self.line else ""
        return f"{where}[{self.section}] {self.element}: {self.why}; {self.instead}."
