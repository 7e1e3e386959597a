import math
import re
from datetime import date

import pytest

from riverchief.base.errors import InputError, UnknownName
from riverchief.cloud.standards.water.drinking import assess_source, source_limits

DAY = date(2021, 4, 1)
LIMITS = source_limits("GB 3838-2002")
TABLE_2 = {"sulphate": 250, "chloride": 250, "nitrate": 10, "iron": 0.3, "manganese": 0.1}
# Table 3 typed a second time from the sheet: number, name, limit [mg/L]
TABLE_3 = """
1 chloroform 0.06 · 2 carbon tetrachloride 0.002 · 3 bromoform 0.1 · 4 dichloromethane 0.02 ·
5 1,2-dichloroethane 0.03 · 6 epichlorohydrin 0.02 · 7 vinyl chloride 0.005 · 8 1,1-dichloroethylene 0.03 ·
9 1,2-dichloroethylene 0.05 · 10 trichloroethylene 0.07 · 11 tetrachloroethylene 0.04 · 12 chloroprene 0.002 ·
13 hexachlorobutadiene 0.0006 · 14 styrene 0.02 · 15 formaldehyde 0.9 · 16 acetaldehyde 0.05 · 17 acrolein 0.1 ·
18 chloral 0.01 · 19 benzene 0.01 · 20 toluene 0.7 · 21 ethylbenzene 0.3 · 22 xylenes 0.5 · 23 cumene 0.25 ·
24 chlorobenzene 0.3 · 25 1,2-dichlorobenzene 1.0 · 26 1,4-dichlorobenzene 0.3 · 27 trichlorobenzenes 0.02 ·
28 tetrachlorobenzenes 0.02 · 29 hexachlorobenzene 0.05 · 30 nitrobenzene 0.017 · 31 dinitrobenzenes 0.5 ·
32 2,4-dinitrotoluene 0.0003 · 33 2,4,6-trinitrotoluene 0.5 · 34 nitrochlorobenzenes 0.05 ·
35 2,4-dinitrochlorobenzene 0.5 · 36 2,4-dichlorophenol 0.093 · 37 2,4,6-trichlorophenol 0.2 ·
38 pentachlorophenol 0.009 · 39 aniline 0.1 · 40 benzidine 0.0002 · 41 acrylamide 0.0005 · 42 acrylonitrile 0.1 ·
43 dibutyl phthalate 0.003 · 44 di(2-ethylhexyl) phthalate 0.008 · 45 hydrazine hydrate 0.01 ·
46 tetraethyl lead 0.0001 · 47 pyridine 0.2 · 48 turpentine 0.2 · 49 picric acid 0.5 · 50 butyl xanthate 0.005 ·
51 active chlorine 0.01 · 52 DDT 0.001 · 53 lindane 0.002 · 54 heptachlor epoxide 0.0002 · 55 parathion 0.003 ·
56 methyl parathion 0.002 · 57 malathion 0.05 · 58 dimethoate 0.08 · 59 dichlorvos 0.05 · 60 trichlorfon 0.05 ·
61 demeton 0.03 · 62 chlorothalonil 0.01 · 63 carbaryl 0.05 · 64 deltamethrin 0.02 · 65 atrazine 0.003 ·
66 benzo(a)pyrene 2.8e-6 · 67 methylmercury 1.0e-6 · 68 polychlorinated biphenyls 2.0e-5 · 69 microcystin-LR 0.001 ·
70 yellow phosphorus 0.003 · 71 molybdenum 0.07 · 72 cobalt 1.0 · 73 beryllium 0.002 · 74 boron 0.5 ·
75 antimony 0.005 · 76 nickel 0.02 · 77 barium 0.7 · 78 vanadium 0.05 · 79 titanium 0.1 · 80 thallium 0.0001
"""


def test_every_limit_of_table_2():
    assert {c: i.limit_mgl for c, i in LIMITS.items() if i.table == 2} == TABLE_2


def test_every_limit_of_table_3():
    typed = [re.fullmatch(r"(\d+) (.+) ([\d.e-]+)", " ".join(part.split())) for part in TABLE_3.split("·")]
    expected = [(int(m[1]), m[2], float(m[3])) for m in typed]
    found = sorted((i.number, i.name_en, i.limit_mgl) for i in LIMITS.values() if i.table == 3)
    assert found == expected
    assert len(found) == 80
    assert all(item.name_zh for item in LIMITS.values())


def test_a_source_is_within_its_limits_or_beyond_one():
    clean = assess_source({"nitrate": 10.0, "iron": 0.3, "benzene": 0.01}, on=DAY)
    assert (clean.keeps, clean.within, len(clean.missing)) == (True, ("nitrate", "iron", "benzene"), 82)
    assert clean.sentence("zh") == "已测3项均符合标准限值；82项未监测"
    dirty = assess_source({"nitrate": 12.0, "iron": 0.9, "benzene": math.nan}, on=DAY)
    assert (dirty.keeps, [(b.item.code, round(b.multiple, 6)) for b in dirty.beyond]) == (
        False,
        [("iron", 2.0), ("nitrate", 0.2)],
    )
    assert dirty.sentence("en").startswith("iron 0.9 mg/L is above the limit 0.3 (2.0 times over)")
    assert dirty.sentence("zh").startswith("铁 0.9 mg/L，高于标准限值 0.3 (超标 2.0 倍)；硝酸盐")
    assert dirty.beyond[0].item.clause == "Table 2, item 4"


def test_what_was_not_detected_counts_unless_its_limit_is_too_high():
    fine = assess_source({}, on=DAY, below={"benzene": 0.001}, tables=(3,))
    assert (fine.keeps, fine.within) == (True, ("benzene",))
    unsure = assess_source({"iron": 0.1}, on=DAY, below={"benzidine": 0.001})
    assert (unsure.keeps, unsure.undetected) == (None, ("benzidine",))
    assert "cannot be judged: benzidine" in unsure.sentence("en")
    assert assess_source({}, on=DAY).keeps is None


def test_what_is_asked_wrongly_is_named():
    with pytest.raises(UnknownName, match="did you mean 'benzene'"):
        assess_source({"benzen": 1.0}, on=DAY)
    with pytest.raises(InputError, match="iron is -1"):
        assess_source({"iron": -1.0}, on=DAY)
    with pytest.raises(UnknownName, match="'benzene' is not known"):
        assess_source({"benzene": 0.0}, on=DAY, tables=(2,))
    with pytest.raises(InputError, match="no edition of GB 3838"):
        assess_source({"iron": 0.1}, on=date(2001, 1, 1))
