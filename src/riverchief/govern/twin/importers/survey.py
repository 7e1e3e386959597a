"""Surveyed CrossSections from tables: points of sections in; sections in order along reaches and every fault, out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from riverchief.base.errors import InputError
from riverchief.govern.twin.faults import Fault, looks_like_feet
from riverchief.govern.twin.geometry.section import CrossSection
from riverchief.govern.twin.importers.sheets import Sheet, cell, chainage_m, number, read_sheet
from riverchief.govern.twin.river import Assumed, River

HEADERS: Mapping[str, Sequence[str]] = {
    "reach": ("河段", "河段名称", "河段编号", "河流", "河流名称", "河道", "reach", "river"),
    "section": (
        "断面编号",
        "断面名称",
        "断面号",
        "断面",
        "section",
        "cross section",
        "section id",
        "section name",
        "xs",
    ),
    "chainage": ("桩号", "里程", "里程桩号", "断面里程", "chainage", "distance along river", "km"),
    "offset": ("起点距", "距起点距离", "横距", "offset", "station", "distance from left bank"),
    "level": ("高程", "河底高程", "地面高程", "测点高程", "河床高程", "elevation", "level", "bed level", "z"),
    "manning": ("糙率", "曼宁系数", "糙率系数", "manning", "manning n", "roughness", "n"),
}
"""Headers that are understood; units stand in brackets or after an underscore."""

MANNING = 0.03
"""Roughness where a table has none [s/m^(1/3)]: a clean, straight natural channel, Chow 1959, table 5-6."""

ASSUMED_MANNING_LOG_SD = 0.3
"""Standard deviation of the logarithm of an assumed roughness [-]: 0.02 to 0.045 within two of them."""


@dataclass(frozen=True)
class PlacedSection:
    """A CrossSection at a chainage of a reach [m], and the row of the table where it begins."""

    reach: str
    chainage_m: float
    section: CrossSection
    row: int
    assumed_manning: bool


@dataclass(frozen=True)
class Survey:
    """What a table says: sections by reach and rising chainage, and its faults."""

    sections: tuple[PlacedSection, ...]
    faults: tuple[Fault, ...]

    def river(self, name: str = "", *, dx_m: float) -> River:
        """A river of these sections; a reach begins at its first one.

        Raises
        ------
        InputError
            Where the survey has faults that are errors, with all of them.
        """
        errors = [f for f in self.faults if f.severity == "error"]
        if errors:
            raise InputError(
                f"the survey has {len(errors)} faults that must be put right first: " + " ".join(map(str, errors[:5])),
                faults=[str(f) for f in errors],
            )
        made = River(name)
        for reach in dict.fromkeys(s.reach for s in self.sections):
            own = [s for s in self.sections if s.reach == reach]
            at = np.array([s.chainage_m for s in own]) - own[0].chainage_m
            some = any(s.assumed_manning for s in own)
            assumed = Assumed("roughness", manning_log_sd=ASSUMED_MANNING_LOG_SD) if some else None
            length = None if len(own) > 1 else dx_m
            made.reach(reach, at, [s.section for s in own], dx_m=dx_m, length_m=length, assumed=assumed)
        return made


@dataclass
class _Draft:
    """Points of one section as they are read."""

    reach: str
    name: str
    chainage_m: float
    row: int
    points: list[tuple[int, float, float, float | None]] = field(default_factory=list)  # row, offset, level, n


def read_survey(path: str | Path, *, length_m: Mapping[str, float] | None = None) -> Survey:
    """CrossSections from a CSV or Excel table.

    Parameters
    ----------
    path : path
        Long form: a row per point, with 断面编号, 桩号, 起点距, 高程 (and 河段, 糙率); what repeats may be left empty
        below its first row. Wide form: a row per section, with 起点距1, 高程1, 起点距2, 高程2, … Chainage counts
        downstream, K12+300 is understood.
    length_m : mapping of str to float, optional
        Length of reaches in the registry [m], which a chainage in another unit gives away.

    Returns
    -------
    Survey
        Every fault with row and column; a section with an error is left out and named.

    Raises
    ------
    InputError
        Where the file cannot be read or a needed column is missing.
    """
    sheet = read_sheet(path, HEADERS)
    faults: list[Fault] = []
    wide = sum(c.key == "offset" for c in sheet.columns) > 1
    placed = [p for d in (_wide if wide else _long)(sheet, faults) if (p := _section(d, sheet, faults)) is not None]
    placed = _once(placed, faults)
    placed.sort(key=lambda p: p.chainage_m)
    order = list(dict.fromkeys(p.reach for p in placed))
    placed.sort(key=lambda p: order.index(p.reach))
    for reach in order:
        _doubts([p for p in placed if p.reach == reach], (length_m or {}).get(reach), faults)
    return Survey(tuple(placed), tuple(faults))


def _fault(
    faults: list[Fault], code: str, place: str, text: str, remedy: str, severity: Literal["error", "warning"] = "error"
) -> None:
    faults.append(Fault(code, place, text, remedy, severity))


def _long(sheet: Sheet, faults: list[Fault]) -> Iterator[_Draft]:
    """Sections of a table with a row per point."""
    section, chain = (sheet.needed(k, HEADERS) for k in ("section", "chainage"))
    offset, level = (sheet.needed(k, HEADERS) for k in ("offset", "level"))
    reach, rough = sheet.column("reach"), sheet.column("manning")
    drafts: dict[tuple[str, str], _Draft] = {}
    last = {"reach": "", "section": "", "chainage": ""}
    for row, cells in sheet.rows:
        if cell(cells, section) and cell(cells, section) != last["section"]:
            last["chainage"] = ""  # a new section does not lie where the one above it does
        for column in (reach, section, chain):
            if column is not None:
                last[column.key] = cell(cells, column) or last[column.key]
        at = chainage_m(last["chainage"], chain.factor)
        if not last["section"] or at is None:
            wrong = section if not last["section"] else chain
            text = f"{cell(cells, wrong)!r} is no {'name' if wrong is section else 'chainage'}."
            _fault(faults, "cell", f"row {row}, column {wrong.title}", text, "Give one, such as K12+300.")
            continue
        key = (last["reach"], last["section"])
        draft = drafts.setdefault(key, _Draft(last["reach"] or "main", last["section"], at, row))
        if abs(draft.chainage_m - at) > 1e-6:
            text = f"section {draft.name} lies at {draft.chainage_m:g} m in row {draft.row} and at {at:g} m here."
            _fault(faults, "chainage.two", f"row {row}, column {chain.title}", text, "Give two sections two names.")
            continue
        values = []
        for column in (offset, level):
            value = number(cell(cells, column))
            if value is None:
                text = f"{cell(cells, column)!r} is no number; the point is left out."
                _fault(faults, "cell", f"row {row}, column {column.title}", text, "Give a number or take the row out.")
            else:
                values.append(value * column.factor)
        if len(values) == 2:
            draft.points.append((row, values[0], values[1], _roughness(sheet, row, cells, rough, faults)))
    yield from drafts.values()


def _wide(sheet: Sheet, faults: list[Fault]) -> Iterator[_Draft]:
    """Sections of a table with a row per section."""
    section, chain = (sheet.needed(k, HEADERS) for k in ("section", "chainage"))
    reach, rough = sheet.column("reach"), sheet.column("manning")
    heights = {c.number: c for c in sheet.columns if c.key == "level"}
    for row, cells in sheet.rows:
        at = chainage_m(cell(cells, chain), chain.factor)
        if at is None or not cell(cells, section):
            text = f"{cell(cells, chain)!r} is no chainage or the section has no name; it is left out."
            _fault(faults, "cell", f"row {row}, column {chain.title}", text, "Give both, such as K12+300.")
            continue
        draft = _Draft(cell(cells, reach) or "main", cell(cells, section), at, row)
        n = _roughness(sheet, row, cells, rough, faults)
        for column in (c for c in sheet.columns if c.key == "offset"):
            other = heights.get(column.number)
            texts = cell(cells, column), cell(cells, other)
            if not any(texts):
                continue
            x, z = number(texts[0]), number(texts[1])
            if x is None or z is None or other is None:
                text = f"{texts[0]!r} with {texts[1]!r} is no point; it is left out."
                _fault(faults, "cell", f"row {row}, column {column.title}", text, "Give both numbers or neither.")
            else:
                draft.points.append((row, x * column.factor, z * other.factor, n))
        yield draft


def _roughness(sheet: Sheet, row: int, cells: Sequence[str], column: object, faults: list[Fault]) -> float | None:
    found = sheet.column("manning")
    text = cell(cells, found)
    if found is None or not text:
        return None
    value = number(text)
    if value is None or not 0.005 <= value <= 0.5:
        said = f"{text!r} is no Manning roughness; it is taken as missing."
        _fault(faults, "roughness", f"row {row}, column {found.title}", said, "Give 0.012 to 0.15 s/m^(1/3).")
        return None
    return value


def _section(draft: _Draft, sheet: Sheet, faults: list[Fault]) -> PlacedSection | None:
    """The section of a draft; none where it is not one, with the fault."""
    place = f"section {draft.name}, row {draft.row}"
    kept: list[tuple[int, float, float, float | None]] = []
    for point in draft.points:
        if kept and point[1:3] == kept[-1][1:3]:
            text = f"the point {point[1]:g} m, {point[2]:g} m is there twice."
            _fault(faults, "point.twice", f"row {point[0]}", text, "It counts once.", "warning")
        else:
            kept.append(point)
    back = next((k for k in range(1, len(kept)) if kept[k][1] < kept[k - 1][1]), None)
    if back is not None:
        column = sheet.column("offset")
        text = (
            f"section {draft.name} crosses itself: {kept[back][1]:g} m lies left of {kept[back - 1][1]:g} m in row "
            f"{kept[back - 1][0]}; the section is left out."
        )
        where = f"row {kept[back][0]}, column {column.title if column else 'offset'}"
        _fault(faults, "section.crossing", where, text, "Put the points in order from the left bank to the right.")
        return None
    known = [p[3] for p in kept if p[3] is not None]
    if not known:
        text = f"section {draft.name} has no roughness; {MANNING:g} s/m^(1/3) is assumed."
        _fault(faults, "roughness.missing", place, text, "Give it in a column 糙率 / manning.", "warning")
    x, z = (np.array([p[k] for p in kept]) for k in (1, 2))
    rough = _filled([p[3] for p in kept], known[0] if known else MANNING)
    begins = np.concatenate([[True], np.diff(rough) != 0]) if rough.size else np.zeros(0, bool)
    try:
        made = CrossSection(x, z, rough[begins], x[begins], draft.name)
    except InputError as error:
        _fault(faults, "section", place, error.sentence, "The section is left out.")
        return None
    return PlacedSection(draft.reach, draft.chainage_m, made, draft.row, not known)


def _filled(values: Sequence[float | None], first: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Roughness from every point on: where a cell is empty that of the point before holds."""
    found, last = [], first
    for value in values:
        last = last if value is None else value
        found.append(last)
    return np.array(found, np.float64)


def _once(placed: Sequence[PlacedSection], faults: list[Fault]) -> list[PlacedSection]:
    """The sections without those at a chainage that is taken."""
    taken: dict[tuple[str, float], PlacedSection] = {}
    for p in placed:
        other = taken.setdefault((p.reach, p.chainage_m), p)
        if other is not p:
            text = (
                f"section {p.section.name} lies at {p.chainage_m:g} m of {p.reach}, where {other.section.name} of row "
                f"{other.row} lies; it is left out."
            )
            _fault(
                faults, "section.twice", f"section {p.section.name}, row {p.row}", text, "Give each its own chainage."
            )
    return list(taken.values())


def _doubts(own: Sequence[PlacedSection], length_m: float | None, faults: list[Fault]) -> None:
    """What is unlikely along a reach: chainage against the slope, feet for metres, a length that does not fit."""
    beds = np.array([p.section.bed_m for p in own])
    reach = own[0].reach
    span = own[-1].chainage_m - own[0].chainage_m
    if len(own) > 2 and beds[-1] > beds[0] and (np.diff(beds) > 0).mean() > 0.6:
        text = (
            f"its bed rises from {beds[0]:.2f} m to {beds[-1]:.2f} m with chainage; it seems to count from the mouth."
        )
        _fault(faults, "chainage.reversed", f"reach {reach}", text, "Count chainage downstream.")
    if length_m and span > 0:
        for factor, said in ((1 / 0.3048, "feet"), (1e-3, "kilometres without the unit"), (1e3, "metres marked as km")):
            if abs(span / (length_m * factor) - 1) < 0.12:
                text = (
                    f"its sections span {span:g} m, the registry says {length_m:g} m; chainage seems to be in {said}."
                )
                _fault(faults, "units.chainage", f"reach {reach}", text, "Write the unit into the header.")
    if len(own) < 3:
        return
    wide = np.array([np.ptp(p.section.station_m) for p in own])
    high = np.array([np.ptp(p.section.level_m) for p in own])
    for k, p in enumerate(own):
        near = [j for j in range(max(k - 2, 0), min(k + 3, len(own))) if j != k]
        ratios = [v[k] / max(float(np.median(v[near])), 1e-9) for v in (wide, high, np.abs(beds))]
        by_form = looks_like_feet(ratios[0], 0.25) and looks_like_feet(ratios[1], 0.25)
        by_level = abs(beds[k]) > 20 and looks_like_feet(ratios[2], 0.05)
        if by_form or by_level:
            text = (
                f"section {p.section.name} is {ratios[0]:.2f} times as wide and {ratios[1]:.2f} times as high as its "
                f"neighbours, its bed lies at {beds[k]:g} m against {np.median(beds[near]):g} m; it may be in feet."
            )
            _fault(
                faults, "units.feet", f"section {p.section.name}, row {p.row}", text, "Write the unit into the header."
            )
