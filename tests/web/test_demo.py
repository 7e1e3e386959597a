"""The demo's installation: the past of its stations, and ports that nobody else listens on."""

import socket
from datetime import UTC, datetime

import numpy as np

from riverchief import basins
from riverchief.base.readings import Flag, SeriesKey
from riverchief.base.time import FixedClock
from riverchief.simulate.history import gauge_history, history
from riverchief.simulate.stations import field_stations
from riverchief.simulate.truth import TrueRiver
from riverchief.store import open_store
from riverchief.web.demo import free_port, load_gauges, load_history

START = datetime(2026, 5, 11, 16, tzinfo=UTC)


def test_the_past_is_in_the_series_that_the_stations_will_write_to_and_is_no_news(tmp_path):
    river = TrueRiver.draw(basins.read(basins.named("mini")), 4, START)
    with open_store(tmp_path, FixedClock(START)) as store:
        written = list(load_history(store, history(river, 200), START))
        assert written[-1] == 2 * 200 * 6 * 8
        number = store.observations.series_id(SeriesKey("st-shiqiao", "nh3n"), unit="mg/L")
        kept = store.observations.read(number, 0, river.start_s)
        past = next(p for p in history(river, 200) if p.section.station == "st-shiqiao")
        assert kept.time_s.tolist() == past.time_s.tolist()
        assert np.array_equal(kept.value, past.values["nh3n"].round(3), equal_nan=True)
        flags = {"正常": Flag.OK, "维护": Flag.MAINTENANCE, "停站": Flag.STOPPED}
        assert kept.flag.tolist() == [flags[status] for status in past.status]
        assert set(past.status) >= {"正常", "停站"}
        assert store.observations.last_arrival() == 0
        again = list(load_history(store, history(river, 200), START))
        assert again == written
        assert store.observations.last_arrival() == 0


def test_the_past_of_a_gauge_is_half_hourly_flow_up_to_the_beginning(tmp_path):
    river = TrueRiver.draw(basins.read(basins.named("mini")), 4, START)
    stations = field_stations(river.with_spills(()))
    begin = START.timestamp() - 10 * 86_400
    with open_store(tmp_path, FixedClock(START)) as store:
        written = load_gauges(store, gauge_history(stations, begin, START.timestamp()), START)
        assert written == 10 * 48  # the mini basin has one gauge
        number = store.observations.series_id(SeriesKey("hy-shiqiao", "flow"), unit="m³/s")
        kept = store.observations.read(number, 0, int(START.timestamp()))
        assert (len(kept), kept.time_s[0], kept.time_s[-1]) == (480, begin, START.timestamp() - 1_800)
        assert np.nanmedian(kept.value) > 0
        assert store.observations.last_arrival() == 0


def test_a_port_that_is_taken_is_replaced_by_a_free_one():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        found = free_port("127.0.0.1", port)
        assert found != port
        assert free_port("127.0.0.1", 70_000) > 0
    assert free_port("127.0.0.1", found) == found
