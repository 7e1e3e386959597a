"""Releases are found where they were made; what the readings cannot tell apart is said; bad readings are refused."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import t as student

from govern.rivers import basin, reach
from riverchief.base.errors import InputError
from riverchief.base.places import Place
from riverchief.govern.twin.tracing import (
    Reading,
    Releases,
    Source,
    Tracer,
    TracerSettings,
    branches,
    mix_log_factor,
    next_sample,
    posterior,
    series,
    steady_flows,
)

HOUR_S = 3_600.0
SPAN_S = 48 * HOUR_S
SD = 0.02
KNOWN = TracerSettings(timing_sd=0.03, correlation_s=HOUR_S)  # the water is that of the truth


def fork(twin_arms=False):
    """a and b meet; c goes on. Twin arms are of one length and one water, so nothing below tells them apart."""
    b = reach("b", "hb", "j", 12_000.0, 6.0, 0.5) if twin_arms else reach("b", "hb", "j", 20_000.0, 3.0, 0.4)
    return basin(
        [reach("a", "ha", "j", 12_000.0, 6.0, 0.5), b, reach("c", "j", "o", 24_000.0, 12.0 if twin_arms else 9.0, 0.55)]
    )


def world(river, dx_m=600.0):
    return steady_flows(river, dx_m, SPAN_S)


def seen(flows, cells, spills, spots, times, rng=None, noise=0.03):
    """Readings at places, of spills (place, start, duration, mass)."""
    place, start, duration, mass = (list(v) for v in zip(*spills, strict=True))
    start, duration = np.array(start), np.array(duration)
    load = Releases(np.array([cells.cell(p)[0] for p in place]), start, start + duration, np.array(mass))
    at = [cells.cell(s) for s in spots]
    field = series(flows, load, at).sum(axis=2)
    rng = rng or np.random.default_rng(0)
    return [
        Reading(f"s{STATIONS.index(spots[j]) if spots[j] in STATIONS else j}", *spot, float(t), float(np.interp(t, flows.time_s, field[:, j]) * (1 + rng.normal(0, noise))
                                               + rng.normal(0, SD / 2)), SD)
        for j, spot in enumerate(at) for t in times
    ]  # fmt: skip


TIMES = np.arange(1.0, 48.0, 1.5) * HOUR_S
STATIONS = [Place("a", 11_000.0), Place("c", 6_000.0), Place("c", 20_000.0)]


def test_a_release_is_found_with_its_place_start_and_mass():
    flows, cells = world(fork())
    readings = seen(flows, cells, [(Place("a", 3_300.0), 5 * HOUR_S, 2 * HOUR_S, 120.0)], STATIONS, TIMES)
    tracer = Tracer([(flows, 1.0)], settings=KNOWN)
    tracer.add(readings)
    found = posterior(tracer)
    assert abs(cells.place(found.best).chainage_m - 3_300) < 1_200
    assert cells.cell(Place("a", 3_300.0))[0] in found.region
    assert found.start_s.low <= 5 * HOUR_S <= found.start_s.high
    assert found.mass_kg.low <= 120.0 <= found.mass_kg.high
    assert found.none < 1e-6


def test_probabilities_sum_to_one_and_the_listed_share_their_cell_by_their_weights():
    flows, cells = world(fork())
    readings = seen(flows, cells, [(Place("a", 3_300.0), 5 * HOUR_S, 2 * HOUR_S, 120.0)], STATIONS[:2], TIMES)
    spot = cells.cell(Place("a", 3_300.0))[0]
    sources = [Source("big", "outfall", spot, record=3.0), Source("small", "outfall", spot),
               Source("else", "works", cells.cell(Place("b", 5_000.0))[0])]  # fmt: skip
    tracer = Tracer([(flows, 1.0)])
    tracer.add(readings)
    found = posterior(tracer, sources, 600.0)
    chance = {s.code: s.probability for s in found.suspicions}
    assert sum(chance.values()) + found.none == pytest.approx(1.0)
    assert found.cell_probability.sum() + found.none == pytest.approx(1.0)
    assert chance["big"] == pytest.approx(3 * chance["small"])
    assert chance["else"] < 1e-3
    json.dumps(found.as_dict(), allow_nan=False)


def test_the_evidence_is_the_integral_of_the_likelihood_over_the_mass():
    # one place, one start, one duration: the Laplace integral against a fine quadrature over ln M
    flows, cells = world(fork())
    readings = seen(flows, cells, [(Place("a", 3_300.0), 5 * HOUR_S, 2 * HOUR_S, 120.0)], STATIONS, TIMES[::2])
    s = TracerSettings(gain_sd=0.0, timing_sd=0.0, timing_floor_s=0.0, correlation_s=0.0, durations_s=(2 * HOUR_S,))
    place = cells.cell(Place("a", 3_300.0))[0]
    tracer = Tracer([(flows, 1.0)], np.array([place]), settings=s)
    tracer.add(readings)
    atoms = tracer.atoms(tracer.batch())
    best = int(np.argmax(atoms.log_like))
    first, step, n_edge = tracer.grid
    begin = first + step * atoms.edge[best]
    width = atoms.width[best] * step
    per_kg = series(flows, Releases(np.array([place]), np.array([begin]), np.array([begin + width]), np.array([1.0])),
                    [(r.cell, r.share) for r in readings[:: len(readings) // 3]])[:, :, 0]  # fmt: skip
    n = len(readings) // 3
    phi = np.array([np.interp(r.time_s, flows.time_s, per_kg[:, i // n]) for i, r in enumerate(readings)])
    value = np.array([r.value_mgl for r in readings])
    log_m = np.linspace(np.log(40), np.log(400), 4_001)
    spread = np.sqrt(SD**2 + (s.shape_sd * np.exp(log_m)[:, None] * phi) ** 2)
    like = (student.logpdf((value - np.exp(log_m)[:, None] * phi) / spread, 4) - np.log(spread)).sum(axis=1)
    like -= (student.logpdf(value / SD, 4) - np.log(SD)).sum()
    exact = logsumexp(like) + np.log(log_m[1] - log_m[0]) - np.log(n_edge - 1) - np.log(6 * np.log(10))
    assert atoms.log_like[best] == pytest.approx(exact, abs=0.3)
    assert atoms.log_mass[best] == pytest.approx(log_m[np.argmax(like)], abs=0.03)


def test_the_first_look_misses_nothing_that_matters():
    flows, cells = world(fork(), 1_200.0)
    readings = seen(flows, cells, [(Place("b", 9_000.0), 8 * HOUR_S, 4 * HOUR_S, 300.0)], STATIONS, TIMES)
    quick, all_ = (Tracer([(flows, 1.0)], settings=TracerSettings(keep=k)) for k in (14.0, 1_000.0))
    chance = []
    for tracer in (quick, all_):
        tracer.add(readings)
        chance.append(posterior(tracer).cell_probability)
    assert chance[0] == pytest.approx(chance[1], abs=1e-4)


def test_readings_that_come_later_change_nothing_but_what_they_say():
    flows, cells = world(fork())
    readings = seen(flows, cells, [(Place("a", 3_300.0), 5 * HOUR_S, 2 * HOUR_S, 120.0)], STATIONS, TIMES)
    at_once, bit_by_bit = Tracer([(flows, 1.0)]), Tracer([(flows, 1.0)])
    at_once.add(readings)
    rng = np.random.default_rng(3)
    order = rng.permutation(len(readings))
    for some in np.array_split(order, 4):
        bit_by_bit.add([readings[i] for i in some])
    assert posterior(bit_by_bit).cell_probability == pytest.approx(posterior(at_once).cell_probability, abs=1e-9)


def test_a_clean_reading_of_a_station_above_clears_what_lies_above_it():
    flows, cells = world(fork())
    readings = seen(flows, cells, [(Place("a", 9_000.0), 5 * HOUR_S, 2 * HOUR_S, 120.0)],
                    [Place("a", 6_000.0), Place("c", 6_000.0)], TIMES)  # fmt: skip
    clean = [replace(r, value_mgl=0.05, below=True) if r.station == "s0" else r for r in readings]
    above = np.arange(cells.cell(Place("a", 5_900.0))[0])
    chance = []
    for some in (clean, [r for r in readings if r.station != "s0"]):
        tracer = Tracer([(flows, 1.0)], settings=KNOWN)
        tracer.add(some)
        chance.append(posterior(tracer).cell_probability[above].sum())
    assert chance[0] < 0.01
    assert chance[1] > 0.05


def test_a_biased_station_and_a_wild_sample_do_not_move_the_place():
    flows, cells = world(fork())
    spill = [(Place("a", 3_300.0), 5 * HOUR_S, 2 * HOUR_S, 120.0)]
    readings = seen(flows, cells, spill, STATIONS, TIMES)
    bent = [replace(r, value_mgl=1.3 * r.value_mgl) if r.station == "s1" else r for r in readings]
    wild = max(range(len(bent)), key=lambda i: (bent[i].station == "s2") * bent[i].value_mgl) - 6
    bent[wild] = replace(bent[wild], value_mgl=5 * max(r.value_mgl for r in readings))
    tracer = Tracer([(flows, 1.0)], settings=replace(KNOWN, gain_sd=0.2))
    tracer.add(bent)
    found = posterior(tracer)
    assert cells.cell(Place("a", 3_300.0))[0] in found.region
    offset = (found.weight[:, None] * found.atoms.offset).sum(axis=0) / found.weight.sum()
    assert offset[1] - offset[0] == pytest.approx(0.3, abs=0.15)


def test_members_carry_what_is_not_known_of_the_water_and_the_readings_choose_among_them():
    flows, cells = world(fork())
    slow = replace(flows, volume_m3=1.3 * flows.volume_m3)
    readings = seen(slow, cells, [(Place("a", 3_300.0), 5 * HOUR_S, 2 * HOUR_S, 120.0)], STATIONS, TIMES)
    tracer = Tracer([(flows, 0.8), (slow, 0.2)])
    tracer.add(readings)
    found = posterior(tracer)
    assert found.member_probability[1] > 0.9
    assert cells.cell(Place("a", 3_300.0))[0] in found.region


def test_arms_of_one_travel_time_are_named_as_alike():
    flows, cells = world(fork(twin_arms=True))
    readings = seen(flows, cells, [(Place("a", 3_300.0), 5 * HOUR_S, 2 * HOUR_S, 120.0)], STATIONS[1:], TIMES)
    tracer = Tracer([(flows, 1.0)])
    tracer.add(readings)
    found = posterior(tracer)
    branch = branches(flows)
    arms = {int(branch[cells.cell(Place(r, 3_300.0))[0]]) for r in "ab"}
    assert any(set(group.branches) >= arms for group in found.ambiguous)
    chance = np.bincount(branch, found.cell_probability)
    assert chance[min(arms)] == pytest.approx(chance[max(arms)], rel=1e-3)  # they are mirror images
    # and a station on one arm settles it
    tracer.add(seen(flows, cells, [(Place("a", 3_300.0), 5 * HOUR_S, 2 * HOUR_S, 120.0)], STATIONS[:1], TIMES))
    settled = posterior(tracer)
    assert not settled.ambiguous
    assert np.bincount(branch, settled.cell_probability)[branch[cells.cell(Place("a", 3_300.0))[0]]] > 0.95


def test_the_next_sample_is_where_the_arms_differ_and_not_where_they_are_one():
    flows, cells = world(fork(twin_arms=True))
    early = [t for t in TIMES if t < 16 * HOUR_S]
    readings = seen(flows, cells, [(Place("a", 3_300.0), 5 * HOUR_S, 2 * HOUR_S, 120.0)], [Place("c", 3_000.0)], early)
    tracer = Tracer([(flows, 1.0)])
    tracer.add(readings)
    found = posterior(tracer)
    spots = [cells.cell(Place(r, 11_500.0))[0] for r in "ab"] + [cells.cell(Place("c", 9_000.0))[0]]
    ranked = next_sample(tracer, found, spots, np.arange(8, 20.0) * HOUR_S, SD, branches(flows))
    best = {cell: max(p.gain for p in ranked if p.cell == cell) for cell in spots}
    assert best[spots[0]] == pytest.approx(np.log(2), abs=0.1)  # one bit: it tells the two arms apart
    assert best[spots[2]] < 0.1
    assert ranked[0].cell in spots[:2]
    assert set(ranked[0].as_dict()) == {"cell", "time_s", "gain", "expected_mgl"}


def test_a_second_source_is_seen_where_there_is_one_and_not_where_there_is_none():
    flows, cells = world(fork())
    one = (Place("a", 3_300.0), 5 * HOUR_S, 2 * HOUR_S, 120.0)
    other = (Place("b", 15_000.0), 22 * HOUR_S, 2 * HOUR_S, 90.0)
    for spills in ([one], [one, other]):
        tracer = Tracer([(flows, 1.0)])
        tracer.add(seen(flows, cells, spills, STATIONS, TIMES))
        found = posterior(tracer, second=True)
        if len(spills) == 1:
            assert found.second < 0.05
        else:
            assert found.second > 0.95
            assert found.none < 1e-6
            both = np.concatenate([found.region, found.second_region])
            assert np.isin([cells.cell(p)[0] for p, *_ in spills], both).all()


def test_clean_water_points_at_nobody():
    flows, cells = world(fork())
    readings = [
        Reading(f"s{j}", *cells.cell(p), float(t), 0.05, SD, below=True) for j, p in enumerate(STATIONS) for t in TIMES
    ]
    tracer = Tracer([(flows, 1.0)])
    tracer.add(readings)
    found = posterior(tracer, [Source("o", "outfall", 3)])
    assert found.none == pytest.approx(1.0)
    assert found.best == -1
    assert found.region.size == 0
    with pytest.raises(InputError, match="no release explains the readings so far"):
        next_sample(tracer, found, [3], [0.0], SD)
    json.dumps(found.as_dict(), allow_nan=False)


def test_the_ratio_of_constituents_speaks_for_the_permit_that_has_it():
    sources = [Source("dye", "works", 3, mix={"cod": 100.0, "nh3n": 5.0}), Source("farm", "outfall", 9, mix={"cod": 100.0, "nh3n": 60.0}),
               Source("dark", "outfall", 5)]  # fmt: skip
    seen_ratio = {"nh3n": (float(np.log(0.6)), 0.1)}
    factor = mix_log_factor(sources, "cod", seen_ratio)
    assert factor[1] > factor[2] > factor[0]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"value_mgl": np.nan}, r"reading of s at 10.0 s is nan ± 0.1 mg/L; give finite numbers"),
        ({"sd_mgl": 0.0}, "an error above 0 mg/L"),
        ({"cell": 10_000}, r"reading of s lies in cell 10000 at 0.5 of it; the river has cells 0 to"),
        ({"share": 1.5}, "each from 0 to 1"),
    ],
)
def test_a_bad_reading_is_refused_and_nothing_is_taken_in(change, sentence):
    flows, _ = world(fork(), 2_000.0)
    tracer = Tracer([(flows, 1.0)])
    good = Reading("s", 3, 0.5, 10.0, 1.0, 0.1)
    with pytest.raises(InputError, match=sentence):
        tracer.add([good, replace(good, **change)])
    with pytest.raises(InputError, match="was given no reading"):
        posterior(tracer)


def test_no_members_and_bad_sources_are_named():
    with pytest.raises(InputError, match="0 members"):
        Tracer([])
    flows, cells = world(fork(), 2_000.0)
    tracer = Tracer([(flows, 1.0)])
    tracer.add(seen(flows, cells, [(Place("a", 3_300.0), 5 * HOUR_S, 2 * HOUR_S, 120.0)], STATIONS, TIMES))
    with pytest.raises(InputError, match=r"source o has a load of -1.0 kg/d"):
        posterior(tracer, [Source("o", "outfall", 3, load_kg_d=-1.0)])
