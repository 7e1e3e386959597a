"""From rows to a River: units, offsets, structures, boundaries, series, rules; what does not fit is said."""

from pathlib import Path

import numpy as np
import pytest

from riverchief.base.errors import InputError
from riverchief.govern.twin.importers.swmm_flows import at
from riverchief.govern.twin.importers.swmm_inp import parse_inp
from riverchief.govern.twin.importers.swmm_river import read_swmm, swmm_river
from riverchief.govern.twin.river import FreeFall, LevelBoundary, NormalDepth, Orifice, Pump, Rating, Weir

INP = Path(__file__).parents[1] / "inp"
FOOT_M = 0.3048
HOUR_S = 3_600.0

HEAD = "[OPTIONS]\nFLOW_UNITS {units}\nFLOW_ROUTING DYNWAVE\nSTART_DATE 07/01/2024\nEND_DATE 07/03/2024\nLINK_OFFSETS {offsets}\n"
NODES = "[JUNCTIONS]\nA 10 5 1\nB 9 5\n[STORAGE]\nS 8 4 0.5 TABULAR top\n[OUTFALLS]\nO 7 FREE\n[CURVES]\ntop STORAGE 0 100 4 100\n"
PIPE = "[CONDUITS]\nC A B 100 .02 {up} 0 3\nD B O 100 .02\n[XSECTIONS]\nC CIRCULAR 1\nD CIRCULAR 1\n"


def river_of(more="", units="CMS", offsets="DEPTH", up="0.5"):
    return swmm_river(parse_inp((HEAD + NODES + PIPE).format(units=units, offsets=offsets, up=up) + more))


def link_of(more, kind, **options):
    model = river_of(more, **options)
    (structure,) = (link.structure for link in model.river.links)
    assert isinstance(structure, kind)
    return structure, model


@pytest.mark.parametrize("units", ["CFS", "GPM", "MGD", "CMS", "LPS", "MLD"])
def test_lengths_and_flows_become_si(units):
    model = river_of('[INFLOWS]\nA FLOW "" FLOW 1 1 2\n', units=units)
    length = FOOT_M if units in ("CFS", "GPM", "MGD") else 1.0
    flow = {"CFS": FOOT_M**3, "GPM": 6.30902e-5, "MGD": 0.0438126, "CMS": 1.0, "LPS": 1e-3, "MLD": 1 / 86.4}[units]
    reach = model.river.reaches["C"]
    assert reach.length_m == pytest.approx(100 * length)
    assert reach.shapes[0].bed_m == pytest.approx(10.5 * length)
    assert float(reach.shapes[0].hydraulics(length).area_m2) == pytest.approx(np.pi / 4 * length**2, rel=1e-3)
    assert model.river.inflows["A"].flow_m3s.value[0] == pytest.approx(2 * flow, rel=1e-5)
    assert model.flow_m3s["C"] == pytest.approx(3 * flow, rel=1e-5)
    assert model.level_m["A"] == pytest.approx(11 * length)


def test_offsets_count_from_the_node_or_are_levels_and_an_asterisk_is_the_bottom():
    beds = [
        river_of(offsets=how, up=up).river.reaches["C"].shapes[0].bed_m
        for how, up in (("DEPTH", "0.5"), ("ELEVATION", "10.5"), ("ELEVATION", "*"), ("ELEVATION", "9"))
    ]
    assert beds == pytest.approx([10.5, 10.5, 10.0, 10.0])


def test_names_are_the_same_however_their_letters_are_written():
    plain = river_of('[INFLOWS]\nA FLOW "" FLOW 1 1 2\n')
    text = (HEAD + NODES + PIPE).format(units="CMS", offsets="DEPTH", up="0.5")
    mixed = swmm_river(parse_inp(text.replace("C A B", "C a b") + '[INFLOWS]\na FLOW "" FLOW 1 1 2\n'))
    assert mixed.river.nodes == plain.river.nodes
    assert mixed.river.inflows.keys() == plain.river.inflows.keys()


def test_outfalls_become_boundaries_of_their_kind():
    def made(row, more=""):
        text = (HEAD + NODES + PIPE).format(units="CMS", offsets="DEPTH", up="0").replace("O 7 FREE", row) + more
        return swmm_river(parse_inp(text)).river.boundaries["O"]

    assert isinstance(made("O 7 FREE NO"), FreeFall)
    normal = made("O 7 NORMAL")
    assert isinstance(normal, NormalDepth)
    assert normal.slope == pytest.approx(2 / 100)
    assert made("O 7 FIXED 7.5").level_m.value == [7.5]
    tide = made("O 7 TIDAL t", "[CURVES]\nt TIDAL 0 8 6 9 12 8 18 7 24 8\n")
    assert isinstance(tide, LevelBoundary)
    day_s = 86_400.0 * np.floor(tide.level_m.time_s[0] / 86_400.0)
    assert at(tide.level_m, day_s + HOUR_S * np.array([3.0, 18.0, 27.0, 42.0])) == pytest.approx([8.5, 7.0, 8.5, 7.0])
    series = made("O 7 TIMESERIES s", "[TIMESERIES]\ns 0 8 10 9\n").level_m
    assert at(series, series.time_s[:1] + 5 * HOUR_S) == pytest.approx([8.5])


def test_a_weirs_coefficient_is_in_the_files_units():
    row = "[WEIRS]\nW S O TRANSVERSE 1 3.33 NO\n[XSECTIONS]\nW RECT_OPEN 2 4 0 0\n"
    weir, _ = link_of(row, Weir, units="CFS")
    flow_cfs = 3.33 * 4 * 0.5**1.5
    assert weir.coefficient * weir.width_m * (0.5 * FOOT_M) ** 1.5 == pytest.approx(flow_cfs * FOOT_M**3)
    assert weir.crest_m == pytest.approx(9 * FOOT_M)


def test_a_v_notch_follows_its_own_formula_and_says_that_it_does_not_drown():
    row = "[WEIRS]\nW S O V-NOTCH 1 1.38 NO\n[XSECTIONS]\nW TRIANGULAR 1 2 0 0\n"
    notch, model = link_of(row, Rating)
    assert np.interp(9.6, notch.level_m, notch.flow_m3s) == pytest.approx(1.38 * 0.6**2.5, rel=0.02)
    assert any(r.element == "W" and "upper level" in r.instead for r in model.remarks)


def test_a_round_orifice_keeps_its_area_and_one_in_the_floor_too():
    side, _ = link_of("[ORIFICES]\nQ S O SIDE 0.2 .6\n[XSECTIONS]\nQ CIRCULAR 0.5 0 0 0\n", Orifice)
    floor, model = link_of("[ORIFICES]\nQ S O BOTTOM 0 .6\n[XSECTIONS]\nQ CIRCULAR 0.5 0 0 0\n", Orifice)
    for orifice in (side, floor):
        assert orifice.width_m * orifice.height_m == pytest.approx(np.pi / 4 * 0.25)
    assert (side.sill_m, floor.sill_m) == (8.2, 8.0)
    assert any("floor" in r.why for r in model.remarks)


def test_pumps_switch_by_depth_or_follow_their_curve():
    pump, _ = link_of("[PUMPS]\nP S O c ON 2 1\n[CURVES]\nc PUMP2 3 .25\n", Pump)
    assert (pump.on_m, pump.off_m, pump.flow_m3s.value[0]) == (10.0, 9.0, 0.25)
    rated, _ = link_of("[PUMPS]\nP S O c ON\n[CURVES]\nc PUMP4 0 0 1 .2 2 .3\n", Rating)
    assert np.interp([8.5, 9.5, 20.0], rated.level_m, rated.flow_m3s) == pytest.approx([0.1, 0.25, 0.3])
    staged, model = link_of("[PUMPS]\nP S O c ON\n[CURVES]\nc PUMP1 100 .2 200 .3\n", Rating)
    assert np.interp([8.0, 8.5, 9.5, 20.0], staged.level_m, staged.flow_m3s) == pytest.approx([0.0, 0.2, 0.3, 0.3])
    assert any(r.section == "PUMPS" for r in model.remarks)


def test_an_outlet_follows_its_table_above_its_offset_or_its_formula():
    table, _ = link_of("[OUTLETS]\nT S O 0.5 TABULAR/DEPTH c\n[CURVES]\nc RATING 0 0 1 2\n", Rating)
    assert np.interp(9.0, table.level_m, table.flow_m3s) == pytest.approx(1.0)
    formula, _ = link_of("[OUTLETS]\nT S O 0 FUNCTIONAL/DEPTH 3 0.5\n", Rating, units="CFS")
    assert np.interp(12 * FOOT_M, formula.level_m, formula.flow_m3s) == pytest.approx(6 * FOOT_M**3, rel=0.01)


def test_inflow_is_base_times_pattern_plus_scaled_series_plus_dry_weather():
    more = (
        "[INFLOWS]\nA FLOW q FLOW 1 2 3 p\nA X c CONCEN 1 1 0\n[DWF]\nA FLOW 1 d\nB FLOW 5\n[POLLUTANTS]\nX UG/L\n"
        "[PATTERNS]\np HOURLY 1 2\nd DAILY 1 2 1 1 1 1 1\n[TIMESERIES]\nq 0 10 2 20\nc 0 1000 2 3000\n"
    )
    model = river_of(more)
    flow = model.river.inflows["A"].flow_m3s
    t = model.start_s + HOUR_S * np.array([0.5, 1.5, 26.0])
    # Monday has the factor 2, Tuesday 1; the series has ended by then
    assert at(flow, t) == pytest.approx([2 * 12.5 + 3 + 2, 2 * 17.5 + 6 + 2, 0 + 3 + 1])
    assert model.river.inflows["B"].flow_m3s.value == [5.0]
    # The dry weather brings no pollutant, so it thins what the direct inflow carries
    direct = np.array([28.0, 41.0])
    carried = model.river.inflows["A"].concentration["X"]
    shares = at(carried, t[:2]) / (np.array([1.5, 2.5]) * direct / (direct + 2))
    assert shares == pytest.approx([1.0, 1.0], rel=0.03)


def test_a_load_by_mass_becomes_a_concentration():
    more = '[INFLOWS]\nA FLOW "" FLOW 1 1 4\nA X "" MASS 1000 1 2\n[POLLUTANTS]\nX MG/L\n'
    # 2 g/s with factor 1000 are 2000 mg/s in 4000 L/s
    assert river_of(more).river.inflows["A"].concentration["X"].value[0] == pytest.approx(0.5)


def test_rules_that_switch_a_pump_by_its_well_or_set_a_link_at_a_time_are_followed_and_others_named():
    more = (
        "[PUMPS]\nP S O c OFF\n[ORIFICES]\nQ S O SIDE 0 .6\n[XSECTIONS]\nQ RECT_CLOSED 1 1 0 0\n[CURVES]\nc PUMP2 3 .25\n"
        "[CONTROLS]\nRULE a\nIF NODE S DEPTH > 2\nTHEN PUMP P STATUS = ON\nRULE b\nIF NODE S DEPTH <= 1\n"
        "THEN PUMP P STATUS = OFF\nRULE c\nIF SIMULATION TIME > 3:00\nTHEN ORIFICE Q SETTING = 0.5\n"
        "RULE d\nIF LINK C FLOW > 1\nTHEN ORIFICE Q SETTING = 0\nRULE e\nIF NODE S DEPTH > 1\nOR NODE A DEPTH > 2\n"
        "THEN PUMP P STATUS = ON\n"
    )
    model = river_of(more)
    by = {link.structure.name: link.structure for link in model.river.links}
    assert (by["P"].on_m, by["P"].off_m) == (10.0, 9.0)
    assert at(by["Q"].setting, model.start_s + HOUR_S * np.array([1.0, 4.0])) == pytest.approx([1.0, 0.5])
    assert [r.element for r in model.remarks if r.section == "CONTROLS"] == ["d", "e"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("[CONDUITS]\nE A NOWHERE 10 .02\n[XSECTIONS]\nE CIRCULAR 1\n", "NOWHERE"),
        ("[CONDUITS]\nE A B 10 .02\n", "cross-section 'E'"),
        ("[CONDUITS]\nE A B -10 .02\n[XSECTIONS]\nE CIRCULAR 1\n", "length -10"),
        ("[CONDUITS]\nE A B 10 .02\n[XSECTIONS]\nE BLOB 1\n", "BLOB"),
        ("[CONDUITS]\nE A B 10 .02\n[XSECTIONS]\nE TRAPEZOIDAL 1\n", "it needs 4"),
        ("[JUNCTIONS]\nA 3\n", "there twice"),
        ("[INFLOWS]\nA FLOW nothing\n", "series 'nothing'"),
        ("[PUMPS]\nP A B nothing\n", "curve 'nothing'"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(more, said):
    with pytest.raises(InputError, match=said) as err:
        river_of(more)
    assert "line" in err.value.sentence


@pytest.mark.parametrize("path", sorted(INP.glob("*.inp")), ids=lambda p: p.stem)
def test_our_files_come_in_whole(path):
    model = read_swmm(path)
    text = path.read_text()
    assert set(model.level_m) == set(model.river.nodes)
    assert all(remark.line and remark.why and remark.instead for remark in model.remarks)
    assert len(model.river.reaches) == sum(row in text for row in model.river.reaches)
    assert model.end_s > model.start_s
