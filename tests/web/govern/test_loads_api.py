"""Loads, their owners and explained changes over HTTP, from what stations reported."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from riverchief.base.readings import SeriesKey
from riverchief.base.time import CHINA, to_epoch
from riverchief.store import Row
from riverchief.web import context
from riverchief.web.govern import loads

LAST = datetime(2026, 11, 20, 12, tzinfo=CHINA)


@pytest.fixture(autouse=True)
def _fresh():
    loads._loads.cache_clear()


def fill(station, code, unit, values, last=LAST):
    """One reading at noon of each of the days up to the last."""
    observations = context.store().observations
    number = observations.series_id(SeriesKey(station, code), unit=unit)
    start = last - timedelta(days=len(values) - 1)
    rows = [Row(number, to_epoch(start + timedelta(days=k)), float(v)) for k, v in enumerate(values)]
    observations.write(rows, known_at=last + timedelta(hours=1), who="test", feed=False)


@pytest.fixture
def reported(platform):
    """324 days of 2026: 0.5 mg/L at Shiqiao, 1.0 mg/L at Liuwan; no gauge has reported."""
    fill("st-shiqiao", "nh3n", "mg/L", np.full(324, 0.5))
    fill("st-liuwan", "nh3n", "mg/L", np.full(324, 1.0))


def test_a_load_is_concentration_times_flow_and_says_where_the_flow_is_from(reported, person):
    client = person("county", region="149901000000")
    found = client.get("/api/v1/govern/loads?year=2026&property=nh3n").json()
    shiqiao, liuwan = found["items"]
    assert (shiqiao["code"], liuwan["code"], found["without_data"]) == ("sec-shiqiao", "sec-liuwan", ["sec-beiguan"])
    # registry's mean flow of the reach, 6.2 m³/s, for the days 1 January to 20 (local midnight: 21) November
    days = (datetime.fromisoformat(found["last"]) - datetime.fromisoformat(found["first"])).days + 1
    assert shiqiao["out_t"] == pytest.approx(0.5 * 6.2 * 86.4 * days / 1000, rel=1e-3)
    assert liuwan["out_t"] == pytest.approx(1.0 * 6.6 * 86.4 * days / 1000, rel=1e-3)
    assert shiqiao["flow"]["basis"] == "registry"
    assert shiqiao["flow"]["zh"] == "无水文站资料，取登记的平均流量"
    assert shiqiao["flow"]["assumed"] is True
    assert shiqiao["out_low_t"] < shiqiao["out_t"] < shiqiao["out_high_t"]
    assert [e["method"] for e in shiqiao["estimates"]] == ["composite", "interpolation"]


def test_an_account_closes_and_shares_add_up_to_one(reported, person):
    client = person("county", region="149901000000")
    for item in client.get("/api/v1/govern/loads?year=2026").json()["items"]:
        assert item["out_t"] == pytest.approx(item["in_t"] + item["discharged_t"] + item["rest_t"])
        assert sum(share["share"] for share in item["shares"]) == pytest.approx(1.0)
        assert all(share["name_zh"] and share["name_en"] for share in item["shares"])
        assert not any(share["name_en"].isdigit() for share in item["shares"])  # a county has a name
    liuwan = client.get("/api/v1/govern/loads?year=2026").json()["items"][1]
    assert liuwan["above"] == ["sec-shiqiao"]
    assert [f["code"] for f in liuwan["facilities"]] == ["out-farm"]


def test_a_gauge_on_the_reach_counts_before_the_registry(reported, person):
    fill("hy-shiqiao", "flow", "m³/s", np.full(324, 4.0))
    found = person("county", region="149901000000").get("/api/v1/govern/loads?year=2026").json()
    shiqiao, liuwan = found["items"]
    assert (shiqiao["flow"]["basis"], shiqiao["flow"]["station"]) == ("gauge", "hy-shiqiao")
    assert shiqiao["flow"]["mean_m3s"] == pytest.approx(4.0, rel=0.01)
    # another reach of the river: times the ratio of the registry's mean flows
    assert liuwan["flow"]["basis"] == "scaled"
    assert liuwan["flow"]["mean_m3s"] == pytest.approx(4.0 * 6.6 / 6.2, rel=0.01)


def test_a_change_without_gauged_flow_is_not_explained(reported, person):
    client = person("county", region="149901000000")
    found = client.get("/api/v1/govern/change?section=sec-shiqiao&year=2026").json()
    assert (found["state"], found["changes"]) == ("no_flow", [])
    assert "没有水文站流量" in found["zh"]


def test_a_change_with_a_gauge_is_split_and_told(platform, person):
    rng = np.random.default_rng(1)
    n = 324 + 365
    flow = np.exp(1.5 + 0.6 * rng.standard_normal(n)) * np.where(np.arange(n) >= 365, 1.5, 1.0)
    fill("hy-shiqiao", "flow", "m³/s", flow)
    fill("st-shiqiao", "nh3n", "mg/L", 2.0 * flow**-0.5)  # dilution and nothing else
    client = person("county", region="149901000000")
    found = client.get("/api/v1/govern/change?section=sec-shiqiao&year=2026").json()
    assert (found["state"], [c["quantity"] for c in found["changes"]]) == ("explained", ["concentration", "load"])
    concentration = found["changes"][0]
    assert concentration["total"]["value"] == pytest.approx(concentration["due_to_conditions"]["value"], rel=0.1)
    assert abs(concentration["rest"]["percent"]) < 2
    assert "来水" in found["zh"]


def test_a_short_record_says_that_it_is_not_enough(platform, person):
    fill("hy-shiqiao", "flow", "m³/s", np.full(689, 4.0))
    fill("st-shiqiao", "nh3n", "mg/L", np.full(20, 0.5))
    found = person("county", region="149901000000").get("/api/v1/govern/change?section=sec-shiqiao&year=2026").json()
    assert found["state"] == "not_enough"
    assert "no sample in 2025" in found["en"]


def test_what_is_not_there_is_said(reported, person):
    client = person("county", region="149901000000")
    assert client.get("/api/v1/govern/change?section=nowhere").status_code == 404
    assert client.get("/api/v1/govern/loads?property=nh4n").json()["code"] == "input.unknown_name"
    assert client.get("/api/v1/govern/loads?year=2030").status_code == 400
