"""Reports as jobs: asked for or due, made step by step, stopped, kept with their facts and files, made again.

A report is made by a process of its own (`report_job`), which the worker starts: the loop never waits for one.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction

from riverchief.base import regions
from riverchief.base.errors import InputError, NotAllowed, RiverError, UnknownName, WrongState
from riverchief.base.ids import new_id
from riverchief.base.time import local_day
from riverchief.govern import report as engine
from riverchief.govern.report import Facts
from riverchief.govern.report.kinds import part_named
from riverchief.govern.report.wording import LANGUAGES
from riverchief.web import context
from riverchief.web.accounts.models import Role, User, audit
from riverchief.web.govern.facts import collect
from riverchief.web.govern.models import Report
from riverchief.web.loop.events import came_from, emit
from riverchief.web.loop.models import Schedule
from riverchief.web.wire import iso

CODE = "govern.report"
DUE = "queue-due-reports"
WAITING = ("queued", "running")
ASKING = (*(Role.SYSTEM, Role.PREFECTURE, Role.COUNTY), Role.DEPARTMENT)
_RECORD = re.compile(r"/(?:case|alert|score)/([a-z]+-[0-9A-Z]{26})$")
FACTS_SHARE = 0.6  # of a report's work is gathering its facts


class Stopped(Exception):
    """Somebody asked for an end of the report that is being made."""


# ------------------------------------------------------------------ asking


def ask(
    user: User,
    kind: str,
    period: str,
    *,
    region: str = "",
    language: str = "zh",
    formats: Sequence[str] = engine.FORMATS,
    signer: str = "",
) -> Report:
    """Queue a report; one that waits already with the same wishes is the same report.

    Raises
    ------
    NotAllowed
        For somebody who is in no office, or a region that is not theirs.
    UnknownName, InputError
        For a kind, language or format that is not known, a period that does not fit, or one that has not begun.
    """
    wanted = _region(user, region)
    about = engine.kind_named(kind).about
    if about != "region":
        raise InputError(f"a report of kind {kind} is made on the page of its {about}, not asked for.", kind=kind)
    if kind in engine.LETTERS:
        raise InputError(f"a {kind} is written from its case, not asked for as a report.", kind=kind)
    span = engine.kind_named(kind).period(period)
    if span.begins_at > context.now():
        raise InputError(f"{span.code} has not begun; ask for {span.before().code} or earlier.", period=span.code)
    if language not in LANGUAGES:
        raise UnknownName("language", language, LANGUAGES)
    for form in formats:
        if form not in engine.FORMATS:
            raise UnknownName("format of a report", form, engine.FORMATS)
    if not formats:
        raise InputError("a report needs at least one format: docx, xlsx, pdf.")
    ordered = [form for form in engine.FORMATS if form in formats]
    same = {"kind": kind, "period": span.code, "region": wanted, "language": language, "signer": signer}
    with transaction.atomic():
        known = Report.objects.filter(**same, state__in=WAITING, stopping=False)
        for waiting in known:
            if waiting.formats == ordered:
                return waiting
        return _queue(user.username, ordered, same)


def _queue(by: str, formats: list[str], wishes: dict[str, str], *, scheduled: bool = False) -> Report:
    now = context.now()
    found = Report.objects.create(
        id=new_id("report", now), formats=formats, asked_at=now, by=by, scheduled=scheduled, **wishes
    )
    emit("report", found.pk, now, key=f"{found.pk}:queued", state="queued")
    return found


def _region(user: User, region: str) -> str:
    if user.role not in ASKING:
        raise NotAllowed(f"{user.username} ({user.role}) cannot ask for reports; an office can.", role=user.role)
    own = user.region or context.basin().basin.region
    wanted = regions.normalise(region or own)
    if not regions.contains(own, wanted):
        raise NotAllowed(f"{user.username} cannot ask for a report on {wanted}; it lies outside of {own}.")
    return wanted


def queue_due() -> None:
    """Queue the reports whose period has ended since this was last looked at; of missed ones only the newest."""
    now = context.now()
    row = Schedule.objects.filter(name=DUE).first()
    if row is None or row.last_at is None:
        return  # the first look: what ended before this installation began is nobody's wish
    for kind in context.config().scheduled_reports:
        period = engine.last_ended(engine.kind_named(kind).units[0], local_day(now))
        if not row.last_at < period.ends_at <= now:
            continue
        region = regions.normalise(context.basin().basin.region)
        wishes = {"kind": kind, "period": period.code, "region": region, "language": "zh"}
        if not Report.objects.filter(**wishes, scheduled=True).exists():
            _queue("platform", list(engine.FORMATS), wishes, scheduled=True)


def stop(found: Report, user: User) -> Report:
    """Ask for an end of a report that waits or is being made; it ends before its next step.

    Raises
    ------
    NotAllowed
        For somebody who is in no office.
    WrongState
        When it has ended already.
    """
    if user.role not in ASKING:
        raise NotAllowed(f"{user.username} ({user.role}) cannot stop reports; an office can.", role=user.role)
    with transaction.atomic():
        fresh = Report.objects.select_for_update().get(pk=found.pk)
        if fresh.state not in WAITING:
            raise WrongState(f"{fresh.pk} is {fresh.state}; only one that waits can be stopped.", state=fresh.state)
        fresh.stopping = True
        if fresh.state == "queued":
            _end(fresh, "stopped")
        fresh.save()
    audit(context.clock(), user.username, "stop-report", found.pk)
    return fresh


# ------------------------------------------------------------------ making


def run(key: str) -> Report:
    """Make a report that waits: gather its facts, write its files, keep both. What has ended already stays as it is."""
    with transaction.atomic():
        found = Report.objects.select_for_update().get(pk=key)
        if found.state not in WAITING:
            return found
        found.state, found.progress, found.error = "running", 0.0, {}
        found.save()
        emit("report", found.pk, context.now(), key=f"{found.pk}:running", state="running")
    try:
        facts = _facts(found)
        files = _files(found, facts)
    except Stopped:
        _end(found, "stopped")
    except RiverError as error:
        _end(found, "failed", error={"code": error.code, "sentence": error.sentence})
    except Exception as error:
        _end(found, "failed", error={"code": "ours.fault", "sentence": f"The report could not be made: {error!r}"})
        raise
    else:
        _keep(found, facts, files)
    return found


def _facts(found: Report) -> Facts:
    if found.facts:
        return engine.facts_from_dict(found.facts)  # taken up where a process had died
    names = list(engine.kind_named(found.kind).parts)
    steps = iter(enumerate(names))

    def step() -> None:
        i, name = next(steps, (len(names), ""))
        title = part_named(name).title if name else {"zh": "汇总", "en": "summing up"}
        _advance(found, FACTS_SHARE * min(i / len(names), 1.0), title)

    return collect(found.kind, found.period, found.region, before=last_kept(found), signer=found.signer, step=step)


def last_kept(found: Report) -> Facts | None:
    """Facts of the newest report that was kept of the period before, on the same region."""
    before = engine.kind_named(found.kind).period(found.period).before().code
    kept = (
        Report.objects.filter(kind=found.kind, period=before, region=found.region, state="done")
        .order_by("-made_at", "-pk")
        .first()
    )
    return engine.facts_from_dict(kept.facts) if kept else None


def _files(found: Report, facts: Facts) -> list[dict[str, Any]]:
    files: list[dict[str, Any]] = []
    making = engine.make(facts, [found.language], found.formats, own=context.config().folder)
    for n, form in enumerate(found.formats):
        said = {"zh": f"生成 {form}", "en": f"writing {form}"}
        _advance(found, FACTS_SHARE + (1 - FACTS_SHARE) * n / len(found.formats), said)
        made = next(making)
        sha256 = context.store().files.put(made.content)
        files.append({"name": made.name, "format": form, "sha256": sha256, "size": len(made.content)})
    return files


def _advance(found: Report, progress: float, step: dict[str, str]) -> None:
    """Show how far it is; ends the work where somebody asked for that."""
    Report.objects.filter(pk=found.pk).update(progress=progress, step=step)
    if Report.objects.filter(pk=found.pk, stopping=True).exists():
        raise Stopped


def _end(found: Report, state: str, **more: Any) -> None:
    found.state, found.step = state, {}
    for name, value in more.items():
        setattr(found, name, value)
    found.save()
    emit("report", found.pk, context.now(), key=f"{found.pk}:{state}", state=state)


def _keep(found: Report, facts: Facts, files: list[dict[str, Any]]) -> None:
    told = facts.as_dict()
    with transaction.atomic():
        found.facts, found.digest, found.files = told, facts.digest(), files
        found.progress, found.made_at, found.stopping = 1.0, context.now(), False
        _end(found, "done")
        came_from(found.pk, [(key, "record") for key in records_of(facts)], code=CODE)


def records_of(facts: Facts) -> list[str]:
    """Ids of the cases, alerts and scores that a report's rows stand for."""
    queries = [str(row.get("_query", "")) for part in facts.parts for row in part.rows]
    return sorted({match[1] for query in queries if (match := _RECORD.search(query))})


def requeue_orphans() -> None:
    """Queue again what was being made when its process ended without a word."""
    for found in Report.objects.filter(state="running"):
        if not _locked(found):
            Report.objects.filter(pk=found.pk, state="running").update(state="queued", progress=0.0)


def _locked(found: Report) -> bool:
    """Whether a process is making it: it holds the lock of its file."""
    from riverchief.base.errors import StoreError
    from riverchief.store.locks import lock

    try:
        os.close(lock(lock_of(found.pk), "a report is being made"))
    except StoreError:
        return True
    return False


def lock_of(key: str) -> Any:
    """The file whose lock says that a report is being made."""
    folder = context.config().folder / "run"
    folder.mkdir(exist_ok=True)
    return folder / f"{key}.lock"


def forget_lock(key: str) -> None:
    """Remove the file of a lock that nobody holds any more."""
    with contextlib.suppress(OSError):
        lock_of(key).unlink()


def again(found: Report) -> list[dict[str, Any]]:
    """Make the files of a kept report again from its facts, and hold them against those that were kept.

    Returns
    -------
    list of dict
        name, sha256 as kept, sha256 as made now, equal.
    """
    if found.state != "done":
        raise WrongState(f"{found.pk} is {found.state}; only a report that was made can be made again.")
    facts = engine.facts_from_dict(found.facts)
    kept = {item["name"]: item["sha256"] for item in found.files}
    made = engine.make(facts, [found.language], found.formats, own=context.config().folder)
    told = []
    for one in made:
        sha256 = context.store().files.put(one.content)
        told.append({"name": one.name, "kept": kept[one.name], "made": sha256, "equal": kept[one.name] == sha256})
    return told


# ------------------------------------------------------------------ showing


def brief(found: Report) -> dict[str, Any]:
    """A report in a list."""
    kind = engine.kind_named(found.kind)
    span = kind.period(found.period)
    return {
        "id": found.pk,
        "kind": found.kind,
        "title_zh": kind.title["zh"],
        "title_en": kind.title["en"],
        "period": found.period,
        "period_zh": span.title("zh"),
        "period_en": span.title("en"),
        "region": found.region,
        "language": found.language,
        "formats": found.formats,
        "state": found.state,
        "progress": found.progress,
        "step": found.step or None,
        "stopping": found.stopping,
        "scheduled": found.scheduled,
        "asked_at": iso(found.asked_at),
        "made_at": iso(found.made_at),
        "by": found.by,
        "files": found.files,
        "error": found.error.get("sentence") if found.error else None,
        "error_code": found.error.get("code") if found.error else None,
    }


def page(found: Report) -> dict[str, Any]:
    """A report opened: what it says in short, what changed, what is missing, what it rests on."""
    if not found.facts:
        return {**brief(found), "parts": [], "diff": None, "missing": [], "editions": [], "digest": "", "as_of": None}
    facts = engine.facts_from_dict(found.facts)
    changes, summary = facts.part("changes"), facts.part("summary")
    empty = [part for part in facts.parts if part.missing and not part.rows and part.name != "changes"]
    return {
        **brief(found),
        "said": list(summary.said) if summary else [],
        "parts": [
            {"name": part.name, **_titles(part.name), "rows": len(part.rows), "query": part.query}
            for part in facts.parts
        ],
        "diff": _diff(facts, changes.rows if changes else []) if changes else None,
        "missing": [
            {lang: f"{part_named(part.name).title[lang]}：{(part.missing or {})[lang]}" for lang in LANGUAGES}
            for part in empty
        ],
        "editions": [dict(edition) for edition in facts.editions],
        "digest": found.digest,
        "as_of": facts.as_of,
    }


def _titles(name: str) -> dict[str, str]:
    title = part_named(name).title
    return {"title_zh": title["zh"], "title_en": title["en"]}


def _diff(facts: Facts, rows: Sequence[Any]) -> dict[str, Any]:
    colon = {"zh": "：", "en": ": "}
    items = [
        {
            "kind": row["what"]["en"],
            **{lang: f"{row['name'][lang]}{colon[lang]}{row['told'][lang]}" for lang in LANGUAGES},
        }
        for row in rows
    ]
    return {"against": facts.span.before().code, "items": items}


def facts_of(found: Report) -> dict[str, Any]:
    """The facts of a report as JSON, for programs and for `riverchief report again`."""
    if not found.facts:
        raise WrongState(f"{found.pk} is {found.state}; it has no facts yet.", state=found.state)
    return asdict(engine.facts_from_dict(found.facts))
