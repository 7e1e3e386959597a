"""Problems from an office's table: looked at row by row, then taken in one transaction, each number once."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from riverchief.base import regions
from riverchief.base.errors import InputError, NotAllowed, RiverError
from riverchief.base.places import Place
from riverchief.base.time import CHINA, local_day
from riverchief.ground import casetypes, problems
from riverchief.ground.problems import Fault, Problem
from riverchief.web import context
from riverchief.web.accounts.models import Role, User, audit
from riverchief.web.accounts.visibility import visible
from riverchief.web.ground import cases, patrols
from riverchief.web.ground.models import Case

ENTERING = (Role.PREFECTURE, Role.COUNTY)
MOST_BYTES = 8_000_000
NAME_MOST = 64


@dataclass(frozen=True)
class Placed:
    """A row with its place on the network, and the chief that the table names, where the registry knows them."""

    problem: Problem
    place: Place
    lonlat: tuple[float, float] | None
    chief: str


def check_enterer(user: User) -> None:
    """See that somebody works in an office that enters problems."""
    if user.role not in ENTERING:
        raise NotAllowed(
            f"{user.username} ({user.role}) enters no tables; an office of river chiefs does.", role=user.role
        )


def placed(problem: Problem, columns: Any, user: User, system: str) -> Placed | None:
    """Where a row lies; what is wrong is added to its faults."""

    def fault(key: str, zh: str, en: str) -> None:
        problem.faults.append(Fault(problem.row, columns.get(key, problems.COLUMNS[key][0]), zh, en))

    registry, day = context.basin(), local_day(context.now())
    lonlat = None
    if problem.lon is not None and problem.lat is not None:
        try:
            place, lon, lat = patrols.place_of(problem.lon, problem.lat, system)
        except InputError as error:
            fault("lon", "离本流域河段太远，请核对坐标", error.sentence)
            return None
        lonlat = (lon, lat)
    else:
        found = _along(problem, fault)
        if found is None:
            return None
        place = found
    region = regions.normalise(registry.region_of(place, day))
    if user.region and not regions.contains(user.region, region):
        fault("place", "不在本级管辖范围内", f"lies in {region}, outside of {user.region}")
        return None
    chief = ""
    if problem.who:
        known = [c for c in registry.basin.chiefs if problem.who in (c.code, c.name_zh, c.name_en)]
        chief = known[0].code if len(known) == 1 else ""
    return Placed(problem, place, lonlat, chief)


def _along(problem: Problem, fault: Any) -> Place | None:
    """The place that river and chainage along the river name."""
    registry = context.basin()
    basin = registry.basin
    rivers = [r.code for r in basin.rivers if problem.river in (r.code, r.name_zh, r.name_en)]
    if not rivers:
        fault("river", f"登记册中没有“{problem.river}”", f"{problem.river!r} is not in the register of rivers")
        return None
    at = problem.chainage_m or 0.0
    for reach in basin.reaches:
        head = registry.river_offset_m[reach.code]
        if reach.river == rivers[0] and head <= at <= head + reach.length_m:
            return Place(reach.code, at - head)
    ends = (registry.river_offset_m[r.code] + r.length_m for r in basin.reaches if r.river == rivers[0])
    length_m = max(ends, default=0.0)  # a river may be registered before its reaches are
    fault("chainage", f"超出河长 {length_m:,.0f} m", f"{at:,.0f} m is beyond the river's length of {length_m:,.0f} m")
    return None


def look(data: bytes, file: str, user: User, system: str = "wgs84") -> tuple[problems.Table, list[Placed]]:
    """Read a table and find the place of every row that has one."""
    check_enterer(user)
    if len(data) > MOST_BYTES:
        raise InputError(f"{file} has {len(data) / 1e6:.1f} MB; send {MOST_BYTES / 1e6:.0f} MB at most.", file=file)
    table = problems.read(data, file, local_day(context.now()))
    found = [placed(one, table.columns, user, system) for one in table.problems]
    return table, [one for one in found if one is not None and not one.problem.faults]


def origin_name(name: str, file: str) -> str:
    """What the table is called in the ledger: under this name its numbers are known."""
    return (name.strip() or file.rsplit("/", 1)[-1].removesuffix(".xlsx"))[:NAME_MOST]


def run(
    data: bytes, file: str, user: User, *, name: str = "", system: str = "wgs84", dry_run: bool = True
) -> dict[str, Any]:
    """Take the problems of a table, or only tell what would be taken.

    All rows without faults are taken in one transaction; a number that came before under this name is not taken twice.

    Raises
    ------
    NotAllowed, InputError
        For somebody of no office, or a file that is no such table.
    """
    table, sound = look(data, file, user, system)
    origin = origin_name(name, file)
    known = _known(origin, [one.problem.number for one in sound], user)
    fresh = [one for one in sound if one.problem.number not in known]
    opened: dict[int, Case] = {}
    if not dry_run and fresh:
        try:
            with transaction.atomic():
                for one in fresh:
                    opened[one.problem.row] = _open(one, origin, user)
        except IntegrityError as error:  # pragma: no cover - the same table twice at once
            raise InputError(f"rows of {origin!r} came in just now; look at the table once more.") from error
        audit(context.clock(), user.username, "import-cases", origin, file=file, opened=len(opened))
    return {
        "origin": origin,
        "dry_run": dry_run,
        "columns": dict(table.columns),
        "unread": list(table.unread),
        "new": len(fresh),
        "known": len(known),
        "faulty": sum(bool(one.faults) for one in table.problems),
        "rows": [row_told(one, sound, known, opened) for one in table.problems],
    }


def _known(origin: str, numbers: list[str], user: User) -> dict[str, str]:
    """Case numbers of rows that came before under this name; a name that another office's table has is refused."""
    before = Case.objects.filter(origin=origin, origin_number__in=numbers)
    mine = visible(user, Case).filter(pk__in=before)
    if before.exclude(pk__in=mine).exists():
        raise InputError(
            f"a table of another office is called {origin!r} already, with some of these numbers; give this one a name "
            f"of its own, such as the county's with the year.",
            name=origin,
        )
    return dict(mine.values_list("origin_number", "number"))


def row_told(one: Problem, sound: list[Placed], known: dict[str, str], opened: dict[int, Case]) -> dict[str, Any]:
    """What became of a row, or would become of it."""
    place = next((p for p in sound if p.problem is one), None)
    case = opened.get(one.row)
    return {
        "row": one.row,
        "number": one.number,
        "type": one.type or None,
        "what": one.what,
        "reach": place.place.reach if place else None,
        "chainage_m": place.place.chainage_m if place else None,
        "chief": place.chief if place and place.chief else None,
        "who_unknown": bool(place and one.who and not place.chief),
        "known_as": known.get(one.number),
        "case": case.pk if case else None,
        "case_number": case.number if case else None,
        "faults": [asdict(fault) for fault in one.faults],
    }


def start_of(day: date) -> datetime:
    """Local midnight that opens a day."""
    return datetime.combine(day, time(), CHINA)


def origin_of(one: Placed, origin: str) -> cases.Origin:
    """Where a row comes from, for the case that it becomes."""
    problem = one.problem
    assert problem.found is not None
    due = start_of(problem.due + timedelta(days=1)) if problem.due else None
    opened = problem.found_at or start_of(problem.found)
    return cases.Origin(
        type=problem.type, name=origin, number=problem.number, opened_at=opened, due_at=due, chief=one.chief
    )


def severity_of(problem: Problem) -> int:
    """As the table says, else as its type has it, else minor."""
    kind = next((one for one in casetypes.catalogue(local_day(context.now())) if one.code == problem.type), None)
    return problem.severity or (kind.severity if kind else 1)


def _open(one: Placed, origin: str, user: User) -> Case:
    problem = one.problem
    more = {"where": problem.place, "who": problem.who if not one.chief else "", "source_state": problem.state}
    try:
        return cases.open_by_office(
            user,
            one.place,
            origin_of(one, origin),
            source="table",
            note=problem.what or problem.place,
            severity=severity_of(problem),
            lonlat=one.lonlat,
            more={key: value for key, value in more.items() if value},
        )
    except RiverError as error:
        raise InputError(f"row {problem.row}: {error.sentence} Nothing was taken.", row=problem.row) from error
