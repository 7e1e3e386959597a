"""The reader of .inp text: what it takes, how it names what it cannot."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.govern.twin import Model
from riverchief.govern.twin.importers import swmm_rows as rows
from riverchief.govern.twin.importers.swmm_inp import parse_inp, read_inp
from riverchief.govern.twin.importers.swmm_river import swmm_river

OURS = sorted((Path(__file__).parents[1] / "inp").glob("*.inp"))
HOUR_S = 3_600.0


def test_comments_quotes_abbreviated_headers_and_any_case_are_read():
    inp = parse_inp(
        '[title]\nhello\n[junc]\n;; a comment\n"A 1"  3.5 ; and another\nB 2\n[OUTFALL]\nO 1 free\n[Cond]\nc "A 1" O 100 .03\n'
    )
    assert [row.name for row in inp.of(rows.Junction)] == ["A 1", "B"]
    assert inp.of(rows.ConduitRow)[0].from_node == "A 1"
    assert inp.of(rows.Outfall)[0].kind == "FREE"
    assert inp.title == "hello"


def test_every_row_knows_its_line():
    text = "[JUNCTIONS]\nA 1\n\n;\nB 2\n"
    assert [row.line for row in parse_inp(text).of(rows.Junction)] == [2, 5]


def test_all_bad_lines_are_named_at_once():
    text = "[JUNCTIONS]\nA deep\nB 1\n[CONDUITS]\nC A B 100\n[CURVES]\nk STORAGE 1 2 3\n[TIMESERIES]\nt 0:00 1 0:00 2\n"
    with pytest.raises(InputError, match=r"line 2.*line 5.*line 7.*line 9") as err:
        parse_inp(text)
    assert [line for line, _ in err.value.data["faults"]] == [2, 5, 7, 9]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[JUNCTIONS]\nA nan", "no finite number"),
        ("[JUNCTIONS]\nA", "missing: invert"),
        ("A 1", "before the first"),
        ("[OPTIONS]\nFLOW_UNITS BUCKETS", "none of CFS"),
        ("[OPTIONS]\nSTART_DATE yesterday", "no date"),
        ("[LOSSES]\nC 0 0 0 MAYBE", "not YES or NO"),
        ("[TRANSECTS]\nX1 t 3 0 1\nGR 1 0 2 1", "its X1 says 3"),
        ("[TRANSECTS]\nGR 1 0 2 1", "before the first X1"),
        ("[CONTROLS]\nIF NODE A DEPTH > 1", "before the first RULE"),
        ("[TIMESERIES]\nt FILE nowhere.dat", "nowhere.dat"),
        ("[PATTERNS]\np HOURLY 1 2 x", "no number"),
    ],
)
def test_a_bad_line_says_what_is_wrong(line, said):
    with pytest.raises(InputError, match=said):
        parse_inp(line)


def test_a_section_that_is_not_about_channels_is_named_with_its_first_line():
    inp = parse_inp("[JUNCTIONS]\nA 1\n[SUBCATCHMENTS]\nS1 R A 10 50 500 .5 0\nS2 R A 10 50 500 .5 0\n[WHATEVER]\nx\n")
    assert [(r.line, r.section, r.element) for r in inp.remarks] == [
        (4, "SUBCATCHMENTS", "2 lines"),
        (7, "WHATEVER", "1 lines"),
    ]


def test_columns_beyond_those_that_are_known_are_named():
    (remark,) = parse_inp("[JUNCTIONS]\nA 1 2 3 4 5 6 7\n").remarks
    assert (remark.line, remark.element) == (2, "A")
    assert "2 columns too many, from '6' on" in remark.why


def test_series_count_from_the_start_or_from_their_dates_and_a_date_holds_on(tmp_path):
    (tmp_path / "more.dat").write_text("; tide\n07/02/2024 1:30 5\n2:00 6\n")
    text = (
        "[OPTIONS]\nSTART_DATE 07/01/2024\nSTART_TIME 06:00\n[TIMESERIES]\n"
        "a 0 1 1.5 2\na 2:15:30 3\nb JUL-02-2024 0:30 7 1:00 8\nb 2 9\nc FILE more.dat\n"
    )
    a, b, c = parse_inp(text, tmp_path).of(rows.TimeSeries)
    start_s = parse_inp(text, tmp_path).instant_s("START")
    assert [t - start_s for t in a.time_s] == [0.0, 1.5 * HOUR_S, 2.25 * HOUR_S + 30]
    midnight = start_s + 18 * HOUR_S
    assert [t - midnight for t in b.time_s] == [0.5 * HOUR_S, HOUR_S, 2 * HOUR_S]
    assert [t - midnight for t in c.time_s] == [1.5 * HOUR_S, 2 * HOUR_S]
    assert c.values == (5.0, 6.0)


def test_cards_of_transects_hold_roughness_until_the_next_and_points_over_many_lines():
    text = "[TRANSECTS]\nNC .05 0 .03\nX1 t 4 10 20 0 0 1.44 0 2\nGR 5 0 1 10\nGR 1 20 5 30\nX1 u 2 0 0\nGR 1 0 1 5\n"
    t, u = parse_inp(text).of(rows.Transect)
    assert t.roughness == u.roughness == (0.05, 0.03, 0.03)
    assert (t.banks, t.length_factor, t.width_factor, t.raised) == ((10.0, 20.0), 1.44, 1.0, 2.0)
    assert (t.levels, t.stations) == ((5.0, 1.0, 1.0, 5.0), (0.0, 10.0, 20.0, 30.0))
    assert u.banks == (0.0, 5.0)


def test_columns_that_change_with_a_keyword_are_put_right():
    text = (
        "[STORAGE]\nS 1 5 0 TABULAR crv 0 0\nF 1 5 0 FUNCTIONAL 10 2 100 0 .5\n[OUTFALLS]\nA 1 NORMAL YES\nB 1 FIXED 2 NO C\n"
        "[OUTLETS]\nO1 S A 0 TABULAR/HEAD crv YES\nO2 S A 0 FUNCTIONAL/DEPTH 2 .5\n"
        "[XSECTIONS]\nC1 CUSTOM 3 crv 0 0 2\nC2 IRREGULAR tr\nC3 CIRCULAR 1 0 0 0 1 4\n[ORIFICES]\nQ S A side * .6\n"
    )
    inp = parse_inp(text)
    s, f = inp.of(rows.StorageUnit)
    assert (s.curve, f.a, f.b, f.c, f.evaporated) == ("crv", 10.0, 2.0, 100.0, 0.5)
    assert [(o.stage, o.gated, o.route_to) for o in inp.of(rows.Outfall)] == [("", True, ""), ("2", False, "C")]
    o1, o2 = inp.of(rows.OutletRow)
    assert (o1.curve, o1.by_head, o1.gated, o2.a, o2.b, o2.by_head) == ("crv", True, True, 2.0, 0.5, False)
    c1, c2, c3 = inp.of(rows.XSection)
    assert (c1.of, c1.sizes, c1.barrels, c2.of, c3.culvert) == ("crv", (3.0,), 2, "tr", 4)
    assert inp.of(rows.OrificeRow)[0].offset is None


@settings(max_examples=60)
@given(st.text(alphabet='[]ABCJUNTIOSXE 01.-*;\n"', max_size=120))
def test_any_text_is_read_or_refused_with_a_sentence(text):
    try:
        inp = parse_inp(text)
    except InputError as err:
        assert "line" in err.sentence
    else:
        assert isinstance(inp.table, dict)


@settings(max_examples=60)
@given(st.sampled_from(OURS), st.data())
def test_a_file_with_a_token_changed_is_taken_or_refused_with_a_sentence(path, data):
    lines = path.read_text().splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    tokens = lines[at].split()
    if tokens:
        k = data.draw(st.integers(0, len(tokens) - 1))
        tokens[k] = data.draw(st.sampled_from(["", "x", "-1", "0", "1e9", "nan", "*", "[JUNCTIONS]"]))
    lines[at] = " ".join(tokens)
    try:
        model = swmm_river(parse_inp("\n".join(lines)))
    except InputError as err:
        assert err.sentence
    else:
        assert model.river.nodes
        try:
            assert Model(model.river).cells.grid.bed.size
        except InputError as err:
            assert err.sentence


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(InputError, match=r"nothing\.inp"):
        read_inp(tmp_path / "nothing.inp")
