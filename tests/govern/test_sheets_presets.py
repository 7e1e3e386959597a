"""Every sheet that ships with riverchief: worked by hand, honest about what it is, and open to its inputs.

The figures on the right were computed on paper from the definitions in the comments, not printed by the engine.
"""

from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest

from riverchief.govern import carbon
from riverchief.govern.sheets import Input, Kind, Review, Status, evaluate, named, names, score_as_dict

# what the issue of the day names, and the sheets that answer for it
SUBJECTS = {
    "strictest water-resources assessment": ["water-strictest"],
    "county water-saving society": ["water-saving-county"],
    "river health": ["river-health"],
    "happy rivers": ["happy-river-national", "happy-river-five", "happy-river-shanxi", "happy-river-zhejiang"],
    "the office itself": ["office-db14-3523"],
    "groundwater double control": ["groundwater-control"],
    "reclaimed water": ["reclaimed-water"],
    "irrigation efficiency": ["irrigation-efficiency"],
    "key projects": ["key-projects"],
    "outfall rectification": ["outfall-rectification"],
    "soil and solid waste": ["soil-and-waste"],
    "afforestation and its carbon": ["afforestation"],
    "methanol vehicles and energy": ["methanol-energy"],
    "enforcement counts": ["enforcement"],
    "public satisfaction": ["public-satisfaction"],
    "chiefs": ["chief-monthly", "village-chief"],
    "counties": ["county-monthly"],
    "departments": [f"department-{one}" for one in ("environment", "water", "agriculture", "housing", "police")],
}

# sheet → inputs, and what every figure that follows from them comes to
FIGURES = {
    "water-strictest": (
        {
            "total_water_use": 9_500, "total_water_limit": 10_000, "gdp": 1_900_000, "water_per_gdp_base": 62.5,
            "water_per_gdp_fall_target": 18, "industrial_water_use": 1_200, "industrial_value_added": 600_000,
            "water_per_industry_base": 25, "water_per_industry_fall_target": 25, "irrigation_water_net": 2_900,
            "irrigation_water_gross": 5_000, "irrigation_coefficient_target": 0.57, "zones_met": 9, "zones_judged": 12,
            "zone_compliance_target": 80, "zone_load_reduction": 12, "zone_load_reduction_target": 10,
            "strictest_mean_before": 84, "strictest_last_year": 91,
        },
        {
            # 95 %; 50 m³ per 10⁴ yuan of 62.5 is a fall of 20 %, 2 beyond 18; 20 of 25 is 20 %, 5 short of 25;
            # 2900/5000 = 0.58; 75 % of 80; 12 of 10; met: all but industry and zones; (84 + 91)/2 = 87.5, rounded 88
            "use_share": 95, "per_gdp": 2, "per_industry": -5, "irrigation": 0.01, "zones": -5, "load": 2,
            "targets_met": 4, "final": 88,
        },
    ),
    "water-saving-county": (
        {
            "quota_checked": 45, "quota_users": 50, "planned_users": 30, "planned_users_due": 40, "urban_metered": 980,
            "urban_users": 1_000, "farm_water_metered": 1_500, "farm_water": 2_000, "price_reform_area": 12,
            "irrigated_area": 20, "three_sync_done": 7, "three_sync_due": 8, "saving_firms": 4, "saving_firms_due": 10,
            "saving_bodies": 33, "saving_bodies_all": 60, "saving_communities": 9, "communities": 45,
            "supplied_water": 800, "sold_water": 712, "saving_appliances": 190, "appliances": 200,
            "reclaimed_used": 240, "sewage_treated": 600, "awareness_right": 170, "awareness_asked": 200,
        },
        {
            "quota_share": 90, "planned_share": 75, "urban_meter_share": 98, "farm_meter_share": 75, "price_share": 60,
            "three_sync_share": 87.5, "firm_share": 40, "body_share": 55, "community_share": 20, "leak_share": 11,
            "appliance_share": 95, "reclaimed_share": 40, "awareness_share": 85,
        },
    ),
    "happy-river-national": (
        {
            "flood_dikes_met": 84, "flood_dikes": 96, "drainage_met": 30, "drainage_area": 40, "total_water_use": 90,
            "total_water_limit": 100, "sections_good": 3, "sections_judged": 4, "ecoflow_satisfied": 92,
            "open_waterfront": 21, "banks": 60, "satisfied_people": 440, "asked_people": 500,
        },
        {"flood": 87.5, "drainage": 75, "use": 90, "good": 75, "ecoflow": 92, "open": 35, "satisfaction": 88},
    ),
    "happy-river-five": (
        {
            "ecoflow_satisfied": 92, "four_chaos_found": 40, "four_chaos_cleared": 38, "sections_good": 3,
            "sections_judged": 4, "sections_on_target": 2, "outfalls_rectified": 18, "outfalls_to_rectify": 24,
            "eco_bank": 45, "banks": 60, "open_waterfront": 21, "patrols_done": 19, "patrols_due": 20,
            "cases_on_time": 9, "cases_due": 12, "satisfied_people": 440, "asked_people": 500,
        },
        {
            "ecoflow": 92, "chaos": 95, "good": 75, "target": 50, "outfalls": 75, "bank": 75, "open": 35, "patrols": 95,
            "cases": 75, "satisfaction": 88,
        },
    ),
    "happy-river-shanxi": (
        {
            "sections_good": 3, "sections_judged": 4, "ecoflow_satisfied": 92, "eco_bank": 45, "banks": 60,
            "flood_dikes_met": 84, "flood_dikes": 96, "four_chaos_found": 40, "four_chaos_cleared": 38,
            "total_water_use": 90, "total_water_limit": 100, "open_waterfront": 21, "patrols_done": 19,
            "patrols_due": 20, "satisfied_people": 440, "asked_people": 500,
        },
        {
            "good": 75, "ecoflow": 92, "bank": 75, "flood": 87.5, "chaos": 95, "use": 90, "open": 35, "patrols": 95,
            "satisfaction": 88,
        },
    ),
    "office-db14-3523": (
        {
            "total_water_use": 90, "total_water_limit": 100, "ecoflow_satisfied": 92, "four_chaos_found": 40,
            "four_chaos_cleared": 38, "patrols_done": 19, "patrols_due": 20, "outfalls_rectified": 18,
            "outfalls_to_rectify": 24, "discharge_alerts": 3, "sections_good": 3, "sections_judged": 4,
            "sections_on_target": 2, "sections_bad": 1, "projects_completed": 11, "projects_total": 44,
            "forest_planted": 9_000, "forest_planned": 12_000, "cases_on_time": 9, "cases_due": 12, "law_closed": 8,
            "law_filed": 10,
        },
        {
            "use": 90, "ecoflow": 92, "chaos": 95, "patrols": 95, "outfalls": 75, "discharge": 3, "good": 75,
            "target": 50, "bad": 1, "projects": 25, "forest": 75, "cases": 75, "law": 80,
        },
    ),
    "groundwater-control": (
        {
            "groundwater_use": 4_490, "groundwater_limit": 4_678, "groundwater_depth": 21.4,
            "groundwater_depth_before": 22.1, "groundwater_depth_limit": 23, "groundwater_wells_met": 14,
            "groundwater_wells": 16, "wells_closed": 27, "wells_to_close": 30,
        },
        # 4490/4678 = 95.98 %; 188 left; a depth that fell from 22.1 to 21.4 is a level that rose by 0.7 m
        {"use": 95.981, "left": 188, "rise": 0.7, "margin": 1.6, "level_share": 87.5, "closed": 90},
    ),
    "reclaimed-water": (
        {
            "reclaimed_used": 240, "sewage_treated": 600, "reclaimed_target": 35, "reclaimed_industry": 120,
            "reclaimed_ecology": 60, "reclaimed_urban": 48,
        },
        {"rate": 40, "beyond": 5, "industry": 50, "ecology": 25, "urban": 20, "unexplained": 12},
    ),
    "irrigation-efficiency": (
        {
            "irrigation_water_net": 2_900, "irrigation_water_gross": 5_000, "irrigation_coefficient_target": 0.57,
            "irrigated_area": 25, "efficient_area": 15, "canals_metered": 66, "canals": 88,
        },
        # 5000 · 10⁴ m³ on 25 · 10⁴ mu are 200 m³ per mu; the nation had 0.568 in 2021
        {"coefficient": 0.58, "beyond": 0.01, "nation": 0.012, "per_mu": 200, "efficient": 60, "metered": 75},
    ),
    "key-projects": (
        {
            "projects_total": 44, "projects_started": 40, "projects_completed": 22, "projects_starts_due": 42,
            "projects_started_due": 39, "projects_ends_due": 30, "projects_completed_due": 21,
        },
        {
            "start_rate": 90.909, "completion_rate": 50, "start_on_plan": 92.857, "completion_on_plan": 70,
            "starts_late": 3, "ends_late": 9,
        },
    ),
    "outfall-rectification": (
        {
            "outfalls_surveyed": 80, "outfalls_monitored": 72, "outfalls_traced": 60, "outfalls_to_rectify": 24,
            "outfalls_rectified": 18, "outfalls_total": 16, "outfalls_permitted": 12, "discharge_alerts": 2,
        },
        {"monitored": 90, "traced": 75, "rectified": 75, "permitted": 75, "alerts": 2},
    ),
    "soil-and-waste": (
        {
            "farmland_safe": 930, "farmland_polluted": 1_000, "plots_safe": 5, "plots": 5, "waste_used": 410_000,
            "waste_made": 500_000, "hazardous_disposed": 1_980, "hazardous_made": 2_000, "refuse_harmless": 36_000,
            "refuse_made": 36_000,
        },
        {"farmland": 93, "plots_share": 100, "used": 82, "hazardous": 99, "refuse": 100},
    ),
    "afforestation": (
        {
            "forest_planned": 12_000, "forest_planted": 9_000, "trees_planted": 990_000, "trees_replanted": 49_500,
            "trees_checked": 400, "trees_alive": 344, "grazing_ban_area": 50_000, "grazing_violations": 4,
            "stem_volume": 10_000, "biomass_expansion": 1.5, "wood_density": 0.4, "root_ratio": 0.25,
            "carbon_fraction": 0.5,
        },
        # 9000 mu are 600 ha; 10 000 m³ · 1.5 · 0.4 · 1.25 · 0.5 = 3750 t of carbon, times 44/12 are 13 750 t of CO2
        {
            "area": 75, "hectares": 600, "density": 110, "survival": 86, "replanted": 5, "violations": 0.8,
            "co2": 13_750,
        },
    ),
    "methanol-energy": (
        {
            "methanol_vehicles": 1_200, "methanol_vehicles_new": 300, "methanol_vehicles_target": 400,
            "methanol_stations": 8, "methanol_used": 4_300, "energy_used": 1_710_000, "energy_limit": 1_800_000,
            "gdp": 1_900_000, "energy_per_gdp_base": 1.0,
        },
        # 4300 t · 19.9/43 = 1990 t of diesel; 4300 · 1.374 = 5908.2 t; 1990 · 3.186 = 6340.14 t; 0.9 tce of 1.0: −10 %
        {
            "target": 75, "per_station": 150, "replaced": 1_990, "emitted": 5_908.2, "saved": 431.94, "energy": 95,
            "intensity": 10,
        },
    ),
    "enforcement": (
        {
            "law_filed": 10, "law_closed": 8, "law_penalties": 6, "law_fines": 43.5, "law_police": 1, "law_joint": 4,
            "law_persons": 60, "cases_opened": 13, "cases_on_time": 9, "cases_due": 12, "discharge_alerts": 2,
        },
        {
            "filed": 10, "closed": 80, "penalties": 6, "fines": 43.5, "police": 1, "joint": 4, "officers": 15,
            "opened": 13, "on_time": 75, "discharge": 2,
        },
    ),
    "public-satisfaction": (
        {
            "satisfied_people": 440, "asked_people": 500, "sample_least": 400, "public_reports": 50,
            "public_reports_closed": 48, "public_reports_satisfied": 42,
        },
        {"satisfied": 88, "sample": 125, "settled": 96, "reporters": 87.5},
    ),
}  # fmt: skip

# sheet → inputs, points that people give, and the points of every item by hand, were the sheet confirmed
POINTS = {
    "county-monthly": (
        # 3 of 4 of 20; 2 of 3 of 25; 1 of 2 of 10; 3 of 4 of 25, of 8; 1 of 2 of 4; 3 of 4 of 8
        {
            "patrols_done": 3, "patrols_due": 4, "cases_on_time": 2, "cases_due": 3, "cases_open": 2,
            "letters_on_time": 1, "letters_due": 2, "letters_open": 1, "sections_on_target": 3, "sections_judged": 4,
            "citizen_reports": 4, "citizen_reports_settled": 3, "citizen_reports_rated": 2,
            "citizen_reports_satisfied": 1, "projects_listed": 9, "projects_completed_due": 3, "projects_ends_due": 4,
        },
        {},
        {
            "patrols": 15, "cases": 16.7, "letters": 5, "sections": 18.8, "reports": 6, "satisfied": 2, "projects": 6,
        },
    ),
    "department-environment": (
        # 3 of 4 of 40; 2 of 3 of 40; 12 of 16 of 20; 2 points off for each of 2 alerts
        {
            "sections_on_target": 3, "sections_judged": 4, "environment_cases_on_time": 2, "environment_cases_due": 3,
            "environment_cases_open": 1, "outfalls_permitted": 12, "outfalls_total": 16, "discharge_alerts": 2,
        },
        {},
        {"sections": 30, "cases": 26.7, "permits": 15, "alerts": -4},
    ),
    "department-water": (
        {
            "water_cases_on_time": 2, "water_cases_due": 3, "water_cases_open": 1, "patrols_done": 3, "patrols_due": 4,
            "projects_listed": 9, "projects_completed_due": 3, "projects_ends_due": 4,
        },
        {},
        {"cases": 33.3, "patrols": 22.5, "projects": 15},
    ),
    "department-agriculture": (
        {
            "agriculture_cases_on_time": 2, "agriculture_cases_due": 3, "agriculture_cases_open": 1,
            "sections_on_target": 3, "sections_judged": 4,
        },
        {},
        {"cases": 40, "sections": 30},
    ),
    "department-housing": (
        {
            "housing_cases_on_time": 2, "housing_cases_due": 3, "housing_cases_open": 1, "projects_listed": 9,
            "projects_completed_due": 3,
            "projects_ends_due": 4,
        },
        {},
        {"cases": 40, "projects": 30},
    ),
    "department-police": (
        {
            "police_cases_on_time": 2, "police_cases_due": 3, "police_cases_open": 1, "law_closed": 8, "law_filed": 10,
        },
        {},
        {"cases": 46.7, "law": 24},
    ),
    "chief-monthly": (
        {
            "patrols_done": 3, "patrols_due": 4, "cases_on_time": 2, "cases_due": 3, "cases_open": 2,
            "section_on_target_share": 0.72,
        },
        {},
        {"patrols": 30, "cases": 20, "section": 24},
    ),
    "village-chief": (
        # patrolled; 3 records missing; two reported late and one missed: 6; 5 of 6 events: 12.5; 2 fail, 1 improved: 13;
        # 2 complaints, not all content: 6. 60 − 3 − 6 + 12.5 + 13 + 6 = 82.5
        {
            "patrols_done": 4, "records_missing": 3, "late_reports": 2, "missed_problems": 1, "cases_on_time": 5,
            "cases_due": 6, "waters_failing": 2, "waters_improved": 1, "waters_worse": 0, "complaints": 2,
            "complaints_satisfied": 0,
        },
        {},
        {"none": 0, "records": -3, "late": -6, "events": 12.5, "water": 13, "complaints": 6},
    ),
    "river-health": (
        # bank 0.4 · 80 + 0.6 · 90 = 86; flows 25 % → 90 and 45 % → 90; mean class 2.5 → 82.5; DO 6.75 → 90;
        # 440 of 500 = 88 % → 80 + 20 · 8/15 = 90.667
        {
            "bank_stability": 80, "bank_vegetation": 90, "ecoflow_winter_share": 25, "ecoflow_summer_share": 45,
            "mean_class": 2.5, "do_mean": 6.75, "satisfied_people": 440, "asked_people": 500,
        },
        {"occupation": 8, "fish": 15},
        {"bank": 8.6, "occupation": 8, "ecoflow": 9, "quality": 8.3, "purification": 9, "fish": 15, "satisfaction": 27.2},
    ),
    "happy-river-zhejiang": (
        # 8 % of water surface of 10: 2.4; min(0.875, 0.75) · 12 = 9; 3/4 of 4; 92 % of 4 = 3.68; 3/4 of 4; 8 of 10 fish
        # of 3 = 2.4; 30 of 40 · 5; 21 of 60 · 10
        {
            "water_surface": 68, "land_area": 850, "flood_dikes_met": 84, "flood_dikes": 96, "drainage_met": 30,
            "drainage_area": 40, "sections_good": 3, "sections_judged": 4, "ecoflow_satisfied": 92, "eco_bank": 45,
            "banks": 60, "native_fish": 8, "native_fish_before": 10, "waterfront_reached": 30, "population": 40,
            "open_waterfront": 21,
        },
        {},
        {
            "surface": 2.4, "flood": 9, "good": 3, "ecoflow": 3.7, "bank": 3, "fish": 2.4, "quarter_hour": 3.8,
            "open": 3.5,
        },
    ),
}  # fmt: skip


def given(values):
    return {name: Input(float(value), (f"input-{name}",)) for name, value in values.items()}


def test_every_subject_has_its_sheets_and_every_sheet_its_worked_example():
    assert {code for codes in SUBJECTS.values() for code in codes} == set(names())
    assert set(FIGURES) | set(POINTS) == set(names())


@pytest.mark.parametrize("code", sorted(FIGURES))
def test_figures_by_hand(code):
    values, expected = FIGURES[code]
    sheet = named(code)
    assert {spec.name for spec in sheet.inputs if spec.value is None} == set(values)
    score = evaluate(sheet, given(values))
    found = {line.item.code: line.computed for line in score.items if line.item.kind is Kind.FIGURE}
    assert found == {name: pytest.approx(value, rel=1e-5, abs=1e-9) for name, value in expected.items()}
    for line in score.items:  # every figure opens to its inputs and their records
        if line.item.kind is Kind.FIGURE:
            assert line.inputs
            assert all(one.records for one in line.inputs if one.spec.value is None)


@pytest.mark.parametrize("code", sorted(POINTS))
def test_points_by_hand_were_the_sheet_confirmed(code):
    values, people, expected = POINTS[code]
    sheet = named(code)
    assert {spec.name for spec in sheet.inputs if spec.value is None} == set(values)
    reviews = {item: Review(float(points), "office", "its report", "file-1") for item, points in people.items()}
    score = evaluate(replace(sheet, status=Status.EXAMPLE), given(values), reviews)
    found = {line.item.code: line.points for line in score.items if line.points is not None}
    assert found == {name: pytest.approx(value, abs=1e-9) for name, value in expected.items()}


def test_the_village_sheet_and_river_health_come_to_their_totals():
    village = evaluate(named("village-chief"), given(POINTS["village-chief"][0]))
    assert (village.points, village.complete) == (82.5, True)
    nobody = evaluate(
        named("village-chief"), given({**POINTS["village-chief"][0], "patrols_done": 0, "waters_worse": 1})
    )
    assert nobody.points == 82.5 - 20 - 13  # nobody came, and a failing pond got worse
    health = replace(named("river-health"), status=Status.EXAMPLE)
    reviews = {item: Review(float(p), "office", "survey", "") for item, p in POINTS["river-health"][1].items()}
    score = evaluate(health, given(POINTS["river-health"][0]), reviews)
    # 8.6 + 8 + 9 + 8.3 + 9 + 15 + 27.2
    assert (score.points, score.grade.name_zh) == (85.1, "二类河湖 健康")
    assert [(one.group.code, one.maximum) for one in score.groups] == [
        ("basin", 20.0), ("water", 30.0), ("biota", 20.0), ("social", 30.0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "points", "grade"),
    [
        ("river-health", 84.38, "class 2, healthy"),  # the Lazigou study: 84.38, healthy
        ("river-health", 90.0, "class 1, very healthy"), ("river-health", 74.99, "class 3, sub-healthy"),
        ("river-health", 40.0, "class 4, unhealthy"), ("river-health", 39.9, "class 5, bad state"),
        ("water-strictest", 90.0, "excellent"), ("water-strictest", 89.0, "good"), ("water-strictest", 80.0, "good"),
        ("water-strictest", 79.0, "pass"), ("water-strictest", 60.0, "pass"), ("water-strictest", 59.0, "fail"),
        ("water-saving-county", 85.0, "recognised"),
    ],
)  # fmt: skip
def test_grades_begin_at_their_bound(code, points, grade):
    found = named(code).grade_of(points)
    assert found.name_en == grade
    assert found.confirmed is False


def test_what_is_not_known_of_a_document_is_not_invented():
    assert named("water-saving-county").grade_of(84.9) is None
    shanxi = named("happy-river-shanxi")
    assert [one.stars for one in shanxi.grades] == [5, 4, 3, None, None]
    assert all(one.lowest is None for one in shanxi.grades)
    assert shanxi.grade_of(99.0) is None


@pytest.mark.parametrize("code", names())
def test_no_shipped_sheet_is_official_and_none_hides_it(code):
    sheet = named(code)
    assert sheet.status in (Status.EXAMPLE, Status.TEMPLATE)
    assert sheet.banner_zh.startswith(("示例", "模板"))
    assert sheet.banner_en.startswith(("Example", "Template"))
    told = score_as_dict(evaluate(sheet, {}))
    assert told["points"] is None
    assert told["assumed"] is True
    if sheet.status is Status.TEMPLATE:
        values = {**FIGURES.get(code, POINTS.get(code, [{}]))[0]}
        full = evaluate(sheet, given(values))
        assert (full.points, full.lowest, full.highest, full.grade) == (None, None, None, None)
        assert all(line.points is None for line in full.items)


@pytest.mark.parametrize("code", names())
def test_a_missing_input_is_shown_and_never_zero(code):
    sheet = named(code)
    values = (FIGURES.get(code) or POINTS[code])[0]
    earning = {one for item in sheet.items if item.formula for one in sheet.used_by(item.formula)[0]}
    for name in values:
        if name not in earning and any(name in step.adds for step in sheet.steps):
            continue  # says only how often a step can be done
        score = evaluate(sheet, given({key: value for key, value in values.items() if key != name}))
        touched = [line for line in score.items if name in {one.name for one in line.inputs}]
        assert touched, f"{name} is used by no item"
        for line in touched:
            shown = next(one for one in line.inputs if one.name == name)
            assert shown.value is None
            assert line.points is None or line.computed is not None  # a branch that does not need it
            if line.computed is None and line.item.kind is not Kind.MANUAL:
                assert name in line.missing
                assert shown.name_zh in line.why_zh
                assert shown.name_en in line.why_en


def test_one_name_means_one_thing_on_every_sheet():
    specs = {}
    for code in names():
        for spec in named(code).inputs:
            specs.setdefault(spec.name, []).append((code, spec))
    for name, found in specs.items():
        for (a, left), (b, right) in combinations(found, 2):
            assert (left.unit, left.source) == (right.unit, right.source), f"{name} of {a} and {b}"
            assert (left.name_zh, left.name_en) == (right.name_zh, right.name_en), f"{name} of {a} and {b}"


def test_factors_are_those_of_the_carbon_account():
    sheet = named("methanol-energy")
    fixed = {spec.name: spec.value for spec in sheet.inputs if spec.value is not None}
    day = date(2026, 6, 1)
    methanol, diesel = carbon.factor_on("methanol", day), carbon.factor_on("diesel", day)
    assert fixed == {
        "methanol_co2": methanol.co2_t, "methanol_heat": methanol.heat_gj, "diesel_co2": diesel.co2_t,
        "diesel_heat": diesel.heat_gj,
    }  # fmt: skip
    values = FIGURES["afforestation"][0]
    score = evaluate(named("afforestation"), given(values))
    bound = carbon.forest_co2_t(
        values["stem_volume"], expansion=values["biomass_expansion"], density_t_m3=values["wood_density"],
        root_ratio=values["root_ratio"], carbon_fraction=values["carbon_fraction"],
    )  # fmt: skip
    co2 = next(line.computed for line in score.items if line.item.code == "co2")
    assert co2 == pytest.approx(bound, rel=1e-9)
