"""Invented measures about the air for a demo, each marked as such: nobody did them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from riverchief.base import regions
from riverchief.base.basin import Basin
from riverchief.base.ids import new_id
from riverchief.base.time import local_day
from riverchief.web.cloud.airfeed import dusty_days
from riverchief.web.cloud.models import AirGrade, AirInspection, AirMeasure, AirWarning, DustDay

INVENTED = "演示数据，虚构 invented for the demo"
_UNITS: dict[str, tuple[str, str, str]] = {
    "industrial_cut": ("压减产能", "capacity given up", "万吨"),
    "loose_coal": ("完成清洁取暖改造", "households off loose coal", "户"),
    "dust_site": ("扬尘整改完成", "faults put right", "处"),
    "ozone_precursor": ("VOCs 减排", "VOCs cut", "吨"),
}
# kind, names, target, done so far, state, what an inspector saw
_MEASURES: tuple[tuple[str, str, str, float, float | None, str, str], ...] = (
    ("industrial_cut", "焦化产能压减", "Coking capacity cut", 60.0, 60.0, "done", "两座焦炉已停产拆除。"),
    (
        "loose_coal",
        "城北村散煤清零",
        "Villages north of the town off loose coal",
        1_200.0,
        870.0,
        "running",
        "抽查20户，2户复烧，已劝导。",
    ),
    ("loose_coal", "山区散煤替代", "Loose coal replaced in the hills", 800.0, 190.0, "late", "设备未到位，进度滞后。"),
    (
        "dust_site",
        "高铁南站片区工地扬尘",
        "Dust of sites around the south station",
        14.0,
        11.0,
        "running",
        "裸土覆盖不全，限期整改。",
    ),
    ("dust_site", "采石场道路扬尘", "Dust of quarry roads", 6.0, None, "planned", ""),
    (
        "ozone_precursor",
        "玛钢铸造喷涂废气治理",
        "Paint exhaust of iron foundries",
        45.0,
        21.0,
        "running",
        "活性炭更换记录不全。",
    ),
    (
        "ozone_precursor",
        "加油站油气回收",
        "Vapour recovery at filling stations",
        38.0,
        38.0,
        "done",
        "抽测3座，气液比均合格。",
    ),
)
_GRADES = "CDBCDBAC"


def enter(basin: Basin, seed: int, since: datetime, until: datetime) -> None:
    """Enter them once: measures with inspections, grades of what is industrial, a warning, the spring's dust days."""
    if AirMeasure.objects.exists():
        return
    counties = [one.code for one in basin.regions if len(regions.prefix(one.code)) == 6] or [basin.region]
    for k, row in enumerate(_MEASURES):
        _measure(row, counties[k % len(counties)], until - timedelta(days=150 - 9 * k))
    industrial = [f for f in basin.facilities if f.kind == "enterprise" or _is_industrial(f.name_en)]
    AirGrade.objects.bulk_create(
        [
            AirGrade(
                facility=one.code,
                name_zh=one.name_zh,
                name_en=one.name_en,
                region=regions.normalise(one.region),
                grade=_GRADES[k % len(_GRADES)],
                valid_from=local_day(since),
                document=INVENTED,
                assumed=True,
            )
            for k, one in enumerate(industrial)
        ]
    )
    today = local_day(until)
    AirWarning.objects.create(
        level="yellow", first_day=today, last_day=today + timedelta(days=2), document=INVENTED, assumed=True
    )
    for day in sorted({local_day(at) for at in dusty_days(seed, since, until)}):
        DustDay.objects.create(day=day, document=INVENTED, assumed=True)


def _is_industrial(name: str) -> bool:
    return any(word in name.lower() for word in ("coking", "iron", "coal", "industrial", "chemical"))


def _measure(row: tuple[str, str, str, float, float | None, str, str], region: str, at: datetime) -> None:
    kind, zh, en, target, done, state, finding = row
    indicator_zh, indicator_en, unit = _UNITS[kind]
    given: dict[str, Any] = {
        "kind": kind,
        "name_zh": zh,
        "name_en": en,
        "indicator_zh": indicator_zh,
        "indicator_en": indicator_en,
        "unit": unit,
        "target": target,
        "done": done,
        "state": state,
    }
    made = AirMeasure.objects.create(
        id=new_id("airmeasure", at),
        region=regions.normalise(region),
        created_at=at,
        due=local_day(at + timedelta(days=240)),
        document=INVENTED,
        assumed=True,
        **given,
    )
    if finding:
        seen = at + timedelta(days=40)
        AirInspection.objects.create(
            id=new_id("airinspection", seen), measure=made, at=seen, person="department", finding=finding, done=done
        )
