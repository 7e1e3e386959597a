"""A basin between its folder and the database: `load` in one checked transaction, `export` the same basin back.

The registry's models have the fields of the values in `riverchief.base.basin`, so one pair of functions turns any of
them into the other; a place is `reach` and `chainage_m` in the database.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

from django.db import models as db
from django.db import transaction

from riverchief.base import basin as values
from riverchief.base.errors import InputError
from riverchief.base.places import Interval, Place
from riverchief.base.time import Clock
from riverchief.web.basin import models
from riverchief.web.basin.sign_models import Sign

KINDS: tuple[tuple[str, type[Any], type[db.Model]], ...] = (
    ("rivers", values.River, models.River),
    ("regions", values.Region, models.Region),
    ("reaches", values.Reach, models.Reach),
    ("sections", values.Section, models.Section),
    ("stations", values.Station, models.Station),
    ("facilities", values.Facility, models.Facility),
    ("cameras", values.Camera, models.Camera),
    ("culture", values.Culture, models.Culture),
    ("chiefs", values.Chief, models.Chief),
    ("terms", values.Term, models.Term),
    ("leaves", values.Leave, models.Leave),
    ("projects", values.Project, models.Project),
    ("permits", values.PermitLimit, models.PermitLimit),
    ("signs", values.Sign, Sign),
)

REFERENCES = ("river", "chief", "deputy")  # columns that are keys of another table


def columns(item: Any) -> dict[str, Any]:
    """A value as columns of its model."""
    row: dict[str, Any] = {}
    for field in fields(item):
        value = getattr(item, field.name)
        if field.name == "place":
            row["reach_id"] = value.reach if value else None
            row["chainage_m"] = value.chainage_m if value else None
        elif field.name in REFERENCES:
            row[f"{field.name}_id"] = value
        elif isinstance(value, dict):
            row[field.name] = [[key, given] for key, given in value.items()]  # PostgreSQL's JSON forgets their order
        else:
            row[field.name] = value
    return row


def _value(kind: type[Any], row: db.Model) -> Any:
    """A row of the registry as its value."""
    given: dict[str, Any] = {}
    for field in fields(kind):
        if field.name == "place":
            reach = row.reach_id  # type: ignore[attr-defined]
            given["place"] = Place(reach, row.chainage_m) if reach else None  # type: ignore[attr-defined]
        elif field.name in REFERENCES:
            given[field.name] = getattr(row, f"{field.name}_id")
        elif field.name in ("interval_s", "pollutants"):
            given[field.name] = dict(getattr(row, field.name))
        elif field.name == "line":
            given["line"] = tuple((x, y) for x, y in row.line)  # type: ignore[attr-defined]
        else:
            given[field.name] = getattr(row, field.name)
    return kind(**given)


def _store(model: type[db.Model], rows: Iterable[dict[str, Any]]) -> None:
    names = {f.attname for f in model._meta.concrete_fields}
    model._default_manager.bulk_create(
        [model(**({"position": i} if "position" in names else {}), **row) for i, row in enumerate(rows)]
    )


def load(basin: values.Basin, folder: Path, clock: Clock) -> dict[str, int]:
    """Write a checked basin into the database; the database is the truth from then on.

    Everything happens in one transaction. A basin that is already there is replaced, which is refused when cases,
    alerts or other records point to reaches that the new one does not have: migrate it instead.

    Returns
    -------
    dict
        How many of each kind were written.
    """
    basin.network  # noqa: B018  # building it checks that the reaches form a network
    with transaction.atomic():
        _refuse_lost_places({reach.code for reach in basin.reaches})
        models.Responsibility.objects.all().delete()
        for _, _, model in reversed(KINDS):
            model._default_manager.all().delete()
        models.BasinInfo.objects.all().delete()
        models.BasinInfo.objects.create(
            code=basin.code,
            name_zh=basin.name_zh,
            name_en=basin.name_en,
            region=basin.region,
            version=basin.version,
            review_number=basin.review_number,
            notes=basin.notes,
            loaded_at=clock.now(),
        )
        counts = {}
        for name, _, model in KINDS:
            items = getattr(basin, name)
            _store(model, map(columns, items))
            counts[name] = len(items)
        _store(models.Responsibility, map(responsibility_columns, basin.responsibilities))
        counts["responsibilities"] = len(basin.responsibilities)
    write_devices(basin, folder)
    return counts


def responsibility_columns(item: values.Responsibility) -> dict[str, Any]:
    """A duty as columns of its model."""
    where = item.interval
    return {
        "chief_id": item.chief,
        "reach_id": where.reach,
        "from_m": where.from_m,
        "to_m": where.to_m,
        "start": where.start,
        "end": where.end,
    }


def _refuse_lost_places(reaches: set[str]) -> None:
    from riverchief.web.cloud.models import Alert
    from riverchief.web.ground.models import Case, Patrol
    from riverchief.web.sky.models import Mission

    for model in (Alert, Case, Patrol, Mission):
        lost = model.objects.exclude(reach="").exclude(reach__in=reaches).values_list("reach", flat=True).first()
        if lost is not None:
            raise InputError(
                f"{model._meta.verbose_name} records lie on reach {lost}, which the new basin does not have. "
                f"Run `riverchief basin migrate` and load its result.",
                reach=lost,
            )


def write_devices(basin: values.Basin, folder: Path) -> None:
    """Tell the gateway which device stands for which station, and the importer which name for which section."""
    devices = {}
    for s in basin.stations:
        slowest = {"interval_s": max(s.interval_s.values())} if s.interval_s else {}
        if s.device:
            devices[f"{s.protocol}:{s.device}"] = {"place": s.code, **slowest}
    places = {s.name_zh: s.station or s.code for s in basin.sections}
    for name, content in (("devices.json", devices), ("places.json", places)):
        part = folder / f"{name}.part"
        part.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
        part.replace(folder / name)


def read_registry() -> values.Basin:
    """The basin as it stands in the database.

    Raises
    ------
    InputError
        When none has been loaded.
    """
    info = models.BasinInfo.objects.first()
    if info is None:
        raise InputError("no basin is loaded here. Load one with `riverchief basin load DIR --data FOLDER`.")
    kinds = {name: tuple(_value(kind, row) for row in model._default_manager.all()) for name, kind, model in KINDS}
    duties = tuple(
        values.Responsibility(r.chief_id, Interval(r.reach_id, r.from_m, r.to_m, r.start, r.end))
        for r in models.Responsibility.objects.all()
    )
    return values.Basin(
        code=info.code,
        name_zh=info.name_zh,
        name_en=info.name_en,
        region=info.region,
        version=info.version,
        review_number=info.review_number,
        notes=info.notes,
        responsibilities=duties,
        **kinds,
    )


def export(folder: Path) -> values.Basin:
    """Write the registry as a basin folder, the same one that was loaded if nothing changed since."""
    from riverchief import basins

    basin = read_registry()
    basins.write(basin, folder)
    return basin
