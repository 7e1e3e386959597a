import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.cloud.standards.water.trophic import item_index, items, state_of, states, trophic_state, weighted
from vectors import water as vectors

NAMES = {k: state.name_zh for k, state in enumerate(states(), start=1)}
FOUR = ("chla", "tp", "tn", "transparency")


def kept(values):
    """Chlorophyll a is kept in mg/L and printed in mg/m³."""
    return {code: v / 1000 if code == "chla" else v for code, v in values.items()}


def test_coefficients_are_those_of_the_document():
    assert {code: (i.a, i.b, i.r, i.unit) for code, i in items().items()} == {
        "chla": (2.5, 1.086, 1, "mg/m³"),
        "tp": (9.436, 1.624, 0.84, "mg/L"),
        "tn": (5.453, 1.694, 0.82, "mg/L"),
        "transparency": (5.118, -1.94, -0.83, "m"),
        "codmn": (0.109, 2.661, 0.83, "mg/L"),
    }


@pytest.mark.parametrize("row", vectors.HULUN, ids=lambda row: str(row[0]))
def test_hulun_lake_every_year(row):
    _, *indices, total, name = row
    found = weighted(dict(zip(FOUR, indices, strict=True)))
    assert float(found.index) == pytest.approx(total, abs=0.001)
    assert NAMES[int(found.state)] == name
    assert found.missing() == ("codmn",)
    assert sum(float(w) for w in found.weights.values()) == pytest.approx(1)


def test_hulun_2020_from_its_rounded_concentrations():
    found = trophic_state(kept(vectors.HULUN_2020))
    printed = vectors.HULUN[-1][1:5]
    assert [float(found.items[code]) for code in FOUR] == pytest.approx(printed, abs=0.15)


def test_five_parameters():
    values, indices, total, name = vectors.FIVE
    found = trophic_state(kept(values))
    assert {code: float(i) for code, i in found.items.items()} == pytest.approx(indices, abs=0.001)
    assert float(found.index) == pytest.approx(total, abs=0.001)
    assert NAMES[int(found.state)] == name
    assert {code: float(w) for code, w in found.weights.items()} == pytest.approx(vectors.WEIGHTS, abs=5e-5)
    # public code prints 0.2662 and 0.1878, cut instead of rounded, and takes 2.66 for 2.661
    assert float(found.weights["chla"]) != pytest.approx(0.2662, abs=5e-6)


@pytest.mark.parametrize(("index", "name"), vectors.STATES)
def test_edges_of_the_states(index, name):
    assert NAMES[int(state_of(index))] == name


def test_a_missing_parameter_is_named_and_does_not_count_as_zero():
    full = trophic_state({"chla": 0.026, "tp": 0.11, "tn": 1.4, "transparency": 0.6, "codmn": 5.0})
    without = trophic_state({"chla": 0.026, "tp": 0.11, "tn": 1.4, "transparency": 0.6, "codmn": np.nan})
    assert without.missing() == ("codmn",)
    assert float(without.index) > float(full.index)  # CODMn was the lowest index of the five
    nothing = trophic_state({"tp": 0.11})
    assert (np.isnan(nothing.index), int(nothing.state)) == (True, 0)


def test_what_cannot_be_has_no_index():
    assert np.isnan(item_index("tp", [0.0, -1.0])).all()
    with pytest.raises(InputError, match="do is no parameter of the trophic state"):
        item_index("do", 1.0)


CONCENTRATIONS = st.fixed_dictionaries(
    {
        "chla": st.floats(1e-4, 1),
        "tp": st.floats(1e-3, 2),
        "tn": st.floats(0.01, 20),
        "transparency": st.floats(0.05, 10),
        "codmn": st.floats(0.5, 30),
    }
)


@given(CONCENTRATIONS, st.sampled_from(["chla", "tp", "tn", "codmn"]), st.floats(1, 10))
def test_more_never_makes_it_less_eutrophic(values, code, factor):
    worse = trophic_state({**values, code: values[code] * factor})
    assert float(worse.index) >= float(trophic_state(values).index) - 1e-9
    clearer = trophic_state({**values, "transparency": values["transparency"] * factor})
    assert float(clearer.index) <= float(trophic_state(values).index) + 1e-9


@given(st.lists(CONCENTRATIONS, min_size=1, max_size=6))
def test_arrays_give_what_single_samples_give(rows):
    table = {code: np.array([row[code] for row in rows]) for code in rows[0]}
    assert trophic_state(table).index.tolist() == pytest.approx([float(trophic_state(row).index) for row in rows])
