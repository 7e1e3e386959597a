"""The basin folder as data: every file, its columns, what each means and which values it takes.

Reading, writing, checking and the reference page all follow these tables. Units stand in the column names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    kind : str
        text, number, integer, date, flag (true/false), region, choice, property, unit.
    needed : bool
        Whether a cell may not be empty.
    choices : tuple of str
        What a choice may be.
    refers : str
        The file whose first column must hold the value.
    low, high : float
        Smallest and largest value, in the unit of the column; `above` excludes `low` itself.
    may_lack : bool
        Whether the whole column may be missing, which says the same as empty cells.
    sparse : bool
        Whether it is written only where some row has a value.
    """

    name: str
    kind: str
    what: str
    needed: bool = True
    choices: tuple[str, ...] = ()
    refers: str = ""
    low: float | None = None
    high: float | None = None
    above: bool = False
    may_lack: bool = False
    sparse: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One CSV file: its columns in order, which of them together name a row, and whether a folder must have it."""

    file: str
    what: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    needed: bool = False

    def column(self, name: str) -> Column | None:
        """The column with this name, None where there is none."""
        return next((column for column in self.columns if column.name == name), None)


BASIN_FILE = "basin.toml"
LINES_FILE = "reaches.geojson"
FORMAT = 1
COORDINATE_SYSTEMS = ("wgs84", "cgcs2000", "gcj02")
CHIEF_LEVELS = ("province", "city", "county", "township", "village", "police", "guard")
SECTION_LEVELS = ("national", "provincial", "city", "county")
STATION_KINDS = ("water_quality", "hydrology", "outfall", "air")
CULTURE_KINDS = ("wetland", "heritage", "bridge", "spring", "park", "museum", "other")
LIMIT_PERIODS = ("hour", "day", "year")
SIGN_STATES = ("standing", "damaged", "removed")
STRUCTURE_KINDS = ("dam", "weir", "dike", "bridge", "pump")
FACILITY_KINDS = ("outfall", "works", "enterprise", "intake", "gate", "reservoir", "lake", *STRUCTURE_KINDS)
DIALECTS = {"hj212": ("2005", "2017", "2025", "surface-water"), "sl651": ("2014",)}

_CODE = Column("code", "text", "code, the name by which the other files mean it")
_ZH = Column("name_zh", "text", "name in Chinese")
_EN = Column("name_en", "text", "name in English")
_LON = Column(
    "lon", "number", "longitude [°]; empty: the drawn point at reach and chainage_m", False, low=-180, high=180
)
_LAT = Column("lat", "number", "latitude [°]", False, low=-90, high=90)
_REACH = Column("reach", "text", "reach it lies on; empty: the nearest to lon and lat", False, refers="reaches.csv")
_CHAINAGE = Column("chainage_m", "number", "metres from the upstream end of the reach", False, low=0)
_REGION = Column("region", "region", "administrative region (行政区)", refers="regions.csv")
_ASSUMED = Column("assumed", "flag", "true where it is not known but assumed or invented")
_VALID = (
    Column(
        "valid_from", "date", "first day; empty: since before the registry began", False, may_lack=True, sparse=True
    ),
    Column(
        "valid_to",
        "date",
        "day from which it is no longer there; empty: it still is",
        False,
        may_lack=True,
        sparse=True,
    ),
)
_NAMED = (_CODE, _ZH, _EN)
_ADDRESS = (_REACH, _CHAINAGE, _LON, _LAT)


def _choice(name: str, what: str, choices: Sequence[str]) -> Column:
    return Column(name, "choice", what, choices=tuple(choices))


def _above_zero(name: str, what: str) -> Column:
    return Column(name, "number", what, low=0, above=True)


TABLES = (
    Table("rivers.csv", "rivers (河流)", ("code",), _NAMED, needed=True),
    Table(
        "reaches.csv",
        "reaches (河段), each running downstream from one node to another; their lines are in reaches.geojson",
        ("code",),
        (
            _CODE,
            Column("river", "text", "river that it is part of", refers="rivers.csv"),
            _ZH,
            _EN,
            Column("from_node", "text", "node at its upstream end; reaches that share a node are joined there"),
            Column("to_node", "text", "node at its downstream end"),
            _above_zero("length_m", "length along the river, surveyed where known"),
            _above_zero("flow_m3s", "mean flow"),
            _above_zero("velocity_ms", "mean velocity of the water"),
            _above_zero("width_m", "mean width of the water"),
            _above_zero("depth_m", "mean depth"),
            Column("source", "text", "where line and figures come from", needed=False),
            _ASSUMED,
        ),
        needed=True,
    ),
    Table(
        "regions.csv",
        "administrative regions (行政区) with a point for the label; no borders",
        ("code",),
        (
            Column("code", "region", "2, 4, 6, 9 or 12 digits, trailing zeros may be left out"),
            _ZH,
            _EN,
            Column("lon", "number", "longitude of the label [°]", low=-180, high=180),
            Column("lat", "number", "latitude of the label [°]", low=-90, high=90),
        ),
    ),
    Table(
        "sections.csv",
        "sections (断面) where quality is assessed",
        ("code",),
        (
            *_NAMED,
            *_ADDRESS,
            _choice("level", "who assesses it", SECTION_LEVELS),
            Column("target_class", "integer", "class of GB 3838 to reach, 1 to 5", low=1, high=5),
            _REGION,
            _choice("tp_rule", "which column of GB 3838 judges total phosphorus", ("river", "lake")),
            Column("boundary", "flag", "true where water comes over the border of the basin here"),
            Column("station", "text", "station that watches it; empty: none", False, refers="stations.csv"),
            _ASSUMED,
            *_VALID,
        ),
    ),
    Table(
        "stations.csv",
        "instrument sites (站点)",
        ("code",),
        (
            *_NAMED,
            _choice("kind", "what it is", STATION_KINDS),
            *_ADDRESS,
            _REGION,
            _choice("protocol", "how it speaks", tuple(DIALECTS)),
            _choice("dialect", "edition of the protocol", tuple(d for group in DIALECTS.values() for d in group)),
            Column("device", "text", "MN of HJ 212 (up to 24 characters), or the 10 hexadecimal digits of SL 651"),
            Column("facility", "text", "outfall or works that it monitors", False, refers="facilities.csv"),
            Column("level_warning_m", "number", "alert at this level", False),
            Column("flow_minimum_m3s", "number", "alert below this flow", False, low=0),
            _ASSUMED,
        ),
    ),
    Table(
        "station_intervals.csv",
        "what each station measures, one row per property",
        ("station", "property"),
        (
            Column("station", "text", "station", refers="stations.csv"),
            Column("property", "property", "what is measured"),
            Column("interval_s", "integer", "normal time between two reports", low=1, high=86_400),
        ),
    ),
    Table(
        "facilities.csv",
        "outfalls (排污口), sewage works (污水厂), enterprises (企业), intakes (取水口), gates (闸), "
        "reservoirs (水库), lakes (湖泊), structures (坝、堰、堤防、桥、泵站)",
        ("code",),
        (
            _CODE,
            _choice("kind", "what it is", FACILITY_KINDS),
            _ZH,
            _EN,
            *_ADDRESS,
            _REGION,
            Column("flow_m3s", "number", "mean discharge or withdrawal; 0 where there is none", low=0),
            Column("permit", "text", "number of its discharge or abstraction permit", False),
            _ASSUMED,
            *_VALID,
        ),
    ),
    Table(
        "facility_pollutants.csv",
        "what each outfall typically discharges, one row per property: its fingerprint",
        ("facility", "property"),
        (
            Column("facility", "text", "outfall, works or enterprise", refers="facilities.csv"),
            Column("property", "property", "what it discharges"),
            Column("concentration", "number", "typical concentration, in the unit beside it"),
            Column("unit", "unit", "unit of the concentration, for example mg/L"),
        ),
    ),
    Table(
        "permits.csv",
        "limits of discharge permits (排污许可限值), one row per property and period",
        ("facility", "property", "period", "valid_from"),
        (
            Column("facility", "text", "outfall, works or enterprise", refers="facilities.csv"),
            Column("property", "property", "what is limited"),
            Column("limit", "number", "largest mean, or total load of a year, in the unit beside it", low=0),
            Column("unit", "unit", "unit of the limit, for example mg/L; t or kg for a year"),
            _choice("period", "mean of an hour or a day, or load of a calendar year", LIMIT_PERIODS),
            Column("clause_zh", "text", "clause of the permit in Chinese, as an alert cites it"),
            Column("clause_en", "text", "clause in English", False),
            Column("document", "text", "the permit: number, authority, date"),
            Column("valid_from", "date", "first day"),
            Column("valid_to", "date", "day from which it no longer holds; empty: it still does", False),
            Column("lower", "number", "smallest mean allowed (pH), in the same unit", False, may_lack=True),
            Column("confirmed", "flag", "true where somebody has checked the row against the permit"),
        ),
    ),
    Table(
        "cameras.csv",
        "cameras at the river (摄像头)",
        ("code",),
        (
            *_NAMED,
            *_ADDRESS,
            _REGION,
            Column("still_url", "text", "http(s) address of one picture; empty: none is fetched", False),
            Column("stream_url", "text", "address that a person opens to watch", False),
            Column("every_s", "integer", "time between two pictures", low=60, high=86_400),
            Column("section", "text", "section that it looks at; empty: none", False, refers="sections.csv"),
            _ASSUMED,
            *_VALID,
        ),
    ),
    Table(
        "chiefs.csv",
        "river chiefs (河长), and river police (河道警长) and guards (巡河员) who keep a stretch beside them",
        ("code",),
        (*_NAMED, _choice("level", "level", CHIEF_LEVELS), _REGION, _ASSUMED),
    ),
    Table(
        "responsibilities.csv",
        "who answers for which stretch, and since when",
        (),
        (
            Column("chief", "text", "chief", refers="chiefs.csv"),
            Column("reach", "text", "reach", refers="reaches.csv"),
            Column("from_m", "number", "upstream end of the stretch, metres along the reach", low=0),
            Column("to_m", "number", "downstream end of the stretch", low=0),
            Column("start", "date", "first day"),
            Column("end", "date", "day from which it is no longer so; empty: it still is", False),
        ),
    ),
    Table(
        "terms.csv",
        "terms of office (任期); a chief without one is in office as long as the stretches say",
        ("chief", "start"),
        (
            Column("chief", "text", "chief", refers="chiefs.csv"),
            Column("start", "date", "first day in office"),
            Column("end", "date", "day from which no longer in office; empty: still is", False),
            Column("document", "text", "document that names the chief", False),
            _ASSUMED,
        ),
    ),
    Table(
        "leaves.csv",
        "leave of chiefs with a deputy (请假与代理)",
        ("chief", "start"),
        (
            Column("chief", "text", "chief", refers="chiefs.csv"),
            Column("start", "date", "first day of leave"),
            Column("end", "date", "day of the return"),
            Column("deputy", "text", "chief who answers meanwhile", refers="chiefs.csv"),
            Column("reason", "text", "why", False),
        ),
    ),
    Table(
        "culture.csv",
        "places of culture and nature at the river (水文化节点)",
        ("code",),
        (
            _CODE,
            _choice("kind", "what it is", CULTURE_KINDS),
            _ZH,
            _EN,
            *_ADDRESS,
            Column("fact_zh", "text", "what is known of it, in Chinese"),
            Column("fact_en", "text", "what is known of it, in English"),
            Column("source", "text", "where that stands", False),
            _ASSUMED,
        ),
    ),
    Table(
        "projects.csv",
        "key projects (重点项目) by board",
        ("code",),
        (
            _CODE,
            Column("board", "text", "board that lists it"),
            _ZH,
            _EN,
            _REGION,
            Column("reach", "text", "reach it lies on; empty: not on the river", False, refers="reaches.csv"),
            _CHAINAGE,
            Column("start_planned", "date", "planned first day", False),
            Column("end_planned", "date", "planned last day", False),
            Column("start_actual", "date", "first day", False),
            Column("end_actual", "date", "last day", False),
            _ASSUMED,
        ),
    ),
    Table(
        "signs.csv",
        "public signs (公示牌) at the bank, each with a QR code that leads to its page",
        ("code",),
        (
            *_NAMED,
            *_ADDRESS,
            _REGION,
            _choice("state", "whether it stands", SIGN_STATES),
            Column("since", "date", "first day", False),
            Column("until", "date", "day from which it no longer stands; empty: it still does", False),
            Column("about_zh", "text", "the river and its culture in Chinese, as the page tells it", False),
            Column("about_en", "text", "the same in English", False),
            Column("photo", "text", "SHA-256 of a photograph in the data folder's files; empty: none", False),
            _ASSUMED,
        ),
    ),
)
TABLE = {table.file: table for table in TABLES}

BASIN_KEYS = {
    "format": "format of this folder; 1",
    "code": "code of the basin",
    "name_zh": "name in Chinese",
    "name_en": "name in English",
    "region": "region that the basin is about; one of regions.csv",
    "version": "version of the network that the chainages belong to, for example a date",
    "coordinates": "coordinate system of every longitude and latitude: wgs84, cgcs2000 or gcj02",
    "review_number": "审图号 printed on the map; empty where there is none",
    "notes": "anything a reader should know",
}
OPTIONAL_KEYS = frozenset({"review_number", "notes"})
