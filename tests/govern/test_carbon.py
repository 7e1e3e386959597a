"""Energy and carbon, against figures typed from the fact sheet (§8) and chemistry worked by hand."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError, UnknownName
from riverchief.govern.carbon import (
    Use,
    account,
    factor_on,
    factors_on,
    forest_co2_t,
    fuel_switch,
    growth_co2_t,
    mu_to_ha,
)

DAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("item", "co2_t", "by_hand"),
    [
        ("diesel", 3.186, 74_100e-3 * 43.0e-3),
        ("gasoline", 3.07, 69_300e-3 * 44.3e-3),
        ("methanol", 1.374, 44.01 / 32.04),
        ("gasoline_china", 2.925, 43.070 * 18.9e-3 * 0.98 * 44 / 12),
        ("diesel_china", 3.096, 42.652 * 20.2e-3 * 0.98 * 44 / 12),
    ],
)
def test_a_fuels_factor_is_the_sheets_and_follows_from_its_carbon(item, co2_t, by_hand):
    assert factor_on(item, DAY).co2_t == co2_t
    assert co2_t == pytest.approx(by_hand, rel=5e-4)


def test_only_what_two_sources_say_or_chemistry_gives_counts_as_confirmed():
    assert {code for code, f in factors_on(DAY).items() if f.confirmed} == {"diesel", "methanol"}


def test_an_account_opens_to_its_inputs():
    found = account(
        [
            Use("diesel", 12.5, "t", DAY, source="bill 7"),
            Use("electricity", 40, "10⁴ kWh", DAY),
            Use("diesel", 500, "kg", DAY),
        ]
    )
    assert found.scope1_t == pytest.approx(13.0 * 3.186)
    assert found.scope2_t == pytest.approx(400_000 * 0.5366e-3)
    assert found.total_t == pytest.approx(found.scope1_t + found.scope2_t)
    assert found.coal_t == pytest.approx(13.0 * 1.4571 + 400_000 * 0.1229e-3)
    assert [line.use.source for line in found.lines] == ["bill 7", "", ""]
    assert not found.confirmed  # the grid's factor is from memory
    assert "范围一" in found.boundary_zh
    assert "scope 2" in found.boundary_en
    assert account([Use("diesel", 1, "t", DAY)]).confirmed


def test_what_has_no_factor_is_named_and_not_counted_as_zero():
    found = account([Use("deisel", 1, "t", DAY), Use("diesel", -1, "t", DAY), Use("diesel", 1, "GJ", DAY)])
    assert found.lines == ()
    assert found.coal_t is None
    assert [r.why_en.split(":")[0] for r in found.refused] == [
        "energy carrier 'deisel' is not known; did you mean 'diesel'?",
        "diesel of 2026-06-01",
        "cannot turn 'GJ' into 't'",
    ]
    assert all(r.why_zh for r in found.refused)


def test_the_users_own_factor_counts_and_needs_a_document_to_be_confirmed():
    own = account([Use("electricity", 1_000, "kWh", DAY, co2_t=0.6e-3, document="省公告")])
    assert own.scope2_t == pytest.approx(0.6)
    assert own.confirmed
    assert not account([Use("electricity", 1_000, "kWh", DAY, co2_t=0.6e-3)]).confirmed


def test_a_factor_is_that_of_the_day_of_use():
    assert factor_on("electricity", date(2021, 12, 31)).co2_t == 0.5568e-3
    assert factor_on("electricity", date(2022, 1, 1)).co2_t == 0.5366e-3
    with pytest.raises(InputError, match="no energy factors are known for 2019-12-31"):
        factor_on("diesel", date(2019, 12, 31))
    with pytest.raises(UnknownName, match="did you mean 'methanol'"):
        factor_on("methanole", DAY)


def test_methanol_for_diesel_at_equal_heat():
    switch = fuel_switch(43.0, on=DAY)
    assert switch.replaced_t == pytest.approx(19.9)  # 1 t of diesel is worth 2.16 t of methanol
    assert switch.saved_co2_t == pytest.approx(19.9 * 3.186 - 43.0 * 1.374)
    gasoline = fuel_switch(44.3, replaces="gasoline", on=DAY)
    # per GJ methanol and gasoline are alike: nothing to be proud of
    assert abs(gasoline.saved_co2_t) < 0.01 * gasoline.co2_t
    assert not gasoline.confirmed
    assert "life-cycle" in gasoline.note_en
    with pytest.raises(InputError, match="at equal heat"):
        fuel_switch(1, replaces="electricity", on=DAY)


def test_a_forest_by_the_volume_method():
    # V 100 m³, BEF 1.4, D 0.5, R 0.25, CF 0.5: 100 · 1.4 · 0.5 · 1.25 · 0.5 = 43.75 t C
    found = forest_co2_t(100, expansion=1.4, density_t_m3=0.5, root_ratio=0.25, carbon_fraction=0.5)
    assert found == pytest.approx(43.75 * 44 / 12)
    assert growth_co2_t(10, DAY) == pytest.approx(18.3)
    assert mu_to_ha(30) == 2
    with pytest.raises(InputError, match="weighs at least as much as its stem"):
        forest_co2_t(1, expansion=0.4, density_t_m3=0.5, root_ratio=0.2, carbon_fraction=0.5)
    with pytest.raises(InputError, match="carbon_fraction is 47"):
        forest_co2_t(1, expansion=1.4, density_t_m3=0.5, root_ratio=0.2, carbon_fraction=47)


@given(st.lists(st.floats(0, 1e6), max_size=6))
def test_the_account_of_the_parts_is_that_of_the_whole(amounts):
    parts = account([Use("diesel", a, "t", DAY) for a in amounts])
    whole = account([Use("diesel", sum(amounts), "t", DAY)])
    assert parts.total_t == pytest.approx(whole.total_t)
