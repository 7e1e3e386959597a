"""A chief's annual report of duty (河长年度述职报告): stretch, water, patrols, cases, letters, projects, scores.

It says what the records say of one chief and one year, and the same to everybody who may read it: the chief, and the
offices of the region and above. Records marked confidential are not in it.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from riverchief.base import regions
from riverchief.base.basin import Chief
from riverchief.base.errors import InputError, NotAllowed, NotFound
from riverchief.base.places import Interval, Place
from riverchief.base.time import CHINA, deadline_text, local_day
from riverchief.govern import report as engine
from riverchief.govern.report import Facts, Part, Said
from riverchief.ground import casetypes, letters, states
from riverchief.ground.assignment import LEVELS as CHIEF_LEVELS
from riverchief.sky import media
from riverchief.web import context
from riverchief.web.accounts.models import Role, User
from riverchief.web.accounts.visibility import visible
from riverchief.web.basin.river import LEVELS, project_state
from riverchief.web.cloud import evaluation
from riverchief.web.govern.facts import goals, water
from riverchief.web.govern.facts.collect import sources
from riverchief.web.govern.facts.scope import API, Scope, named, nothing, two
from riverchief.web.govern.models import Score
from riverchief.web.govern.target_models import Target
from riverchief.web.ground import ledger, ruling
from riverchief.web.ground.models import Case, Evidence, Letter, Patrol

KIND = "duty"
SHOWN = 60  # rows of a list; how many more there are is said
PAIRS = 4  # cases whose photographs before and after are printed
PHOTO_PX = 480
DAY_S = 86_400


@dataclass(frozen=True)
class Year:
    """One chief's year: what belongs to it, read once."""

    chief: Chief
    scope: Scope

    @classmethod
    def of(cls, code: str, year: int, user: User) -> Year:
        """The year of a chief, for somebody who may read it.

        Raises
        ------
        NotFound
            Where the registry has no such chief.
        NotAllowed
            For anybody but the chief, and the offices of the chief's region and above.
        InputError
            For a year that has not begun, or before any calendar of ours.
        """
        chief = context.basin().chiefs.get(code)
        if chief is None or chief.level not in CHIEF_LEVELS:
            raise NotFound("chief", code)
        if not may_read(user, chief):
            raise NotAllowed(
                f"{user.username} ({user.role}) cannot read the report of duty of {chief.name_en or chief.name_zh}; "
                f"the chief and the offices of the region can.",
                chief=code,
            )
        now = context.now()
        if not 1990 <= year <= local_day(now).year:
            raise InputError(f"{year} is no year of a report; ask for 1990 to {local_day(now).year}.", year=year)
        period = engine.period_named(f"{year:04}")
        return cls(chief, Scope(engine.kind_named(KIND), period, regions.normalise(chief.region), now))

    @property
    def first(self) -> date:
        """First day of the year."""
        return self.scope.period.start

    @property
    def last(self) -> date:
        """Its last day that has begun."""
        return min(self.scope.period.last, local_day(self.scope.now))

    @property
    def until(self) -> datetime:
        """The instant at which its state is told: its end, or now while it runs."""
        return min(self.scope.period.ends_at, self.scope.now)

    @property
    def query(self) -> str:
        """Where the API gives the same figures."""
        return f"{API}/govern/chiefs/{self.chief.code}/duty?year={self.first.year}"

    @cached_property
    def before(self) -> Year:
        """The same chief's year before."""
        period = self.scope.period.before()
        return Year(self.chief, Scope(self.scope.kind, period, self.scope.region, self.scope.now))

    @cached_property
    def reader(self) -> User:
        """Nobody in person: reads all records of the basin that are not confidential."""
        return User(username="(report)", role=Role.COUNTY, region=context.basin().basin.region)

    @cached_property
    def stretches(self) -> list[Interval]:
        """Stretches that the chief answered for within the year, from upstream."""
        found = [
            one.interval
            for one in context.basin().basin.responsibilities
            if one.chief == self.chief.code
            and (one.interval.start is None or one.interval.start <= self.last)
            and (one.interval.end is None or one.interval.end >= self.first)
        ]
        return sorted(found, key=lambda one: (one.reach, one.from_m))

    def on(self, place: Place | None) -> bool:
        """Whether a place lies on one of the stretches."""
        return place is not None and any(
            one.reach == place.reach and one.from_m <= place.chainage_m <= one.to_m for one in self.stretches
        )

    @cached_property
    def cases(self) -> list[Case]:
        """Cases on the stretches that were open at any time of the year, by the day they were opened."""
        own = visible(self.reader, Case).filter(chief=self.chief.code, opened_at__lt=self.scope.period.ends_at)
        begun = self.scope.period.begins_at
        found = own.exclude(state__in=states.IDLE).order_by("opened_at", "pk")
        return [one for one in found if one.closed_at is None or one.closed_at >= begun]

    @cached_property
    def patrols(self) -> list[Patrol]:
        """Patrols that began in the year and were finished."""
        own = visible(self.reader, Patrol).filter(chief=self.chief.code, finished_at__isnull=False)
        begins, ends = self.scope.period.begins_at, self.scope.period.ends_at
        return list(own.filter(started_at__gte=begins, started_at__lt=ends))

    @cached_property
    def letters(self) -> list[Letter]:
        """Letters to the chief that were issued in the year and not withdrawn."""
        begins, ends = self.scope.period.begins_at, self.scope.period.ends_at
        own = visible(self.reader, Letter).filter(addressee=self.chief.code, state__in=("issued", "answered"))
        return list(own.filter(issued_at__gte=begins, issued_at__lt=ends).select_related("case").order_by("issued_at"))

    @cached_property
    def scores(self) -> list[Score]:
        """The newest score of every month of the year."""
        newest: dict[str, Score] = {}
        own = visible(self.reader, Score).filter(chief=self.chief.code, month__startswith=str(self.first.year))
        for score in own.order_by("-id"):
            newest.setdefault(score.month, score)
        return [newest[month] for month in sorted(newest)]

    @cached_property
    def months(self) -> list[tuple[date, date]]:
        """First and last day of every month of the year that has begun."""
        found, first = [], self.first
        while first <= self.last:
            after = (first + timedelta(days=32)).replace(day=1)
            found.append((first, min(after - timedelta(days=1), self.last)))
            first = after
        return found

    def due(self, first: date, last: date) -> int:
        """Patrols owed between two days by the rule in force."""
        return sum(one.required for one in ruling.duties(self.chief.region, self.chief.level, first, last))

    def closed_in(self, case: Case) -> bool:
        """Whether a case was closed within the year, as far as it has come."""
        return case.closed_at is not None and case.closed_at < self.until


def may_read(user: User, chief: Chief) -> bool:
    """Whether somebody reads a chief's report of duty: the chief, the offices of the region and above, auditors."""
    if chief.level not in CHIEF_LEVELS:
        return False  # police and guards report otherwise
    if user.chief == chief.code or user.role in (Role.SYSTEM, Role.AUDITOR):
        return True
    return user.is_office() and bool(user.region) and regions.contains(user.region, chief.region)


def facts(year: Year) -> Facts:
    """The facts of the report, part by part."""
    config, chief, scope = context.config(), year.chief, year.scope
    parts = [part(year) for part in _PARTS]
    level, office = LEVELS[chief.level], _region(chief.region)
    return Facts(
        kind=KIND,
        period=scope.period.code,
        region=scope.region,
        region_name=named(chief),
        issuer=two(f"{office['zh']}{level['zh']}河长", f"River chief, {level['en']} level, {office['en']}"),
        address=f"http://{config.host}:{config.port}",
        as_of=scope.now.astimezone(CHINA).isoformat(timespec="minutes")[:16],
        parts=(_summary(year, parts), *parts, sources(scope, {part.name: part for part in parts})),
        editions=list(scope.cited.values()),
        simulated=bool(config.simulated),
        number=two(f"{year.first.year}年度", f"Year {year.first.year}"),
    )


def _region(code: str) -> Said:
    full = regions.normalise(code)
    basin = context.basin().basin
    return named(next((one for one in basin.regions if regions.normalise(one.code) == full), basin))


def _day(at: datetime | None) -> str | None:
    return local_day(at).isoformat() if at else None


def _place(place: Place) -> Said:
    network = context.basin().basin.network
    reach = context.basin().basin.reaches[network.index(place.reach)]
    at = f"{place.chainage_m / 1000:.1f} km"
    return two(f"{reach.name_zh} {at}", f"{reach.name_en or reach.name_zh} {at}")


def _kept(kept: bool | None) -> Said | None:
    return None if kept is None else two("是", "yes") if kept else two("否", "no")


def _on_time(case: Case) -> bool | None:
    return None if case.closed_at is None else case.due_at is None or case.closed_at <= case.due_at


def _answered_in_time(letter: Letter, now: datetime) -> bool | None:
    due = letter.answer_due_at
    if letter.answered_at is None:
        return False if due is not None and due <= now else None
    return due is None or letter.answered_at < due


def _more(found: int) -> list[Said]:
    if found <= SHOWN:
        return []
    return [two(f"另有{found - SHOWN}条未列出。", f"{found - SHOWN} more are not listed.")]


# ------------------------------------------------------------------ in short


def _figures(year: Year) -> dict[str, float | None]:
    """The figures of a year by what they count; the same for the one before."""
    closed = [one for one in year.cases if year.closed_in(one)]
    lengths = [float(one.result.get("length_m", 0.0)) for one in year.patrols]
    points = [one.points for one in year.scores if one.points is not None]
    return {
        "due": year.due(year.first, year.last),
        "valid": sum(one.counts for one in year.patrols),
        "length": sum(lengths) / 1000,
        "opened": sum(year.scope.holds(one.opened_at) for one in year.cases),
        "closed": len(closed),
        "on_time": sum(bool(_on_time(one)) for one in closed),
        "letters": len(year.letters),
        "answered": sum(bool(_answered_in_time(one, year.until)) for one in year.letters),
        "points": sum(points) / len(points) if points else None,
    }


_ROWS = (
    ("due", "应巡次数", "Patrols due", "次", "", 0), ("valid", "有效巡河次数", "Valid patrols", "次", "", 0),
    ("length", "巡河里程", "Length walked", "km", "km", 1), ("opened", "新立事件", "Cases opened", "件", "", 0),
    ("closed", "销号事件", "Cases closed", "件", "", 0),
    ("on_time", "其中按期销号", "of these, on time", "件", "", 0),
    ("letters", "收到督办函、河长令", "Letters and orders received", "件", "", 0),
    ("answered", "其中按期答复", "of these, answered in time", "件", "", 0),
    ("points", "月均考核得分", "Mean score of the months", "分", "points", 1),
)  # fmt: skip


def _summary(year: Year, parts: list[Part]) -> Part:
    now, before = _figures(year), _figures(year.before)
    rows = [
        {
            "item": two(zh, en), "value": now[key], "before": before[key], "unit": two(unit, unit_en or "no."),
            "_decimals": decimals,
        }
        for key, zh, en, unit, unit_en, decimals in _ROWS
    ]  # fmt: skip
    sections = next(part for part in parts if part.name == "duty_sections").rows
    judged = [row for row in sections if row["class"]]
    good = sum(row["class"] <= row["target"] for row in judged)
    length_km = sum(one.to_m - one.from_m for one in year.stretches) / 1000
    standing = sum(not year.closed_in(one) for one in year.cases)
    chief = year.chief
    said = [
        two(
            f"{chief.name_zh}负责河段{len(year.stretches)}段，共{length_km:.1f}千米。本年应巡{now['due']:g}次，"
            f"有效巡河{now['valid']:g}次；销号事件{now['closed']:g}件，其中按期{now['on_time']:g}件，"
            f"尚有{standing}件未销号；有评价的断面{len(judged)}个，达标{good}个。",
            f"{chief.name_en or chief.name_zh} answers for {len(year.stretches)} stretches, {length_km:.1f} km. "
            f"Patrols due: {now['due']:g}, valid: {now['valid']:g}. Cases closed: {now['closed']:g}, on time: "
            f"{now['on_time']:g}, not closed: {standing}. Sections judged: {len(judged)}, on target: {good}.",
        )
    ]
    return Part("duty_summary", rows=rows, said=said, query=year.query)


# ------------------------------------------------------------------ parts


def _stretches(year: Year) -> Part:
    network, reaches = context.basin().basin.network, context.basin().basin.reaches
    rows = [
        {
            "stretch": named(reaches[network.index(one.reach)]), "from_km": one.from_m / 1000, "to_km": one.to_m / 1000,
            "start": one.start.isoformat() if one.start else None, "end": one.end.isoformat() if one.end else None,
        }
        for one in year.stretches
    ]  # fmt: skip
    notes = [two("里程自河段上端起算。", "Kilometres are counted from the upstream end of the reach.")]
    if not rows:
        return nothing("duty_stretches", "本年没有责任河段。", "There was no stretch to answer for.")
    return Part("duty_stretches", rows=rows, notes=notes)


def _sections(year: Year) -> Part:
    last = min(year.last, evaluation.known_day())
    found = [one for one in context.basin().basin.sections if year.on(one.place)]
    if not found:
        return nothing("duty_sections", "责任河段没有断面。", "There is no section on the stretches.")
    keys = ("name", "level", "target", "class", "before", "deciding", "state", "_query", "_code")
    whole = [{**water.row_of(year.scope, one, last), "_code": one.code} for one in found]
    rows = [{key: row[key] for key in keys} for row in whole]
    water.cite(year.scope, last)
    return Part("duty_sections", rows=rows)


def _targets(year: Year) -> Part:
    codes = [one.code for one in context.basin().basin.sections if year.on(one.place)]
    found = visible(year.reader, Target).filter(
        place__in=codes, period_start__lte=year.scope.period.last, period_end__gte=year.first
    )
    return goals.part_of(list(found), f"{API}/govern/targets")


def _patrols(year: Year) -> Part:
    rows: list[dict[str, Any]] = []
    for first, last in year.months:
        walked = [one for one in year.patrols if first <= local_day(one.started_at) <= last]
        due, valid = year.due(first, last), sum(one.counts for one in walked)
        short = due - valid
        kept = two(f"差{short}次", f"{short} short") if short > 0 else two("足额", "kept") if due else None
        rows.append({
            "month": first.isoformat()[:7], "due": due, "valid": valid, "n": len(walked),
            "length": sum(float(one.result.get("length_m", 0.0)) for one in walked) / 1000,
            "hours": sum(float(one.result.get("duration_s", 0.0)) for one in walked) / 3600, "kept": kept,
        })  # fmt: skip
    rule = ruling.rule_for(year.chief.region, year.last)
    notes = [
        two(
            f"应巡次数按当时施行的巡河规则计算，只计已到期的；现行规则：{rule.name_zh}。",
            f"Due by the rule in force at the time, once its period has ended; the rule now: {rule.name_en}.",
        )
    ]
    return Part("duty_patrols", rows=rows, notes=notes, query=year.query)


def _type(case: Case) -> Said | None:
    types = casetypes.catalogue(local_day(case.opened_at))
    found = next((one for one in types if one.code == case.type), None)
    return named(found) if found else None


def _cases(year: Year) -> Part:
    if not year.cases:
        return nothing("duty_cases", "本年责任河段没有事件。", "There was no case on the stretches.", year.query)
    rows = [
        {
            "number": case.number, "type": _type(case), "place": _place(case.place), "opened": _day(case.opened_at),
            "due": deadline_text(case.due_at)[:10] if case.due_at else None,
            "closed": _day(case.closed_at) if year.closed_in(case) else None,
            "kept": _kept(_on_time(case)) if year.closed_in(case) else None, "_query": f"/case/{case.pk}",
            "_id": case.pk,
        }
        for case in year.cases[-SHOWN:]
    ]  # fmt: skip
    pictures = list(_pairs(year))
    figures = {"pairs": {"rows": pictures}} if pictures else {}
    return Part("duty_cases", rows=rows, notes=_more(len(year.cases)), figures=figures, query=year.query)


def _pairs(year: Year) -> Iterator[dict[str, Any]]:
    """Photographs before and after of the last cases closed in the year that have both."""
    closed = [one for one in year.cases if year.closed_in(one)]
    known = ledger.pairs(closed)
    whole = [(case, pair) for case in reversed(closed) if (pair := known.get(case.pk)) and all(pair.values())]
    for case, pair in whole[:PAIRS]:
        yield {"number": case.number, **{when: _photo(pair[when]["id"]) for when in ("before", "after")}}


def _photo(key: str) -> dict[str, str]:
    """A photograph as it is printed: small, without what the camera wrote into it."""
    kept = Evidence.objects.get(pk=key)
    small = media.thumbnail(context.store().files.read(kept.sha256), PHOTO_PX)
    return {"day": local_day(kept.at).isoformat(), "jpeg": base64.b64encode(small).decode()}


def _letters(year: Year) -> Part:
    if not year.letters:
        return nothing("duty_letters", "本年没有收到督办函或河长令。", "No letter or order was received.")
    rows = [
        {
            "label": one.label or None, "kind": named(letters.kind_named(one.kind)), "case": one.case.number,
            "issued": _day(one.issued_at),
            "due": deadline_text(one.answer_due_at)[:10] if one.answer_due_at else None,
            "answered": _day(one.answered_at), "kept": _kept(_answered_in_time(one, year.until)),
            "_query": f"/letter/{one.pk}", "_id": one.pk,
        }
        for one in year.letters[-SHOWN:]
    ]  # fmt: skip
    return Part("duty_letters", rows=rows, notes=_more(len(year.letters)))


def _projects(year: Year) -> Part:
    found = [one for one in context.basin().basin.projects if year.on(one.place)]
    if not found:
        return nothing("duty_projects", "责任河段没有重点项目。", "There is no project on the stretches.")
    rows = [
        {
            "name": named(one), "place": _place(one.place) if one.place else None,
            "planned": one.end_planned.isoformat() if one.end_planned else None, "state": project_state(one, year.last),
            "_code": one.code,
        }
        for one in found
    ]  # fmt: skip
    return Part("duty_projects", rows=rows, query=year.query)


def _scores(year: Year) -> Part:
    if not year.scores:
        return nothing("duty_scores", "本年没有考核得分。", "There is no score in this year.")
    rows, doubtful = [], False
    for score in year.scores:
        told = score.result
        doubtful = doubtful or not told["confirmed"]
        items = {
            lang: comma.join(
                f"{item[f'name_{lang}']} {'—' if item['points'] is None else format(item['points'], 'g')}"
                for item in told["items"]
            )
            for lang, comma in (("zh", "；"), ("en", "; "))
        }
        rows.append({
            "month": score.month, "points": score.points, "max": score.maximum, "items": items,
            "_query": f"/score/{score.pk}", "_id": score.pk, "_unconfirmed": [] if told["confirmed"] else ["points"],
        })  # fmt: skip
    last = year.scores[-1].result
    notes = [{**two(last["banner_zh"], last["banner_en"]), "confirmed": False}] if doubtful else []
    return Part("duty_scores", rows=rows, notes=notes)


def _open(year: Year) -> Part:
    left = [one for one in year.cases if not year.closed_in(one)]
    if not left:
        return nothing("duty_open", "责任河段没有未销号的事件。", "Every case on the stretches is closed.", year.query)
    rows = []
    for case in left[:SHOWN]:
        late_s = (year.until - case.due_at).total_seconds() if case.due_at else 0.0
        rows.append({
            "number": case.number, "type": _type(case), "place": _place(case.place), "opened": _day(case.opened_at),
            "due": deadline_text(case.due_at)[:10] if case.due_at else None,
            "late": late_s / DAY_S if late_s > 0 else None, "_query": f"/case/{case.pk}", "_id": case.pk,
        })  # fmt: skip
    return Part("duty_open", rows=rows, notes=_more(len(left)), query=year.query)


_PARTS: tuple[Callable[[Year], Part], ...] = (
    _stretches, _sections, _targets, _patrols, _cases, _letters, _projects, _scores, _open,
)  # fmt: skip
