"""Worked examples and tables of ambient air, typed from published sources and not from the project's data files.

The tests check the engine against them; benchmarks/worked_examples_air.py writes them, with what the engine gives, to
docs/validation/worked-examples-air.md.
"""

from __future__ import annotations

# GB 3095, µg/m³ (CO mg/m³): item, averaging → grade 1 and grade 2
LIMITS_2012 = {
    ("so2", "year"): (20, 60),
    ("so2", "day"): (50, 150),
    ("so2", "1h"): (150, 500),
    ("no2", "year"): (40, 40),
    ("no2", "day"): (80, 80),
    ("no2", "1h"): (200, 200),
    ("co", "day"): (4, 4),
    ("co", "1h"): (10, 10),
    ("o3", "8h"): (100, 160),
    ("o3", "1h"): (160, 200),
    ("pm10", "year"): (40, 70),
    ("pm10", "day"): (50, 150),
    ("pm25", "year"): (15, 35),
    ("pm25", "day"): (35, 75),
    ("tsp", "year"): (80, 200),
    ("tsp", "day"): (120, 300),
    ("nox", "year"): (50, 50),
    ("nox", "day"): (100, 100),
    ("nox", "1h"): (250, 250),
    ("lead", "year"): (0.5, 0.5),
    ("lead", "quarter"): (1, 1),
    ("bap", "year"): (0.001, 0.001),
    ("bap", "day"): (0.0025, 0.0025),
}
# the transition until 2030-12-31 changes particles alone
LIMITS_TRANSITION = {
    **LIMITS_2012,
    ("pm10", "year"): (40, 60),
    ("pm10", "day"): (50, 120),
    ("pm25", "year"): (15, 30),
    ("pm25", "day"): (35, 60),
}
LIMITS_FINAL = {
    **LIMITS_2012,
    ("so2", "year"): (20, 20),
    ("so2", "day"): (50, 50),
    ("so2", "1h"): (150, 150),
    ("no2", "year"): (30, 30),
    ("no2", "day"): (50, 50),
    ("pm10", "year"): (20, 50),
    ("pm10", "day"): (50, 100),
    ("pm25", "year"): (10, 25),
    ("pm25", "day"): (25, 50),
    ("nox", "year"): (40, 40),
    ("nox", "day"): (70, 70),
}

# HJ 633 Table 1: indices, and concentrations at them by item and averaging
INDICES = (0, 50, 100, 150, 200, 300, 400, 500)
BREAKPOINTS = {
    ("so2", "24h"): (0, 50, 150, 475, 800, 1600, 2100, 2620),
    ("so2", "1h"): (0, 150, 500, 650, 800),
    ("no2", "24h"): (0, 40, 80, 180, 280, 565, 750, 940),
    ("no2", "1h"): (0, 100, 200, 700, 1200, 2340, 3090, 3840),
    ("co", "24h"): (0, 2, 4, 14, 24, 36, 48, 60),
    ("co", "1h"): (0, 5, 10, 35, 60, 90, 120, 150),
    ("o3", "8h"): (0, 100, 160, 215, 265, 800),
    ("o3", "1h"): (0, 160, 200, 300, 400, 800, 1000, 1200),
}
PARTICLES = {
    "HJ 633-2012": {
        ("pm10", "24h"): (0, 50, 150, 250, 350, 420, 500, 600),
        ("pm25", "24h"): (0, 35, 75, 115, 150, 250, 350, 500),
    },
    "HJ 633-2026": {
        ("pm10", "24h"): (0, 50, 120, 250, 350, 420, 500, 600),
        ("pm25", "24h"): (0, 35, 60, 115, 150, 250, 350, 500),
    },
}
# up to, level, category, colour as red, green, blue and as cyan, magenta, yellow, black
LEVELS = (
    (50, 1, "优", (0, 228, 0), (40, 0, 100, 0)),
    (100, 2, "良", (255, 255, 0), (0, 0, 100, 0)),
    (150, 3, "轻度污染", (255, 126, 0), (0, 52, 100, 0)),
    (200, 4, "中度污染", (255, 0, 0), (0, 100, 100, 0)),
    (300, 5, "重度污染", (153, 0, 76), (10, 100, 40, 30)),
    (500, 6, "严重污染", (126, 0, 35), (30, 100, 100, 30)),
)

# edition, item, averaging, concentration, index
_2026 = "HJ 633-2026"
_2012 = "HJ 633-2012"
INDEX_CASES = (
    (_2026, "pm25", "24h", 35, 50),
    (_2026, "pm25", "24h", 60, 100),
    (_2026, "pm25", "24h", 75, 114),
    (_2026, "pm25", "24h", 115, 150),
    (_2026, "pm25", "24h", 150, 200),
    (_2026, "pm25", "24h", 250, 300),
    (_2026, "pm25", "24h", 500, 500),
    (_2026, "pm25", "24h", 800, 500),
    (_2026, "pm10", "24h", 120, 100),
    (_2026, "pm10", "24h", 150, 112),
    (_2026, "pm10", "24h", 250, 150),
    (_2026, "so2", "1h", 475, 97),
    (_2026, "so2", "1h", 500, 100),
    (_2026, "so2", "1h", 800, 200),
    (_2026, "so2", "1h", 801, 200),
    (_2026, "so2", "1h", 900, 200),
    (_2026, "so2", "24h", 50, 50),
    (_2026, "so2", "24h", 150, 100),
    (_2026, "so2", "24h", 475, 150),
    (_2026, "no2", "1h", 100, 50),
    (_2026, "no2", "1h", 350, 115),
    (_2026, "no2", "1h", 3840, 500),
    (_2026, "o3", "8h", 160, 100),
    (_2026, "o3", "8h", 800, 300),
    (_2026, "o3", "8h", 801, 300),
    (_2026, "o3", "1h", 160, 50),
    (_2026, "o3", "1h", 200, 100),
    (_2026, "o3", "1h", 1000, 400),
    (_2026, "pm25", "24h", 60.5, 100),  # halves to even before the index
    (_2026, "pm25", "24h", 35.5, 52),
    (_2012, "pm25", "24h", 45, 63),
    (_2012, "pm25", "24h", 75, 100),
    (_2012, "pm25", "24h", 76, 102),
    (_2012, "pm25", "24h", 120, 158),
    (_2012, "pm10", "24h", 80, 65),
    (_2012, "pm10", "24h", 150, 100),
    (_2012, "pm10", "24h", 180, 115),
)
# the same without rounding the concentration first: rounding up is what shows
UNROUNDED_CASES = ((_2026, "pm25", "24h", 60.11, 101),)

# one day of concentrations: what 2026 and what 2012 make of it (index by item, AQI, primary, level)
DAY = {"pm25": 75, "pm10": 90, "o3_8h": 140, "so2": 12, "no2": 28, "co": 0.7}
DAY_2026 = ({"pm25": 114, "pm10": 79, "o3_8h": 84, "so2": 12, "no2": 35, "co": 18}, 114, ("pm25",), "轻度污染")
DAY_2012 = ({"pm25": 100, "pm10": 70, "o3_8h": 84, "so2": 12, "no2": 35, "co": 18}, 100, ("pm25",), "良")
LOW = {"so2": 5, "no2": 10, "co": 0.3, "o3_8h": 60}
TIE = ({"pm25": 60, "pm10": 120, **LOW}, 100, ("pm10", "pm25"))
NO_PRIMARY = ({"pm25": 33, "pm10": 40, **LOW}, 48)
# items with values, index of the rest, what a report may print (None = NA)
INCOMPLETE = (({"pm25": 40}, 60, None), ({"pm25": 80}, 119, 119))

# Naiman, first quarter of a leap year, official: means, 95th percentile of CO, 90th of ozone; index 3.14, PM10 leads
COMPOSITE = {"so2": 9, "no2": 14, "pm10": 77, "co": 1.1, "o3_8h": 96, "pm25": 23}
COMPOSITE_RATIOS = {"so2": 0.15, "no2": 0.35, "pm10": 1.10, "co": 0.28, "o3_8h": 0.60, "pm25": 0.66}
COMPOSITE_CASES = (
    ("2013-equal", 3.14, "pm10"),  # published
    ("2026-equal", 3.425, "pm10"),
    ("2026-weighted", 5.908, "pm25"),
)
COMPOSITE_UNROUNDED = 3.132  # would print 3.13: the ratios are rounded first
GOOD_DAYS = (51, 35, 5, 94.5, 5.5)  # excellent, good, polluted; good-day and polluted share [%] of 91 valid days

# HJ 663: how many values make a mean, and how sure it is (A two sources, B one, C customary)
VALIDITY = {
    "HJ 663-2013": {
        "hour_minutes": (45, "C"),
        "eight_hours": (6, "B"),
        "day_hours": (20, "B"),
        "day_eight_hour_means": (14, "A"),
        "month_days": (27, "B"),
        "february_days": (25, "B"),
        "year_days": (324, "B"),
        "city_station_share": (0.75, "C"),
    },
    "HJ 663-2026": {
        "hour_minutes": (45, "C"),
        "eight_hours": (6, "C"),
        "day_hours": (20, "B"),
        "day_eight_hour_means": (14, "B"),
        "month_days": (27, "C"),
        "february_days": (25, "C"),
        "year_days": (324, "C"),
        "city_station_share": (0.75, "C"),
    },
}
