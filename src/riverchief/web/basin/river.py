"""A river's file (一河一档、一河一策): who answered for it, how it is, what stands on it, what is done, as facts.

The page shows these facts, and the printed file is made of the same ones by the one engine of reports. What somebody
may not see of cases and photographs is not in theirs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from riverchief.base import regions
from riverchief.base.basin import Project, River
from riverchief.base.errors import NotFound
from riverchief.base.places import Place
from riverchief.base.time import CHINA, day_of_closing_stamp, local_day
from riverchief.govern.report import Facts, Part, Said
from riverchief.ground.projects import state_of
from riverchief.web import context
from riverchief.web.accounts.models import User
from riverchief.web.accounts.visibility import visible
from riverchief.web.basin.registry import Registry
from riverchief.web.cloud.state import section_now
from riverchief.web.govern.facts.scope import API, named, nothing, two
from riverchief.web.govern.target_models import Target
from riverchief.web.ground.models import Case
from riverchief.web.sky.models import Photo

SHOWN = 60
LEVELS = {
    "province": two("省级", "province"), "city": two("市级", "city"), "county": two("县级", "county"),
    "township": two("乡级", "township"), "village": two("村级", "village"), "police": two("河道警长", "river police"),
    "guard": two("巡河员", "guard"),
}  # fmt: skip
SECTION_LEVELS = {
    "national": two("国考", "national"), "provincial": two("省考", "provincial"), "city": two("市控", "city"),
    "county": two("县控", "county"),
}  # fmt: skip
KINDS = {
    "outfall": two("排污口", "outfall"), "works": two("污水厂", "sewage works"),
    "enterprise": two("企业", "enterprise"),
    "intake": two("取水口", "intake"), "gate": two("闸", "gate"), "reservoir": two("水库", "reservoir"),
    "lake": two("湖泊", "lake"), "dam": two("坝", "dam"), "weir": two("堰", "weir"), "dike": two("堤防", "dike"),
    "bridge": two("桥", "bridge"), "pump": two("泵站", "pumping station"),
}  # fmt: skip
STATES = {
    "draft": two("待上报", "draft"), "reported": two("已上报", "reported"), "accepted": two("已受理", "accepted"),
    "dispatched": two("已交办", "dispatched"), "handled": two("已处置", "handled"),
    "verified": two("已核查", "verified"),
    "closed": two("已销号", "closed"), "returned": two("已退回", "returned"), "rejected": two("不予受理", "rejected"),
    "reopened": two("已重启", "reopened"), "referred": two("请示中", "referred"),
    "coordinating": two("协调中", "in coordination"), "paused": two("已暂停", "paused"),
    "merged": two("已并案", "merged"),
}  # fmt: skip
RESTORING = ("修复", "湿地", "清淤", "restoration", "wetland")


@dataclass(frozen=True)
class File:
    """One river as one person may see it at one time."""

    river: River
    user: User
    registry: Registry
    now: datetime

    @classmethod
    def of(cls, code: str, user: User) -> File:
        """The file of a river.

        Raises
        ------
        NotFound
            Where the registry has no such river.
        """
        registry = context.basin()
        river = next((one for one in registry.basin.rivers if one.code == code), None)
        if river is None:
            raise NotFound("river", code)
        return cls(river, user, registry, context.now())

    @property
    def day(self) -> date:
        """Today at the river."""
        return local_day(self.now)

    @cached_property
    def reaches(self) -> dict[str, Said]:
        """Names of the river's reaches by code, from upstream."""
        own = [reach for reach in self.registry.basin.reaches if reach.river == self.river.code]
        own.sort(key=lambda reach: self.registry.river_offset_m[reach.code])
        return {reach.code: named(reach) for reach in own}

    @cached_property
    def length_m(self) -> float:
        """Length of the river [m]."""
        own = (reach for reach in self.registry.basin.reaches if reach.river == self.river.code)
        return max((self.registry.river_offset_m[reach.code] + reach.length_m for reach in own), default=0.0)

    def km(self, place: Place | None) -> float | None:
        """Kilometres along the river [km]; None for what is not on it."""
        if place is None or place.reach not in self.reaches:
            return None
        return round((self.registry.river_offset_m[place.reach] + place.chainage_m) / 1000, 2)

    def on_it(self, things: Iterable[Any]) -> list[tuple[float, Any]]:
        """Those of these things that lie on the river, from upstream, each with its kilometre."""
        found = [(km, one) for one in things if (km := self.km(one.place)) is not None]
        return sorted(found, key=lambda pair: (pair[0], pair[1].code))

    @cached_property
    def cases(self) -> list[Case]:
        """Cases on the river that this person may see, the newest first."""
        return list(visible(self.user, Case).filter(reach__in=self.reaches).order_by("-opened_at"))


def facts(file: File) -> Facts:
    """The facts of the file, part by part."""
    registry, config = file.registry, context.config()
    parts = [
        _chiefs(file), _sections(file), _outfalls(file), _projects(file), _targets(file), _cases(file), _photos(file),
        _restoration(file), _culture(file),
    ]  # fmt: skip
    basin = registry.basin
    home = next((one for one in basin.regions if one.code == regions.normalise(basin.region)), basin)
    return Facts(
        kind="river",
        period=str(file.day.year),
        region=regions.normalise(basin.region),
        region_name=named(file.river),
        issuer=two(f"{home.name_zh}河长制办公室", f"River Chief Office of {home.name_en}"),
        address=f"http://{config.host}:{config.port}",
        as_of=file.now.astimezone(CHINA).isoformat(timespec="minutes")[:16],
        parts=(_summary(file, parts), *parts, _sources()),
        simulated=bool(config.simulated),
        review_number=basin.review_number,
    )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _summary(file: File, parts: list[Part]) -> Part:
    by_name = {part.name: part for part in parts}
    sections = by_name["river_sections"].rows
    good = sum(1 for row in sections if row["state"] == two("达标", "yes"))
    judged = sum(1 for row in sections if row["class"])
    length = f"{file.length_m / 1000:,.1f}"
    waiting = sum(1 for case in file.cases if case.closed_at is None and case.state not in ("rejected", "merged"))
    said = [
        two(
            f"{file.river.name_zh}在册{length}千米，{len(file.reaches)}个河段。{judged}个断面有评价，{good}个达标；{waiting}件事件未办结。",
            f"{length} km of {file.river.name_en} are registered, in {len(file.reaches)} reaches. "
            f"Sections judged: {judged}, on target: {good}; open cases: {waiting}.",
        )
    ]
    figures: list[tuple[str, str, int]] = [
        ("责任河长", "Chiefs in office", _in_office(file)),
        ("断面", "Sections", len(sections)),
        ("排污口等设施", "Facilities", len(by_name["river_outfalls"].rows)),
        ("重点项目", "Projects", len(by_name["river_projects"].rows)),
        ("未办结事件", "Open cases", waiting),
    ]
    rows = [{"item": two(zh, en), "value": n, "_decimals": 0} for zh, en, n in figures]
    return Part("river_summary", rows=rows, said=said, query=f"{API}/basin/rivers/{file.river.code}")


def _in_office(file: File) -> int:
    offices = file.registry.offices
    return sum(
        any(i.reach in file.reaches for i in offices.held_by(chief.code, file.day))
        for chief in offices.chiefs
        if chief.level not in ("police", "guard")
    )


def _chiefs(file: File) -> Part:
    """Every stretch with its chief through time: the order of the levels, then from upstream, then by day."""
    order = {level: i for i, level in enumerate(LEVELS)}
    offset = file.registry.river_offset_m
    rows = []
    for duty in file.registry.basin.responsibilities:
        where, chief = duty.interval, file.registry.chiefs.get(duty.chief)
        if where.reach not in file.reaches or chief is None:
            continue
        terms = [t for t in file.registry.offices.terms if t.chief == chief.code]
        ends = [t.end for t in terms]
        left = max((e for e in ends if e), default=None) if terms and None not in ends else None
        end = min(filter(None, (where.end, left)), default=None)
        rows.append({
            "name": named(chief), "level": LEVELS[chief.level], "stretch": file.reaches[where.reach],
            "from_km": (offset[where.reach] + where.from_m) / 1000, "to_km": (offset[where.reach] + where.to_m) / 1000,
            "start": _day(where.start), "end": _day(end), "_level": order[chief.level], "_chief": chief.code,
        })  # fmt: skip
    rows.sort(key=lambda row: (row["_level"], row["from_km"], row["start"]))
    return (
        Part("river_chiefs", rows=rows) if rows else nothing("river_chiefs", "没有责任河长。", "Nobody answers for it.")
    )


def _sections(file: File) -> Part:
    rows = []
    for km, section in file.on_it(file.registry.basin.as_of(file.day).sections):
        now = section_now(section, file.now)
        class_, kept = now["class"], now["on_target"]
        state = two("无数据", "no data") if kept is None else two("达标", "yes") if kept else two("超标", "no")
        rows.append({
            "name": named(section), "km": km, "level": SECTION_LEVELS[section.level], "target": section.target_class,
            "class": class_ or None, "state": state, "_code": section.code,
            "_query": f"{API}/cloud/sections/{section.code}",
        })  # fmt: skip
    return Part("river_sections", rows=rows) if rows else nothing("river_sections", "没有断面。", "It has no sections.")


def _outfalls(file: File) -> Part:
    registry = file.registry
    rows = [
        {
            "name": named(one), "kind": KINDS[one.kind], "km": km, "permit": one.permit or None,
            "limits": len(registry.permits.get(one.code, ())) or None, "_code": one.code, "_kind": one.kind,
        }
        for km, one in file.on_it(registry.basin.as_of(file.day).facilities)
    ]  # fmt: skip
    return (
        Part("river_outfalls", rows=rows)
        if rows
        else nothing("river_outfalls", "没有在册设施。", "None is registered.")
    )


_STATES = {
    "completed": two("已完工", "done"),
    "late": two("逾期在建", "late"),
    "running": two("在建", "under way"),
    "late_start": two("逾期未开工", "not begun, late"),
    "planned": two("未开工", "not begun"),
}


def project_state(project: Project, day: date) -> Said:
    """How far a project was on a day, in words."""
    return _STATES[state_of(project, day)]


def _project_rows(file: File, restoring: bool) -> list[Mapping[str, Any]]:
    found = file.on_it(file.registry.basin.projects)
    wanted = [(km, p) for km, p in found if any(w in f"{p.name_zh} {p.name_en}" for w in RESTORING) or not restoring]
    return [
        {
            "name": named(p),
            "km": km,
            "planned": _day(p.end_planned),
            "state": project_state(p, file.day),
            "_code": p.code,
        }
        for km, p in wanted
    ]


def _projects(file: File) -> Part:
    rows = _project_rows(file, restoring=False)
    return (
        Part("river_projects", rows=rows)
        if rows
        else nothing("river_projects", "没有重点项目。", "It has no projects.")
    )


def _restoration(file: File) -> Part:
    rows = [{k: v for k, v in row.items() if k != "planned"} for row in _project_rows(file, restoring=True)]
    notes = [two("按项目名称归类。", "Sorted out by the names of the projects.")]
    if not rows:
        return nothing("river_restoration", "没有修复项目。", "It has no works of restoration.")
    return Part("river_restoration", rows=rows, notes=notes)


def _targets(file: File) -> Part:
    codes = [section.code for _, section in file.on_it(file.registry.basin.sections)]
    rows = [
        {
            "name": two(t.name_zh, t.name_en), "issuer": t.issuer or None, "start": _day(t.period_start),
            "end": _day(t.period_end), "_unconfirmed": [] if t.confirmed else ["name"], "_id": t.pk,
        }
        for t in visible(file.user, Target).filter(place__in=codes).order_by("-period_start", "pk")
    ]  # fmt: skip
    return Part("river_targets", rows=rows) if rows else nothing("river_targets", "没有下达目标。", "No target is set.")


def _cases(file: File) -> Part:
    rows = [
        {
            "number": case.number, "km": file.km(case.place),
            "state": STATES.get(case.state, two(case.state, case.state)),
            "chief": named(chief) if (chief := file.registry.chiefs.get(case.chief)) else None,
            "opened": _day(local_day(case.opened_at)),
            "due": _day(day_of_closing_stamp(case.due_at)) if case.due_at else None,
            "_id": case.pk, "_query": f"{API}/ground/cases/{case.pk}",
        }
        for case in file.cases[:SHOWN]
    ]  # fmt: skip
    more = len(file.cases) - len(rows)
    notes = [two(f"另有{more}件较早的未列出。", f"{more} older ones are not listed.")] if more > 0 else []
    return (
        Part("river_cases", rows=rows, notes=notes)
        if rows
        else nothing("river_cases", "没有事件。", "There are no cases.")
    )


def _photos(file: File) -> Part:
    """How many photographs there are of every kilometre, and the last of each."""
    count: Counter[int] = Counter()
    last: dict[int, Photo] = {}
    placed = visible(file.user, Photo).filter(reach__in=file.reaches, chainage_m__isnull=False).order_by("taken_at")
    for photo in placed:
        km = int(file.km(Place(photo.reach, photo.chainage_m or 0.0)) or 0.0)
        count[km] += 1
        last[km] = photo
    rows = [
        {
            "km": km, "photos": count[km], "last": _day(local_day(taken)) if (taken := last[km].taken_at) else None,
            "_photo": last[km].pk,
        }
        for km in sorted(count)
    ]  # fmt: skip
    if not rows:
        return nothing("river_photos", "没有能定位的影像。", "There are no photographs with a place.")
    return Part("river_photos", rows=rows)


def _culture(file: File) -> Part:
    rows = [
        {
            "name": named(one), "km": km, "fact": two(one.fact_zh, one.fact_en), "_code": one.code,
            "_unconfirmed": ["km"] if one.assumed else [],
        }
        for km, one in file.on_it(file.registry.basin.culture)
    ]  # fmt: skip
    notes = [two(f"来源：{source}", f"Source: {source}") for source in dict.fromkeys(
        one.source for _, one in file.on_it(file.registry.basin.culture) if one.source
    )]  # fmt: skip
    if not rows:
        return nothing("river_culture", "没有登记水文化节点。", "None is registered.")
    return Part("river_culture", rows=rows, notes=notes)


def _sources() -> Part:
    notes = [
        two("里程自在册河源起算，单位千米。", "Kilometres are counted from the head of the river as registered."),
        two("“—”表示没有数据，不是零。", "A dash means that there is no value; it is not zero."),
    ]
    return Part("sources", notes=notes)
