"""Types of cases (问题类型) as a dated catalogue: what is asked of each, and the walker's checklist made of the same.

The catalogue is data (`data/case_types/*.toml`), one file per group, each with its document and days of validity.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from riverchief.base.errors import InputError, UnknownName

FORMAT = 1
KINDS = ("text", "number", "whole", "choice", "date")
VERIFIERS = ("readings", "flight", "second_person", "citizen")
EVIDENCE = ("before_photo", "after_photo", "measurement", "track", "note")
CHECKLIST = ("water_body", "surface", "in_stream", "bank", "activity", "outfall", "sign", "structures")
TEXT_MOST = 400  # characters of a text field


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is asked of a case of a type.

    Attributes
    ----------
    kind : str
        `text`, `number`, `whole`, `choice` or `date`.
    unit : str
        Of numbers, as in "m²"; empty for counts.
    choices : tuple of (code, Chinese, English)
        Of a choice; either word or the code is understood.
    least : float or None
        The smallest number that can be.
    """

    key: str
    name_zh: str
    name_en: str
    kind: str
    unit: str = ""
    required: bool = False
    least: float | None = None
    choices: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CaseType:
    """A type of problem: severity unless somebody says another, evidence wanted, and who or what sees that it is gone.

    It is in force on days from `valid_from` to before `valid_to`.
    """

    code: str
    name_zh: str
    name_en: str
    group: str
    severity: int
    verify: tuple[str, ...]
    evidence: tuple[str, ...]
    checklist: str
    fields: tuple[Field, ...]
    document: str
    confirmed: bool
    valid_from: date
    valid_to: date | None = None
    aliases: tuple[str, ...] = ()

    def holds(self, day: date) -> bool:
        """Whether the type is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Group:
    """Types that one document names together."""

    code: str
    name_zh: str
    name_en: str
    document: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """A value that cannot be: the field's key, and why in both languages."""

    field: str
    zh: str
    en: str


def read(text: str, name: str) -> tuple[Group, tuple[CaseType, ...]]:
    """A group of the catalogue from the text of its file.

    Raises
    ------
    InputError
        When it is no TOML, or says something that no type can be; every fault with the type it is in.
    """
    try:
        body = tomllib.loads(text)
        group = Group(body["group"], body["name_zh"], body["name_en"], body["document"], body["confirmed"])
        head: dict[str, Any] = {
            key: body[key] for key in ("document", "confirmed", "valid_from", "valid_to") if key in body
        }
        types = tuple(_type(row, group.code, head) for row in body["type"])
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name} cannot be read as TOML: {error}.", file=name) from None
    except KeyError as error:
        raise InputError(f"{name} lacks {error}; every group and type needs it.", file=name) from None
    except TypeError as error:
        raise InputError(f"{name}: {error}; the page of case types lists the keys.", file=name) from None
    faults = [fault for one in types for fault in _faults(one)]
    if body.get("format") != FORMAT:
        faults.insert(0, f"format is {body.get('format')!r}; this riverchief reads format {FORMAT}")
    if faults:
        raise InputError(f"{name}: " + "; ".join(faults) + ".", file=name, faults=faults)
    return group, types


def _type(row: Mapping[str, Any], group: str, head: Mapping[str, Any]) -> CaseType:
    values = {**head, **{key: value for key, value in row.items() if key != "field"}}
    for key in ("verify", "evidence", "aliases"):
        values[key] = tuple(values.get(key, ()))
    asked = (
        Field(**{**field, "choices": tuple(tuple(one) for one in field.get("choices", ()))})
        for field in row.get("field", ())
    )
    return CaseType(group=group, fields=tuple(asked), **values)


def _faults(one: CaseType) -> list[str]:
    found = [
        f"type {one.code}: {what} {value!r} is none of {', '.join(known)}"
        for what, values, known in (
            ("verify", one.verify, VERIFIERS),
            ("evidence", one.evidence, EVIDENCE),
            ("checklist", (one.checklist,), CHECKLIST),
            ("kind", tuple(field.kind for field in one.fields), KINDS),
        )
        for value in values
        if value not in known
    ]
    if one.severity not in (1, 2, 3):
        found.append(f"type {one.code}: severity {one.severity} is not 1, 2 or 3")
    found += [
        f"type {one.code}: field {f.key} has {'no' if f.kind == 'choice' else 'needless'} choices"
        for f in one.fields
        if (f.kind == "choice") != bool(f.choices)
    ]
    return found


@cache
def _shipped() -> tuple[tuple[Group, ...], tuple[CaseType, ...]]:
    folder = files("riverchief.ground") / "data" / "case_types"
    names = ("four_disorders.toml", "water.toml", "duty.toml")
    found = [read((folder / name).read_text(encoding="utf-8"), name) for name in names]
    return tuple(group for group, _ in found), tuple(one for _, types in found for one in types)


def groups() -> tuple[Group, ...]:
    """The groups that ship with riverchief, in the order offices list them."""
    return _shipped()[0]


def catalogue(day: date) -> tuple[CaseType, ...]:
    """The types in force on a day, group by group."""
    return tuple(one for one in _shipped()[1] if one.holds(day))


def known_codes() -> tuple[str, ...]:
    """Codes of all types, also of those that are no longer in force: the ledger keeps old cases."""
    return tuple(dict.fromkeys(one.code for one in _shipped()[1]))


def named(code: str, day: date) -> CaseType:
    """The type with this code on a day.

    Raises
    ------
    UnknownName
        With the nearest one that is in force.
    """
    found = next((one for one in catalogue(day) if one.code == code), None)
    if found is None:
        raise UnknownName(f"case type on {day}", code, (one.code for one in catalogue(day)))
    return found


def recognised(words: str, day: date) -> CaseType | None:
    """The type that a cell of an office's table means: by code, name or usual other name, the longest that fits.

    None where nothing fits: the caller says so, nothing is guessed.
    """
    given = words.strip().lower()
    if not given:
        return None
    fitting = [
        (len(name), one)
        for one in catalogue(day)
        for name in (one.code, one.name_zh, one.name_en.lower(), *one.aliases)
        if name == given or (len(name) > 1 and not name.isascii() and name in given)
    ]
    exact = [one for size, one in fitting if size == len(given)]
    return exact[0] if exact else max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def checklist(day: date) -> tuple[tuple[str, tuple[CaseType, ...]], ...]:
    """What somebody who walks a river looks at, in the order of looking, with the types that each line can become."""
    types = catalogue(day)
    return tuple((line, tuple(one for one in types if one.checklist == line)) for line in CHECKLIST)


def check(asked: CaseType, given: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """The values of a case's fields as they are kept, and what is wrong with those that were given.

    Parameters
    ----------
    given : mapping
        By key; texts as people type them are read as numbers, choices by code or word. Empty counts as not given.
    """
    known = {field.key: field for field in asked.fields}
    faults = [_unknown(asked, key) for key in given if key not in known]
    kept: dict[str, Any] = {}
    for key, field in known.items():
        value = given.get(key)
        if value is None or (isinstance(value, str) and not value.strip()):
            if field.required:
                faults.append(Fault(key, f"{field.name_zh}必填", f"{field.name_en} is needed"))
            continue
        read_value = _value(field, value)
        if isinstance(read_value, Fault):
            faults.append(read_value)
        else:
            kept[key] = read_value
    return kept, tuple(faults)


def _unknown(asked: CaseType, key: str) -> Fault:
    names: Sequence[str] = [field.key for field in asked.fields]
    told = ", ".join(names) or "none"
    return Fault(key, f"“{asked.name_zh}”没有字段 {key}", f"{asked.name_en} has no field {key!r}; it has: {told}")


def _value(field: Field, given: Any) -> Any:
    text = str(given).strip()
    if field.kind == "text":
        if len(text) > TEXT_MOST:
            return Fault(field.key, f"超过{TEXT_MOST}字", f"{len(text)} characters; {TEXT_MOST} are kept at most")
        return text
    if field.kind == "choice":
        found = next((one for one in field.choices if text.lower() in (one[0], one[1], one[2].lower())), None)
        if found is None:
            zh, en = "、".join(one[1] for one in field.choices), ", ".join(one[0] for one in field.choices)
            return Fault(field.key, f"“{text}”不在选项内：{zh}", f"{text!r} is none of {en}")
        return found[0]
    if field.kind == "date":
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            return Fault(field.key, f"“{text}”不是日期，如2026-11-21", f"{text!r} is no date such as 2026-11-21")
    return _number(field, text)


def _number(field: Field, text: str) -> Any:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not abs(value) < 1e12:
        unit = f" [{field.unit}]" * bool(field.unit)
        return Fault(field.key, f"“{text}”不是数字", f"{text!r} is not a number{unit}")
    if field.least is not None and value < field.least:
        unit = f" {field.unit}" * bool(field.unit)
        return Fault(field.key, f"不能小于{field.least:g}{unit}", f"{value:g}{unit} is below {field.least:g}{unit}")
    if field.kind == "whole":
        if value != int(value):
            return Fault(field.key, f"“{text}”不是整数", f"{text} is not a whole number")
        return int(value)
    return value
