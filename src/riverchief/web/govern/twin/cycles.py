"""Cycles of the twin as jobs: asked for by a schedule, run one at a time, kept with their files, scored, pruned."""

from __future__ import annotations

import json
import logging
import shutil
import time
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from riverchief.base.errors import InputError, RiverError
from riverchief.base.ids import new_id
from riverchief.base.time import from_epoch
from riverchief.web import context
from riverchief.web.govern.models import TwinCycle
from riverchief.web.loop.events import emit

if TYPE_CHECKING:
    from riverchief.govern.twin import Model
    from riverchief.govern.twin.cycle import Cycle, Memory, Settings
    from riverchief.govern.twin.forecast import Forecast
    from riverchief.govern.twin.hydraulics.layout import State
    from riverchief.govern.twin.record import Skill
    from riverchief.web.basin.registry import Registry

log = logging.getLogger("riverchief.twin")

EVERY_S = 900
CARRIED = ("nh3n", "tp", "codmn")
DX_M = 500.0
MEMBERS = 32
# ASSUMED: an inflow's error has a standard deviation of 20 % and fades over a day; the roughness's one of 15 %
INFLOW_DOUBT, ROUGHNESS_DOUBT = (0.2, 86_400.0), 0.15
STATES_FOR = timedelta(hours=120)  # how far a reading may come late and still be taken in
STATE_EVERY_S = 3 * 3600.0  # of older states one in so long is kept
PAGES_FOR = 12  # of so many cycles the pages are kept
SCORED_FOR = timedelta(days=14)


def folder() -> Path:
    """Where the twin's files lie."""
    return context.config().folder / "twin"


def lock_path() -> Path:
    """The file whose lock says that a cycle is being run."""
    run_folder = context.config().folder / "run"
    run_folder.mkdir(exist_ok=True)
    return run_folder / "twin.lock"


def ask() -> None:
    """Queue a cycle, unless one waits or is being run; the schedule calls this."""
    if TwinCycle.objects.filter(state__in=("queued", "running")).exists():
        return
    try:
        context.basin()
    except InputError:
        return  # no basin yet: nothing to have a twin of
    now = context.now()
    TwinCycle.objects.create(id=new_id("twin", now), at=now)


def next_queued() -> str | None:
    """The cycle that waits; one whose process has ended without a word waits again."""
    from riverchief.base.errors import StoreError
    from riverchief.store.locks import exclusive

    if TwinCycle.objects.filter(state="running").exists():
        try:
            with exclusive(lock_path(), "a cycle is being run"):
                TwinCycle.objects.filter(state="running").update(state="queued")
        except StoreError:
            return None
    return TwinCycle.objects.filter(state="queued").order_by("at").values_list("pk", flat=True).first()


def newest() -> TwinCycle | None:
    """The newest cycle that has come to its end."""
    return TwinCycle.objects.filter(state="done").first()


def run(key: str) -> None:
    """Run one cycle and keep what came of it; what fails is written down, and the one before stays the newest."""
    row = TwinCycle.objects.filter(pk=key, state="queued").first()
    if row is None:
        return
    row.at, row.state = context.now(), "running"
    row.save()
    begun_s = time.monotonic()
    try:
        _run(row)
        row.state = "done"
    except RiverError as error:
        log.warning("cycle %s: %s", key, error.sentence)
        row.state, row.error = "failed", {"code": error.code, "sentence": error.sentence}
    except Exception as error:
        log.exception("cycle %s failed", key)
        row.state, row.error = "failed", {"code": "twin.failed", "sentence": repr(error)}
    from riverchief.web.govern.twin.job import held_mb

    row.took_s, row.memory_mb = time.monotonic() - begun_s, held_mb()
    row.save()
    emit("twin", row.pk, row.at, key=f"{row.pk}:{row.state}", state=row.state)
    prune()


def _run(row: TwinCycle) -> None:
    """The work of a cycle."""
    from riverchief.govern.twin import Model, files
    from riverchief.govern.twin.background import background, with_background
    from riverchief.govern.twin.cycle import Settings, cycle
    from riverchief.govern.twin.importers.assumed import from_basin
    from riverchief.govern.twin.importers.dischargers import with_dischargers
    from riverchief.web.govern.twin import pages, readings

    registry = context.basin()
    now_s = readings.seconds(row.at)
    before = newest()
    memory = _memory(before)
    river = from_basin(registry.basin, DX_M)
    used = Settings(firm=frozenset(with_dischargers(river, registry.basin, CARRIED)))
    for code in CARRIED:
        at = readings.samples(registry, code, row.at)
        with_background(river, code, background(river, code, at, memory.factor))
    model = Model(river, CARRIED)
    after = int(before.facts.get("arrival", 0)) if before else 0
    oldest_s, arrival = (
        readings.oldest_new(registry, after) if before else (np.inf, readings.oldest_new(registry, 1 << 62)[1])
    )
    state, late = _begin(model, now_s, used, oldest_s)
    start = row.at - timedelta(seconds=used.window_s) if state is None else from_epoch(int(state.clock[0]))
    told = cycle(model, readings.gauges(registry, start, row.at), now_s, memory, state, used, late=late)
    place = folder() / row.pk
    files.write_state(_state_path(now_s), model, told.state)
    record = _score(registry, row)
    ahead = _ahead(registry, told)
    for name, page in pages.of_cycle(registry, told, record, ahead, row.at).items():
        place.mkdir(parents=True, exist_ok=True)
        text = json.dumps(page, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        (place / f"{name}.json").write_text(text, encoding="utf-8")
    files.write(place / "forecast.nc", told.forecast, pages.lonlat(registry, model))
    row.modes = list(told.modes)
    row.facts = {**pages.facts(told), "arrival": arrival, "memory": asdict(told.memory)}
    row.said = pages.said(told, registry)
    row.skill = [pages.skill_as_dict(one) for one in record]


def _ahead(registry: Registry, told: Cycle) -> Forecast | None:
    """The forecast's doubt at the gauges, from an ensemble; none where a member has no solution."""
    from riverchief.govern.twin import Diverged
    from riverchief.govern.twin.ensemble import AR1, LogNormal, Spread
    from riverchief.govern.twin.forecast import forecast

    places = [(p.reach, p.chainage_m) for fit in told.fits if (p := registry.stations[fit.station].place)]
    if not places:
        return None
    spread = Spread(inflow=AR1(*INFLOW_DOUBT), roughness=LogNormal(ROUGHNESS_DOUBT))
    run = told.forecast
    try:
        return forecast(
            run.model, told.state, float(run.time_s[-1]), float(run.time_s[1] - run.time_s[0]), places, spread,
            members=MEMBERS, settled=True,
        )  # fmt: skip
    except Diverged as error:
        log.warning("no band of the forecast: %s", error.sentence)
        return None


def _begin(model: Model, now_s: float, used: Settings, oldest_s: float) -> tuple[State | None, bool]:
    """The state to begin from, and whether late readings are why it is so old."""
    from riverchief.govern.twin import files
    from riverchief.govern.twin.cycle import begin_from

    states = _states()
    while True:
        which, late = begin_from([at for at, _ in states], now_s, used, oldest_s)
        if which is None:
            return None, late
        try:
            return files.read_state(states[which][1], model), late
        except InputError:  # the registry has changed since: its cells are others
            del states[which]


def _memory(before: TwinCycle | None) -> Memory:
    from riverchief.govern.twin.cycle import Memory

    kept = before.facts.get("memory") if before else None
    return Memory(dict(kept["factor"]), dict(kept["datum_m"])) if kept else Memory()


def _state_path(at_s: float) -> Path:
    return folder() / "states" / f"{int(at_s)}.nc"


def _states() -> list[tuple[float, Path]]:
    """Instants of the states that are kept, and their files."""
    found = (folder() / "states").glob("[0-9]*.nc")
    return sorted((float(path.stem), path) for path in found)


def _score(registry: Registry, row: TwinCycle) -> list[Skill]:
    """How the forecasts of the last days have done, against what has been read since."""
    from riverchief.govern.twin.record import Said, score
    from riverchief.web.govern.twin import readings

    since = row.at - SCORED_FOR
    said, issued_s = [], -np.inf
    for at, told in TwinCycle.objects.filter(state="done", at__gte=since).order_by("at").values_list("at", "said"):
        if readings.seconds(at) < issued_s + 3600:
            continue  # one an hour: those in between say the same
        issued_s = readings.seconds(at)
        said += [
            Said(code, issued_s, np.array(one["time_s"]), np.array(one["flow_m3s"]), _number(one["observed_m3s"]))
            for code, one in told.items()
        ]
    observed = {s.code: readings.series(s.code, "flow", since, row.at) for s in readings.gauge_stations(registry)}
    return score(said, observed)


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)


def prune() -> None:
    """Let go of states, pages and rows that nobody will ask for."""
    now = context.now()
    last_s = -np.inf
    states = _states()
    for at_s, path in states[:-1]:
        stale = at_s < (now - STATES_FOR).timestamp()
        if stale or at_s < last_s + STATE_EVERY_S:
            path.unlink(missing_ok=True)
        else:
            last_s = at_s
    kept = set(TwinCycle.objects.filter(state="done").values_list("pk", flat=True)[:PAGES_FOR])
    for path in folder().glob("twin-*"):
        if path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)
    TwinCycle.objects.filter(at__lt=now - SCORED_FOR).delete()
