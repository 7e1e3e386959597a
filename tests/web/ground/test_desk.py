"""The office's desk: what it counts is what the list behind each line shows."""

from datetime import timedelta

from riverchief.web.ground.models import Case

COUNTY, OTHER = "149901000000", "149902000000"
HERE = {"lon": 112.2284, "lat": 37.2482}


def desk(client):
    return {line["what"]: line for line in client.get("/api/v1/today").json()["desk"]}


def test_a_desk_counts_what_its_lists_show(person, clock):
    office, guard = person("county", region=COUNTY), person("guard", region=COUNTY)
    for note in ("第一处", "第二处", "第三处"):
        guard.post("/api/v1/ground/cases", {**HERE, "note": note}, content_type="application/json")
    late, nobody, _ = Case.objects.order_by("pk")
    clock.advance(60)
    Case.objects.filter(pk=late.pk).update(due_at=clock.now() - timedelta(hours=1))
    Case.objects.filter(pk=nobody.pk).update(chief="", assignee="")
    told = desk(office)
    assert (told["overdue"]["total"], told["unassigned"]["total"]) == (1, 1)
    for what, expected in (("overdue", late), ("unassigned", nobody)):
        listed = office.get(f"/api/v1/ground{told[what]['href']}").json()
        assert [one["id"] for one in listed["items"]] == [expected.pk]
    assert {line["total"] for line in desk(person("county", region=OTHER)).values()} == {0}


def test_whoever_is_no_office_has_no_desk(person):
    assert desk(person("guard", region=COUNTY)) == {}
    assert desk(person("auditor")) == {}


def test_a_change_waits_at_the_desk_of_the_colleague_and_not_at_ones_own(person):
    asks, approves = person("county", region=OTHER), person("county", region=OTHER, username="second")
    above = person("prefecture", region="149900000000")
    cells = {"chief": "ch-nanan", "start": "2026-11-21", "end": "2026-11-28", "deputy": "ch-liuwan"}
    change = {"file": "leaves.csv", "cells": cells}
    made = asks.post("/api/v1/basin/changes", change, content_type="application/json")
    assert made.status_code == 200, made.content
    waiting = [desk(one)["drafts"]["total"] for one in (asks, approves, above)]
    assert waiting == [0, 1, 0], "somebody else of the same office decides, not those above"
