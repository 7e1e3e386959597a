"""Reading a sheet file: one TOML file, every fault of it named in one reading, each with its line."""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from riverchief.base.errors import InputError, UnknownName
from riverchief.govern.sheets.dimensions import PLAIN, Unit, parse_unit, unit_of
from riverchief.govern.sheets.formula import FUNCTIONS, WORDS, Formula, FormulaError, parse
from riverchief.govern.sheets.model import (
    BEST,
    EARNING,
    PERIODS,
    Derived,
    Grade,
    Group,
    InputSpec,
    Item,
    Kind,
    Sheet,
    Status,
    Step,
)
from riverchief.govern.sheets.table import Faults, SheetError, Table

__all__ = ["FUNCTIONS", "SUBJECTS", "SheetError", "named", "names", "parse_sheet", "read"]

FORMAT = 1
ITEM_NAMES = frozenset({"weight", "target"})  # names that every item's formula knows
RESERVED = ITEM_NAMES | WORDS | FUNCTIONS  # no input can have them
SUBJECTS = {  # subject → its names
    "chief": ("河长履职", "river chiefs"),
    "county": ("县级河长制考核", "counties"),
    "department": ("部门履职", "departments"),
    "office": ("河长制考核", "river-chief system"),
    "water": ("水资源与节水", "water resources and saving"),
    "river": ("河湖健康与幸福河湖", "river health and happy rivers"),
    "pollution": ("污染防治", "pollution control"),
    "projects": ("重点项目", "key projects"),
    "land": ("造林绿化", "afforestation"),
    "energy": ("能源", "energy"),
    "enforcement": ("执法", "enforcement"),
    "public": ("公众满意度", "public satisfaction"),
    "own": ("自定", "own"),
}


_SHEET_KEYS = {
    "format", "code", "version", "name_zh", "name_en", "status", "confirmed", "subject", "period", "banner_zh",
    "banner_en", "document", "valid_from", "valid_to", "base", "maximum", "bonus_cap", "decimals", "input", "derived",
    "group", "item", "grade", "step",
}  # fmt: skip
_INPUT_KEYS = {
    "name", "name_zh", "name_en", "unit", "meaning_zh", "meaning_en", "source", "value", "document", "confirmed",
}  # fmt: skip
_DERIVED_KEYS = {"name", "name_zh", "name_en", "unit", "formula"}
_GROUP_KEYS = {"code", "name_zh", "name_en", "weight"}
_ITEM_KEYS = {
    "code", "name_zh", "name_en", "kind", "group", "weight", "target", "target_unit", "unit", "rank", "formula",
    "manual_review", "caps_total_at",
}  # fmt: skip
_STEP_KEYS = {"code", "name_zh", "name_en", "adds", "within", "effort_days"}
_GRADE_KEYS = {"name_zh", "name_en", "from", "stars", "confirmed"}


def read(path: Path) -> Sheet:
    """Read a sheet file (`docs/reference/sheet-file.md`).

    Raises
    ------
    SheetError
        Naming the file, the item, what is wrong, and the line.
    InputError
        When the file cannot be read at all.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}. Check the path.", path=str(path)) from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text: save it as UTF-8.", path=str(path)) from error
    return parse_sheet(text, path.name)


def names() -> list[str]:
    """Codes of the sheets that come with riverchief."""
    found = (path.name for path in (files(__package__) / "data").iterdir())
    return sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml"))


@cache
def named(code: str) -> Sheet:
    """A sheet that comes with riverchief.

    Raises
    ------
    UnknownName
        With the nearest code.
    """
    if code not in names():
        raise UnknownName("sheet", code, names())
    return parse_sheet((files(__package__) / "data" / f"{code}.toml").read_text(encoding="utf-8"), f"{code}.toml")


def parse_sheet(text: str, name: str) -> Sheet:
    """A sheet from the text of its file, which faults call `name`.

    Raises
    ------
    SheetError
        With every fault and its line.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise SheetError([f"{name} is not valid TOML: {fault}."], file=name) from fault
    faults = Faults(name, text)
    table = Table(raw, name, _SHEET_KEYS, faults)
    if raw.get("format") != FORMAT:
        sentence = f"{name}: format is {raw.get('format')!r}; this riverchief reads format {FORMAT}."
        raise SheetError([sentence], [table.spot("format").line], file=name)  # its keys may mean something else
    inputs = tuple(_input(row) for row in table.each("input", "name", _INPUT_KEYS))
    units = {spec.name: parse_unit(spec.unit) for spec in inputs}
    derived = _derived(table.each("derived", "name", _DERIVED_KEYS), units)
    groups = tuple(_group(row) for row in table.each("group", "code", _GROUP_KEYS))
    heads = {group.code for group in groups}
    status = _status(table)
    items = tuple(_item(row, units, heads, status) for row in table.each("item", "code", _ITEM_KEYS))
    grades = tuple(_grade(row, status) for row in table.each("grade", "name_en", _GRADE_KEYS))
    _twice(table, "grade", [one.name_en if one.lowest is None else f"{one.lowest:g}" for one in grades])
    sheet = Sheet(
        code=table.text("code"),
        version=table.text("version"),
        name_zh=table.text("name_zh"),
        name_en=table.text("name_en"),
        status=status,
        subject=table.one_of("subject", SUBJECTS, "own"),
        period=table.one_of("period", PERIODS, "month"),
        banner_zh=table.text("banner_zh", ""),
        banner_en=table.text("banner_en", ""),
        document=table.text("document", ""),
        valid_from=table.day("valid_from"),
        valid_to=table.day("valid_to"),
        base=table.points("base", 0.0),
        maximum=table.points("maximum"),
        bonus_cap=table.points("bonus_cap", 0.0),
        decimals=_decimals(table),
        inputs=inputs,
        derived=derived,
        groups=groups,
        items=items,
        steps=tuple(_step(row, units, inputs) for row in table.each("step", "code", _STEP_KEYS)),
        grades=tuple(sorted(grades, key=lambda one: -math.inf if one.lowest is None else -one.lowest)),
    )
    _whole(sheet, table)
    faults.stop()
    return sheet


def _status(table: Table) -> Status:
    """What `status` says, or the older `confirmed`; an example unless one of them is given."""
    confirmed = table.flag("confirmed", default=False)
    default = Status.CONFIRMED if confirmed else Status.EXAMPLE
    status = Status(table.one_of("status", list(Status), default))
    if "confirmed" in table.table and "status" in table.table and confirmed != (status is Status.CONFIRMED):
        table.fault(f"status is {status} and confirmed {str(confirmed).lower()}; remove confirmed.", "confirmed")
    return status


def _whole(sheet: Sheet, table: Table) -> None:
    """Faults of a sheet whose parts are right one by one."""
    if not sheet.items:
        spot = table.spot()
        table.faults.sentences.append(f"{table.where} has no [[item]]; a sheet needs at least one. ({spot})")
        table.faults.at.append(spot.line)
    _twice(table, "input", [one.name for one in sheet.inputs])
    _twice(table, "derived", [one.name for one in sheet.derived])
    inputs = {one.name for one in sheet.inputs}
    for i, one in enumerate(sheet.derived):
        if one.name in inputs:
            table.faults.add(
                table.where,
                f"{one.name} is an input and derived; rename one.",
                table.faults.lines.at("derived", i, "name"),
            )
    _twice(table, "group", [one.code for one in sheet.groups])
    _twice(table, "item", [one.code for one in sheet.items])
    _twice(table, "step", [one.code for one in sheet.steps])
    start, end = sheet.valid_from, sheet.valid_to
    if start and end and end < start:
        table.fault(f"valid_to {end} lies before valid_from {start}.", "valid_to")
    if sheet.confirmed and not sheet.document:
        table.fault("is confirmed but names no document; say which paper it was checked against.", "document")
    if sheet.confirmed:
        for what in [f"grade {one.name_en}" for one in sheet.grades if not one.confirmed] + [
            f"value of {one.name}" for one in sheet.inputs if one.value is not None and not one.confirmed
        ]:
            table.fault(f"is confirmed, but its {what} is not; confirm both or neither.", "status")
    parts = (": weight ", ": maximum ", ": base ", ": kind ")
    if sheet.items and not any(part in fault for part in parts for fault in table.faults.sentences):
        _sums(sheet, table)  # a figure that could not be read would make a second fault of one


def _twice(table: Table, what: str, codes: list[str]) -> None:
    for code, count in Counter(codes).items():
        if count > 1:
            last = len(codes) - 1 - codes[::-1].index(code)
            spot = table.faults.lines.at(what, last)
            table.faults.add(table.where, f"{what} {code} is listed {count} times.", spot)


def _sums(sheet: Sheet, table: Table) -> None:
    """The maximum must be within reach, and on a sheet that begins at 0 it is the sum of the weights."""
    weights = [item.weight for item in sheet.items if item.kind in EARNING]
    if sheet.status is Status.TEMPLATE and not all(weights or [0.0]):
        return  # the document's points are not known
    earned = math.fsum(weights)
    reach = sheet.base + earned
    equal = math.isclose(reach, sheet.maximum, rel_tol=1e-9)
    if not equal and (reach < sheet.maximum or not sheet.base):
        table.fault(
            f"maximum is {sheet.maximum:g} points, but base and the weights of the items come to {reach:g}; "
            f"mend one of them.",
            "maximum",
        )
    for i, group in enumerate(sheet.groups):
        own = math.fsum(item.weight for item in sheet.items if item.group == group.code and item.kind in EARNING)
        if group.weight is not None and not math.isclose(own, group.weight, rel_tol=1e-9):
            spot = table.faults.lines.at("group", i, "weight")
            sentence = f"group {group.code} has {group.weight:g} points, but its items come to {own:g}; mend one."
            table.faults.add(table.where, sentence, spot)


def _decimals(table: Table) -> int:
    value = table.number("decimals", 2)
    if value not in range(7):
        table.fault(f"decimals is {value:g}; give a whole number from 0 to 6.", "decimals")
        return 2
    return int(value)


def _name(table: Table) -> str:
    name = table.text("name")
    if name and (not (name.isidentifier() and name.isascii()) or name in RESERVED):
        table.fault(
            f"{name!r} cannot be a name in a formula; use letters, digits and _, and no word of its own.", "name"
        )
    return name


def _input(table: Table) -> InputSpec:
    fixed = "value" in table.table
    if fixed and "source" in table.table:
        table.fault("has a value and a source; a fixed value comes from nowhere else, remove one.", "source")
    spec = InputSpec(
        _name(table),
        table.text("name_zh"),
        table.text("name_en"),
        table.unit(),
        table.text("meaning_zh", ""),
        table.text("meaning_en", ""),
        table.text("source", ""),
        table.number("value") if fixed else None,
        table.text("document", ""),
        table.flag("confirmed", default=False),
    )
    if spec.confirmed and not (fixed and spec.document):
        table.fault("is confirmed, which is said of a value with its document.", "confirmed")
    return spec


def _derived(tables: list[Table], units: dict[str, Unit]) -> tuple[Derived, ...]:
    """Named formulas; their units join those of the inputs, and a ring of them is a fault."""
    for table in tables:
        units[str(table.table.get("name", ""))] = parse_unit(table.unit())
    found = []
    for table in tables:
        formula = _formula(table, units)
        if formula is not None:
            _check_unit(table, formula, units, units[str(table.table.get("name", ""))])
            names = table.text("name_zh"), table.text("name_en")
            found.append((table, Derived(_name(table), *names, table.text("unit", "1"), formula)))
    by_name = {one.name: one for _, one in found}
    told = set[str]()
    for table, one in found:
        ring = _ring(one.name, by_name)
        if ring and one.name not in told:
            told |= set(ring)
            column = one.formula.column(ring[1])
            table.fault(f"goes in a circle: {' → '.join(ring)}; break it at one of them.", "formula", column)
    return tuple(one for _, one in found)


def _ring(start: str, known: Mapping[str, Derived]) -> list[str]:
    """The way from a derived value back to itself, empty where there is none."""
    waiting, met = [[start]], set[str]()
    while waiting:
        way = waiting.pop()
        for name in known[way[-1]].formula.names:
            if name == start:
                return [*way, start]
            if name in known and name not in met:
                met.add(name)
                waiting.append([*way, name])
    return []


def _group(table: Table) -> Group:
    weight = table.points("weight") if "weight" in table.table else None
    return Group(table.text("code"), table.text("name_zh"), table.text("name_en"), weight)


def _grade(table: Table, status: Status) -> Grade:
    unknown = status is Status.TEMPLATE and "from" not in table.table
    stars = int(table.number("stars")) if "stars" in table.table else None
    return Grade(
        table.text("name_zh"),
        table.text("name_en"),
        None if unknown else table.number("from"),
        stars,
        table.flag("confirmed", default=False),
    )


def _item(table: Table, units: Mapping[str, Unit], heads: Collection[str], status: Status) -> Item:
    kind = Kind(table.one_of("kind", list(Kind), Kind.POINTS))
    target = table.number("target") if "target" in table.table else None
    target_unit, unit = table.unit("target_unit"), table.unit()
    if "unit" in table.table and kind is not Kind.FIGURE:
        table.fault("unit belongs to a figure; points are plain numbers, remove it.", "unit")
    if "rank" in table.table and kind is not Kind.FIGURE:
        table.fault("rank belongs to a figure; totals are ranked anyway, remove it.", "rank")
    formula = None
    if kind is Kind.MANUAL:
        if "formula" in table.table:
            table.fault("is manual and has a formula; a person gives its points, remove one.", "formula")
    else:
        own = {**units, "weight": PLAIN, **({} if target is None else {"target": parse_unit(target_unit)})}
        formula = _formula(table, own)
        if formula is not None:
            wanted = parse_unit(unit) if kind is Kind.FIGURE else None if kind is Kind.VETO else PLAIN
            _check_unit(table, formula, own, wanted)
    unknown = status is Status.TEMPLATE and "weight" not in table.table
    group = table.text("group", "")
    if group and group not in heads:
        table.fault(UnknownName("group", group, heads).sentence, "group")
    return Item(
        code=table.text("code"),
        name_zh=table.text("name_zh"),
        name_en=table.text("name_en"),
        kind=kind,
        weight=0.0 if unknown or kind in (Kind.VETO, Kind.FIGURE) else table.points("weight"),
        target=target,
        formula=formula,
        manual_review=table.flag("manual_review", default=False),
        caps_total_at=table.points("caps_total_at", 0.0),
        group=group,
        unit=unit,
        target_unit=target_unit,
        rank=table.one_of("rank", BEST, "") if "rank" in table.table else "",
    )


def _step(table: Table, units: Mapping[str, Unit], inputs: Collection[InputSpec]) -> Step:
    """What somebody can do; its bound is a comparison, and it changes inputs that nobody has fixed."""
    free = [spec.name for spec in inputs if spec.value is None]
    adds = table.amounts("adds")
    for name in adds:
        if name not in free:
            table.fault(f"adds: {UnknownName('input that is not fixed', name, free).sentence}", "adds")
    names = table.text("name_zh"), table.text("name_en")
    for key, text in zip(("name_zh", "name_en"), names, strict=True):
        if text and "{n}" not in text:
            table.fault(f"{key} does not say how often; write {{n}} where the number of times stands.", key)
    within = _formula(table, units, "within")
    if within is not None:
        _check_unit(table, within, units, PLAIN, "within")
    effort_days = table.number("effort_days")
    if effort_days <= 0:
        table.fault(f"effort_days is {effort_days:g}; give more than 0 days of work.", "effort_days")
    return Step(table.text("code"), *names, adds, within or parse("0"), effort_days)


def _formula(table: Table, units: Mapping[str, Unit], key: str = "formula") -> Formula | None:
    """The formula of a table, None with its faults where it is none, or names what is not there."""
    text = table.text(key)
    if not text:
        return None
    try:
        formula = parse(text)
    except FormulaError as fault:
        table.fault(f"{key} {fault.sentence}", key, fault.data.get("column"))
        return None
    for used in formula.names:
        if used in units:
            continue
        column = formula.column(used)
        if used == "target":
            table.fault(f"the {key} names target, but the item has none; add target = ….", key, column)
        else:
            sentence = UnknownName("input", used, units).sentence
            table.fault(f"{sentence} It stands at column {column} of the {key} {text!r}.", key, column)
    return formula if set(formula.names) <= set(units) else None


def _check_unit(
    table: Table, formula: Formula, units: Mapping[str, Unit], wanted: Unit | None, key: str = "formula"
) -> None:
    """A formula must put like to like, and come out in the unit that is wanted (None: in any)."""
    try:
        unit = unit_of(formula.tree, units)
    except FormulaError as fault:
        table.fault(f"{key} {formula.text!r}: {fault.sentence}", key, fault.data.get("column"))
        return
    if wanted is None or unit is None or unit.like(wanted):
        return
    table.fault(
        f"{key} {formula.text!r} comes out in {unit.text}, where {wanted.shown} is wanted; divide by a number with "
        f"that unit, as in x / 1[{unit.text}], or give the unit it has.",
        key,
        1,
    )
