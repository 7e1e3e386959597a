"""What the toy basin is made of."""

from datetime import UTC, datetime

from riverchief.base.basin import Facility, Reach, Station
from riverchief.base.places import Place

START = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)  # local midnight
FIVE = dict.fromkeys(("water_temperature", "ph", "do", "ec", "turbidity"), 900)
LAB = dict.fromkeys(("codmn", "nh3n", "tp"), 14_400)


def reach(code, river, upper, lower, length_m, flow, velocity=0.5, width=20.0, depth=1.0):
    return Reach(code, river, code, code, upper, lower, length_m, flow, velocity, width, depth)


def water_station(code, reach_code, chainage, **more):
    given = {"kind": "water_quality", "protocol": "hj212", "dialect": "2017", "interval_s": FIVE | LAB} | more
    return Station(
        code=code, name_zh=code, name_en=code, place=Place(reach_code, chainage), lon=112.0, lat=37.0,
        region="140700000000", device=f"A140700_{code[-4:]:0>4}", **given,
    )  # fmt: skip


def works(code, reach_code, chainage, pollutants, kind="works"):
    return Facility(
        code=code, kind=kind, name_zh=code, name_en=code, place=Place(reach_code, chainage), lon=112.0, lat=37.0,
        region="140700000000", flow_m3s=0.2, pollutants=pollutants,
    )  # fmt: skip
