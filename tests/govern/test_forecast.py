"""The forecast: arrival and strength with their band, the moving front, and the corridor to fly."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from govern import worlds
from govern.rivers import basin, outfall, reach, station
from riverchief.base.basin import Section
from riverchief.base.errors import InputError
from riverchief.base.places import Place
from riverchief.govern.trace import KinematicEngine, Stretch, Trace, forecast, forecast_as_dict, rank, suspect_stretch
from riverchief.govern.trace.engine import Releases

HOUR_S = 3600.0
START_S = worlds.START_S


def section(code, reach_code, chainage_m):
    return Section(code, code, code, Place(reach_code, chainage_m), 112.0, 37.0, "city", 3, "1499")


def long_river():
    return basin(
        [reach("a", "h", "i", 20_000.0, 10.0, 0.5, 20.0), reach("b", "i", "o", 30_000.0, 12.0, 0.5, 20.0),
         reach("side", "s", "i", 5_000.0, 2.0, 0.4, 10.0)],
        [outfall("near", "a", 5_000.0)],
        [section("first", "b", 5_000.0), section("last", "b", 25_000.0), section("aside", "side", 1_000.0)],
        [station("st", "a", 15_000.0)],
    )  # fmt: skip


def trace_of(releases, stretches=()):
    return Trace(START_S, "ranked", "", "nh3n", 1, 1, 1, (), tuple(stretches), 1.0, 1.0, {"nh3n": releases}, 0.5)


def certain(n=1, **changes):
    """One certain release of 100 kg at 5 km, all members and errors in the middle."""
    where = long_river()
    middle = KinematicEngine(where).member_weight.size // 2
    base = Releases(
        (Place("a", 5_000.0),) * n, np.full(n, START_S), np.full(n, 3_600.0), np.full(n, 100.0), np.full(n, middle),
        np.full(n, 1 / n), "nh3n", np.zeros(n), np.zeros(n),
    )  # fmt: skip
    return replace(base, **changes)


def now(hours):
    return datetime.fromtimestamp(START_S + hours * HOUR_S, UTC)


def test_a_certain_release_arrives_when_and_as_strong_as_the_engine_says():
    where = long_river()
    engine = KinematicEngine(where)
    releases = certain()
    found = forecast(where, engine, trace_of(releases), now(2), backgrounds={"first": 0.4})
    assert [i.code for i in found.items] == ["first", "last"]
    first, last = found.items
    t = START_S + np.arange(0, 40, 0.01) * HOUR_S
    c = (
        100
        * engine.response(
            releases.places, START_S, 3_600.0, [Place("b", 5_000.0)] * t.size, t, "nh3n", releases.member
        )[0]
    )
    assert first.arrival_s == pytest.approx(t[np.argmax(c > 0.2 * 0.4)], abs=400)
    assert first.arrival_low_s == first.arrival_s == first.arrival_high_s
    assert first.peak == pytest.approx(0.4 + c.max(), rel=0.02)
    assert (first.unit, first.probability, first.arrived, first.background_assumed) == ("mg/L", 1.0, False, False)
    assert last.arrival_s - first.arrival_s == pytest.approx(20_000 / 0.5, rel=0.15)
    assert last.peak - last.background < first.peak - first.background
    assert (last.background, last.background_assumed) == (0.5, True)
    later = forecast(where, engine, trace_of(releases), now(20))
    assert [i.arrived for i in later.items] == [True, False]


def test_the_band_grows_with_the_way_from_where_it_was_last_seen():
    where = long_river()
    engine = KinematicEngine(where)
    n = 101
    score = np.linspace(-2.3, 2.3, n)
    releases = certain(n, timing_score=score, strength_score=np.roll(score, 37), anchor=Place("b", 4_000.0))
    first, last = forecast(where, engine, trace_of(releases), now(2)).items

    def width(i):
        return i.arrival_high_s - i.arrival_low_s

    assert 0 < width(first) < width(last) / 5
    assert last.peak_low < last.peak < last.peak_high
    unanchored = forecast(where, engine, trace_of(replace(releases, anchor=None)), now(2)).items
    assert width(unanchored[0]) > 3 * width(first)


def test_a_wave_that_may_not_come_has_a_probability_and_open_quantiles():
    where = long_river()
    places = (Place("a", 5_000.0),) * 3 + (Place("b", 20_000.0),) * 7
    found = forecast(where, KinematicEngine(where), trace_of(certain(10, places=places)), now(2))
    by_code = {i.code: i for i in found.items}
    assert by_code["first"].probability == pytest.approx(0.3)
    assert np.isnan(by_code["first"].arrival_s)
    assert np.isfinite(by_code["first"].arrival_low_s)
    assert by_code["last"].probability == pytest.approx(1)
    told = forecast_as_dict(found)
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert [i["arrival"] for i in told["items"] if i["code"] == "first"] == [None]


def test_the_front_moves_down_the_river():
    where = long_river()
    found = forecast(where, KinematicEngine(where), trace_of(certain()), now(2), timedelta(hours=24))
    assert all(b.at_s - a.at_s == HOUR_S for a, b in zip(found.front, found.front[1:], strict=False))
    offset = {"a": 0.0, "b": 20_000.0}

    def centre(front):
        mass = np.array([c for _, _, c in front.points])
        return float(np.array([offset[r] + m for r, m, _ in front.points]) @ mass / mass.sum())

    early, late = found.front[3], found.front[15]
    speed = (centre(late) - centre(early)) / (late.at_s - early.at_s)
    assert speed == pytest.approx(0.5, rel=0.1)
    assert max(c for _, _, c in late.points) < max(c for _, _, c in early.points)
    assert {r for f in found.front for r, _, _ in f.points} == {"a", "b"}


def test_nothing_to_forecast_is_an_answer():
    where = long_river()
    nothing = rank(where, KinematicEngine(where), [], now(1))
    found = forecast(where, KinematicEngine(where), nothing, now(1))
    assert (found.items, found.front) == ((), ())
    with pytest.raises(InputError, match="no time zone"):
        forecast(where, KinematicEngine(where), nothing, now(1).replace(tzinfo=None))


def test_arrivals_in_a_world_of_another_kind_lie_in_the_band():
    """Particles in unsteady water; forecast when the second station has seen it or the first for 8 h (`worlds.py`)."""
    river = worlds.valley()
    river = replace(river, sections=(*river.sections, section("end", "m4", 11_000.0), section("mid", "m3", 6_000.0)))
    engine = KinematicEngine(river)
    inside = total = 0
    for seed in range(200, 209):
        spill = worlds.spill_of(river, seed)
        seen = worlds.observations(river, spill, seed)
        hits = sorted(o.time_s for o in seen if o.value > o.baseline + 5 * o.baseline_sd and o.time_s > spill.start_s)
        if not hits:
            continue
        at = datetime.fromtimestamp(hits[0] + 8 * HOUR_S, UTC)
        found = forecast(river, engine, rank(river, engine, seen, at), at, backgrounds={"end": 0.4, "mid": 0.4})
        passages = worlds.passages(river, spill, seed)
        for item in found.items:
            if item.code in ("end", "mid") and not item.arrived and item.probability > 0.5:
                t = np.arange(spill.start_s, spill.start_s + 70 * HOUR_S, 600.0)
                place = next(s.place for s in river.sections if s.code == item.code)
                c = worlds.concentration(river, spill, passages, place, "nh3n", t, 0.12)
                if (c > 0.08).any():
                    truth = t[np.argmax(c > 0.08)]
                    total += 1
                    inside += item.arrival_low_s - HOUR_S <= truth <= item.arrival_high_s + HOUR_S
    assert total >= 8
    assert inside / total >= 0.75


# ---------------------------------------------------------------------- the corridor


def cells(*rows):
    return [Stretch(*row) for row in rows]


def test_the_corridor_holds_the_most_probability_that_fits():
    where = long_river()
    rows = cells(
        ("a", 0.0, 1_000.0, 0.30), ("a", 1_000.0, 2_000.0, 0.01), ("a", 18_000.0, 19_000.0, 0.15),
        ("a", 19_000.0, 20_000.0, 0.14), ("b", 0.0, 1_000.0, 0.20), ("b", 20_000.0, 21_000.0, 0.20),
    )  # fmt: skip
    trace = trace_of(certain(), rows)
    found = suspect_stretch(trace, where.network, 3_000.0)
    assert [(s.reach, s.from_m, s.to_m) for s in found] == [("a", 18_000.0, 20_000.0), ("b", 0.0, 1_000.0)]
    assert sum(s.probability for s in found) == pytest.approx(0.49)
    short = suspect_stretch(trace, where.network, 1_000.0)
    assert [(s.reach, s.from_m, s.to_m) for s in short] == [("a", 0.0, 1_000.0)]
    half = suspect_stretch(trace, where.network, 500.0)
    assert (half[0].reach, half[0].to_m - half[0].from_m) == ("a", 500.0)
    assert half[0].probability == pytest.approx(0.15)


def test_the_corridor_bridges_river_that_nobody_suspects_and_drops_its_empty_ends():
    where = long_river()
    rows = cells(("a", 5_000.0, 6_000.0, 0.5), ("a", 8_000.0, 9_000.0, 0.48), ("a", 9_000.0, 10_000.0, 0.02))
    found = suspect_stretch(trace_of(certain(), rows), where.network, 6_000.0)
    assert [(s.reach, s.from_m, s.to_m) for s in found] == [("a", 5_000.0, 9_000.0)]
    assert suspect_stretch(trace_of(certain()), where.network, 6_000.0) == []
    with pytest.raises(InputError, match="at most 0 m was asked for; give a length above 0 m"):
        suspect_stretch(trace_of(certain(), rows), where.network, 0)
