"""Properties and units. One table says what is measured, in which unit it is kept, and what is plausible.

Concentrations are kept in mg/L (= g/m³), as the standards print them; everything else in SI or the field's unit.
"""

from __future__ import annotations

from dataclasses import dataclass

from riverchief.base.errors import InputError, UnknownName


@dataclass(frozen=True, slots=True)
class Property:
    """One thing that can be measured: code, names, the unit it is kept in, its physical range."""

    code: str
    name_zh: str
    name_en: str
    unit: str
    low: float
    high: float
    decimals: int


def _table(*rows: tuple[str, str, str, str, float, float, int]) -> dict[str, Property]:
    return {row[0]: Property(*row) for row in rows}


# The ranges are what an instrument in a river can show at all, not limits of a standard.
PROPERTIES = _table(
    ("water_temperature", "水温", "water temperature", "°C", -2, 45, 1),
    ("ph", "pH", "pH", "1", 0, 14, 2),
    ("do", "溶解氧", "dissolved oxygen", "mg/L", 0, 30, 2),
    ("ec", "电导率", "conductivity", "µS/cm", 0, 100_000, 1),
    ("transparency", "透明度", "transparency", "m", 0, 100, 2),
    ("turbidity", "浊度", "turbidity", "NTU", 0, 10_000, 1),
    ("codmn", "高锰酸盐指数", "permanganate index", "mg/L", 0, 500, 2),
    ("cod", "化学需氧量", "chemical oxygen demand", "mg/L", 0, 10_000, 1),
    ("bod5", "五日生化需氧量", "BOD5", "mg/L", 0, 5_000, 1),
    ("nh3n", "氨氮", "ammonia nitrogen", "mg/L", 0, 500, 3),
    ("tp", "总磷", "total phosphorus", "mg/L", 0, 100, 3),
    ("tn", "总氮", "total nitrogen", "mg/L", 0, 500, 2),
    ("chla", "叶绿素a", "chlorophyll a", "mg/L", 0, 10, 4),
    ("algae", "藻密度", "algal density", "1/L", 0, 1e12, 0),
    ("toc", "总有机碳", "total organic carbon", "mg/L", 0, 5_000, 2),
    ("suspended_solids", "悬浮物", "suspended solids", "mg/L", 0, 1e6, 0),
    ("dissolved_solids", "溶解性总固体", "dissolved solids", "mg/L", 0, 1e6, 0),
    ("colour", "色度", "colour", "1", 0, 10_000, 2),
    ("redox", "氧化还原电位", "redox potential", "mV", -1_500, 1_500, 1),
    ("copper", "铜", "copper", "mg/L", 0, 1_000, 4),
    ("zinc", "锌", "zinc", "mg/L", 0, 1_000, 4),
    ("fluoride", "氟化物", "fluoride", "mg/L", 0, 1_000, 3),
    ("selenium", "硒", "selenium", "mg/L", 0, 100, 5),
    ("arsenic", "砷", "arsenic", "mg/L", 0, 100, 5),
    ("mercury", "汞", "mercury", "mg/L", 0, 10, 6),
    ("cadmium", "镉", "cadmium", "mg/L", 0, 100, 5),
    ("chromium6", "六价铬", "chromium(VI)", "mg/L", 0, 100, 4),
    ("lead", "铅", "lead", "mg/L", 0, 100, 4),
    ("cyanide", "氰化物", "cyanide", "mg/L", 0, 100, 4),
    ("phenol", "挥发酚", "volatile phenol", "mg/L", 0, 100, 4),
    ("petroleum", "石油类", "petroleum", "mg/L", 0, 1_000, 3),
    ("surfactant", "阴离子表面活性剂", "anionic surfactant", "mg/L", 0, 1_000, 3),
    ("sulphide", "硫化物", "sulphide", "mg/L", 0, 1_000, 3),
    ("faecal_coliform", "粪大肠菌群", "faecal coliform", "1/L", 0, 1e12, 0),
    ("sulphate", "硫酸盐", "sulphate", "mg/L", 0, 1e5, 1),
    ("chloride", "氯化物", "chloride", "mg/L", 0, 1e5, 1),
    ("nitrate", "硝酸盐", "nitrate", "mg/L", 0, 1e4, 2),
    ("nitrite", "亚硝酸盐", "nitrite", "mg/L", 0, 1e4, 3),
    ("iron", "铁", "iron", "mg/L", 0, 1e4, 3),
    ("manganese", "锰", "manganese", "mg/L", 0, 1e4, 3),
    ("nickel", "镍", "nickel", "mg/L", 0, 1_000, 4),
    ("chromium", "总铬", "total chromium", "mg/L", 0, 1_000, 4),
    ("level", "水位", "water level", "m", -500, 9_000, 3),
    ("flow", "流量", "flow", "m³/s", -100_000, 300_000, 3),
    ("velocity", "流速", "velocity", "m/s", -20, 20, 3),
    ("volume", "累计水量", "volume", "m³", 0, 1e13, 3),
    ("rain", "降水量", "rain", "mm", 0, 2_000, 1),
    ("rain_total", "累计降水量", "accumulated rain", "mm", 0, 1e6, 1),
    ("evaporation", "蒸发量", "evaporation", "mm", 0, 200, 1),
    ("air_temperature", "气温", "air temperature", "°C", -60, 60, 1),
    ("humidity", "湿度", "humidity", "%", 0, 100, 1),
    ("air_pressure", "气压", "air pressure", "Pa", 30_000, 120_000, 0),
    ("wind_speed", "风速", "wind speed", "m/s", 0, 120, 1),
    ("wind_direction", "风向", "wind direction", "°", 0, 360, 0),
    ("soil_moisture", "土壤含水率", "soil moisture", "%", 0, 100, 1),
    ("groundwater_depth", "地下水埋深", "groundwater depth", "m", -50, 3_000, 2),
    ("gate_opening", "闸门开度", "gate opening", "m", 0, 100, 2),
    ("sediment", "含沙量", "sediment concentration", "kg/m³", 0, 2_000, 3),
    ("voltage", "电源电压", "supply voltage", "V", 0, 400, 2),
    ("pm25", "PM2.5", "PM2.5", "µg/m³", 0, 5_000, 0),
    ("pm10", "PM10", "PM10", "µg/m³", 0, 10_000, 0),
    ("so2", "二氧化硫", "sulphur dioxide", "µg/m³", 0, 10_000, 0),
    ("no2", "二氧化氮", "nitrogen dioxide", "µg/m³", 0, 10_000, 0),
    ("o3", "臭氧", "ozone", "µg/m³", 0, 5_000, 0),
    ("co", "一氧化碳", "carbon monoxide", "mg/m³", 0, 1_000, 1),
)

# factor that turns a value in the unit on the left into the unit on the right
_FACTORS = {
    ("µg/L", "mg/L"): 1e-3,
    ("ng/L", "mg/L"): 1e-6,
    ("g/L", "mg/L"): 1e3,
    ("mg/m3", "mg/L"): 1e-3,
    ("mg/m³", "mg/L"): 1e-3,
    ("L/s", "m³/s"): 1e-3,
    ("m³/h", "m³/s"): 1 / 3600,
    ("cm", "m"): 1e-2,
    ("mm", "m"): 1e-3,
    ("hPa", "Pa"): 1e2,
    ("kPa", "Pa"): 1e3,
    ("mg/m³", "µg/m³"): 1e3,
    ("ng/m³", "µg/m³"): 1e-3,
    ("mS/cm", "µS/cm"): 1e3,
    ("mS/m", "µS/cm"): 10.0,
    ("10⁴ m³", "m³"): 1e4,
    ("kg", "t"): 1e-3,
    ("10⁴ t", "t"): 1e4,
    ("MWh", "kWh"): 1e3,
    ("10⁴ kWh", "kWh"): 1e4,
}


def property_named(code: str) -> Property:
    """The property with this code.

    Raises
    ------
    UnknownName
        With the nearest known code.
    """
    try:
        return PROPERTIES[code]
    except KeyError:
        raise UnknownName("property", code, PROPERTIES) from None


def factor(from_unit: str, to_unit: str) -> float:
    """What a value in `from_unit` is multiplied with to stand in `to_unit`.

    Raises
    ------
    InputError
        When no such conversion is known.
    """
    if from_unit == to_unit:
        return 1.0
    if (from_unit, to_unit) in _FACTORS:
        return _FACTORS[from_unit, to_unit]
    if (to_unit, from_unit) in _FACTORS:
        return 1 / _FACTORS[to_unit, from_unit]
    raise InputError(f"cannot turn {from_unit!r} into {to_unit!r}: no such conversion is known.", unit=from_unit)
