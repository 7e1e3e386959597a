"""Targets as the board shows them: what is asked, where they stand, whether their children carry them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from riverchief.base import regions
from riverchief.base.errors import InputError, NotAllowed, NotFound, UnknownName, WrongState
from riverchief.base.ids import new_id
from riverchief.govern import outlook
from riverchief.govern.outlook import wording
from riverchief.govern.outlook.target import FORMS
from riverchief.web import context
from riverchief.web.accounts.models import Role, User, audit
from riverchief.web.govern import outlook_record, outlooks
from riverchief.web.govern.models import OutlookResult, Target
from riverchief.web.wire import iso, named

_SETTERS = (Role.SYSTEM, Role.PREFECTURE, Role.COUNTY, Role.DEPARTMENT)
SECTION_KINDS = (outlook.Kind.SECTION_CLASS,)
STATION_KINDS = (outlook.Kind.FLOW_SHARE,)


def as_value(target: Target) -> outlook.Target:
    """A target as the engine knows it."""
    return outlook.Target(
        target.pk,
        target.name_zh,
        target.name_en or target.name_zh,
        outlook.Kind(target.kind),
        target.place,
        outlooks.period_of(target),
        outlooks.required_of(target),
        target.issuer,
        target.parent_id or "",
        target.document,
        target.confirmed,
        target.signed_by,
    )


def consistency(target: Target, children: Iterable[Target]) -> dict[str, Any] | None:
    """Whether the children carry the target; None where it is not handed down."""
    given = [as_value(child) for child in children]
    if not given:
        return None
    return outlook.check_children(as_value(target), given).as_dict()


def newest(targets: Iterable[Target]) -> dict[str, OutlookResult]:
    """The newest outlook of each target that has one."""
    found: dict[str, OutlookResult] = {}
    for result in OutlookResult.objects.filter(target__in=list(targets)).order_by("day", "id"):
        found[result.target_id] = result
    return found


def brief(
    target: Target, result: OutlookResult | None, children: Iterable[Target], record: dict[str, Any] | None
) -> dict[str, Any]:
    """A target on the board."""
    told = result.result if result else {}
    return {
        "id": target.pk,
        "name_zh": target.name_zh,
        "name_en": target.name_en or target.name_zh,
        "kind": target.kind,
        "place": place(target),
        "region": target.region,
        "issuer": target.issuer,
        "parent": target.parent_id,
        "period": {"start": target.period_start.isoformat(), "end": target.period_end.isoformat()},
        "required": _quantity(target, outlooks.required_of(target).value, sense=True),
        "to_date": _to_date(target, told),
        "outlook": _outlook(result, record),
        "allowed": _allowed(told),
        "deciding": _deciding(target, told),
        "spark": told.get("spark", []),
        "spark_property": told.get("spark_property", ""),
        "children": consistency(target, children),
        "confirmed": target.confirmed,
        "assumed": target.assumed,
        "document": target.document,
        "signed_by": target.signed_by or None,
        "signed_at": iso(target.signed_at),
    }


def place(target: Target) -> dict[str, Any]:
    """What a target is about."""
    registry = context.basin()
    for kind, known in (("section", registry.sections), ("station", registry.stations)):
        if (found := known.get(target.place)) is not None:
            return {**named(found), "kind": kind, "lon": found.lon, "lat": found.lat}
    region = _region(target.place)
    if region is not None:
        return {**named(region), "kind": "region", "lon": region.lon, "lat": region.lat}
    return {"code": target.place, "name_zh": target.place, "name_en": target.place, "kind": "unknown"}


def _region(code: str) -> Any:
    if not (code.isascii() and code.isdigit() and 2 <= len(code) <= 12):
        return None
    wanted = regions.normalise(code)
    return next((r for r in context.basin().basin.regions if regions.normalise(r.code) == wanted), None)


def _quantity(target: Target, value: float | None, *, sense: bool = False) -> dict[str, Any]:
    """A figure of a target's kind, for the board."""
    form = FORMS[outlook.Kind(target.kind)]
    told: dict[str, Any] = {"sense": form.sense} if sense else {}
    if form.unit == "class":
        return {**told, "class": 0 if value is None else int(value)}
    return {**told, "value": value, "unit": "share" if form.unit == "1" else form.unit}


def _to_date(target: Target, told: dict[str, Any]) -> dict[str, Any] | None:
    given = told.get("to_date")
    if not given:
        return None
    return {**_quantity(target, given["value"]), "met": given["met"], "means": given.get("means", {})}


def _outlook(result: OutlookResult | None, record: dict[str, Any] | None) -> dict[str, Any] | None:
    if result is None:
        return None
    codes = list(result.result.get("notes", []))
    against = ((record or {}).get("skill") or {}).get("climatology") or {}
    scored = against.get("value") is not None and result.probability is not None
    if scored:
        codes += [] if against["proved"] else ["no_skill"]
    elif result.probability is not None:
        codes.append("no_contrast" if (record or {}).get("n") else "no_record")
    pooled = bool(result.result.get("pooled"))
    said = [wording.note(code, pooled=pooled) for code in codes if code != "sections_without"]
    if result.result.get("without"):
        names = [context.basin().sections[c] for c in result.result["without"] if c in context.basin().sections]
        zh, en = "、".join(s.name_zh for s in names), ", ".join(s.name_en or s.name_zh for s in names)
        said.append((f"历史不足未计入：{zh}", f"left out for want of history: {en}"))
    return {
        "probability": result.probability,
        "low": result.low,
        "high": result.high,
        "state": result.state,
        "skill": against["value"] if scored and against["proved"] else None,
        "note_zh": "；".join(zh for zh, _ in said),
        "note_en": "; ".join(en for _, en in said),
        "day": result.day.isoformat(),
        "at": iso(result.at),
    }


def _allowed(told: dict[str, Any]) -> dict[str, Any] | None:
    """What is still allowed for what decides first, with words; the rest opens on the target's page."""
    given = list(zip(told.get("allowed", []), told.get("allowed_said", []), strict=False))
    if not given:
        return None
    deciding = [one.get("property") for one in told.get("deciding", [])]
    first = next((pair for name in deciding for pair in given if pair[0].get("property") == name), given[0])
    return {**first[0], **first[1]}


def _deciding(target: Target, told: dict[str, Any]) -> list[Any]:
    if target.kind == outlook.Kind.SECTION_SHARE:
        sections = context.basin().sections
        codes = [one["section"] for one in told.get("deciding", [])][:3]
        return [{"zh": sections[c].name_zh, "en": sections[c].name_en or sections[c].name_zh} for c in codes]
    return [one["property"] for one in told.get("deciding", [])][:3]


# ---------------------------------------------------------------------- setting and signing


def may_set(user: User, region: str) -> bool:
    """Whether a person may set or sign targets of a region."""
    return user.role in _SETTERS and (
        user.role == Role.SYSTEM or (bool(user.region) and regions.contains(user.region, region))
    )


def create(user: User, given: dict[str, Any]) -> Target:
    """Set a target.

    Raises
    ------
    InputError
        When its kind, place, period, value or parent cannot be.
    NotAllowed
        When its region is not the person's.
    """
    try:
        kind = outlook.Kind(given["kind"])
    except ValueError:
        raise UnknownName("kind of target", given["kind"], [k.value for k in outlook.Kind]) from None
    region = _region_of(kind, given["place"], given["region"])
    if not may_set(user, region):
        raise NotAllowed(f"{user.username} may not set targets of region {region}: ask its office.", region=region)
    period = outlook.Period(given["start"], given["end"])
    required = outlook.required_of(kind, given["required"])
    parent = _parent(given["parent"])
    now = context.now()
    form = FORMS[kind]
    target = Target.objects.create(
        id=new_id("target", now),
        name_zh=given["name_zh"].strip() or f"{given['place']} {form.name_zh}",
        name_en=given["name_en"].strip(),
        kind=kind,
        place=given["place"],
        region=region,
        issuer=given["issuer"].strip(),
        parent=parent,
        period_start=period.start,
        period_end=period.end,
        required=required.as_dict(),
        document=given["document"].strip(),
    )
    audit(context.clock(), user.username, "target-set", target.pk, kind=kind.value, required=target.required)
    return target


def _region_of(kind: outlook.Kind, code: str, region: str) -> str:
    """The region that answers for a target, and that its place exists."""
    registry = context.basin()
    if kind in SECTION_KINDS or kind in STATION_KINDS:
        known = registry.sections if kind in SECTION_KINDS else registry.stations
        found = known.get(code)
        if found is None:
            raise UnknownName("section" if kind in SECTION_KINDS else "station", code, known)
        return regions.normalise(region or found.region or registry.basin.region)
    if _region(code) is None:
        raise UnknownName("region", code, [r.code for r in registry.basin.regions])
    return regions.normalise(code)


def _parent(key: str | None) -> Target | None:
    if not key:
        return None
    found = Target.objects.filter(pk=key).first()
    if found is None:
        raise NotFound("target", key)
    return found


def sign(user: User, target: Target) -> Target:
    """Sign a target off; a signature stays.

    Raises
    ------
    NotAllowed
        When its region is not the person's.
    WrongState
        When it is signed already.
    """
    if not may_set(user, target.region):
        raise NotAllowed(f"{user.username} may not sign {target.pk}: its region {target.region} is not theirs.")
    if target.signed_by:
        raise WrongState(f"{target.pk} was signed by {target.signed_by}.", target=target.pk)
    name = user.name_zh or user.username
    try:
        outlook_target = as_value(target)
    except InputError as error:
        raise WrongState(f"{target.pk} cannot be signed as it stands: {error.sentence}", target=target.pk) from error
    target.signed_by, target.signed_at = name, context.now()
    target.save(update_fields=["signed_by", "signed_at"])
    audit(context.clock(), user.username, "target-signed", target.pk, required=outlook_target.required.as_dict())
    return target


def page(target: Target, result: OutlookResult, children: list[Target]) -> dict[str, Any]:
    """Everything that a target's page shows."""
    told = result.result
    record = outlook_record.newest()
    of_children = newest(children)
    return {
        **brief(target, result, children, record),
        "sentence": told.get("sentence"),
        "items": told.get("items", {}),
        "expected": told.get("expected", []),
        "course": told.get("course", {}),
        "allowed_all": [
            {**a, **said} for a, said in zip(told.get("allowed", []), told.get("allowed_said", []), strict=False)
        ],
        "deciding_all": told.get("deciding", []),
        "n_history": told.get("n_history", {}),
        "pooled": told.get("pooled", False),
        "edition": told.get("edition", ""),
        "data_version": result.data_version,
        "result_id": result.pk,
        "handed_down": [brief(child, of_children.get(child.pk), (), record) for child in children],
        "record": {"again": record, "issued": outlook_record.issued(target.kind)},
        "past": [
            {"day": one.day.isoformat(), "probability": one.probability, "state": one.state, "met": one.met}
            for one in target.outlooks.order_by("-day")[:120]
        ],
    }
