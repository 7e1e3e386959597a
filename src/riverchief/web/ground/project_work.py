"""What is written about key projects: reports with photographs, their confirming by somebody else, counts of trees."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from riverchief.base.basin import Project
from riverchief.base.errors import InputError, NotAllowed, WrongState
from riverchief.base.geometry import distance_m
from riverchief.base.ids import new_id
from riverchief.base.spans import parse_span
from riverchief.base.time import local_day
from riverchief.ground import evidence as chain
from riverchief.ground import projects as rules
from riverchief.sky import media
from riverchief.web import context
from riverchief.web.accounts.models import User, audit
from riverchief.web.basin import models as registry_models
from riverchief.web.basin import registry
from riverchief.web.ground.evidence import as_text, to_millisecond
from riverchief.web.ground.models import (
    PlotCheck,
    ProjectMilestone,
    ProjectPhoto,
    ProjectPlan,
    ProjectPlot,
    ProjectReport,
)
from riverchief.web.ground.projects import FEN_PER_WAN, answers_for, entry_of, project_of, region_of

LARGEST_WAN = 10_000_000.0


def check_right(user: User, project: Project) -> None:
    """See that somebody works in the office of a project's region, or of one above it.

    Raises
    ------
    NotAllowed
        For everybody else.
    """
    if not answers_for(user, project):
        raise NotAllowed(
            f"{user.username} ({user.role}) answers for nothing of {project.code}: only an office of river chiefs of "
            f"its region {region_of(project)} does.",
            project=project.code,
        )


def plan_of(project: Project) -> ProjectPlan:
    """The plan of a project, made where nobody has entered one yet."""
    place = project.place
    lon, lat = context.basin().lonlat(place) if place else (None, None)
    found, _ = ProjectPlan.objects.get_or_create(
        pk=project.code,
        defaults={
            "region": region_of(project),
            "reach": place.reach if place else "",
            "chainage_m": place.chainage_m if place else 0.0,
            "lon": lon,
            "lat": lat,
        },
    )
    return found


def fen(value_wan: float, what: str) -> int:
    """A sum of 10⁴ yuan in fen.

    Raises
    ------
    InputError
        When it is below zero, or more than any project costs.
    """
    if not 0 <= value_wan <= LARGEST_WAN:
        raise InputError(f"{what} is {value_wan:g} × 10⁴ yuan; it must lie between 0 and {LARGEST_WAN:,.0f}.")
    return round(value_wan * FEN_PER_WAN)


# ------------------------------------------------------------------ reports


def report(user: User, code: str, given: dict[str, Any]) -> ProjectReport:
    """Say how far a project is; it counts when somebody else has confirmed it.

    Parameters
    ----------
    given : dict
        `month`, `share`, `spent_wan`, `text`, `started`, `completed`, `reached`.

    Raises
    ------
    NotAllowed
        For anybody but an office of the project's region.
    InputError
        For a month that has not begun, days that have not come or do not fit, an unknown milestone, impossible sums.
    """
    project = project_of(code)
    check_right(user, project)
    today, now = local_day(context.now()), context.now()
    month = parse_span(given["month"])
    if month.kind != "month" or month.first > today:
        raise InputError(
            f"month {given['month']} of {code} is no month that has begun; today is {today}.", month=month.label
        )
    if not 0 <= given["share"] <= 1:
        raise InputError(
            f"share done of {code} is {given['share']:g}; it must lie between 0 and 1.", share=given["share"]
        )
    _check_days(project, given, today)
    with transaction.atomic():
        plan = plan_of(project)
        known = set(plan.milestones.values_list("name_zh", flat=True))
        if unknown := sorted(set(given["reached"]) - known):
            raise InputError(
                f"{unknown[0]!r} is no milestone of {code}; they are {', '.join(sorted(known)) or 'none'}.",
                milestone=unknown[0],
            )
        made = ProjectReport.objects.create(
            id=new_id("progress", now),
            plan=plan,
            month=month.label,
            share=given["share"],
            spent_fen=fen(given["spent_wan"], f"money spent on {code}"),
            text=given["text"].strip(),
            started=given["started"],
            completed=given["completed"],
            reached={name: day.isoformat() for name, day in given["reached"].items()},
            by=user.username,
            at=to_millisecond(now),
        )
        audit(context.clock(), user.username, "project-report", made.pk, project=code, month=month.label)
    return made


def _check_days(project: Project, given: dict[str, Any], today: date) -> None:
    named = {"started": given["started"], "completed": given["completed"], **given["reached"]}
    for name, day in named.items():
        if day is not None and day > today:
            raise InputError(f"{name} of {project.code} is {day}, which has not come; today is {today}.", day=str(day))
    begun, done = given["started"] or project.start_actual, given["completed"] or project.end_actual
    if done is not None and begun is not None and done < begun:
        raise InputError(
            f"{project.code} cannot be completed on {done} when it began on {begun}.", project=project.code
        )


def decide(user: User, key: str, accept: bool, reason: str) -> ProjectReport:
    """Confirm a report, so that it counts and its days are the registry's, or return it with a reason.

    Raises
    ------
    NotAllowed
        For who wrote it, and for anybody but an office of the project's region.
    WrongState
        When it was decided about already.
    InputError
        When it is returned without a reason.
    """
    with transaction.atomic():
        found = ProjectReport.objects.select_for_update().select_related("plan").get(pk=key)
        project = project_of(found.plan_id)
        check_right(user, project)
        if found.by == user.username:
            raise NotAllowed(
                f"{user.username} wrote report {key}; somebody else of an office confirms or returns it.", report=key
            )
        if found.state != "open":
            raise WrongState(f"report {key} is {found.state} already.", report=key, state=found.state)
        if not accept and not reason.strip():
            raise InputError(f"report {key} cannot be returned without a reason; write what is wrong with it.")
        found.state = "confirmed" if accept else "returned"
        found.decided_by, found.decided_at, found.reason = user.username, context.now(), reason.strip()
        found.save()
        if accept:
            _take_over(found, project)
        audit(context.clock(), user.username, "project-decision", key, project=project.code, state=found.state)
    return found


def _take_over(found: ProjectReport, project: Project) -> None:
    """Write the days that a confirmed report says where rates are made of them."""
    for name, day in found.reached.items():
        ProjectMilestone.objects.filter(plan_id=found.plan_id, name_zh=name).update(actual=date.fromisoformat(day))
    if found.started is None and found.completed is None:
        return
    row = registry_models.Project.objects.get(code=project.code)
    row.start_actual = found.started or row.start_actual
    row.end_actual = found.completed or row.end_actual
    row.save()
    registry.touch()


# ------------------------------------------------------------------ photographs


def add_photos(user: User, key: str, given: list[tuple[str, bytes]]) -> list[dict[str, Any]]:
    """Photographs of a report that is still open, each sealed after the one before; every file gets its own answer.

    Raises
    ------
    NotAllowed
        For anybody but who wrote the report.
    WrongState
        When it was decided about already.
    """
    found = ProjectReport.objects.select_related("plan").get(pk=key)
    check_right(user, project_of(found.plan_id))
    if found.by != user.username:
        raise NotAllowed(f"report {key} is {found.by}'s; photographs come from who wrote it.", report=key)
    if found.state != "open":
        raise WrongState(f"report {key} is {found.state}; photographs belong to an open one.", report=key)
    answers = []
    for name, data in given:
        try:
            photo = add_photo(found, user.username, name, data)
        except InputError as error:
            answers.append({"name": name, "accepted": False, "id": None, "why": error.sentence, "doubts": []})
            continue
        answers.append({"name": name, "accepted": True, "id": photo.pk, "why": None, "doubts": photo.doubts})
    return answers


def add_photo(found: ProjectReport, by: str, name: str, data: bytes) -> ProjectPhoto:
    """Keep and seal one photograph; what its file says of place and time is held against the project's.

    Raises
    ------
    InputError
        When it is no image, or half of one.
    """
    meta, fingerprint = media.place_photo(data), media.picture_hash(data)
    now, sha256 = context.now(), context.store().files.put(data)
    with transaction.atomic():
        plan = ProjectPlan.objects.select_for_update().get(pk=found.plan_id)
        earlier = list(plan.photos.all())
        placed = meta.lon is not None and meta.lat is not None
        away_m = None
        if plan.lon is not None and plan.lat is not None and meta.lon is not None and meta.lat is not None:
            away_m = float(distance_m(plan.lon, plan.lat, meta.lon, meta.lat))
        photo = ProjectPhoto(
            id=new_id("progressphoto", now),
            plan=plan,
            report=found,
            position=len(earlier),
            name=name[:200],
            sha256=sha256,
            lon=meta.lon,
            lat=meta.lat,
            taken_at=meta.taken_at and to_millisecond(meta.taken_at),
            away_m=away_m,
            doubts=rules.doubts(
                away_m=away_m,
                placed=placed,
                taken=local_day(meta.taken_at) if meta.taken_at else None,
                month_first=parse_span(found.month).first,
                received=local_day(now),
                picture_hash=fingerprint,
                known=[int(one.picture_hash, 16) for one in earlier if one.picture_hash],
            ),
            picture_hash=as_text(fingerprint),
            by=by,
            at=to_millisecond(now),
        )
        photo.previous = plan.photos_seal or chain.genesis(plan.pk)
        photo.hash = plan.photos_seal = chain.seal(entry_of(photo), photo.previous)
        photo.save()
        plan.save(update_fields=["photos_seal"])
        audit(context.clock(), by, "project-photo", photo.pk, report=found.pk)
    return photo


# ------------------------------------------------------------------ plots


def count_trees(user: User, key: str, given: dict[str, Any]) -> PlotCheck:
    """Keep a count of trees of a plot, or a replanting; it waits to be confirmed by somebody else.

    Raises
    ------
    NotAllowed
        For anybody but an office of the project's region.
    InputError
        For another kind, a day to come, or numbers that are no count.
    """
    plot = ProjectPlot.objects.get(pk=key)
    check_right(user, project_of(plot.plan_id))
    kind, today = given["kind"], local_day(context.now())
    if kind not in PlotCheck.KINDS:
        raise InputError(f"kind {kind!r} of a check is none of {', '.join(PlotCheck.KINDS)}.", kind=kind)
    if given["on"] > today or (plot.planted_on and given["on"] < plot.planted_on):
        raise InputError(
            f"plot {plot.number} cannot be looked at on {given['on']}: planted {plot.planted_on}, today {today}."
        )
    if kind == "replanting":
        if not given["replanted"] or given["replanted"] < 1:
            raise InputError(f"replanting of plot {plot.number} needs how many trees were planted again.")
    else:
        rules.survival(kind, given["counted"] or 0, given["alive"] or 0)
    now, seen = context.now(), kind != "replanting"
    with transaction.atomic():
        made = PlotCheck.objects.create(
            id=new_id("plotcheck", now),
            plot=plot,
            kind=kind,
            on=given["on"],
            counted=given["counted"] if seen else None,
            alive=given["alive"] or 0 if seen else None,
            replanted=None if seen else given["replanted"],
            note=given["note"].strip(),
            by=user.username,
            at=now,
        )
        audit(context.clock(), user.username, "plot-check", made.pk, plot=plot.number, project=plot.plan_id)
    return made


def confirm_count(user: User, key: str) -> PlotCheck:
    """Confirm a count of trees that somebody else entered.

    Raises
    ------
    NotAllowed
        For who entered it, and for anybody but an office of the project's region.
    WrongState
        When it was confirmed already.
    """
    with transaction.atomic():
        found = PlotCheck.objects.select_for_update().select_related("plot").get(pk=key)
        check_right(user, project_of(found.plot.plan_id))
        if found.by == user.username:
            raise NotAllowed(f"{user.username} entered count {key}; somebody else confirms it.", check=key)
        if found.confirmed_by:
            raise WrongState(f"count {key} was confirmed by {found.confirmed_by} already.", check=key)
        found.confirmed_by, found.confirmed_at = user.username, context.now()
        found.save()
        audit(context.clock(), user.username, "confirm-plot-check", key)
    return found
