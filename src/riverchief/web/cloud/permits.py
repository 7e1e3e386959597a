"""Permit limits entered on the running platform by the offices that answer for them."""

from __future__ import annotations

from datetime import date
from typing import Any

from riverchief.base import basin as values
from riverchief.base import regions
from riverchief.base.basin import Facility
from riverchief.base.errors import InputError, NotAllowed, WrongState
from riverchief.cloud.standards.discharge import of_permit
from riverchief.web import context
from riverchief.web.accounts.models import Role, User, audit
from riverchief.web.basin.models import PermitLimit
from riverchief.web.basin.registry import touch

ENTERING = (Role.SYSTEM, Role.PREFECTURE, Role.COUNTY)

Json = dict[str, Any]


def check_right(user: User, facility: Facility, roles: tuple[Role, ...] = ENTERING) -> None:
    """Whether somebody may enter something about a facility.

    Raises
    ------
    NotAllowed
        For other roles, and for offices of another region.
    """
    mine = user.role == Role.SYSTEM or (
        user.region_prefix is not None and regions.normalise(facility.region).startswith(user.region_prefix)
    )
    if user.role not in roles or not mine:
        raise NotAllowed(
            f"{user.username} cannot enter anything about {facility.code}: only offices of its region can.",
            facility=facility.code,
        )


def enter(user: User, facility: Facility, given: Json) -> PermitLimit:
    """Keep one limit of a permit; from its first day on it judges.

    Raises
    ------
    NotAllowed
        As `check_right`.
    InputError
        For a limit that cannot be: an unknown property or unit, a permit that ends before it begins, no clause.
    WrongState
        When a limit of the same property and period that begins on that day is there already.
    """
    check_right(user, facility)
    limit = values.PermitLimit(facility=facility.code, **given)
    of_permit(limit)
    if not (limit.clause_zh.strip() and limit.document.strip()):
        raise InputError(f"the limit of {limit.property} needs its clause and its document: an alert cites them.")
    if not 0 <= limit.limit < 1e12 or (limit.lower is not None and not limit.lower < limit.limit):
        raise InputError(f"the limit of {limit.property} is {limit.limit:g} {limit.unit}, above {limit.lower}?")
    if limit.valid_to is not None and limit.valid_to <= limit.valid_from:
        raise InputError(f"valid_to {limit.valid_to} is not after valid_from {limit.valid_from}.")
    key = {n: getattr(limit, n) for n in ("facility", "property", "period", "valid_from")}
    if PermitLimit.objects.filter(**key).exists():
        raise WrongState(
            f"{facility.code} already has a limit of {limit.property} ({limit.period}) from {limit.valid_from} on: "
            f"end it, or choose another first day.",
            facility=facility.code,
        )
    record = PermitLimit.objects.create(position=PermitLimit.objects.count(), **vars(limit))
    touch()
    audit(context.clock(), user.username, "enter-permit", str(record.pk), facility=facility.code, limit=str(record))
    return record


def end(user: User, facility: Facility, record: PermitLimit, day: date) -> None:
    """Let a limit hold no longer from a day on.

    Raises
    ------
    NotAllowed
        As `check_right`.
    InputError
        For a day that is not after its first one.
    """
    check_right(user, facility)
    if day <= record.valid_from:
        raise InputError(f"{day} is not after {record.valid_from}, the first day of this limit.")
    record.valid_to = day
    record.save(update_fields=["valid_to"])
    touch()
    audit(context.clock(), user.username, "end-permit", str(record.pk), facility=facility.code, day=day.isoformat())


def as_dict(record: PermitLimit) -> Json:
    """One limit on the wire."""
    names = [f.name for f in values.PermitLimit.__dataclass_fields__.values()]
    told = {name: getattr(record, name) for name in names}
    return {
        "id": record.pk,
        **told,
        "valid_from": str(record.valid_from),
        "valid_to": told["valid_to"] and str(told["valid_to"]),
    }
