import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govern.report import samples
from riverchief.base.errors import UnknownName
from riverchief.govern.report import charts, linemap
from riverchief.govern.report.svg import shortened, width_of

SVG = "{http://www.w3.org/2000/svg}"


def _texts(svg):
    return [text.text for text in ET.fromstring(svg).iter(f"{SVG}text")]


def test_every_cell_of_a_calendar_shows_its_numeral_and_none_is_a_dash():
    data = {
        "months": ["2026-01", "2026-02", "2026-03"],
        "rows": [{"name": samples.two("甲", "A"), "target": 3, "classes": [2, 6, 0]}],
    }
    assert _texts(charts.draw("calendar", data, "zh"))[-4:] == ["Ⅱ", "劣Ⅴ", "—", "Ⅲ"]


def test_bars_of_a_trend_are_as_high_as_their_values():
    panel = {
        "name": samples.two("甲", "A"),
        "property": samples.two("总磷", "TP"),
        "unit": "mg/L",
        "limit": 0.2,
        "at_least": False,
    }
    data = {"panels": [{**panel, "months": ["2026-01", "2026-02", "2026-03"], "values": [0.1, None, 0.3]}]}
    bars = list(ET.fromstring(charts.draw("trends", data, "en")).iter(f"{SVG}rect"))
    heights = [float(bar.get("height")) for bar in bars]
    assert len(heights) == 2, "a missing month has no bar"
    assert heights[1] == pytest.approx(3 * heights[0], abs=0.02)
    assert [bar.get("fill") for bar in bars] == ["#7CC8F2", "#F08A24"]


def test_a_map_shows_every_section_with_its_name_and_class():
    texts = _texts(charts.draw("map", samples.figures()["map"], "en"))
    assert {"Wangzhuang Bridge South", "Wuma Mouth", "Fen River", "Yuci", ">Ⅴ"} <= set(texts)


def test_labels_of_a_crowded_map_do_not_cover_each_other():
    room = linemap._Room(960, 700)
    spots = [(200 + 70 * (i % 6), 150 + 60 * (i // 6)) for i in range(30)]
    boxes = []
    for x, y in spots:
        left, base = room.place(x, y, "断面名称", 14, 16)
        boxes.append((left, base - 12, left + width_of("断面名称", 14), base))
    hits = [
        (a, b)
        for i, a in enumerate(boxes)
        for b in boxes[:i]
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]
    assert not hits


def test_a_basin_without_sections_and_lines_is_drawn_as_nothing():
    assert _texts(charts.draw("map", {"reaches": [], "sections": []}, "zh")) == ["无数据"]


def test_a_figure_that_is_not_known_is_refused():
    with pytest.raises(UnknownName, match="did you mean 'calendar'"):
        charts.draw("calender", {}, "zh")


@given(st.text(max_size=40), st.floats(8, 30), st.floats(30, 300))
def test_shortened_text_fits(text, size, room):
    assert width_of(shortened(text, size, room), size) <= room + size


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20))
def test_any_name_gives_well_formed_svg(name):
    rows = [{"name": samples.two(name, name), "probability": 0.5, "low": 0.2, "high": 0.9}]
    assert ET.fromstring(charts.draw("outlook", {"rows": rows}, "zh")).tag == f"{SVG}svg"
