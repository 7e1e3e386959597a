import pytest

from riverchief.base.readings import Flag, Period, SeriesKey


def test_only_a_measurement_counts_as_ok():
    assert [flag for flag in Flag if not flag] == [Flag.OK]


def test_numbers_of_flags_are_what_stores_hold_and_never_change():
    assert {flag.name: int(flag) for flag in Flag} == {
        "OK": 0, "OVER_RANGE": 1, "MANUAL": 2, "MAINTENANCE": 3, "CALIBRATING": 4, "STOPPED": 5, "FAULT": 6,
        "COMM_FAULT": 7, "MISSING": 8, "SUSPECT": 9, "TEST": 10, "FUTURE": 11,
    }  # fmt: skip


def test_a_series_is_named_by_place_property_and_period():
    hour = SeriesKey("st-1", "ph", Period("hour"))
    assert hour != SeriesKey("st-1", "ph")
    assert len({hour, SeriesKey("st-1", "ph", Period.HOUR)}) == 1
    with pytest.raises(AttributeError):
        hour.place = "st-2"
