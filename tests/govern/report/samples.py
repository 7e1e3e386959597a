"""Facts of an invented bulletin: typed by hand, with everything that can be awkward in one."""

from riverchief.govern import report
from riverchief.govern.report import Facts, Part


def two(zh, en):
    return {"zh": zh, "en": en}


SECTIONS = (
    # name, river, county, level, target, class, before, year before, deciding zh, en
    ("王庄桥南", "Wangzhuang Bridge South", "汾河", "Fen River", "灵石县", "Lingshi", 3, 4, 3, 4, "总磷（0.35）", "total phosphorus (0.35)", 111.67, 36.73),
    ("郝村", "Haocun", "潇河", "Xiao River", "榆次区", "Yuci", 3, 2, 2, 3, "—", "—", 112.62, 37.62),
    ("乌马河口", "Wuma Mouth", "乌马河", "Wuma River", "祁县", "Qi County", 5, 6, 5, 5, "氨氮（1.62）、总磷（0.55）", "ammonia nitrogen (1.62), total phosphorus (0.55)", 112.25, 37.40),
    ("社城", "Shecheng", "浊漳北源", "Zhuozhang North Branch", "榆社县", "Yushe", 2, 0, 0, 0, "—", "—", 112.94, 37.29),
)  # fmt: skip


def sections(query="/api/v1/cloud/sections/{code}/year?year=2026"):
    rows = []
    for n, row in enumerate(SECTIONS):
        zh, en, river_zh, river_en, county_zh, county_en, target, class_, before, year_before, d_zh, d_en, *_ = row
        rows.append(
            {
                "name": two(zh, en),
                "river": two(river_zh, river_en),
                "county": two(county_zh, county_en),
                "level": two("国控", "national"),
                "target": target,
                "class": class_,
                "before": before,
                "year_before": year_before,
                "deciding": two(d_zh, d_en),
                "state": two("达标", "yes") if 0 < class_ <= target else two("超标", "no") if class_ else None,
                "_query": query.format(code=f"sec-{n}"),
                "_over": ["tp"] if class_ > target else [],
                "_over_names": {"tp": two("总磷", "total phosphorus")},
            }
        )
    return rows


def figures():
    return {
        "map": {
            "reaches": [
                {"river": two("汾河", "Fen River"), "line": [[112.37, 37.61], [112.1, 37.23], [111.67, 36.73]], "class": 4, "flow_m3s": 20},
                {"river": two("潇河", "Xiao River"), "line": [[112.97, 37.73], [112.62, 37.62], [112.33, 37.5]], "class": 2, "flow_m3s": 2.2},
                {"river": two("浊漳北源", "Zhuozhang North Branch"), "line": [[112.94, 37.29], [112.9, 36.88]], "class": 0, "flow_m3s": 1.6},
            ],
            "sections": [
                {"name": two(row[0], row[1]), "lon": row[-2], "lat": row[-1], "class": row[7], "target": row[6]} for row in SECTIONS
            ],
            "places": [{"name": two("榆次区", "Yuci"), "lon": 112.71, "lat": 37.69}],
        }
    }  # fmt: skip


def facts(kind="monthly", period="2026-10", **changed):
    parts = {
        "summary": Part(
            "summary",
            rows=[
                {"item": two("Ⅰ—Ⅲ类断面比例", "Share of sections of classes Ⅰ–Ⅲ"), "value": 33.3, "before": 66.7, "year_before": None, "unit": "%", "_decimals": 1},
                {"item": two("销号事件", "Cases closed"), "value": 1234, "before": 0, "year_before": -5, "unit": two("件", "cases"), "_decimals": 0},
            ],
            said=[two("10月参评断面3个，达到目标1个。", "Of 3 sections judged in October, 1 kept its target.")],
            figures={
                "shares": {
                    "periods": [
                        {"label": two("本期", "this period"), "counts": [0, 1, 0, 1, 0, 1], "none": 1},
                        {"label": two("上期", "period before"), "counts": [0, 1, 1, 0, 1, 0], "none": 1},
                    ]
                }
            },
            query="/api/v1/cloud/ratings?period=2026-10",
        ),
        "sections": Part("sections", rows=sections(), figures=figures(), query="/map"),
        "ratings": Part(
            "ratings",
            rows=[
                {"name": two("汾河", "Fen River"), "n": 1, "good_share": 0.0, "bad_share": 0.0, "rating": two("轻度污染", "slightly polluted"), "main": two("总磷（0.35）", "total phosphorus (0.35)"), "change": two("无明显变化", "no clear change")},
            ],
            notes=[two("断面少于5个，按均值评价。", "Fewer than five sections: rated by the mean.")],
        ),
        "year": Part(
            "year",
            rows=[
                {"name": two("王庄桥南", "Wangzhuang Bridge South"), "target": 3, "class": 4, "do": 7.123, "codmn": 5.2, "nh3n": 0.81234, "tp": 0.27, "deciding": two("总磷（0.35）", "total phosphorus (0.35)"), "_query": "/api/v1/cloud/sections/sec-0/year?year=2026"},
            ],
            figures={
                "calendar": {"months": [f"2026-{m:02}" for m in range(1, 11)], "rows": [{"name": two("王庄桥南", "Wangzhuang Bridge South"), "target": 3, "classes": [3, 3, 4, 4, 0, 5, 6, 3, 2, 4]}]},
                "trends": {"panels": [{"name": two("王庄桥南", "Wangzhuang Bridge South"), "property": two("总磷", "total phosphorus"), "unit": "mg/L", "limit": 0.2, "at_least": False, "months": [f"2026-{m:02}" for m in range(1, 11)], "values": [0.1, 0.2, 0.25, None, 0.3, 0.2, 0.18, 0.17, 0.22, 0.27]}]},
            },
        ),
        "air": Part("air", missing=two("本期无空气监测数据。", "No air data for this period.")),
        "dischargers": Part(
            "dischargers",
            rows=[{"name": two("介休市污水处理厂", "Jiexiu Sewage Works"), "property": two("氨氮", "ammonia nitrogen"), "value": 7.2, "limit": 5.0, "unit": "mg/L", "clause": two("许可证 P-1 第4条", "permit P-1, clause 4"), "at": "2026-10-12T08:00", "_decimals": 1, "_unconfirmed": ["limit"]}],
        ),
        "targets": Part(
            "targets",
            rows=[{"name": two("王庄桥南达到Ⅲ类", "Wangzhuang Bridge South in class Ⅲ"), "issuer": two("省生态环境厅", "Province"), "required": two("Ⅲ", "Ⅲ"), "to_date": two("Ⅳ", "Ⅳ"), "probability": 0.38, "state": two("有风险", "at risk"), "allowed": two("总磷 ≤ 0.155 mg/L", "total phosphorus ≤ 0.155 mg/L")}],
            figures={"outlook": {"rows": [{"name": two("王庄桥南达到Ⅲ类", "Wangzhuang Bridge South in class Ⅲ"), "probability": 0.38, "low": 0.2, "high": 0.55}]}},
        ),
        "sources": Part(
            "sources",
            rows=[{"edition": "GB 3838-2002", "name": two("地表水环境质量标准", "Surface water"), "state": two("已核实", "confirmed")}],
            notes=[two("均值为本期有效读数的算术平均。", "Means are arithmetic means of the valid readings.")],
        ),
    }  # fmt: skip
    given = {
        "kind": kind,
        "period": period,
        "region": "140700000000",
        "region_name": two("晋中市", "Jinzhong"),
        "issuer": two("晋中市河长制办公室", "River Chief Office of Jinzhong"),
        "address": "http://127.0.0.1:8000",
        "as_of": "2026-11-01T00:00",
        "parts": tuple(parts.values()),
        "editions": ({"code": "GB 3838-2002", "confirmed": True, "note_zh": "", "note_en": ""},),
        "simulated": True,
    }
    return report.Facts(**{**given, **changed})


__all__ = ["Facts", "facts", "figures", "sections", "two"]
