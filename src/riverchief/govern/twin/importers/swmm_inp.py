"""EPA SWMM's .inp text as typed rows, every line's number kept, every bad line named.

Nothing is converted here: values stand in the file's units. `swmm_river.river` makes a River of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args, get_type_hints

from riverchief.base.errors import InputError
from riverchief.govern.twin.importers import swmm_rows as rows
from riverchief.govern.twin.importers.swmm_blocks import BLOCKS, clock_s, day_s
from riverchief.govern.twin.importers.swmm_rows import Remark, Row

R = TypeVar("R", bound=Row)
Tokens = list[str]

FOOT_M = 0.3048
# Flow units: m³/s of one unit, metres of one length unit that goes with them
FLOW_UNITS = {
    "CFS": (FOOT_M**3, FOOT_M),
    "GPM": (3.785411784e-3 / 60.0, FOOT_M),
    "MGD": (3_785.411784 / 86_400.0, FOOT_M),
    "CMS": (1.0, 1.0),
    "LPS": (1e-3, 1.0),
    "MLD": (1_000.0 / 86_400.0, 1.0),
}


# ---------------------------------------------------------------------- columns that change with a keyword


def _outfall(t: Tokens) -> Tokens:
    kind = t[2].upper()
    return [*t[:2], kind, *([""] if kind in ("FREE", "NORMAL") else []), *t[3:]]


def _storage(t: Tokens) -> Tokens:
    kind = t[4].upper()
    head, rest = [*t[:4], kind], t[5:]
    if kind == "TABULAR":
        return [*head, rest[0], "0", "0", "0", *rest[1:]]
    return [*head, "", *(rest[:3] + ["0"] * (3 - len(rest[:3]))), *rest[3:]]


def _outlet(t: Tokens) -> Tokens:
    kind, _, by = t[4].upper().partition("/")
    head = [*t[:4], kind, "YES" if by.startswith("HEAD") else "NO"]
    return [*head, t[5], "0", "0", *t[6:]] if kind == "TABULAR" else [*head, "", *t[5:]]


def _xsection(t: Tokens) -> Tokens:
    shape = t[1].upper()
    if shape in ("IRREGULAR", "STREET"):
        return [t[0], shape, t[2], "", *(["1"] if len(t) < 7 else t[6:])]
    of = t[3] if shape == "CUSTOM" else ""
    sizes = t[2:3] if shape == "CUSTOM" else t[2:6]
    return [t[0], shape, of, ",".join(sizes), *t[6:]]


def _inflow(t: Tokens) -> Tokens:
    kind = t[3].upper() if len(t) > 3 else ""
    return [*t[:3], kind or "CONCEN", *t[4:]]


def _orifice(t: Tokens) -> Tokens:
    return [*t[:3], t[3].upper(), *t[4:]]


def _weir(t: Tokens) -> Tokens:
    return [*_orifice(t)[:10], ",".join(t[10:])]


def _many(n: int) -> Callable[[Tokens], Tokens]:
    """All columns from the n-th on as one tuple."""
    return lambda t: [*t[:n], ",".join(t[n:])]


def _formula(t: Tokens) -> Tokens:
    return [*t[:2], " ".join(t[2:])]


def _as_is(t: Tokens) -> Tokens:
    return t


# Section → class of its rows, how its columns become the class's fields
TABLES: dict[str, tuple[type[Row], Callable[[Tokens], Tokens]]] = {
    "JUNCTIONS": (rows.Junction, _as_is),
    "OUTFALLS": (rows.Outfall, _outfall),
    "STORAGE": (rows.StorageUnit, lambda t: _many(10)(_storage(t))),
    "DIVIDERS": (rows.Divider, lambda t: _many(4)([*t[:3], t[3].upper(), *t[4:]])),
    "CONDUITS": (rows.ConduitRow, _as_is),
    "PUMPS": (rows.PumpRow, _as_is),
    "ORIFICES": (rows.OrificeRow, _orifice),
    "WEIRS": (rows.WeirRow, _weir),
    "OUTLETS": (rows.OutletRow, _outlet),
    "XSECTIONS": (rows.XSection, _xsection),
    "LOSSES": (rows.Loss, _as_is),
    "POLLUTANTS": (rows.Pollutant, _as_is),
    "INFLOWS": (rows.InflowRow, _inflow),
    "DWF": (rows.DryWeather, _many(3)),
    "TREATMENT": (rows.Treatment, _formula),
    "COORDINATES": (rows.Coordinate, _as_is),
}

# Sections that say nothing about the water in channels: they are left out without a word
SILENT = [
    "TITLE",
    "OPTIONS",
    "REPORT",
    "MAP",
    "VERTICES",
    "POLYGONS",
    "SYMBOLS",
    "LABELS",
    "BACKDROP",
    "TAGS",
    "PROFILES",
]

# Sections that do, and that the twin does not read
ELSEWHERE = {
    "FILES": "files of other runs",
    "EVENTS": "hours outside of which SWMM rests",
    "RAINGAGES": "rain",
    "SUBCATCHMENTS": "runoff",
    "SUBAREAS": "runoff",
    "INFILTRATION": "runoff",
    "LID_CONTROLS": "runoff",
    "LID_USAGE": "runoff",
    "AQUIFERS": "groundwater",
    "GROUNDWATER": "groundwater",
    "GWF": "groundwater",
    "SNOWPACKS": "snow",
    "TEMPERATURE": "weather",
    "EVAPORATION": "weather",
    "ADJUSTMENTS": "weather",
    "HYDROGRAPHS": "rain in sewers",
    "RDII": "rain in sewers",
    "LANDUSES": "wash-off",
    "COVERAGES": "wash-off",
    "LOADINGS": "wash-off",
    "BUILDUP": "wash-off",
    "WASHOFF": "wash-off",
    "STREETS": "streets",
    "INLETS": "streets",
    "INLET_USAGE": "streets",
}
_KNOWN = {*TABLES, *BLOCKS, *SILENT, *ELSEWHERE}


@dataclass(frozen=True)
class Inp:
    """An .inp file as typed rows.

    Attributes
    ----------
    options : mapping of str to (line, value)
        [OPTIONS], keys in capitals.
    table : mapping of str to tuple of Row
        By section; `of` gives them by class.
    remarks : tuple of Remark
        Sections that hold something and were not read.
    """

    title: str
    options: dict[str, tuple[int, str]]
    table: dict[str, tuple[Row, ...]]
    remarks: tuple[Remark, ...]

    def of(self, kind: type[R]) -> tuple[R, ...]:
        """All rows of a class, in the file's order."""
        return tuple(row for part in self.table.values() for row in part if isinstance(row, kind))

    def option(self, key: str, default: str = "") -> str:
        """An option in capitals."""
        return self.options.get(key, (0, default))[1].upper()

    @property
    def flow_m3s(self) -> float:
        """One flow unit [m³/s]."""
        return FLOW_UNITS[self.option("FLOW_UNITS", "CFS")][0]

    @property
    def length_m(self) -> float:
        """One length unit [m]."""
        return FLOW_UNITS[self.option("FLOW_UNITS", "CFS")][1]

    def instant_s(self, what: str) -> float:
        """START, END or REPORT_START [s since 1970, the file's local time taken for UTC]."""
        date, time = self.options.get(f"{what}_DATE"), self.options.get(f"{what}_TIME")
        default = "START" if what != "START" else ""
        if date is None:
            return self.instant_s(default) if default else datetime(2004, 1, 1, tzinfo=UTC).timestamp()
        return day_s(date[1]) + (clock_s(time[1]) if time else 0.0)


def read_inp(path: Path) -> Inp:
    """Read an .inp file; series in files of their own are looked for beside it.

    Raises
    ------
    InputError
        Naming file and line of everything that cannot be read.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig", errors="replace")
    except OSError as err:
        raise InputError(f"{path} cannot be read ({err.strerror}); give the path of an .inp file.") from None
    return parse_inp(text, path.parent, path.name)


def parse_inp(text: str, folder: Path | None = None, name: str = "the .inp text") -> Inp:
    """Read .inp text.

    Parameters
    ----------
    folder : Path, optional
        Where series in files of their own lie.
    name : str
        How messages call the text.

    Raises
    ------
    InputError
        `data["faults"]` has every bad line as (line, what is wrong).
    """
    faults: list[tuple[int, str]] = []
    remarks: list[Remark] = []
    found: dict[str, list[Row]] = {}
    options: dict[str, tuple[int, str]] = {}
    title: list[str] = []
    lines = list(_sections(text, remarks, faults))
    for n, section, tokens, raw in lines:
        if section == "TITLE":
            title.append(raw)
        elif section == "OPTIONS":
            options[tokens[0].upper()] = (n, " ".join(tokens[1:]))
        elif section in TABLES:
            try:
                found.setdefault(section, []).append(_row(section, n, tokens, remarks))
            except ValueError as err:
                faults.append((n, f"[{section}] {err}"))
    start_s = _check_options(Inp("", options, {}, ()), faults)
    for section, block in BLOCKS.items():
        part = [(n, tokens) for n, s, tokens, _ in lines if s == section]
        found[section] = block(part, faults, start_s, folder)
    if faults:
        faults.sort()
        told = "; ".join(f"line {n}: {what}" for n, what in faults[:5])
        more = f"; and {len(faults) - 5} more" if len(faults) > 5 else ""
        raise InputError(f"{name} cannot be read: {told}{more}. Mend these lines.", faults=faults)
    return Inp(" ".join(title), options, {s: tuple(part) for s, part in found.items()}, tuple(remarks))


def _check_options(inp: Inp, faults: list[tuple[int, str]]) -> float:
    """Start of the run [s since 1970]; 0 with a fault where it or the units cannot be read."""
    units = inp.option("FLOW_UNITS", "CFS")
    if units not in FLOW_UNITS:
        faults.append((inp.options["FLOW_UNITS"][0], f"FLOW_UNITS {units} is none of {', '.join(FLOW_UNITS)}"))
    start_s = 0.0
    for what in ("END", "REPORT_START", "START"):
        try:
            start_s = inp.instant_s(what)
        except ValueError as err:
            line = inp.options.get(f"{what}_DATE", inp.options.get("START_DATE", (0, "")))[0]
            faults.append((line, f"[OPTIONS] {err}"))
    return start_s


def _sections(
    text: str, remarks: list[Remark], faults: list[tuple[int, str]]
) -> Iterator[tuple[int, str, Tokens, str]]:
    """Line number, section, tokens and text of every line; sections that are not read become remarks."""
    section = ""
    counted: dict[str, tuple[int, int]] = {}
    for n, raw in enumerate(text.splitlines(), 1):
        line = raw.partition(";")[0].strip()
        if not line:
            continue
        if line.startswith("["):
            section = _section(line)
            continue
        if not section:
            faults.append((n, "stands before the first [SECTION]"))
            continue
        if section not in _KNOWN or section in ELSEWHERE:
            first, count = counted.get(section, (n, 0))
            counted[section] = (first, count + 1)
        yield n, section, [a if a or not b else b for a, b in _TOKEN.findall(line)], line
    for name, (first, count) in counted.items():
        about = ELSEWHERE.get(name, "something this reader does not know")
        remarks.append(
            Remark(first, name, f"{count} lines", f"it is about {about}", "left out: the twin routes given inflows")
        )


_NONE = "*"  # stands for "as it comes"
_TOKEN = re.compile(r'"([^"]*)"|(\S+)')


def _section(line: str) -> str:
    """A header's section; SWMM takes any word that begins like one of its own."""
    word = line.strip("[] \t").upper()
    # The longest keyword first: INLET_USAGE before INLETS
    for known in sorted(_KNOWN, key=len, reverse=True):
        if word == known or (len(word) >= 4 and (known.startswith(word) or word.startswith(known.rstrip("S")))):
            return known
    return word


# ---------------------------------------------------------------------- tokens to fields


def _columns(kind: type[Row]) -> tuple[tuple[str, Any, bool], ...]:
    """Name, type and whether it must be there of every field after the line number."""
    hints = get_type_hints(kind)
    return tuple((f.name, hints[f.name], f.default is MISSING) for f in fields(kind)[1:])


def _row(section: str, line: int, tokens: Tokens, remarks: list[Remark]) -> Row:
    kind, arrange = TABLES[section]
    columns = _columns(kind)
    try:
        given = arrange(tokens)
    except IndexError:
        given = tokens[:1]
    needed = [name for name, _, must in columns if must]
    if len(given) < len(needed):
        raise ValueError(f"{tokens[0]} has {len(tokens)} columns; missing: {', '.join(needed[len(given) :])}")
    if len(given) > len(columns):
        said = f"{len(given) - len(columns)} columns too many, from {given[len(columns)]!r} on"
        remarks.append(Remark(line, section, tokens[0], said, "they are left out"))
    values = {}
    for (name, hint, _), token in zip(columns, given, strict=False):
        if token == "" and hint not in (str, tuple[str, ...], tuple[float, ...]):
            continue
        values[name] = _value(token, hint, f"{tokens[0]}: {name.replace('_', ' ')}")
    return kind(line, **values)


def _value(token: str, hint: Any, who: str) -> Any:
    """A token as the type of its field."""
    if hint is str:
        return token
    if hint is bool:
        if token.upper() not in ("YES", "NO", "Y", "N"):
            raise ValueError(f"{who} is {token!r}, not YES or NO")
        return token.upper().startswith("Y")
    if hint == tuple[str, ...]:
        return tuple(filter(None, token.split(",")))
    if hint == tuple[float, ...]:
        return tuple(_number(part, who) for part in token.split(",") if part)
    if isinstance(hint, UnionType) and token == _NONE:
        return None
    kind = int if hint is int or int in get_args(hint) else float
    return kind(_number(token, who))


def _number(token: str, who: str) -> float:
    try:
        value = float(token)
    except ValueError:
        raise ValueError(f"{who} is {token!r}, no number") from None
    if not abs(value) < 1e300:
        raise ValueError(f"{who} is {token!r}, no finite number")
    return value
