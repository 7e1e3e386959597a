"""A small basin typed by hand, so that these tests lean on nothing but base."""

import pytest

from riverchief import basins
from riverchief.base.basin import Basin, Region, River, Section, Station
from riverchief.base.places import Place
from simulate.toy import reach, water_station, works


@pytest.fixture(scope="session")
def basin() -> Basin:
    """A main river of two reaches with one tributary; three works, a border, three stations and a gauge."""
    return Basin(
        code="toy", name_zh="玩具", name_en="toy", region="140700000000", version="1", review_number="",
        rivers=(River("M", "干流", "main"), River("T", "支流", "tributary")),
        reaches=(
            reach("M1", "M", "a", "c", 12_000, 5.0),
            reach("T1", "T", "b", "c", 8_000, 2.0, 0.4, 10.0, 0.6),
            reach("M2", "M", "c", "d", 20_000, 7.5, 0.6, 25.0),
        ),
        regions=(Region("140700000000", "晋中", "Jinzhong", 112.0, 37.0),),
        sections=(
            Section("SB", "入境", "border", Place("M1", 500), 112.0, 37.0, "provincial", 3, "140700000000",
                    boundary=True, station="W1"),
            Section("S1", "中", "middle", Place("M2", 2_000), 112.0, 37.0, "national", 3, "140700000000", station="W2"),
            Section("S2", "下", "lower", Place("M2", 18_000), 112.0, 37.0, "city", 4, "140700000000", station="W3"),
        ),
        stations=(
            water_station("W1", "M1", 500.0),
            water_station("W2", "M2", 2_000.0, dialect="surface-water"),
            water_station("W3", "M2", 18_000.0, dialect="2005"),
            Station("H1", "水文", "gauge", "hydrology", Place("M2", 1_000.0), 112.0, 37.0, "140700000000", "sl651",
                    "2014", "0011223344", {"level": 3_600, "flow": 3_600}, level_warning_m=702.5),
            Station("O1", "排口", "outfall", "outfall", Place("M1", 4_000.0), 112.0, 37.0, "140700000000", "hj212",
                    "2017", "A140700_0009", {"cod": 3_600, "nh3n": 3_600, "ph": 3_600, "flow": 3_600}, facility="F1"),
        ),
        facilities=(
            works("F1", "M1", 4_000.0, {"cod": 40.0, "nh3n": 5.0, "tp": 0.5, "tn": 12.0}),
            works("F2", "T1", 3_000.0, {"cod": 80.0, "nh3n": 8.0, "tp": 1.0}, "outfall"),
            works("F3", "M2", 6_000.0, {"cod": 60.0, "nh3n": 30.0}, "enterprise"),
            works("I1", "M2", 15_000.0, {}, "intake"),
        ),
        chiefs=(), responsibilities=(),
    )  # fmt: skip


@pytest.fixture(scope="session")
def mini() -> Basin:
    """The invented basin that ships with riverchief."""
    return basins.read(basins.named("mini"))


@pytest.fixture(scope="session")
def jinzhong() -> Basin:
    """The prefecture that ships with riverchief."""
    return basins.read(basins.named("jinzhong"))
