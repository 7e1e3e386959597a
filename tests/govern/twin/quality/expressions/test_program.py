"""Programs over many cells come to what the plain evaluation comes to in each."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from riverchief.govern.sheets.tree import UndefinedResult
from riverchief.govern.twin.quality import parse_kinetics
from riverchief.govern.twin.quality.expressions import _kernels as kernels
from riverchief.govern.twin.quality.expressions.evaluate import value_of
from riverchief.govern.twin.quality.expressions.grammar import parse
from riverchief.govern.twin.quality.expressions.program import Builder

# bounded, so that nothing leaves the numbers: what does is tested in the reactor
ROUND = ["a", "b", "temperature", "2.5", "0.1"]
PARTS = st.recursive(
    st.sampled_from(ROUND),
    lambda x: st.one_of(
        st.tuples(x, st.sampled_from(["+", "-", "*"]), x).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(x, x).map(lambda t: f"({t[0]} / (1 + ({t[1]}) ^ 2))"),
        st.tuples(st.sampled_from(["min", "max"]), x, x, x).map(lambda t: f"{t[0]}({t[1]}, {t[2]}, -({t[3]}))"),
        x.map(lambda t: f"exp(-({t}) ^ 2)"), x.map(lambda t: f"sqrt(max({t}, 0))"), x.map(lambda t: f"ln(1 + max({t}, 0))"),
        x.map(lambda t: f"theta(1.03, max(min({t}, 40), 0))"), x.map(lambda t: f"do_saturation(max(min({t}, 40), 0))"),
        st.tuples(x, x).map(lambda t: f"reaeration(min({t[0]}, 3), min({t[1]}, 30))"), x.map(lambda t: f"(1 + max({t}, 0)) ^ 0.5"),
    ),
    max_leaves=10,
)  # fmt: skip


@settings(max_examples=60)
@given(PARTS, st.integers(1, 150), st.integers(0, 2**32 - 1))
def test_a_process_runs_at_the_rate_that_its_expression_says(text, n_cell, seed):
    rng = np.random.default_rng(seed)
    conc = rng.uniform(0, 3, (3, n_cell))
    env = {"temperature": rng.uniform(0, 40, n_cell)}
    kinetics = parse_kinetics(
        'format = 1\n[constituent.a]\nunit = "1"\n[constituent.b]\nunit = "1"\n[constituent.made]\nunit = "1"\n'
        '[environment.temperature]\nunit = "°C"\n[term.t]\nvalue = "temperature / 1[°C]"\n'
        f'[process.p]\nrate = "1[1/s] * ({_plain(text)})"\nchange = {{ made = 1 }}\n',
        "random",
    )
    started = conc.copy()
    names = [{"a": a, "b": b, "temperature": t} for a, b, t in zip(*conc[:2], env["temperature"], strict=True)]
    try:
        wanted = [max(value_of(parse(text), values), 0.0) for values in names]
    except UndefinedResult:
        return
    kinetics.compile().step(conc, env, 1e-3, 0.0)
    positive = np.array(wanted) > 0  # what would be taken from `made` is slowed, as it should be
    gained = (conc[2] - started[2]) / 1e-3
    assert np.allclose(gained[positive], np.array(wanted)[positive], rtol=1e-9, atol=1e-9 + 1e-12 * max(wanted))
    assert (conc[:2] == started[:2]).all()


def _plain(text):
    """The same expression with units that fit: the functions of temperature and water take theirs."""
    return (
        text.replace("temperature", "t")
        .replace("theta(1.03, max(", "theta(1.03, 1[°C] * max(")
        .replace("do_saturation(max(", "1[L/mg] * do_saturation(1[°C] * max(")
        .replace("reaeration(min(", "1[d] * reaeration(1[m/s] * min(")
        .replace(", 3), min(", ", 3), 1[m] * min(")
    )


@given(st.lists(st.floats(-690, 690), min_size=1, max_size=kernels.LANES))
def test_exponentials_of_many_lanes_are_those_of_the_library(values):
    regs, scratch = np.zeros((2, kernels.LANES)), np.empty(kernels.LANES)
    regs[0, : len(values)] = values
    kernels.exponentials(regs, 0, 1, len(values), scratch, scratch.view(np.int64))
    assert np.allclose(regs[1, : len(values)], np.exp(values), rtol=4e-16, atol=0)


def test_what_is_equal_is_worked_out_once_and_what_is_constant_beforehand():
    builder = Builder(["c"], {"k": 2.0, "theta_c": 1.05})
    shared = "k * theta(theta_c, temperature_c)"
    program = builder.finish([builder.add(parse(f"{shared} * c")), builder.add(parse(f"{shared} * c / (2 * k + c)"))])
    assert len(program.before) == 4  # T - 20, its product with ln θ, the exponential, k times it
    assert len(program.body) == 3  # … times c, 4 + c, the quotient
    assert program.inputs == ("temperature_c",)
    assert 4.0 in program.constants
