"""The ranking: what it has to do on rivers where the answer is known, and that its probabilities are honest."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from scipy.stats import binom

from govern import worlds
from govern.rivers import basin, border, outfall, reach, station
from riverchief.base.errors import InputError, PlaceError
from riverchief.base.places import Place
from riverchief.base.readings import Flag
from riverchief.govern.trace import KinematicEngine, Observation, TraceSettings, rank, trace_as_dict

HOUR_S = 3600.0
START_S = worlds.START_S


def at(hours):
    return datetime.fromtimestamp(START_S + hours * HOUR_S, UTC)


def river(*facilities, sections=(), stations=None):
    """40 km at 0.5 m/s in two reaches, 10 m³/s; stations at 15 and 38 km unless others are given."""
    both = (station("up", "a", 15_000.0), station("down", "b", 18_000.0))
    return basin(
        [reach("a", "h", "i", 20_000.0, 10.0, 0.5, 20.0), reach("b", "i", "o", 20_000.0, 10.0, 0.5, 20.0)],
        facilities, sections, both if stations is None else stations,
    )  # fmt: skip


def readings(where, source, *, mass_kg, hours, start_h=10.0, duration_h=2.0, every_h=2.0, stations=None, noise=0.03):
    """What the engine itself says, with noise: tests of logic, not of calibration."""
    engine = KinematicEngine(where)
    rng = np.random.default_rng(7)
    found = []
    for one in where.stations if stations is None else stations:
        times = START_S + np.arange(0, hours + 0.01, every_h) * HOUR_S
        for code, kg in mass_kg.items():
            middle = engine.member_weight.size // 2
            added = kg * engine.response([source], START_S + start_h * HOUR_S, duration_h * HOUR_S, [one.place] * times.size,
                                         times, code, middle)[0]  # fmt: skip
            value = (0.5 + added) * (1 + noise * rng.standard_normal(times.size))
            found += [
                Observation(one.code, one.place, code, float(t), float(v), 0.5, 0.03, Flag.OK, f"{one.code}-{i}")
                for i, (t, v) in enumerate(zip(times, value, strict=True))
            ]
    return found


def chances(trace):
    return {c.code: c.probability for c in trace.candidates}


# ---------------------------------------------------------------------- the answer


def test_probabilities_sum_to_one_and_the_source_is_found():
    where = river(outfall("near", "a", 13_000.0), outfall("far", "a", 2_000.0), sections=[border("edge", "a", 100.0)])
    seen = readings(where, Place("a", 13_000.0), mass_kg={"nh3n": 200.0}, hours=40)
    trace = rank(where, KinematicEngine(where), seen, at(40))
    assert trace.state == "ranked"
    assert trace.candidates[0].code == "near"
    assert {c.code for c in trace.candidates} >= {"near", "far", "none"}
    assert sum(c.probability for c in trace.candidates) == pytest.approx(1)
    assert sum(s.probability for s in trace.reach_probability) == pytest.approx(1, abs=0.01)
    assert trace.certainty == trace.candidates[0].probability
    first = trace.candidates[0]
    assert first.start_low_s <= START_S + 10 * HOUR_S <= first.start_high_s
    assert first.mass_low_kg <= 200.0 <= first.mass_high_kg
    assert trace.n_readings == len(seen)
    assert (trace.n_stations, trace.decay_assumed) == (2, True)


def test_the_dict_is_json_with_positions_and_utc_times():
    where = river(outfall("near", "a", 13_000.0))
    line = [(112.0, 37.2), (112.0, 37.0)]
    where = replace(where, reaches=tuple(replace(r, line=tuple(line)) for r in where.reaches))
    trace = rank(where, KinematicEngine(where), readings(where, Place("a", 13_000.0), mass_kg={"nh3n": 200.0}, hours=30),
                 at(30))  # fmt: skip
    told = trace_as_dict(trace, where.network)
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    first = told["candidates"][0]
    assert (first["code"], first["kind"], first["lon"]) == ("near", "outfall", 112.0)
    assert first["lat"] == pytest.approx(37.2 - 0.2 * 13 / 20, abs=1e-3)
    assert first["start"].endswith("Z")
    assert told["at"] == at(30).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert "up-0" in told["reading_ids"]


def test_one_reading_gives_a_broad_answer_and_more_sharpen_it():
    where = river(outfall("near", "a", 13_000.0), outfall("far", "a", 4_000.0), sections=[border("edge", "a", 100.0)])
    seen = readings(where, Place("a", 13_000.0), mass_kg={"nh3n": 200.0}, hours=40, duration_h=0.5, every_h=0.5)
    engine = KinematicEngine(where)
    hit = min(o.time_s for o in seen if o.value > 0.8)
    alert = rank(where, engine, seen, datetime.fromtimestamp(hit, UTC))
    later = rank(where, engine, seen, at(40))
    assert (alert.state, alert.n_above) == ("ranked", 1)
    assert later.n_above > 5
    assert later.effective_candidates < alert.effective_candidates
    assert later.certainty > alert.certainty
    only = rank(where, engine, [o for o in seen if o.time_s == hit and o.station == "up"], at(40))
    assert (only.state, only.n_readings) == ("ranked", 1)
    assert only.effective_candidates > alert.effective_candidates - 0.5


def test_a_clean_station_upstream_clears_what_lies_above_it():
    where = river(outfall("above", "a", 9_000.0), outfall("between", "b", 4_000.0))
    seen = readings(where, Place("b", 4_000.0), mass_kg={"nh3n": 250.0}, hours=40)
    engine = KinematicEngine(where)
    without = chances(rank(where, engine, [o for o in seen if o.station == "down"], at(40)))
    with_it = chances(rank(where, engine, seen, at(40)))
    assert without["above"] > 0.1
    assert with_it.get("above", 0.0) < without["above"] / 10
    assert with_it["between"] > 0.8


def test_what_comes_over_the_border_is_found_by_its_station():
    inner = (station("gate", "a", 600.0), station("down", "b", 10_000.0))
    where = river(outfall("near", "b", 2_000.0), sections=[border("edge", "a", 500.0)], stations=inner)
    seen = readings(where, Place("a", 500.0), mass_kg={"nh3n": 400.0}, hours=40, duration_h=6.0)
    trace = rank(where, KinematicEngine(where), seen, at(40))
    assert (trace.candidates[0].code, trace.candidates[0].kind) == ("edge", "boundary")
    assert trace.certainty > 0.8


def test_a_source_on_no_list_shows_as_a_stretch_of_river():
    stations = (station("s0", "a", 8_000.0), station("s1", "a", 14_000.0), station("s2", "b", 18_000.0))
    where = river(outfall("o", "a", 1_000.0), outfall("p", "b", 16_000.0), stations=stations)
    seen = readings(where, Place("a", 11_000.0), mass_kg={"nh3n": 250.0}, hours=48, every_h=1.0)
    trace = rank(where, KinematicEngine(where), seen, at(48))
    none = trace.candidates[0]
    assert (none.code, none.kind) == ("none", "none")
    assert none.probability > 0.8
    inside = sum(
        s.probability for s in trace.reach_probability if s.reach == "a" and 8_000 <= s.from_m < s.to_m <= 14_000
    )
    assert inside > 0.8
    assert all(500 < s.to_m - s.from_m < 1_500 for s in trace.reach_probability)


def test_the_ratio_of_two_pollutants_tells_two_outfalls_apart():
    mixes = {"nh3n": 20.0, "tp": 1.0}, {"nh3n": 5.0, "tp": 4.0}
    where = river(outfall("sewage", "a", 11_000.0, mixes[0]), outfall("dairy", "a", 11_200.0, mixes[1]))
    for code, kg in (("sewage", {"nh3n": 300.0, "tp": 15.0}), ("dairy", {"nh3n": 200.0, "tp": 160.0})):
        seen = readings(where, Place("a", 11_100.0), mass_kg=kg, hours=36)
        trace = rank(where, KinematicEngine(where), seen, at(36))
        assert trace.candidates[0].code == code
        assert trace.certainty > 0.8
    assert set(trace.releases) == {"nh3n", "tp"}
    assert np.median(trace.releases["tp"].mass_kg) == pytest.approx(160, rel=0.35)


def test_a_permit_that_does_not_list_the_pollutant_counts_less():
    where = river(outfall("metal", "a", 11_000.0, {"zinc": 2.0}), outfall("sewage", "a", 11_100.0, {"nh3n": 20.0}))
    seen = readings(where, Place("a", 11_050.0), mass_kg={"nh3n": 200.0}, hours=30)
    found = chances(rank(where, KinematicEngine(where), seen, at(30)))
    assert found["sewage"] / found["metal"] == pytest.approx(1 / TraceSettings().absent_weight, rel=0.15)


def test_the_same_readings_give_the_same_answer():
    where = river(outfall("near", "a", 13_000.0), outfall("far", "a", 2_000.0))
    seen = readings(where, Place("a", 13_000.0), mass_kg={"nh3n": 200.0}, hours=30)
    engine = KinematicEngine(where)
    first, again = rank(where, engine, seen, at(30)), rank(where, engine, seen[::-1], at(30))
    assert trace_as_dict(first) == trace_as_dict(again)
    assert first.releases["nh3n"].start_s.tolist() == again.releases["nh3n"].start_s.tolist()


# ---------------------------------------------------------------------- what it is given


def test_flagged_future_and_empty_readings_are_not_used():
    where = river(outfall("near", "a", 13_000.0))
    seen = readings(where, Place("a", 13_000.0), mass_kg={"nh3n": 200.0}, hours=30)
    engine = KinematicEngine(where)
    bad = [replace(o, value=99.0, flag=Flag.FAULT) for o in seen] + [replace(o, value=float("nan")) for o in seen]
    late = [replace(o, value=99.0, time_s=o.time_s + 40 * HOUR_S) for o in seen]
    assert trace_as_dict(rank(where, engine, seen + bad + late, at(30))) == trace_as_dict(
        rank(where, engine, seen, at(30))
    )


def test_not_enough_readings_is_an_answer():
    where = river(outfall("near", "a", 13_000.0))
    engine = KinematicEngine(where)
    nothing = rank(where, engine, [], at(30))
    assert (nothing.state, nothing.candidates, nothing.releases) == ("not_enough", (), {})
    assert nothing.reason.startswith("no usable reading was given")
    clean = readings(where, Place("a", 13_000.0), mass_kg={"nh3n": 0.0}, hours=30)
    quiet = rank(where, engine, clean, at(30))
    assert (
        quiet.reason == "none of 32 usable readings stands clearly above its background, so there is nothing to trace."
    )
    assert trace_as_dict(quiet)["certainty"] == 0


def test_nothing_upstream_leaves_only_what_is_on_no_list():
    where = river(stations=(station("top", "a", 50.0),))
    seen = [Observation("top", Place("a", 50.0), "nh3n", START_S + h * HOUR_S, 3.0 if h == 8 else 0.5, 0.5, 0.03)
            for h in range(0, 12, 2)]  # fmt: skip
    trace = rank(where, KinematicEngine(where), seen, at(12))
    assert [c.code for c in trace.candidates] == ["none"]
    assert trace.candidates[0].probability == pytest.approx(1)


@pytest.mark.parametrize(
    ("change", "error", "sentence"),
    [
        ({"property": "ph"}, InputError, "ph in 1 cannot be traced"),
        ({"baseline_sd": -1.0}, InputError, r"background of nh3n at up is 0.5 ± -1.0 mg/L; give a finite mean"),
        ({"baseline": float("nan")}, InputError, r"background of nh3n at up is nan"),
        ({"place": Place("a", 99_000.0)}, PlaceError, "a at 99,000 m is off the reach"),
    ],
)
def test_what_cannot_be_used_is_said(change, error, sentence):
    where = river(outfall("near", "a", 13_000.0))
    one = Observation("up", Place("a", 15_000.0), "nh3n", START_S, 9.0, 0.5, 0.03)
    with pytest.raises(error, match=sentence):
        rank(where, KinematicEngine(where), [replace(one, **change)], at(1))
    with pytest.raises(InputError, match="has no time zone"):
        rank(where, KinematicEngine(where), [one], at(1).replace(tzinfo=None))


# ---------------------------------------------------------------------- honesty


def test_stated_probabilities_are_honest_in_a_world_of_another_kind():
    """Particles in unsteady water, 24 spills, velocities off by up to 20 %, own dispersion and decay (`worlds.py`)."""
    valley = worlds.valley()
    engine = KinematicEngine(valley)
    stated, place = [], []
    for seed in range(100, 124):
        spill = worlds.spill_of(valley, seed)
        trace = rank(valley, engine, worlds.observations(valley, spill, seed), at(60))
        if trace.state != "ranked":
            continue  # the wave slipped through between two analyses everywhere
        codes = [c.code for c in trace.candidates]
        place.append(codes.index(spill.code) + 1 if spill.code in codes else 99)
        stated += [(c.probability, c.code == spill.code) for c in trace.candidates]
    rows = np.array(stated)
    assert len(place) >= 20
    assert np.mean(np.array(place) <= 3) >= 0.85
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        inside = rows[(rows[:, 0] >= low) & (rows[:, 0] < (low + 0.2 if low < 0.8 else 1.01))]
        if len(inside):
            fewest, most = binom.ppf([0.005, 0.995], len(inside), inside[:, 0].mean())
            assert fewest <= inside[:, 1].sum() <= most, f"bin from {low}: {inside.mean(axis=0)} of {len(inside)}"
