"""Worked examples of surface water, typed from published sources: the tests and the table in the docs use the same.

[A] two sources agree, [B] one source; "derived" is arithmetic on a published rule, which proves no rule by itself.
"""

from datetime import date

# -- class: values by item, class, deciding items; Huang He, Shizuishan Mahuanggou, week 47 of 2014, official [B]
WEEKLY = ({"ph": 8.64, "do": 9.02, "codmn": 3.60, "nh3n": 0.90}, date(2014, 11, 20), 3, ("nh3n",))
WEEKLY_ITEMS = {"nh3n": 3, "codmn": 2, "do": 1}

# -- boundaries of classes Ⅰ … 劣Ⅴ: one value for each class [A]
BOUNDARIES = {
    "do": (7.5, 6, 5, 3, 2, 1),
    "codmn": (2, 4, 6, 10, 15, 20),
    "nh3n": (0.15, 0.5, 1, 1.5, 2, 3),
    "tp": (0.02, 0.1, 0.2, 0.3, 0.4, 0.5),
}

# -- main pollutants: values (derived from the printed multiples), target class, class, what the report prints [B]
MONTHLY = (
    (
        "Tongbo R. Shangheba, Oct 2015",
        {"tp": 0.34, "bod5": 6.1, "nh3n": 1.2, "cod": 22},
        5,
        (("tp", 5, 0.7), ("bod5", 5, 0.5), ("nh3n", 4, 0.2), ("cod", 4, 0.1)),
    ),
    ("Mingyue R. Hulu, Oct 2015", {"cod": 38}, 5, (("cod", 5, 0.9),)),
    ("Tongbo R. Aidunzi, Oct 2015", {"cod": 24}, 4, (("cod", 4, 0.2),)),
    (
        "Longgang R. Xihu, Q2 2016",
        {"nh3n": 2.3, "tp": 0.32, "cod": 24},
        6,
        (("nh3n", 6, 1.3), ("tp", 5, 0.6), ("cod", 4, 0.2)),
    ),
)

# -- rivers and basins by counts: name, sections Ⅰ–Ⅲ, sections 劣Ⅴ, sections, printed shares, rating, official [B]
BASINS = (
    ("Dazhou, Oct 2015", 17, 0, 20, "85.0", "0.0", "良好"),
    ("Yangtze system", 76, 5, 94, "80.9", "5.3", "良好"),
    ("Yangtze main stem", 31, 0, 32, "96.9", "0.0", "优"),
    ("Yangtze tributaries", 45, 5, 62, "72.6", "8.1", "轻度污染"),
    ("Yangtze provincial borders", 15, 1, 19, "78.9", "5.3", "良好"),
)
# -- shares of classes as national bulletins print them: name, counts Ⅰ … 劣Ⅴ, printed [B]
SHARES = (
    ("national rivers 2016", (34, 676, 441, 217, 102, 147), ("2.1", "41.8", "27.3", "13.4", "6.3", "9.1")),
    ("national lakes 2016", (8, 28, 38, 23, 6, 9), ("7.1", "25.0", "33.9", "20.5", "5.4", "8.0")),
)
# -- Guangdong Q2 2016: sections and shares of three months, share of all section-months [A]
QUARTER = (60, (78.3, 80.0, 75.0), "77.8")
# -- ten basins 2018 against 2017: changes of the shares, below the threshold (derived)
TWO_YEARS = (2.5, -1.5, "无明显变化")

# -- every row of the ratings table: share Ⅰ–Ⅲ, share 劣Ⅴ, rating [A]; 60/40 by elimination (derived)
RATINGS = (
    (100.0, 0.0, "优"),
    (90.0, 10.0, "优"),
    (89.99, 0.0, "良好"),
    (75.0, 25.0, "良好"),
    (74.99, 19.99, "轻度污染"),
    (74.99, 20.0, "中度污染"),
    (60.0, 39.99, "中度污染"),
    (60.0, 40.0, "重度污染"),
    (59.99, 40.0, "重度污染"),
    (0.0, 100.0, "重度污染"),
)

# -- TLI of Hulun Lake: year, indices of chl, TP, TN, SD, TLI(Σ), state [A]
HULUN = (
    (2011, 37.749, 69.802, 68.909, 81.743, 61.837, "中度富营养"),
    (2012, 48.321, 60.681, 66.362, 77.199, 61.607, "中度富营养"),
    (2013, 43.745, 64.437, 67.866, 77.837, 61.452, "中度富营养"),
    (2014, 37.101, 82.332, 64.888, 80.690, 63.391, "中度富营养"),
    (2015, 50.054, 72.340, 68.334, 79.757, 65.861, "中度富营养"),
    (2016, 43.519, 86.198, 93.172, 77.313, 71.815, "重度富营养"),
    (2017, 53.865, 79.571, 86.139, 73.053, 71.165, "重度富营养"),
    (2018, 54.379, 69.894, 79.746, 76.036, 68.375, "中度富营养"),
    (2019, 55.209, 64.039, 87.591, 76.198, 69.055, "中度富营养"),
    (2020, 47.262, 73.131, 64.568, 67.415, 61.535, "中度富营养"),
)
# -- 2020: rounded concentrations printed beside it (chl mg/m³, TP, TN mg/L, SD m); indices agree within ±0.15 [A]
HULUN_2020 = {"chla": 7.77, "tp": 0.27, "tn": 1.81, "transparency": 0.43}
# -- all five parameters (derived): concentrations, indices, TLI(Σ), state
FIVE = (
    {"chla": 26, "tp": 0.11, "tn": 1.4, "transparency": 0.6, "codmn": 5.0},
    {"chla": 60.383, "tp": 58.514, "tn": 60.230, "transparency": 61.090, "codmn": 43.917},
    57.114,
    "轻度富营养",
)
WEIGHTS = {"chla": 0.2663, "tp": 0.1879, "tn": 0.1790, "transparency": 0.1834, "codmn": 0.1834}
# -- state at the edges of its classes [A], which side an edge is on [B]
STATES = (
    (29.999, "贫营养"),
    (30.0, "中营养"),
    (50.0, "中营养"),
    (50.001, "轻度富营养"),
    (60.0, "轻度富营养"),
    (60.001, "中度富营养"),
    (70.0, "中度富营养"),
    (70.001, "重度富营养"),
)

# -- CWQI: official ranked lists, best first, as printed [B]
JILIN = (
    ("白山", 3.0229),
    ("通化", 3.4643),
    ("长白山", 3.8408),
    ("吉林", 4.2664),
    ("延边", 4.4195),
    ("松原", 4.6321),
    ("公主岭", 4.8718),
    ("长春", 5.4231),
    ("白城", 5.8976),
    ("梅河口", 6.5198),
    ("四平", 6.8367),
    ("辽源", 7.1454),
)
JILIN_BEST = ("辽源", 7.1454, 14.630, -51.16)  # now, base (derived), printed change
HUNAN = (("武陵源", 2.1744), ("江华", 2.3185), ("茶陵", 2.3640), ("城步", 2.3664), ("蓝山", 2.3735))
HUNAN_CHANGES = (("新晃", -16.78), ("新田", -15.27), ("辰溪", -14.03))
# -- indices of items (derived): item, column, value, index
INDICES = (
    ("ph", "river", 6.5, 0.5),
    ("ph", "river", 7.0, 0.0),
    ("ph", "river", 8.6, 0.8),
    ("do", "river", 10.0, 0.5),
    ("do", "river", 5.0, 1.0),
    ("do", "river", 4.0, 1.25),
    ("cod", "river", 15.0, 0.75),
    ("tp", "river", 0.1, 0.5),
    ("tp", "lake", 0.05, 1.0),
)

# -- rounding to three places with the guard against zero [B]
ROUNDING = ((0.0034, 0.003), (0.0035, 0.004), (0.0045, 0.004), (0.00005, 0.00005))
# -- mean of pH: values, mean, and the plain mean, which is wrong [B]
PH_MEAN = ((6.5, 7.9, 8.8, 9, 6.78, 8.87), 7.08, 7.975)

# -- Spearman: exact limits at 0.05 and 0.01 [A]
SPEARMAN = {5: (0.900, 1.000), 6: (0.829, 0.943), 7: (0.714, 0.893), 8: (0.643, 0.833), 9: (0.600, 0.783)}
