"""Cycles of the twin as jobs: asked for by a schedule, run one at a time, kept with their files, scored, pruned."""

from __future__ import annotations

import json
import logging
import shutil
import time
from datetime import datetime, timedelta
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
    from riverchief.govern.twin.course import Course
    from riverchief.govern.twin.hydraulics.layout import State
    from riverchief.govern.twin.record import Score
    from riverchief.govern.twin.standing import Gauge, Settings, Standing
    from riverchief.web.basin.registry import Registry

log = logging.getLogger("riverchief.twin")

HOUR_S = 3600.0
EVERY_S = 900
MEMBERS = 64
# what the twin carries, and where laboratories stop to tell it from nothing [mg/L] (HJ 535, GB/T 11893, GB/T 11892)
CARRIED = {"nh3n": 0.025, "tp": 0.01, "codmn": 0.5}
DX_M = 500.0
USUAL_OVER = timedelta(days=10)  # medians of so long say what flows in usually
SHOWN_BACK = timedelta(hours=48)
STATES_FOR = timedelta(hours=120)  # how far a reading may come late and still be taken in
SETTLED = timedelta(hours=12)  # states younger than that are all begun from
STATE_EVERY_S = 6 * 3600.0  # of older states one in so long is kept
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


def run(key: str) -> bool:
    """Run one cycle and keep what came of it; what fails is written down, and the one before stays the newest.

    Returns
    -------
    bool
        Whether there was such a cycle.
    """
    row = TwinCycle.objects.filter(pk=key, state="queued").first()
    if row is None:
        return False
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
    return True


def _run(row: TwinCycle) -> None:
    """The work of a cycle."""
    from riverchief.govern.twin import files
    from riverchief.govern.twin.cycle import cycle
    from riverchief.govern.twin.standing import cold, doubting
    from riverchief.web.govern.twin import pages, readings

    registry = context.basin()
    now_s = readings.seconds(row.at)
    before = newest()
    model = model_of(registry, row.at)
    used = doubting(settings(), model, readings.gauges(registry, (), row.at - USUAL_OVER, row.at), now_s)
    after = int(before.facts.get("arrival", 0)) if before else 1 << 62
    oldest_s, arrival = readings.oldest_new(registry, CARRIED, after)
    found, late = _begin(model, now_s, used, oldest_s)
    standing = cold(model, now_s, used) if found is None else found
    begin_s = standing.members.time_s
    for at_s, path in kept_states():
        if at_s > begin_s:  # what follows is run anew
            path.unlink(missing_ok=True)
    told = cycle(
        standing, readings.gauges(registry, CARRIED, from_epoch(int(begin_s)), row.at), now_s, used,
        begun_cold=found is None, late=late, keep=lambda one: _keep(one, now_s, used),
    )  # fmt: skip
    course = _course(before, model, told.past, told.ahead, now_s)
    record = _score(registry, row)
    place = folder() / row.pk
    place.mkdir(parents=True, exist_ok=True)
    files.write_course(place / "course.nc", model, course, pages.lonlat(registry, model))
    for name, page in pages.of_cycle(registry, told, course, record, row.at).items():
        text = json.dumps(page, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        (place / f"{name}.json").write_text(text, encoding="utf-8")
    row.modes = list(told.modes)
    row.facts = {**pages.facts(told), "arrival": arrival}
    row.said = pages.said(told)
    row.skill = [pages.score_as_dict(one) for one in record]


def settings() -> Settings:
    """How a cycle works here."""
    from riverchief.govern.trace.kinetics import shipped_kinetics
    from riverchief.govern.twin.standing import Settings

    decay = {code: shipped_kinetics().decay(code).per_day for code in CARRIED}
    return Settings(members=MEMBERS, decay_per_day=decay, floors=CARRIED)


def model_of(registry: Registry, at: datetime) -> Model:
    """The registry's river with what usually flows in, and with what that carries, by the stations' last days."""
    from riverchief.govern.twin import Model
    from riverchief.govern.twin.background import background, with_background
    from riverchief.govern.twin.importers.assumed import from_basin
    from riverchief.govern.twin.importers.dischargers import with_dischargers
    from riverchief.govern.twin.usual import factors, with_factors
    from riverchief.web.govern.twin import readings

    river = from_basin(registry.basin, DX_M)
    firm = frozenset(with_dischargers(river, registry.basin, tuple(CARRIED)))
    model = Model(river, tuple(CARRIED))
    stations: list[Gauge] = readings.gauges(registry, CARRIED, at - USUAL_OVER, at)
    with_factors(river, factors(model, readings.usual_flows(stations), firm))
    model.drive_anew()
    steady, decay = model.start(readings.seconds(at)), settings().decay_per_s
    for code in CARRIED:
        with_background(river, code, background(model, steady, code, readings.samples(stations, code), decay[code]))
    model.drive_anew()
    return model


def _begin(model: Model, now_s: float, used: Settings, oldest_s: float) -> tuple[Standing | None, bool]:
    """The twin to begin from, and whether late readings are why it is so old."""
    from riverchief.govern.twin.standing import begin_from

    states = kept_states()
    while True:
        which, late = begin_from([at for at, _ in states], now_s, used, oldest_s)
        if which is None:
            return None, late
        try:
            return _standing(states[which][1], model, used), late
        except InputError:  # the registry has changed since: its cells are others
            del states[which]


def _standing(path: Path, model: Model, used: Settings) -> Standing:
    """The twin of a file, on a model with what usually flows in now."""
    from riverchief.govern.twin import files
    from riverchief.govern.twin.standing import Standing, resumed

    members, note = files.read_members(path, model, used.spread, used.seed, used.decay_per_s)
    kept = json.loads(note)
    return resumed(Standing(members, kept["usual_m3s"], kept["datum_m"]))


def _keep(standing: Standing, now_s: float, used: Settings) -> None:
    """Write the twin of a whole hour, where one of them will be begun from."""
    from riverchief.govern.twin import files

    at_s = standing.members.time_s
    if abs(at_s - (now_s - used.settle_s)) <= HOUR_S or at_s % STATE_EVERY_S == 0:
        note = json.dumps({"usual_m3s": standing.usual_m3s, "datum_m": standing.datum_m})
        files.write_members(_state_path(at_s), standing.members, note)


def twin_at(first_s: float) -> tuple[Model, State] | None:
    """The twin's mean at the newest kept hour before an instant, with its inflows; none where there is none."""
    from riverchief.govern.twin.usual import with_factors

    model, used = model_of(context.basin(), context.now()), settings()
    for at, path in reversed(kept_states()):
        if at <= first_s:
            try:
                members = _standing(path, model, used).members
            except InputError:
                return None  # the registry has changed since
            times = np.exp(members.log_inflow.mean(axis=0))
            with_factors(model.river, dict(zip(model.river.inflows, times.tolist(), strict=True)))
            model.drive_anew()
            return model, members.middle()
    return None


def _state_path(at_s: float) -> Path:
    return folder() / "states" / f"{int(at_s)}.npz"


def kept_states() -> list[tuple[float, Path]]:
    """Instants of the states that are kept, and their files."""
    found = (folder() / "states").glob("[0-9]*.npz")
    return sorted((float(path.stem), path) for path in found)


def _course(before: TwinCycle | None, model: Model, past: Course, ahead: Course, now_s: float) -> Course:
    """What pages show: the last two days, of which this cycle has run the end, and the forecast."""
    from riverchief.govern.twin import files
    from riverchief.govern.twin.course import Course

    parts = [past, ahead]
    since_s = now_s - SHOWN_BACK.total_seconds() - 1
    if before is not None and past.time_s[0] > since_s:
        try:
            old = files.read_course(folder() / before.pk / "course.nc", model)
            parts.insert(0, old.between(since_s, float(past.time_s[0]) - 1))
        except InputError:
            log.info("the course of %s is not there any more, or of other cells", before.pk)
    return Course.joined(parts).between(since_s, np.inf)


def _score(registry: Registry, row: TwinCycle) -> list[Score]:
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
            Said(
                one["station"], one["what"], issued_s, tuple(one["lead_h"]), np.array(one["members"]),
                _number(one["observed"]),
            )
            for one in told.get("items", [])
        ]  # fmt: skip
    stations = readings.gauges(registry, CARRIED, since, row.at)
    return score(said, {(one.station, what): read for one in stations for what, read in one.series.items()})


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)


def prune() -> None:
    """Let go of states, pages and rows that nobody will ask for."""
    now = context.now()
    last_s = -np.inf
    states = kept_states()
    mine = {path for _, path in states}
    for path in (folder() / "states").glob("*"):
        if path not in mine:  # of an earlier release, or of a process that was ended while it wrote
            path.unlink()
    for at_s, path in states[:-1]:
        stale = at_s < (now - STATES_FOR).timestamp()
        if stale or (at_s < last_s + STATE_EVERY_S and at_s < (now - SETTLED).timestamp()):
            path.unlink(missing_ok=True)
        else:
            last_s = at_s
    kept = set(TwinCycle.objects.filter(state="done").values_list("pk", flat=True)[:PAGES_FOR])
    for path in folder().glob("twin-*"):
        if path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)
    TwinCycle.objects.filter(at__lt=now - SCORED_FOR).delete()
