"""Key projects over HTTP: boards, one project, reports with photographs, planted plots, effects, the workbook."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from riverchief.govern.report.making import CONTENT_TYPES
from riverchief.sky import media
from riverchief.web import context
from riverchief.web.govern import project_effect
from riverchief.web.ground import project_table, project_work, projects
from riverchief.web.ground.models import PlotCheck, ProjectPhoto, ProjectPlot, ProjectReport
from riverchief.web.wire import ERRORS, one, page_of, user_of

router = Router()
REPLY = {200: dict[str, Any], **ERRORS}
MOST_TREES = 10_000_000


class Progress(Schema):
    """How far a project is: share done (0 to 1), money spent so far [10⁴ yuan], days where they are known."""

    month: str = Field(max_length=7)
    share: float
    spent_wan: float
    text: str = Field("", max_length=4_000)
    started: date | None = None
    completed: date | None = None
    reached: dict[str, date] = Field({}, description="milestone (its Chinese name) → day")


class Decision(Schema):
    """Whether a report is confirmed; it is returned with a reason."""

    accept: bool
    reason: str = Field("", max_length=2_000)


class Count(Schema):
    """A count of sampled trees (survival, preservation), or trees planted again (replanting)."""

    kind: str = Field(max_length=16)
    on: date
    counted: int | None = Field(None, ge=0, le=MOST_TREES)
    alive: int | None = Field(None, ge=0, le=MOST_TREES)
    replanted: int | None = Field(None, ge=0, le=MOST_TREES)
    note: str = Field("", max_length=2_000)


@router.get("/projects", summary="Boards of key projects")
def listed(request: HttpRequest, board: str = "", month: str = "") -> dict[str, Any]:
    """Projects, the late ones first; per board counts, rates [%] against the plan, ranks, curves by month.

    `month` (2026-10) tells how things stood at its end. Sums are 10⁴ yuan, over the projects that one may see.
    """
    return projects.listed(user_of(request), board, month)


@router.get("/projects/workbook", summary="Plans of projects as an Excel workbook")
def get_workbook(request: HttpRequest) -> HttpResponse:
    """Money, milestones, monthly plans, plots and reports of what one may see. Read again, it changes nothing."""
    response = HttpResponse(project_table.write(user_of(request)), content_type=CONTENT_TYPES["xlsx"])
    response["Content-Disposition"] = 'attachment; filename="projects.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response


@router.post("/projects/workbook", summary="Look at a workbook of projects, or take it in", response=REPLY)
def post_workbook(request: HttpRequest, file: File[UploadedFile], dry_run: Form[bool] = True) -> dict[str, Any]:
    """With `dry_run` nothing happens: the answer says what would, row by row, with every fault by row and column."""
    return project_table.take(file.read(), user_of(request), dry_run=dry_run)


@router.get("/projects/{code}", summary="One key project")
def project(request: HttpRequest, code: str) -> dict[str, Any]:
    """Days, milestones, progress by month, reports with photographs, plots; what is not one's to see is left out."""
    return projects.page(user_of(request), code)


@router.get("/projects/{code}/effect", summary="What became of the sections that a project is meant to improve")
def effect(request: HttpRequest, code: str) -> dict[str, Any]:
    """The year before the works against the year after, with flow taken out and an interval; or why not."""
    return project_effect.effects(user_of(request), code)


@router.post("/projects/{code}/reports", summary="Report progress", response=REPLY)
def report(request: HttpRequest, code: str, given: Progress) -> dict[str, Any]:
    """An office of the project's region says how far it is; nothing of it counts before somebody else confirms it."""
    user = user_of(request)
    return projects.report_told(project_work.report(user, code, given.dict()), user, True)


@router.post("/progress/{key}/photos", summary="Photographs of a progress report", response=REPLY)
def photos(request: HttpRequest, key: str, files: File[list[UploadedFile]]) -> dict[str, Any]:
    """Each is sealed after the one before; how far from the place and how old it is by its own file is said."""
    found = one(request, ProjectReport, key)
    given = [(item.name or "photo", item.read()) for item in files]
    return page_of(project_work.add_photos(user_of(request), found.pk, given))


@router.post("/progress/{key}/decision", summary="Confirm or return a progress report", response=REPLY)
def decide(request: HttpRequest, key: str, given: Decision) -> dict[str, Any]:
    """Somebody else of an office confirms it, so that it counts and its days are the registry's, or returns it."""
    user, found = user_of(request), one(request, ProjectReport, key)
    return projects.report_told(project_work.decide(user, found.pk, given.accept, given.reason), user, True)


@router.get("/project-photos/{key}/image", summary="A photograph of a project")
def image(request: HttpRequest, key: str) -> HttpResponse:
    """The photograph as it was sent."""
    data = context.store().files.read(one(request, ProjectPhoto, key).sha256)
    return HttpResponse(data, content_type=media.mime_type(data))


@router.post("/plots/{key}/checks", summary="Count the trees of a plot", response=REPLY)
def count(request: HttpRequest, key: str, given: Count) -> dict[str, Any]:
    """Sampled trees that live of those counted, or trees planted again; waits for somebody else to confirm it."""
    user, plot = user_of(request), one(request, ProjectPlot, key)
    return projects.check_told(project_work.count_trees(user, plot.pk, given.dict()), user, True)


@router.post("/plot-checks/{key}/confirm", summary="Confirm a count of trees", response=REPLY)
def confirm(request: HttpRequest, key: str) -> dict[str, Any]:
    """Somebody else than who counted."""
    user, found = user_of(request), one(request, PlotCheck, key)
    return projects.check_told(project_work.confirm_count(user, found.pk), user, True)
