"""The reactor against closed solutions and an independent solver; what it keeps, and how it stops."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.linalg import null_space

from govern.twin.quality.closed import DAY_S, OXYGEN_START, bateman, by_solver, made, run, sag, streeter_phelps
from riverchief.base.errors import InputError
from riverchief.govern.twin.quality import KineticsFault, read_kinetics

# ---------------------------------------------------------------------- closed solutions


def test_the_oxygen_sag_is_streeter_and_phelps_and_of_second_order():
    assert sag(1.0) == pytest.approx(4.658641, abs=5e-7)  # the closed form is what the literature's figures say
    coarse, fine = (abs(streeter_phelps(dt) - sag(1.0)) for dt in (0.1, 0.05))
    assert coarse < 0.02  # mg/L, with steps of 2.4 hours
    assert 3.5 < coarse / fine < 4.5


def test_the_sag_is_deepest_where_and_as_deep_as_the_closed_form_says():
    days = np.arange(1, 40) * 0.1
    found = np.array([streeter_phelps(0.05, day) for day in days])
    lowest = np.argmax(found)
    assert days[lowest] == pytest.approx(1.83387, abs=0.051)
    assert found[lowest] == pytest.approx(5.26316, abs=4e-3)  # with steps of 1.2 hours


def test_the_nitrification_chain_is_batemans_and_uses_its_oxygen_to_the_last_digit():
    conc = bateman(600.0)
    assert conc[:3] == pytest.approx([2.744058, 0.763489, 1.492452], abs=2e-5)
    assert conc[:3].sum() == pytest.approx(5.0, rel=1e-13)
    assert 9.0 - conc[3] == pytest.approx(6.820507, abs=1e-4)
    assert 9.0 - conc[3] == pytest.approx(4.57 * conc[2], rel=1e-12)


@given(st.floats(0, 5), st.floats(1, 1e6))
def test_what_only_decays_decays_exactly_at_any_step(rate, dt_s):
    kinetics = read_kinetics("tracer").with_rates({"k_tracer": rate})
    conc = run(kinetics, [3.0], {}, dt_s, 1)
    assert conc[0, 0] == pytest.approx(3.0 * np.exp(-rate * dt_s / DAY_S), rel=1e-13)


def test_decay_follows_the_temperature_of_every_cell_and_rates_of_every_member():
    temperature = np.linspace(2, 28, 300)
    member = np.linspace(0.05, 0.3, 300)
    kinetics = read_kinetics("decay").with_rates({"k_nh3n": member})
    conc = np.ones((len(kinetics.names), 300))
    kinetics.compile().step(conc, {"temperature_c": temperature}, DAY_S, 0.0)
    assert conc[kinetics.names.index("nh3n")] == pytest.approx(np.exp(-member * 1.08 ** (temperature - 20)), rel=1e-13)
    assert conc[kinetics.names.index("tp")] == pytest.approx(np.exp(-0.06), rel=1e-13)


# ---------------------------------------------------------------------- an independent solver


def test_the_oxygen_file_agrees_with_an_independent_solver():
    places = [(8.0, 0.2, 0.4), (24.0, 0.1, 2.5), (28.0, 0.9, 1.1), (15.0, 1.4, 1.2)]
    temperature, velocity, depth = np.array(places).T
    conc = run(
        read_kinetics("oxygen"), np.tile(np.array(OXYGEN_START)[:, None], 4),
        {"temperature_c": temperature, "velocity_ms": velocity, "depth_m": depth}, 600.0, 432,
    )  # fmt: skip
    for i, place in enumerate(places):
        assert conc[:, i] == pytest.approx(by_solver(place, 3), rel=2e-4, abs=2e-4)


def test_a_coarse_step_in_fast_water_is_parted_until_it_is_right():
    start = [40.0, 5.0, 1.0, 2.0, 0.3, 60.0, 15.0]
    place = (25.0, 0.4, 0.3)  # reaeration of some 27 a day: the step is 14 of its times
    env = dict(zip(("temperature_c", "velocity_ms", "depth_m"), place, strict=True))
    conc = run(read_kinetics("oxygen"), start, env, DAY_S / 2, 2)
    assert conc[:, 0] == pytest.approx(by_solver(place, 1, start), rel=2e-3)


# ---------------------------------------------------------------------- what is kept

LAWS = [
    "k * {0}",
    "k * {0} * 1[mg/L] / ({0} + 1[mg/L])",
    "k * {0} * {1} / ({0} + {1} + 1[mg/L])",
    "k * 3[mg/L]",
    "k * ({0} - {1})",
]


@st.composite
def systems(draw):
    """Kinetics with random stoichiometry; nothing feeds itself, so nothing can run away."""
    names = ["a", "b", "c", "d"][: draw(st.integers(2, 4))]
    rates, processes = {}, []
    for i in range(draw(st.integers(1, 5))):
        one, two = draw(st.permutations(names))[:2]
        coefficients = draw(
            st.lists(st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.25, 1.0]), min_size=len(names), max_size=len(names))
        )
        change = {n: x for n, x in zip(names, coefficients, strict=True) if x} | {one: -1.0}
        rates[f"k{i}"] = (draw(st.sampled_from([0.0, 0.01, 1.0, 50.0, 1e4])), "1/d")
        processes.append((draw(st.sampled_from(LAWS)).format(one, two).replace("k", f"k{i}", 1), change))
    return names, rates, processes


@settings(max_examples=80)
@given(systems(), st.floats(1, 3e5), st.integers(0, 2**32 - 1))
def test_nothing_goes_below_zero_and_what_the_stoichiometry_keeps_is_kept(system, dt_s, seed):
    names, _, processes = system
    rng = np.random.default_rng(seed)
    conc = rng.choice([0.0, 1e-20, 1e-3, 1.0, 20.0], (len(names), 40)) * rng.uniform(0.5, 1, (len(names), 40))
    start = conc.copy()
    try:
        made(*system).compile().step(conc, {}, dt_s, 0.0)
    except (
        KineticsFault
    ):  # random coefficients make more than they take: that may run away, and then nothing is written
        assert (conc == start).all()
        return
    assert (conc >= 0).all()
    assert np.isfinite(conc).all()
    matrix = np.array([[change.get(name, 0.0) for name in names] for _, change in processes])
    kept = null_space(matrix).T
    scale = np.abs(kept) @ (start + conc)
    assert (np.abs(kept @ (conc - start)) <= 1e-9 * scale + 1e-12).all()


@st.composite
def limited(draw):
    """Random stoichiometry whose processes fade as what they use runs out, with the same equations for a solver."""
    names = ["a", "b", "c", "d"][: draw(st.integers(2, 4))]
    made_of = st.lists(st.sampled_from([-2.0, -1.0, 0.0, 0.25, 1.0]), min_size=len(names), max_size=len(names))
    matrix = np.array([draw(made_of) for _ in range(draw(st.integers(1, 4)))])
    pace = np.array([draw(st.sampled_from([0.05, 1.0, 20.0])) for _ in matrix])
    start = np.array(draw(st.lists(st.floats(0, 10), min_size=len(names), max_size=len(names))))
    return names, matrix, pace, start


@settings(max_examples=25)
@given(limited(), st.floats(1e3, 1e5))
def test_random_systems_agree_with_an_independent_solver(system, dt_s):
    names, matrix, pace, start = system

    def slope(_t, c):
        held = np.maximum(c, 0)
        return matrix.T @ (pace * np.where(matrix < 0, held / (held + 0.3), 1).prod(axis=1))

    rates = {f"k{i}": (float(k), "mg/L/d") for i, k in enumerate(pace)}
    processes = []
    for i, row in enumerate(matrix):
        used = [name for name, x in zip(names, row, strict=True) if x < 0]
        law = f"k{i}" + "".join(f" * {name} / ({name} + 0.3[mg/L])" for name in used)
        if row.any():
            processes.append((law, {name: float(x) for name, x in zip(names, row, strict=True) if x}))
    peer = solve_ivp(slope, (0, dt_s / DAY_S), start, "LSODA", rtol=1e-9, atol=1e-11)
    found = run(made(names, rates, processes), start, {}, dt_s, 1)[:, 0]
    assert found == pytest.approx(peer.y[:, -1], abs=2e-2 * max(1, start.max()))


def test_oxygen_that_runs_out_stays_at_zero_and_comes_back():
    kinetics = read_kinetics("oxygen")
    env = {"temperature_c": 26.0, "velocity_ms": 0.15, "depth_m": 2.0}
    conc = np.array([[400.0], [30.0], [0.0], [0.0], [1.0], [800.0], [200.0]])
    lowest = np.inf
    reactor = kinetics.compile()
    for step in range(3_000):
        reactor.step(conc, env, 3_600.0, step * 3_600.0)
        lowest = min(lowest, conc.min())
        assert conc[1, 0] + conc[2, 0] == pytest.approx(30.0, rel=1e-12)
    assert lowest >= 0
    assert conc[kinetics.names.index("do"), 0] > 6.0


def test_a_zero_order_sink_takes_no_more_than_there_is():
    kinetics = made(["do", "taken"], {"k": (5.0, "mg/L/d")}, [("k", {"do": -1, "taken": 1})])
    conc = run(kinetics, [[0.0, 1.0, 9.0], [0.0, 0.0, 0.0]], {}, DAY_S, 1)
    assert conc[0, :2] == pytest.approx([0.0, 0.0], abs=0.05)
    assert conc[0, 2] == pytest.approx(4.0, rel=1e-2)
    assert conc.sum(axis=0) == pytest.approx([0.0, 1.0, 9.0], rel=1e-12)


def test_a_cell_does_not_depend_on_its_neighbours():
    rng = np.random.default_rng(5)
    n = 150
    conc = rng.uniform(0, 20, (7, n))
    env = {
        "temperature_c": rng.uniform(2, 28, n),
        "velocity_ms": rng.uniform(0, 2, n),
        "depth_m": rng.uniform(0.1, 4, n),
    }
    reactor = read_kinetics("oxygen").compile()
    whole = conc.copy()
    reactor.step(whole, env, 7_200.0, 0.0)
    for cells in (slice(0, 1), slice(70, 90), slice(100, 150)):
        part = conc[:, cells].copy()
        reactor.step(part, {name: value[cells] for name, value in env.items()}, 7_200.0, 0.0)
        assert part == pytest.approx(whole[:, cells], rel=1e-14)


def test_what_came_in_a_little_below_zero_is_neither_lost_nor_made_more():
    kinetics = made(["a", "b"], {"k": (1.0, "1/d")}, [("k * a", {"a": -1, "b": 1})])
    conc = run(kinetics, [[-1e-15, 1.0], [2.0, 0.0]], {}, DAY_S, 1)
    assert conc[:, 0].tolist() == [-1e-15, 2.0]
    assert conc[:, 1].sum() == pytest.approx(1.0, rel=1e-14)


# ---------------------------------------------------------------------- how it stops


@pytest.mark.parametrize(
    ("rate", "sentence"),
    [
        ("k * a * a / 1[mg/L]", r"process p0: .*\* at column \d+ of \S+e\+"),
        ("k * exp(a / 1[mg/L]) * 1[mg/L]", r"process p0: .*exp at column 5 of \d"),
        ("k * ln(a / 1[mg/L] - 1) * 1[mg/L]", r"process p0: .*ln at column 5 of -0\.5"),
        ("k * a / (a / 1[mg/L] - 0.5)", r"process p0: .*/ at column 7 of 0\.5, 0 "),
        ("k * sqrt(a / 1[mg/L] - 0.75) * 1[mg/L]", r"process p0: .*sqrt at column 5 of -0\.25"),
        ("k * min(1 / (a / 1[mg/L] - 0.5), 3) * 1[mg/L]", r"process p0: .*/ at column 11 of 1, 0 "),
    ],
)
def test_an_expression_that_diverges_stops_with_process_cell_and_time_and_nothing_written(rate, sentence):
    kinetics = made(["a", "b"], {"k": (1.0, "1/d"), "kb": (1.0, "1/d")}, [(rate, {"a": 1}), ("kb * b", {"b": -1})])
    conc = np.zeros((2, 200))
    conc[0] = 30.0 if "exp" in rate else 0.5 if "* a * a" not in rate else 1e-9
    if "exp" not in rate:
        conc[0, :137] = conc[0, 138:] = 4.0 if "* a * a" not in rate else 1e-9
        conc[0, 137] = 0.5 if "* a * a" not in rate else 5.0
    start = conc.copy()
    with pytest.raises(KineticsFault, match=sentence) as caught:
        kinetics.compile().step(conc, {}, DAY_S, 7_200.0)
    assert (conc == start).all()
    data = caught.value.data
    assert (data["process"], data["cell"], data["time_s"]) == ("process p0", 0 if "exp" in rate else 137, 7_200.0)
    assert f"cell {data['cell']}, 7200 s" in caught.value.sentence


def test_growth_beyond_the_numbers_of_what_is_alone_stops_too():
    kinetics = made(["a"], {"k": (1.0, "1/s")}, [("k * a", {"a": 1})])
    conc = np.array([[0.0, 2.0]])
    with pytest.raises(KineticsFault, match="cell 1, 5 s"):
        kinetics.compile().step(conc, {}, 1e4, 5.0)
    assert conc.tolist() == [[0.0, 2.0]]


@pytest.mark.parametrize("where", ["conc", "env"])
@pytest.mark.parametrize("name", ["oxygen", "decay"])
def test_what_is_no_number_is_refused_by_its_name_and_cell(name, where):
    kinetics = read_kinetics(name)
    conc = np.ones((len(kinetics.names), 90))
    env = {key: np.ones(90) for key in ("temperature_c", "depth_m", "velocity_ms")}
    if where == "conc":
        conc[kinetics.names.index("nh3n"), 77] = np.nan
    else:
        env["temperature_c"][77] = np.inf
    start = conc.copy()
    with pytest.raises(InputError, match=rf"cell 77, 0 s: {'nh3n' if where == 'conc' else 'temperature_c'} came in as"):
        kinetics.compile().step(conc, env, 60.0, 0.0)
    assert np.array_equal(conc, start, equal_nan=True)


def test_a_wrong_shape_a_missing_name_and_a_negative_step_are_refused():
    reactor = read_kinetics("decay").compile()
    conc = np.ones((6, 3))
    with pytest.raises(InputError, match=r"need temperature_c \[°C\] of every cell; the environment has depth_m"):
        reactor.step(conc, {"depth_m": np.ones(3)}, 60.0, 0.0)
    with pytest.raises(InputError, match=r"temperature_c has the shape \(4,\); 3 cells need one value each"):
        reactor.step(conc, {"temperature_c": np.ones(4)}, 60.0, 0.0)
    with pytest.raises(InputError, match=r"shape \(5, 3\).*give float64 of shape \(6, 3\)"):
        reactor.step(np.ones((5, 3)), {"temperature_c": 20.0}, 60.0, 0.0)
    with pytest.raises(InputError, match="step of -1"):
        reactor.step(conc, {"temperature_c": 20.0}, -1.0, 0.0)


def test_a_rate_that_makes_no_number_whatever_the_water_is_refused_before_anything_runs():
    kinetics = made(["a"], {"k": (1.0, "1/d"), "z": (0.0, "1")}, [("k / z * a", {"a": -1})])
    with pytest.raises(InputError, match=r"process p0: 'k / z \* a': / at column 3 of 1, 0 .* whatever the water"):
        kinetics.compile()
