"""Who may see what: the one function that every query of the API and the pages goes through.

visible = region scope ∪ own river intervals ∪ joint cases, minus the record's confidentiality.

Every model of the platform says in `visibility` which rule it follows; a test walks all of them.

========== =====================================================================================
open       the registry and observations: everybody who signed in
scoped     has region, reach, chainage_m, confidential: the formula above
own        has user and region: everybody sees their own, offices their region's
people     offices see their region's people, everybody sees themselves
office     has region: the offices of river chiefs of that region and those above it
issued     has region and approved_by: what was issued everybody who works here; the rest as "office"
audit      auditors and the system
internal   the machine's own tables: the system and auditors
via:x      seen exactly when the record in field x is seen
========== =====================================================================================
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from riverchief.base.errors import InputError
from riverchief.base.time import local_day
from riverchief.web import context
from riverchief.web.accounts.models import Role, Share, User

M = TypeVar("M", bound=Model)

_EVERYWHERE = (Role.SYSTEM, Role.AUDITOR)
_FEW = 500  # shares of one person that are taken as they are
_SEES_CONFIDENTIAL = (Role.SYSTEM, Role.AUDITOR, Role.PREFECTURE, Role.POLICE)


def own_intervals(user: User) -> Q:
    """Records on a stretch this person answers for today, as its chief or a deputy; nothing for others."""
    found = Q(pk__in=[])
    if not user.chief:
        return found
    try:
        registry = context.basin()
    except InputError:  # no basin is loaded yet
        return found
    basin, whole = registry.basin, []
    for stretch in registry.offices.held_by(user.chief, local_day(context.now())):
        reach = basin.reaches[basin.network.index(stretch.reach)]
        if stretch.from_m <= 0 and stretch.to_m >= reach.length_m:
            whole.append(stretch.reach)
        else:
            found |= Q(reach=stretch.reach, chainage_m__gte=stretch.from_m, chainage_m__lte=stretch.to_m)
    return found | Q(reach__in=whole)


def within(prefix: str) -> Q:
    """Records of a region and of all that lie in it, in a form that an index on `region` answers."""
    return Q(region__gte=prefix, region__lte=prefix.ljust(12, "9")) if prefix else Q()


def _shared(user: User, model: type[Model], region: str | None) -> tuple[list[str], list[str]]:
    """Ids of what is shared with somebody by name, and with their region.

    What lies in their region and is not confidential they see anyhow, so an office's list stays short.
    """
    rows = Share.objects.filter(model=model._meta.label_lower)
    own = rows.filter(username=user.username)
    keys = own.values_list("record", flat=True)
    named = list(keys if region is None else keys[: _FEW + 1])
    if region is not None and len(named) > _FEW:
        found = model._default_manager.filter(pk__in=own.values("record"))
        beyond = Q(pk__in=[]) if region == "" else ~within(region)
        named = list(found.filter(beyond | Q(confidential=True)).order_by().values_list("pk", flat=True))
    joint = list(rows.filter(within(region)).values_list("record", flat=True)) if region else []
    return named, joint


def _scoped(user: User, model: type[Model]) -> Q:
    if user.role in _EVERYWHERE:
        return Q()
    if user.role == Role.CITIZEN:
        return Q(pk__in=[])
    region = user.region_prefix
    named, joint = _shared(user, model, region)
    mine = Q(pk__in=named)
    if maker := getattr(model, "maker", ""):
        mine |= Q(**{maker: user.username})
    seen = mine | own_intervals(user) | Q(pk__in=joint)
    if region is not None:
        seen = Q() if region == "" else seen | within(region)
    if user.role not in _SEES_CONFIDENTIAL:
        seen &= Q(confidential=False) | mine
    return seen


def published(model: type[M]) -> QuerySet[M]:
    """The records of a model that everybody may see, without an account; none unless the model names which.

    A model names them in `published`, as the conditions of a filter. What a caller shows of them is its own care:
    no names of people but those that stand on a sign, and words only masked.
    """
    conditions: dict[str, Any] | None = getattr(model, "published", None)
    objects: QuerySet[M] = model._default_manager.all()
    return objects.none() if conditions is None else objects.filter(**conditions)


def visible(user: Any, model: type[M]) -> QuerySet[M]:
    """The records of a model that a person may see; nothing for somebody who has not signed in."""
    objects: QuerySet[M] = model._default_manager.all()
    if not isinstance(user, User) or not user.is_active:
        return objects.none()
    rule: str = model.visibility  # type: ignore[attr-defined]
    if rule == "open":
        return objects
    if rule == "scoped":
        return objects.filter(_scoped(user, model))
    if rule.startswith("via:"):
        field = rule.removeprefix("via:")
        owner = model._meta.get_field(field).related_model
        return objects.filter(**{f"{field}__in": visible(user, owner)})  # type: ignore[arg-type]
    if user.role in _EVERYWHERE:
        return objects
    if rule == "people":
        mine = Q(pk=user.pk)
        if user.is_office() and user.region_prefix is not None:
            mine |= within(user.region_prefix)
        return objects.filter(mine)
    if rule == "own":
        own = Q(user=user.username)
        if user.is_office() and user.region_prefix is not None:
            own |= within(user.region_prefix)
        return objects.filter(own)
    if rule in ("office", "issued"):
        prefix = user.region_prefix if user.is_office() else None
        seen = Q(pk__in=[]) if prefix is None else Q(within(prefix))
        if rule == "issued" and user.role != Role.CITIZEN:
            seen |= ~Q(approved_by="")
        return objects.filter(seen)
    if rule in ("audit", "internal"):
        return objects.none()
    raise ValueError(f"{model.__name__}.visibility is {rule!r}, which is no rule of accounts.visibility")
