"""A table of an office: looked at row by row, taken at once or not at all, and never twice."""

from datetime import date, datetime

from riverchief.web.ground import cases, letters
from riverchief.web.ground.models import Case, Letter
from riverchief.web.loop.models import Event
from web.ground.sheets import uploaded, workbook

COUNTY = "149901000000"
HEADS = ("序号", "问题类型", "问题描述", "河流名称", "桩号", "发现日期", "整改时限", "责任人", "严重程度", "备注")
GOOD = (
    1,
    "乱堆",
    "河岸堆放建筑垃圾约20方",
    "清溪",
    "K2+300",
    date(2026, 11, 2),
    "2026年12月1日",
    "郑水生（演示）",
    "一般",
    "x",
)


def send(client, data, dry_run, name="四乱台账"):
    form = {"file": uploaded(data), "dry_run": "true" if dry_run else "false", "name": name}
    return client.post("/api/v1/ground/problems/import", form)


def test_a_table_of_an_office_is_looked_at_and_then_taken_once(person):
    office = person("county", region=COUNTY)
    rows = [(n, *GOOD[1:]) for n in range(1, 121)]
    data = workbook(HEADS, *rows, above=[("上川县2026年河湖“清四乱”问题台账",)])
    looked = send(office, data, True).json()
    assert (looked["new"], looked["faulty"], looked["known"], looked["unread"]) == (120, 0, 0, ["备注"])
    assert Case.objects.count() == 0
    taken = send(office, data, False).json()
    assert (taken["new"], Case.objects.count()) == (120, 120)
    case = Case.objects.get(origin_number="1")
    assert (case.type, case.severity, case.state, case.chief) == ("dumping", 1, "dispatched", "ch-beiguan")
    assert (case.reach, case.chainage_m, case.region) == ("qx1", 2300.0, COUNTY)
    assert case.opened_at == datetime.fromisoformat("2026-11-02T00:00+08:00")
    assert case.due_at == datetime.fromisoformat("2026-12-02T00:00+08:00"), "to the end of its last day"
    again = send(office, data, False).json()
    assert (again["new"], again["known"], Case.objects.count()) == (0, 120, 120)
    assert again["rows"][0]["known_as"] == case.number
    other = send(office, workbook(HEADS, GOOD), False, name="另一份").json()
    assert (other["new"], Case.objects.count()) == (1, 121), "another table has numbers of its own"


def test_two_counties_may_call_their_tables_alike_and_neither_loses_a_row(person):
    """Every office has a table with rows 1, 2, 3; nothing of another county's is told, and nothing counts as taken."""
    mine, other = person("county", region=COUNTY), person("county", region="149902000000")
    assert send(mine, workbook(HEADS, GOOD), False).json()["new"] == 1
    theirs = workbook(HEADS, (1, *GOOD[1:4], "K30+000", *GOOD[5:7], "", *GOOD[8:]))
    for dry_run in (True, False):
        refused = send(other, theirs, dry_run)
        assert (refused.status_code, "name" in refused.json()["sentence"]) == (400, True)
        assert Case.objects.get().number not in str(refused.json())
    assert send(other, theirs, False, name="下川县四乱台账").json()["new"] == 1
    assert Case.objects.count() == 2


def test_every_fault_is_told_by_row_and_column_and_the_rest_is_taken(person):
    office = person("county", region=COUNTY)
    rows = [
        GOOD,
        ("2", "天气", *GOOD[2:]),
        ("3", *GOOD[1:3], "黄河", *GOOD[4:]),
        ("4", *GOOD[1:4], "K99+000", *GOOD[5:]),
        ("5", *GOOD[1:4], "十二", *GOOD[5:]),
        ("6", *GOOD[1:5], "2027-01-01", *GOOD[6:]),
        ("7", *GOOD[1:6], "2026-10-01", *GOOD[7:]),
        ("", *GOOD[1:]),
        ("1", *GOOD[1:]),
        ("10", *GOOD[1:4], "K30+000", *GOOD[5:]),
    ]
    told = send(office, workbook(HEADS, *rows), False).json()
    faults = {row["row"]: [(f["column"], f["en"]) for f in row["faults"]] for row in told["rows"] if row["faults"]}
    assert faults == {
        3: [("问题类型", "'天气' is no type of the catalogue")],
        4: [("河流名称", "'黄河' is not in the register of rivers")],
        5: [("桩号", "99,000 m is beyond the river's length of 34,800 m")],
        6: [("桩号", "'十二' is no chainage such as K12+300")],
        7: [("发现日期", "2027-01-01 is after today"), ("整改时限", "2026-12-01 is before the day it was found, 2027-01-01")],
        8: [("整改时限", "2026-10-01 is before the day it was found, 2026-11-02")],
        9: [("序号", "is empty; without it nobody can tell whether it came before")],
        10: [("序号", "has the same number as row 2")],
        11: [("位置", "lies in 149902000000, outside of 149901000000")],
    }  # fmt: skip
    assert (told["new"], told["faulty"], Case.objects.count()) == (1, 9, 1)


def test_a_place_may_be_a_point(person):
    office = person("county", region=COUNTY)
    heads = ("编号", "类型", "坐标", "发现日期")
    rows = [("a", "水面漂浮物", "112.2284,37.2482", "2026-11-01"), ("b", "乱建", "112.2284", "2026-11-01")]
    told = send(office, workbook(heads, *rows), False).json()
    assert [bool(row["faults"]) for row in told["rows"]] == [False, True]
    case = Case.objects.get()
    assert (case.type, case.lon, case.due_given, case.severity) == ("floating", 112.2284, False, 1)
    assert case.due_at is not None, "the rule of its severity makes the deadline"


def test_what_is_no_table_is_refused_with_what_to_do(person):
    office = person("county", region=COUNTY)
    assert "is no Excel workbook" in send(office, b"hello", True).json()["sentence"]
    assert "no column for number" in send(office, workbook(("甲", "乙"), (1, 2)), True).json()["sentence"]
    assert send(person("guard", region=COUNTY), workbook(HEADS, GOOD), True).status_code == 403


def test_the_template_is_read_as_it_is_written(person):
    office = person("county", region=COUNTY)
    for language in ("zh", "en"):
        data = office.get(f"/api/v1/ground/problems/template.xlsx?language={language}").content
        told = send(office, data, True).json()
        assert (told["rows"], told["unread"], len(told["columns"])) == ([], [], 13)


def climb():
    cases.escalate_overdue()
    for event in Event.objects.filter(kind="case-overdue").order_by("id"):
        letters.on_overdue(event)


def test_the_ladder_of_a_problem_that_came_overdue_begins_when_it_came(person, clock):
    """Due in 2025; taken on Saturday 21 November 2026 at 00:00. One working day later is the end of Monday 23."""
    office = person("county", region=COUNTY)
    old = (1, *GOOD[1:5], date(2025, 3, 3), "2025-04-01", *GOOD[7:])
    assert send(office, workbook(HEADS, old), False).json()["new"] == 1
    clock.advance(900)
    climb()
    case = Case.objects.get()
    assert (case.due_at, case.escalation) == (datetime.fromisoformat("2025-04-02T00:00+08:00"), 1), "a reminder"
    assert not Letter.objects.exists()
    clock.advance(3 * 86_400 - 1_000)  # Monday, 23:58
    climb()
    assert not Letter.objects.exists()
    clock.advance(200)
    climb()
    assert [one.kind for one in Letter.objects.all()] == ["supervision_letter"]
    clock.advance(86_400)
    climb()
    assert Letter.objects.count() == 1
    clock.advance(86_400)  # the third working day, Wednesday, is over
    climb()
    assert {one.kind for one in Letter.objects.all()} == {"supervision_letter", "chief_order"}
