"""An assessment as of a past time: what was known then, and what has changed since, through the real store."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from riverchief.base.errors import InputError
from riverchief.base.readings import Flag, SeriesKey
from riverchief.base.spans import parse_span
from riverchief.base.time import CHINA, to_epoch
from riverchief.cloud.standards import editions
from riverchief.cloud.standards.water import surface
from riverchief.store import Row
from riverchief.web import context
from riverchief.web.cloud import asof

GOOD = {"ph": 8.0, "do": 8.0, "codmn": 3.0, "nh3n": 0.3, "tp": 0.05}
OCTOBER = parse_span("2026-10")
THEN = datetime(2026, 11, 2, 12, tzinfo=CHINA)


def local(day, hour=12, month=10):
    return datetime(2026, month, day, hour, tzinfo=CHINA)


def report(at, values, known_at=None, flag=Flag.OK, who="gateway", why=""):
    observations = context.store().observations
    rows = [
        Row(observations.series_id(SeriesKey("st-shiqiao", code), unit="mg/L"), to_epoch(at), value, flag)
        for code, value in values.items()
    ]
    observations.write(rows, known_at=known_at or at + timedelta(minutes=5), who=who, why=why)


def section():
    return context.basin().sections["sec-shiqiao"]


@pytest.fixture
def october(platform):
    """Two good days, known on the spot; class Ⅱ."""
    report(local(5), GOOD)
    report(local(6), GOOD)


def test_nothing_has_changed_where_nothing_came_since(october):
    then, now, found = asof.changed(section(), OCTOBER, THEN)
    assert (then.class_, now.class_, found) == (2, 2, [])


def test_a_revised_reading_is_told_with_old_and_new_value_who_why_and_when(october):
    report(local(6), {"codmn": 33.0}, known_at=local(10, month=11), who="data office", why="recalibrated")
    then, now, found = asof.changed(section(), OCTOBER, THEN)
    assert (then.class_, now.class_) == (2, 6)  # (3 + 33) / 2 = 18 is beyond class Ⅴ
    assert [d.kind for d in found] == ["class", "revised"]
    assert (found[0].zh, found[0].en) == ("2026-10：Ⅱ类 → 劣Ⅴ类", "2026-10: class Ⅱ → class 劣Ⅴ")
    assert found[1].en == (
        "revised: permanganate index of 2026-10-06 12:00, 3 mg/L → 33 mg/L (2026-11-10 12:00, data office, recalibrated)"
    )
    assert found[1].zh == (
        "修订：2026-10-06 12:00 高锰酸盐指数 3 mg/L → 33 mg/L（2026-11-10 12:00，data office，recalibrated）"
    )
    assert found[1].data["old"] == 3.0


def test_a_late_reading_is_told_and_was_not_counted_then(october):
    report(local(7), GOOD | {"tp": 0.9}, known_at=local(3, month=11), who="import", why="station had no link")
    then, now, found = asof.changed(section(), OCTOBER, THEN)
    assert (then.n_days, now.n_days) == (2, 3)
    assert (then.class_, now.class_) == (2, 5)  # mean TP (0.05 + 0.05 + 0.9) / 3 = 0.33
    late = [d for d in found if d.kind == "late"]
    assert {d.data["property"] for d in late} == set(GOOD)
    tp = next(d for d in late if d.data["property"] == "tp")
    assert tp.zh == "迟到：2026-10-07 12:00 总磷 0.9 mg/L（2026-11-03 12:00，import，station had no link）"


def test_what_was_revised_before_is_no_change_since(october):
    report(local(6), {"codmn": 33.0}, known_at=local(1, month=11))
    then, now, found = asof.changed(section(), OCTOBER, THEN)
    assert (then.class_, now.class_, found) == (6, 6, [])


def test_a_reading_that_no_longer_counts_is_told_as_such(october):
    report(local(6), {"codmn": 3.0}, known_at=local(9, month=11), flag=Flag.SUSPECT, who="quality control")
    _, _, found = asof.changed(section(), OCTOBER, THEN)
    assert [d.kind for d in found] == ["revised"]
    assert found[0].data["new"] is None
    assert "3 mg/L → no valid value" in found[0].en


def test_a_period_that_went_on_says_so_and_its_new_readings_are_not_late(october):
    then, now, found = asof.changed(section(), OCTOBER, local(5, 23))
    assert (then.n_days, now.n_days) == (1, 2)
    assert [d.kind for d in found] == ["newer_days"]


def test_the_edition_in_force_and_published_then_counts(october, monkeypatch):
    # an invented edition, published on 10 November, that judges October too, and more strictly
    old = editions.editions("gb3838")[0]
    text = (editions.files(editions.__package__) / "data" / "gb3838" / "2002.toml").read_text(encoding="utf-8")
    strict = (
        text.replace(f'edition = "{old.code}"', 'edition = "GB 3838-TEST"')
        .replace(f"valid_from = {old.valid_from}", "valid_from = 2026-10-01\npublished = 2026-11-10", 1)
        .replace("[2.0, 4.0, 6.0, 10.0, 15.0]", "[0.2, 0.4, 0.6, 10.0, 15.0]")
    )
    new = editions.parse_edition(strict, "gb3838")
    assert new.code == "GB 3838-TEST"
    ended = replace(old, valid_to=date(2026, 10, 1))
    for module in (editions, surface):
        monkeypatch.setattr(module, "editions", lambda standard, _e=(ended, new): _e)
    surface.surface_named.cache_clear()
    try:
        then, now, found = asof.changed(section(), OCTOBER, THEN)
    finally:
        surface.surface_named.cache_clear()
    assert (then.row.edition, now.row.edition) == (old.code, "GB 3838-TEST")
    assert (then.class_, now.class_) == (2, 4)
    assert [d.kind for d in found] == ["class", "edition"]
    assert found[1].zh.startswith(f"标准版本：{old.code} → GB 3838-TEST")


def test_then_and_now_over_http(october, person):
    report(local(6), {"codmn": 33.0}, known_at=local(10, month=11), who="data office", why="recalibrated")
    client = person("county", region="149901000000")
    found = client.get("/api/v1/cloud/sections/sec-shiqiao/since?period=2026-10&as_of=2026-11-02").json()
    assert (found["then"]["class"], found["now"]["class"], found["same"]) == (2, 6, False)
    assert [c["kind"] for c in found["changed"]] == ["class", "revised"]
    assert found["as_of"] == "2026-11-02T15:59:59.999Z"
    year = client.get("/api/v1/cloud/sections/sec-shiqiao/year?year=2026&as_of=2026-11-02").json()
    assert [c["kind"] for c in year["changed"]] == ["class", "revised", "class"]
    assert {c["period"] for c in year["changed"] if c["kind"] == "class"} == {"2026-01..2026-11", "2026-10"}
    assert year["to_date"]["class"] == 2
    assert client.get("/api/v1/cloud/sections/nowhere/since?as_of=2026-11-02").status_code == 404
    assert client.get("/api/v1/cloud/sections/sec-shiqiao/since?as_of=2026-11-32").status_code == 400


def test_a_day_means_its_end_and_a_time_needs_its_zone():
    assert asof.moment("2026-11-02").isoformat() == "2026-11-02T23:59:59.999000+08:00"
    assert asof.moment("2026-11-02T04:00:00Z") == THEN
    with pytest.raises(InputError, match="no date such as"):
        asof.moment("2026-13-02")
    with pytest.raises(InputError, match="with a zone"):
        asof.moment("2026-11-02T04:00:00")
