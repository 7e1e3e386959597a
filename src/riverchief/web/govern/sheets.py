"""Sheets on the platform: which there are, what their inputs come to for a region and a period, entering, freezing.

An input is what riverchief computes; where it computes nothing, what an office entered; otherwise it is missing, with
the reason. What was entered is kept beside a computed value and shown with it, but the computed one counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.db import transaction

from riverchief.base.basin import Region
from riverchief.base.errors import InputError, NotAllowed, NotFound, RiverError, RuleError, UnknownName
from riverchief.base.ids import new_id
from riverchief.base.regions import contains, normalise, prefix
from riverchief.base.spans import Span, parse_span, span_of
from riverchief.base.time import local_day
from riverchief.govern import sheets
from riverchief.govern.sheets.forms import Given
from riverchief.web import context
from riverchief.web.accounts.models import Role, User, audit
from riverchief.web.govern.collectors import Facts, collect
from riverchief.web.govern.models import FrozenSheet, SheetInput
from riverchief.web.loop.events import came_from

FOLDER = "sheets"
CODE = "govern.sheets"
_COUNTY_DIGITS = 6
_EVERYWHERE = (Role.SYSTEM, Role.AUDITOR)


# ------------------------------------------------------------------ which sheets there are


@dataclass(frozen=True)
class Catalog:
    """The sheets of this installation, and what is wrong with the files of its own that cannot be read."""

    sheets: Mapping[str, sheets.Sheet]
    faults: tuple[str, ...]


def catalog() -> Catalog:
    """Shipped sheets, and those in the data folder's `sheets/`, which stand before shipped ones of the same code."""
    folder = context.config().folder / FOLDER
    files = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    return _catalog(tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in files))


@lru_cache(maxsize=4)
def _catalog(files: tuple[tuple[Path, int, int], ...]) -> Catalog:
    found = {code: sheets.named(code) for code in sheets.names()}
    faults = []
    for path, _, _ in files:
        try:
            own = sheets.read(path)
        except RiverError as error:
            faults.append(error.sentence)
            continue
        found[own.code] = own
    return Catalog(found, tuple(faults))


def find(code: str) -> sheets.Sheet:
    """The sheet with this code.

    Raises
    ------
    NotFound
        When there is none.
    """
    known = catalog().sheets
    if code not in known:
        raise NotFound("sheet", code)
    return known[code]


# ------------------------------------------------------------------ for whom, and for when


def regions_of(user: User) -> list[Region]:
    """Regions of the basin that a person may see sheets of, the widest first; the basin's own one and below."""
    registry = context.basin()
    inside = [one for one in registry.basin.regions if contains(registry.basin.region, one.code)]
    county = [one for one in inside if len(prefix(one.code)) <= _COUNTY_DIGITS]
    if user.role in _EVERYWHERE:
        return county
    return [one for one in county if user.region and contains(user.region, one.code)]


def region_of(user: User, code: str) -> Region:
    """The region with this code, or the first that the person may see.

    Raises
    ------
    NotAllowed
        When it is none of theirs.
    """
    mine = regions_of(user)
    if not mine:
        raise NotAllowed(f"{user.username} ({user.role}) has no region whose sheets could be shown.", role=user.role)
    if not code:
        return mine[0]
    wanted = normalise(code)
    found = next((one for one in mine if normalise(one.code) == wanted), None)
    if found is None:
        raise NotAllowed(f"sheets of region {code} are not open to {user.username} ({user.role}).", region=code)
    return found


def span_for(sheet: sheets.Sheet, text: str) -> Span:
    """The span that a period's text means, of the sheet's own kind; the running one where none is given.

    Raises
    ------
    InputError
        When it cannot be read, is of another kind, or has not begun.
    """
    today = local_day(context.now())
    if not text:
        return span_of(today, sheet.period)
    span = parse_span(text)
    if span.kind != sheet.period:
        raise InputError(
            f"sheet {sheet.code} is made by the {sheet.period}; {text} is a {span.kind}. "
            f"Ask for {span_of(span.last, sheet.period).label}.",
            period=text,
        )
    if span.first > today:
        raise InputError(f"{text} has not begun; today is {today}.", period=text)
    return span


def may_enter(user: User, region: str) -> bool:
    """Whether somebody enters numbers and freezes sheets of a region: its offices, and those above it."""
    if not user.is_office():
        return False
    return user.role == Role.SYSTEM or bool(user.region and contains(user.region, region))


# ------------------------------------------------------------------ what the inputs come to


@dataclass(frozen=True)
class Filled:
    """A sheet's inputs for a region and a span, what was entered, and the points that people gave."""

    sheet: sheets.Sheet
    region: str
    span: Span
    inputs: Mapping[str, sheets.Input]
    entered: Mapping[str, SheetInput]
    reviews: Mapping[str, sheets.Review]

    def score(self) -> sheets.Score:
        """The sheet's result."""
        return sheets.evaluate(self.sheet, self.inputs, self.reviews, on=last_day(facts_of(self.span)))


def _newest(region: str, span: Span, names: Iterable[str]) -> dict[str, SheetInput]:
    rows = SheetInput.objects.filter(region=region, period=span.label, name__in=list(names)).order_by("id")
    return {row.name: row for row in rows}


def fill(sheet: sheets.Sheet, region: str, facts: Facts) -> Filled:
    """What a sheet's inputs come to for a region.

    Parameters
    ----------
    facts : Facts
        Of the span; the same for several regions, so that nothing is read twice.
    """
    where = normalise(region)
    asked = [spec for spec in sheet.inputs if spec.value is None]
    by_item = {f"{sheet.code}.{item.code}": item for item in sheet.items}
    entered = _newest(where, facts.span, [*(spec.name for spec in asked), *by_item])
    inputs = {}
    for spec in asked:
        known = collect(spec.source, facts, where) if spec.source else sheets.Input(None)
        own = entered.get(spec.name)
        if known.value is None and own is not None and own.value is not None:
            known = sheets.Input(own.value, (own.pk,), own.why, own.why)
        elif known.value is None and not known.why:
            known = replace(known, why="nobody has entered it yet", why_zh="尚未填报")
        inputs[spec.name] = known
    reviews = {
        by_item[name].code: sheets.Review(row.value, row.by, row.why, row.pk)
        for name, row in entered.items()
        if name in by_item and row.value is not None and sheet.status is not sheets.Status.TEMPLATE
    }
    return Filled(sheet, where, facts.span, inputs, entered, reviews)


def last_day(facts: Facts) -> date:
    """The day whose edition of a sheet counts: the last of the span, or today while it runs."""
    return facts.last_day


def facts_of(span: Span) -> Facts:
    """What collectors ask for over a span, as of now."""
    return Facts(span, context.now())


# ------------------------------------------------------------------ entering


def enter(
    user: User,
    sheet: sheets.Sheet,
    region: str,
    span: Span,
    given: Sequence[Given],
    *,
    file: str = "",
    dry: bool = False,
) -> list[Given]:
    """Keep numbers that somebody entered; every row is taken or comes back with the reason why not.

    Parameters
    ----------
    given : sequence of Given
        Rows in the inputs' own units; a name `item.CODE` gives the points of a manual item.
    file : str
        Hash of the workbook that they came in.
    dry : bool
        Only look; nothing is kept.

    Raises
    ------
    NotAllowed
        For somebody who does not enter numbers for this region.
    """
    where = normalise(region)
    if not may_enter(user, where):
        raise NotAllowed(
            f"{user.username} ({user.role}) cannot enter numbers for region {region}; its office does.", role=user.role
        )
    facts = facts_of(span)
    answers = [_checked(one, sheet, where, facts) for one in given]
    taken = [one for one in answers if one.ok]
    if not dry and taken:
        with transaction.atomic():
            for one in taken:
                _keep(user, sheet, where, span, one, file)
        audit(
            context.clock(), user.username, "enter-inputs", f"{sheet.code} {span.label}",
            region=where, names=[one.name for one in taken],
        )  # fmt: skip
    return answers


def _keep(user: User, sheet: sheets.Sheet, region: str, span: Span, one: Given, file: str) -> SheetInput:
    unit = next((spec.unit for spec in sheet.inputs if spec.name == one.name), "point")
    return SheetInput.objects.create(
        id=new_id("input", context.now()),
        region=region,
        period=span.label,
        name=one.name,
        value=one.value,
        unit=unit,
        by=user.username,
        at=context.now(),
        why=one.why,
        file=file,
    )


def _checked(one: Given, sheet: sheets.Sheet, region: str, facts: Facts) -> Given:
    """Refuse what riverchief computes itself, and points beyond an item."""
    if not one.ok:
        return one
    if one.name.startswith(f"{sheet.code}."):
        item = next(item for item in sheet.items if f"{sheet.code}.{item.code}" == one.name)
        if one.value is not None and item.weight and not 0 <= one.value <= item.weight:
            return replace(
                one,
                value=None,
                zh=f"{item.name_zh}为0至{item.weight:g}分。",
                en=f"{item.name_en} has 0 to {item.weight:g} points.",
            )
        if not one.why.strip():
            return replace(one, value=None, zh="评分须写明理由。", en="points need a reason.")
        return one
    spec = next(spec for spec in sheet.inputs if spec.name == one.name)
    known = collect(spec.source, facts, region) if spec.source else sheets.Input(None)
    if known.value is not None and one.value is not None and abs(known.value - one.value) > 1e-9:
        return replace(
            one,
            value=None,
            zh=f"{spec.name_zh}由平台计算，为{known.value:.6g}，不能填报。",
            en=f"{spec.name_en} is computed by riverchief and comes to {known.value:.6g}; it cannot be entered.",
        )
    return one


def item_given(sheet: sheets.Sheet, code: str, value: float | None, why: str) -> Given:
    """Points of a manual item, as a row to be entered.

    Raises
    ------
    UnknownName
        For an item that the sheet does not have.
    RuleError
        For one that is computed and allows no review, and on a template.
    """
    if sheet.status is sheets.Status.TEMPLATE:
        raise RuleError(
            f"sheet {sheet.code} is a template and gives no points; nobody can enter them.", sheet=sheet.code
        )
    item = next((one for one in sheet.items if one.code == code), None)
    if item is None:
        raise UnknownName(f"item of sheet {sheet.code}", code, [one.code for one in sheet.items])
    if item.kind is not sheets.Kind.MANUAL and not item.manual_review:
        raise RuleError(f"item {code} of sheet {sheet.code} is computed and allows no review.", item=code)
    return Given(1, f"{sheet.code}.{code}", value, why)


# ------------------------------------------------------------------ freezing


def cannot_freeze(sheet: sheets.Sheet, score: sheets.Score, span: Span) -> tuple[str, str] | None:
    """Why a sheet cannot be made official, in Chinese and English; None where it can."""
    if sheet.status is sheets.Status.TEMPLATE:
        return "模板未经核实，不能定稿。", "A template that nobody has confirmed cannot be frozen."
    if not sheet.confirmed:
        return "示例考核表，不能定稿。", "An example cannot be frozen."
    if span.last >= local_day(context.now()):
        return f"{span.label} 尚未结束，不能定稿。", f"{span.label} is not over yet."
    if not score.complete:
        codes = set(score.missing)
        lacking = [line.item for line in score.items if line.item.code in codes]
        zh = "、".join(item.name_zh for item in lacking)
        en = ", ".join(item.name_en for item in lacking)
        return f"尚缺：{zh}。", f"Still open: {en}."
    return None


def freeze(user: User, sheet: sheets.Sheet, region: str, span: Span, why: str = "") -> FrozenSheet:
    """Make a sheet's result official: kept as it is, with its hash; the same content twice is one frozen sheet.

    Raises
    ------
    NotAllowed
        For somebody who does not enter numbers for this region.
    RuleError
        When the sheet is not confirmed, is not complete, or replaces a frozen one without a reason.
    """
    where = normalise(region)
    if not may_enter(user, where):
        raise NotAllowed(f"{user.username} ({user.role}) cannot freeze sheets of region {region}.", role=user.role)
    filled = fill(sheet, where, facts_of(span))
    score = filled.score()
    reason = cannot_freeze(sheet, score, span)
    if reason is not None:
        raise RuleError(f"sheet {sheet.code} of {region}, {span.label} cannot be frozen. {reason[1]}", zh=reason[0])
    now = context.now()
    told = sheets.score_as_dict(score)
    with transaction.atomic():
        before = FrozenSheet.objects.filter(sheet=sheet.code, region=where, period=span.label).first()
        if before is not None and before.result == told and before.version == sheet.version:
            return before
        if before is not None and not why.strip():
            raise RuleError(
                f"sheet {sheet.code} of {region}, {span.label} was frozen at {before.at:%Y-%m-%d} with other numbers; "
                f"say why this one replaces it.",
                frozen=before.pk,
            )
        frozen = FrozenSheet(
            id=new_id("frozen", now), region=where, sheet=sheet.code, version=sheet.version, period=span.label,
            by=user.username, at=now, why=why, result=told, previous=before.hash if before else "",
        )  # fmt: skip
        frozen.hash = frozen.digest()
        frozen.save()
        records = {key for one in filled.inputs.values() for key in one.records if ":" not in key}
        records |= {review.record for review in filled.reviews.values()}
        came_from(
            frozen.pk, [(key, "record") for key in sorted(records)], code=CODE, edition=f"{sheet.code} {sheet.version}"
        )
    audit(context.clock(), user.username, "freeze-sheet", frozen.pk, hash=frozen.hash)
    return frozen
