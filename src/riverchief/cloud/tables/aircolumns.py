"""What columns and cells of an air table mean: names in Chinese and English, units, stamps, marks for no value.

A header such as `PM2.5(μg/m³)`, `pm2_5`, `细颗粒物`, `O3_8h` or `SO2_24h` is read as an item and an averaging period; a
unit in it is honoured. Marks for a missing value and for an item that is not monitored are told apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from riverchief.base.errors import InputError
from riverchief.base.time import CHINA
from riverchief.base.units import factor, property_named
from riverchief.cloud.tables.table import Table, number

UNPLANNED = "/"
_MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "--", "---", "—", "——", "–", "－", "_", "*"})

# role → headers, after `_plain`
_ROLES: Mapping[str, tuple[str, ...]] = {
    "time": ("time", "timepoint", "datetime", "时间", "监测时间", "发布时间", "数据时间"),
    "date": ("date", "day", "日期", "监测日期"),
    "hour": ("hour", "h", "时次", "时"),  # 小时 is h by then
    "station_code": ("stationcode", "station_code", "stationid", "站点编号", "站点编码", "监测点编码", "点位编码"),
    "station": (
        "positionname",
        "position_name",
        "watchpoint",
        "station",
        "stationname",
        "站点",
        "站点名称",
        "监测点",
        "监测点位",
        "监测点名称",
        "点位",
        "点位名称",
    ),
    "city": ("area", "city", "cityname", "城市", "城市名称", "地区"),
    "aqi": ("aqi", "空气质量指数", "空气质量指数aqi"),
    "level": ("level", "quality", "空气质量", "空气质量级别", "空气质量类别", "质量等级", "类别", "级别", "等级"),
    "primary": ("primarypollutant", "primarypollution", "primary_pollutant", "首要污染物"),
}
_ROLE_OF = {name: role for role, names in _ROLES.items() for name in names}
_ITEMS = (
    ("pm25", r"pm2[._ ]?5|细颗粒物"),
    ("pm10", r"pm_?10|可吸入颗粒物|颗粒物"),
    ("so2", r"so2|二氧化硫"),
    ("no2", r"no2|二氧化氮"),
    ("co", r"co|一氧化碳"),
    ("o3", r"o3|臭氧"),
)
_SUFFIX = r"[ _\-]*(?P<of>1h|8h|24h|8h[_\-]24h)?(?:平均|均值|浓度)*"
_HEADERS = tuple((item, re.compile(f"(?:{names}){_SUFFIX}")) for item, names in _ITEMS)
_YEARS = (1900, 2999)  # what a calendar can hold with a day more or less
_BRACKET = re.compile(r"[(\[（【]([^)\]）】]*)[)\]）】]")
_UNIT = re.compile(r"[µμu]g/m\^?3|mg/m\^?3")
_PRINTED = re.compile(
    r"(?P<pm25>pm2[._]?5|细颗粒物)|(?P<pm10>pm_?10|(?<!细)颗粒物)|(?P<so2>so2|二氧化硫|sulphur dioxide|sulfur dioxide)"
    r"|(?P<no2>no2|二氧化氮|nitrogen dioxide)|(?P<o3>o3|臭氧|ozone)|(?P<co>\bco\b|一氧化碳|carbon monoxide)"
)
_STAMP = re.compile(
    r"(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?"
    r"(?:[T\s]*(?P<H>\d{1,2})(?:[:时点]?(?P<M>\d{2})?(?:[:分]?(?P<S>\d{2})(?:\.\d+)?)?)?[时分秒]?)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?"
)
_COMPACT = re.compile(
    r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:[T\s_]?(?P<H>\d{2})(?P<M>\d{2})?(?P<S>\d{2})?)?(?P<zone>)"
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of concentrations: where it stands, its header, its key and the factor to the unit of the item."""

    at: int
    title: str
    key: str
    factor: float


@dataclass(frozen=True)
class AirColumns:
    """What the columns of a table are: roles (`time`, `station` …), concentrations by key, and what is left over."""

    roles: Mapping[str, int]
    values: Mapping[str, Column]
    unknown: tuple[str, ...]


def _plain(title: str) -> str:
    """A header without width, case, subscripts and outer blanks."""
    return unicodedata.normalize("NFKC", title).strip().strip("\ufeff").lower().replace("小时", "h")


def _key_of(plain: str) -> str:
    """The key behind a header without its unit, empty for none."""
    inner = _BRACKET.findall(plain)
    name = _BRACKET.sub("", plain).strip()
    for text in (name, f"{name}_{inner[0]}" if inner else "", inner[0] if inner and not name else ""):
        for item, pattern in _HEADERS:
            match = pattern.fullmatch(text) if text else None
            if match is None:
                continue
            of = (match["of"] or "").replace("-", "_")
            of = of or next((o for o in ("8h_24h", "8h", "24h") if any(o in part for part in inner)), "")
            return item if of in {"", "1h"} else f"{item}_{of}"
    return ""


def value_column(at: int, title: str) -> Column | None:
    """A column of concentrations from its header; None for a header that names no item.

    Raises
    ------
    InputError
        When the header names a unit that the item cannot be turned from.
    """
    plain = _plain(title)
    found = _UNIT.search(plain)
    key = _key_of(_UNIT.sub("", plain).replace("()", "").replace("[]", ""))
    if not key:
        return None
    kept = property_named(key.partition("_")[0]).unit
    unit = kept if found is None else ("mg/m³" if found.group().startswith("mg") else "µg/m³")
    return Column(at, title.strip(), key, factor(unit, kept))


def air_columns(table: Table) -> AirColumns:
    """What the columns of a table are.

    Raises
    ------
    InputError
        When a concentration stands there twice, or there is no time or no concentration.
    """
    roles: dict[str, int] = {}
    values: dict[str, Column] = {}
    unknown: list[str] = []
    for at, title in enumerate(table.header.fields):
        plain = _plain(title)
        role = _ROLE_OF.get(plain, "")
        column = None if role else value_column(at, title)
        name = role or (column.key if column else "")
        if not name or name in roles:  # of two columns with the city, say, the first counts
            unknown.append(title.strip())
        elif name in values:
            raise InputError(f"{table.path} has the column {name!r} twice, again as {title!r}: keep one.", column=name)
        elif role:
            roles[role] = at
        elif column:
            values[column.key] = column
    _check(table, roles, values, unknown)
    return AirColumns(roles, values, tuple(unknown))


def _check(table: Table, roles: Mapping[str, int], values: Mapping[str, Column], unknown: list[str]) -> None:
    missing = []
    if "time" not in roles and "date" not in roles:
        missing.append("'time' (or 'date' with 'hour')")
    if not values:
        missing.append("of concentrations (pm2_5, pm10, so2, no2, o3, co)")
    if missing:
        raise InputError(
            f"{table.path} has no column {' and no column '.join(missing)}; "
            f"not known here: {', '.join(unknown) or 'none'}. Name the columns as in the national table.",
            path=str(table.path),
        )


def cell_number(text: str) -> tuple[float | None, str]:
    """The number in a cell, or None with what stands there: `missing`, `unplanned` or `not_a_number`."""
    value = number(text)
    if value is not None:
        return value, ""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if plain in _MISSING or text.strip() in _MISSING:
        return None, "missing"
    if plain == UNPLANNED:
        return None, "unplanned"
    return None, "not_a_number"


def items_printed(text: str) -> frozenset[str] | None:
    """The items that a published primary pollutant names, whatever parts them; None for text that names none.

    A mark for no value gives the empty set.
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if plain in _MISSING or plain in {UNPLANNED, "无"}:
        return frozenset()
    found = frozenset(str(match.lastgroup) for match in _PRINTED.finditer(plain))
    return found or None


@lru_cache(maxsize=65_536)
def stamp(text: str, hour: str = "") -> tuple[datetime, bool] | None:
    """A stamp as an aware datetime, and whether it names an hour; None for text that is none.

    Beijing time unless it names a zone; 24:00 is the midnight that ends the day. `hour` is the cell of a column of its
    own.
    """
    match = _STAMP.fullmatch(text.strip()) or _COMPACT.fullmatch(text.strip())
    if match is None:
        return None
    hours = match["H"] or ""
    if hour:
        bare = hour.strip().removesuffix("时").split(":")[0]
        value = number(bare)
        if value is None or value != int(value):
            return None
        hours = str(int(value))
    if not _YEARS[0] <= int(match["y"]) <= _YEARS[1]:
        return None
    with suppress(ValueError):
        day = datetime(int(match["y"]), int(match["m"]), int(match["d"]), tzinfo=_zone(match["zone"]))
        hour_of_day, minute, second = int(hours or 0), int(match["M"] or 0), int(match["S"] or 0)
        if hour_of_day > 24 or minute > 59 or second > 59 or (hour_of_day == 24 and (minute or second)):
            return None
        return day + timedelta(hours=hour_of_day, minutes=minute, seconds=second), bool(hours)
    return None


def _zone(text: str | None) -> tzinfo:
    if not text:
        return CHINA
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=minutes if text[0] == "+" else -minutes))
