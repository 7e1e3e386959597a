"""Jinzhong holds what is known of it: figures quoted from the platform's fact sheets, coordinates from public data."""

import csv
import json

import numpy as np
import pytest

from riverchief import basins
from riverchief.base import regions
from riverchief.base.places import Place


@pytest.fixture(scope="module")
def basin():
    return basins.read(basins.named("jinzhong"))


def test_the_main_stem_is_124_km_and_changyuan_runs_60_9_km_through_qi_county(basin):
    length = {reach.code: reach.length_m for reach in basin.reaches}
    assert sum(r.length_m for r in basin.reaches if r.river == "fen") == pytest.approx(124_000)
    assert length["changyuan-02"] + length["changyuan-03"] == pytest.approx(60_900)


def test_all_water_of_the_west_passes_wangzhuang_and_none_of_the_hai_basin(basin):
    net = basin.network
    above = net.upstream([net.index("fen-10")])
    rivers = {reach.river for reach, is_above in zip(basin.reaches, above, strict=True) if is_above}
    assert rivers == {
        "fen", "xiao", "baima", "wuma", "changyuan", "huiji", "ciyao", "wenyu", "longfeng", "jingsheng", "duanchun",
    }  # fmt: skip


def test_sections_that_are_known(basin):
    by_name = {section.name_zh: section for section in basin.sections}
    wangzhuang = by_name["王庄桥南"]
    assert (wangzhuang.level, wangzhuang.target_class, wangzhuang.region) == ("national", 3, "140729000000")
    assert by_name["郝村"].level == "national"
    assert {s.name_zh for s in basin.sections if s.boundary} == {"温南社", "南姚", "桑柳树"}
    yushe = [s for s in basin.sections if s.region == "140721000000"]
    assert sorted(s.level for s in yushe) == ["city"] * 3 + ["provincial"] * 2


def test_every_county_has_a_chief_and_every_stretch_of_the_main_stem_one_county(basin):
    counties = {r.code for r in basin.regions if len(regions.prefix(r.code)) == 6}
    assert len(counties) == 11
    assert {chief.region for chief in basin.chiefs if chief.level == "county"} == counties
    levels = {chief.level for chief in basin.chiefs}
    assert levels == {"province", "city", "county", "township", "village", "police", "guard"}
    level = {chief.code: chief.level for chief in basin.chiefs}
    duties = [one for one in basin.responsibilities if level[one.chief] == "county"]
    day = max(one.interval.start for one in basin.responsibilities)
    for reach in (r for r in basin.reaches if r.river == "fen"):
        for chainage_m in np.linspace(1, reach.length_m - 1, 50):
            n = sum(one.interval.covers(Place(reach.code, chainage_m), day) for one in duties)
            assert n == 1, (reach.code, chainage_m)


def test_main_stem_and_mouths_are_watched(basin):
    water = [s for s in basin.stations if s.kind == "water_quality"]
    assert len(water) >= 14
    assert sum(s.place.reach.startswith("fen-") for s in water) >= 5
    assert {"ph", "do", "water_temperature", "ec", "turbidity", "nh3n", "codmn", "tp"} <= set.intersection(
        *(set(s.interval_s) for s in water)
    )
    assert {(s.protocol, s.dialect) for s in basin.stations} == {
        ("hj212", "2005"), ("hj212", "2017"), ("hj212", "2025"), ("hj212", "surface-water"), ("sl651", "2014"),
    }  # fmt: skip
    boards = [project.board for project in basin.projects]
    assert sorted(boards.count(board) for board in set(boards)) == [22, 44]


def test_air_stations_stand_where_the_national_network_has_them(basin, shared_data):
    text = (shared_data / "geometry" / "jinzhong_air_stations.csv").read_text(encoding="utf-8-sig")
    published = {row["positionname"]: row for row in csv.DictReader(text.splitlines())}
    air = [s for s in basin.stations if s.kind == "air"]
    assert len(air) == len(published) == 4
    for station in air:
        row = published[station.name_zh.removesuffix("空气站")]
        assert (station.lon, station.lat) == pytest.approx((float(row["longitude"]), float(row["latitude"])), abs=1e-4)


def test_the_fen_is_drawn_near_the_natural_earth_line(basin, shared_data):
    text = (shared_data / "geometry" / "natural_earth_10m_rivers_fen_zhang_qin.geojson").read_text(encoding="utf-8")
    fen = next(f for f in json.loads(text)["features"] if f["properties"]["name"] == "Fen")
    points = np.array(fen["geometry"]["coordinates"])
    here = points[(points[:, 1] < 37.60) & (points[:, 1] > 36.74)]
    located = basin.network.locate(here[:, 0], here[:, 1], limit_m=2_000)
    on_fen = [i >= 0 and basin.network.codes[i].startswith("fen-") for i in located.reach]
    assert np.mean(on_fen) > 0.9  # the rest lies where a mouth is nearer than the Fen itself
    assert located.distance_m.max() < 2_000
