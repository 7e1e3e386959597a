"""Energy and carbon of an enterprise: what an office entered, and the account that opens to it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from riverchief.base import regions
from riverchief.base.basin import Basin, Facility
from riverchief.base.errors import InputError
from riverchief.base.ids import new_id
from riverchief.base.time import local_day
from riverchief.govern import carbon
from riverchief.web import context
from riverchief.web.accounts.models import Role, User, audit
from riverchief.web.accounts.visibility import visible
from riverchief.web.cloud.models import EnergyUse
from riverchief.web.cloud.permits import check_right
from riverchief.web.wire import iso, named

ENTERING = (Role.SYSTEM, Role.PREFECTURE, Role.COUNTY, Role.DEPARTMENT)
LARGEST = 1e12  # of any unit: more is a slip of the pen

Json = dict[str, Any]


def account(user: User, facility: Facility, year: int) -> Json:
    """CO2 and coal equivalent of a year [t], every line with its amount, factor, document and record."""
    records = list(_of(user, facility).filter(day__year=year).order_by("day", "id"))
    found = carbon.account([_use(record) for record in records])
    by_id = {record.pk: record for record in records}
    return {
        **named(facility),
        "year": year,
        "scope1_t": round(found.scope1_t, 6),
        "scope2_t": round(found.scope2_t, 6),
        "total_t": round(found.total_t, 6),
        "coal_t": None if found.coal_t is None else round(found.coal_t, 6),
        "confirmed": found.confirmed,
        "entered": bool(records),
        "boundary_zh": found.boundary_zh or _boundary(year)[0],
        "boundary_en": found.boundary_en or _boundary(year)[1],
        "lines": [
            {
                "id": line.use.source,
                "day": line.use.day.isoformat(),
                "item": line.use.item,
                "name_zh": line.factor.name_zh,
                "name_en": line.factor.name_en,
                "amount": line.use.amount,
                "unit": line.use.unit,
                "factor_t": line.factor.co2_t,
                "factor_unit": f"t CO2/{line.factor.unit}",
                "factor_document": line.factor.document,
                "scope": line.factor.scope,
                "co2_t": round(line.co2_t, 6),
                "coal_t": None if line.coal_t is None else round(line.coal_t, 6),
                "confirmed": line.factor.confirmed,
                "note_zh": line.factor.note_zh,
                "note_en": line.factor.note_en,
                "document": by_id[line.use.source].document,
                "entered_by": by_id[line.use.source].entered_by,
                "entered_at": iso(by_id[line.use.source].entered_at),
            }
            for line in found.lines
        ],
        "refused": [{"id": r.use.source, "item": r.use.item, "zh": r.why_zh, "en": r.why_en} for r in found.refused],
        "carriers": [
            {"code": f.code, "name_zh": f.name_zh, "name_en": f.name_en, "unit": f.unit, "confirmed": f.confirmed}
            for f in carbon.factors_on(date(year, 12, 31)).values()
        ],
    }


def _boundary(year: int) -> tuple[str, str]:
    """What an account of a year covers, also where nothing was entered yet."""
    empty = carbon.account([carbon.Use("diesel", 0.0, "t", date(year, 12, 31))])
    return empty.boundary_zh, empty.boundary_en


def _of(user: User, facility: Facility) -> Any:
    return visible(user, EnergyUse).filter(facility=facility.code, withdrawn_at=None)


def _use(record: EnergyUse) -> carbon.Use:
    return carbon.Use(
        record.item,
        record.amount,
        record.unit,
        record.day,
        source=record.pk,
        co2_t=record.factor_t,
        document=record.factor_document,
    )


def enter(user: User, facility: Facility, given: Json) -> EnergyUse:
    """Keep an amount that was used; it counts for the year of its day.

    Raises
    ------
    NotAllowed
        For anybody but an office or a department of the facility's region.
    InputError
        For an unknown carrier, a foreign unit, a negative amount, or a factor without its document.
    """
    check_right(user, facility, ENTERING)
    if not given["amount"] <= LARGEST:
        raise InputError(
            f"{given['item']}: {given['amount']:g} {given['unit']} is more than anybody uses.", item=given["item"]
        )
    use = carbon.Use(given["item"], given["amount"], given["unit"], given["day"], co2_t=given.get("factor_t"))
    refused = carbon.account([use]).refused
    if refused:
        raise InputError(refused[0].why_en, item=use.item)
    if given.get("factor_t") is not None and not given.get("factor_document", "").strip():
        raise InputError(f"{use.item}: a factor of your own needs the document that it stands in.", item=use.item)
    record = _record(
        facility,
        context.now(),
        item=use.item,
        amount=use.amount,
        unit=use.unit,
        day=use.day,
        document=given.get("document", ""),
        factor_t=use.co2_t,
        factor_document=given.get("factor_document", ""),
        entered_by=user.username,
    )
    record.save(force_insert=True)
    audit(context.clock(), user.username, "enter-energy", record.pk, facility=facility.code)
    return record


def withdraw(user: User, facility: Facility, record: EnergyUse) -> None:
    """Take an amount back; the record stays, and counts no more.

    Raises
    ------
    NotAllowed
        As for `enter`.
    """
    check_right(user, facility, ENTERING)
    if record.withdrawn_at is None:
        record.withdrawn_at = context.now()
        record.save(update_fields=["withdrawn_at"])
        audit(context.clock(), user.username, "withdraw-energy", record.pk, facility=facility.code)


# ------------------------------------------------------------------ the demo

DEMO_DOCUMENT = "演示：模拟的能源消费 demo: simulated energy use"
_DEMO_KWH_PER_M3, _DEMO_DIESEL_T = 0.35, 0.6  # of treated sewage; of lorries in a month: invented, and marked so


def enter_examples(basin: Basin, now: datetime) -> None:
    """Let the demo's monitored works and enterprises have used energy since New Year; once, and marked as simulated."""
    if EnergyUse.objects.exists():
        return
    monitored = {s.facility for s in basin.stations if s.kind == "outfall"}
    today = local_day(now)
    records = []
    for facility in basin.facilities:
        if facility.code not in monitored and facility.kind != "enterprise":
            continue
        for month in range(1, today.month):
            day = date(today.year, month + 1, 1) - timedelta(days=1)
            kwh = round(facility.flow_m3s * 86_400 * day.day * _DEMO_KWH_PER_M3)
            for item, amount, unit in (("electricity", float(kwh), "kWh"), ("diesel", _DEMO_DIESEL_T, "t")):
                records.append(
                    _record(facility, now, item=item, amount=amount, unit=unit, day=day, document=DEMO_DOCUMENT)
                )
    EnergyUse.objects.bulk_create(records)


def _record(facility: Facility, now: datetime, **given: Any) -> EnergyUse:
    place = facility.place
    return EnergyUse(
        id=new_id("energy", now),
        region=regions.normalise(facility.region),
        reach=place.reach,
        chainage_m=place.chainage_m,
        lon=facility.lon,
        lat=facility.lat,
        facility=facility.code,
        entered_at=now,
        **{"entered_by": "demo", **given},
    )
