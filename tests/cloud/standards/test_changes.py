"""Two assessments side by side: every difference named once, in both languages."""

from datetime import UTC, date, datetime, timedelta

import numpy as np

from riverchief.base.spans import parse_span
from riverchief.cloud.standards.changes import LISTED, ReadingChange, day_changes, differences, edition_change
from riverchief.cloud.standards.water.means import day_means
from riverchief.cloud.standards.water.periods import period_verdict

OCTOBER = parse_span("2026-10")
AT = datetime(2026, 10, 6, 4, tzinfo=UTC)


def _verdict(codmn, tp=0.05, today=date(2026, 11, 20)):
    days = np.arange("2026-10-05", np.datetime64("2026-10-05") + len(codmn), dtype="datetime64[D]")
    values = {"do": np.full(len(codmn), 8.0), "codmn": codmn, "tp": np.full(len(codmn), tp)}
    return period_verdict(day_means(np.zeros(len(codmn), int), days, values), OCTOBER, today=today)


def _told(then, now, readings=(), as_of=date(2026, 11, 2)):
    return [(d.kind, d.zh, d.en) for d in differences(then, now, readings, as_of)]


def test_the_same_is_no_difference():
    assert _told(_verdict([3.0, 3.0]), _verdict([3.0, 3.0])) == []


def test_another_class_comes_first():
    late = ReadingChange("late", "codmn", AT, None, 9.0, "mg/L")
    told = _told(_verdict([3.0]), _verdict([3.0, 9.0]), [late])
    assert told == [
        ("class", "2026-10：Ⅱ类 → Ⅲ类", "2026-10: class Ⅱ → class Ⅲ"),
        (
            "late",
            "迟到：2026-10-06 12:00 高锰酸盐指数 9 mg/L",
            "came late: permanganate index of 2026-10-06 12:00, 9 mg/L",
        ),
    ]


def test_a_class_that_could_not_be_given_is_told_in_words():
    assert _told(_verdict([]), _verdict([3.0]))[0][1:] == ("2026-10：不能评价 → Ⅱ类", "2026-10: no class → class Ⅱ")


def test_the_same_class_by_other_items_is_told():
    told = _told(_verdict([5.0], tp=0.05), _verdict([3.0], tp=0.15))
    assert told == [
        (
            "deciding",
            "2026-10：类别未变，决定项目由高锰酸盐指数变为总磷",
            "2026-10: same class, decided by total phosphorus, then by permanganate index",
        )
    ]


def test_many_readings_are_counted_beyond_a_list():
    many = [ReadingChange("revised", "tp", AT + timedelta(hours=k), 0.1, 0.2, "mg/L") for k in range(LISTED + 7)]
    told = _told(_verdict([3.0]), _verdict([3.0]), many)
    assert len(told) == LISTED + 1
    assert told[-1][2] == "7 more readings came late or were revised"


def test_days_that_came_because_time_went_on_are_not_late():
    then, now = _verdict([3.0], today=date(2026, 10, 5)), _verdict([3.0, 3.0, 3.0])
    assert [kind for kind, *_ in _told(then, now, as_of=date(2026, 10, 5))] == ["newer_days"]


def test_days_of_air_with_another_index_are_told():
    then = [{"day": "2026-10-05", "aqi": 40}, {"day": "2026-10-06", "aqi": 40}]
    now = [{"day": "2026-10-05", "aqi": 40}, {"day": "2026-10-06", "aqi": 120}, {"day": "2026-10-07", "aqi": 51}]
    assert [(d.zh, d.en) for d in day_changes(then, now)] == [
        ("2026-10-06：AQI 40 → 120", "2026-10-06: AQI 40 → 120"),
        ("2026-10-07：AQI 无 → 51", "2026-10-07: AQI none → 51"),
    ]


def test_editions_are_told_with_whether_they_are_confirmed():
    known = edition_change("", "GB 3838-2002")
    assert (known.data["confirmed"], known.en) == (True, "edition of the standard: none → GB 3838-2002")
    unknown = edition_change("GB 3838-2002", "GB 3838-2030")
    assert unknown.data["confirmed"] is False
    assert unknown.zh == "标准版本：GB 3838-2002 → GB 3838-2030（未经核实）"
