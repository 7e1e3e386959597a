"""The tree of chiefs: leave and deputies are shown, numbers are masked, and reading one in clear is written down."""

import pytest

from riverchief.web.accounts.models import AuditEntry, User
from riverchief.web.basin.models import Leave
from riverchief.web.basin.registry import touch

COUNTY, OTHER, CITY = "149902000000", "149901000000", "149900000000"
API = "/api/v1/basin"


@pytest.fixture
def numbers(platform):
    for code, number in (("ch-nanan", "+8613800138000"), ("ch-beiguan", "+8613900139000")):
        User.objects.create(username=f"u-{code}", role="chief", chief=code, phone=number)


def node(client, code, **more):
    return next(n for n in client.get(f"{API}/tree", more).json()["items"] if n["code"] == code)


def test_the_tree_shows_who_is_above_whom_and_masks_every_number(person, numbers):
    county = person("county", region=COUNTY)
    found = node(county, "ch-nanan")
    assert (found["above"], found["phone"], found["call"]) == ("ch-liuwan-town", "+86138****8000", True)
    assert (found["stretches"][0]["code"], found["stretches"][0]["to_m"]) == ("qx3", 11600.0)
    assert node(county, "ch-beiguan")["call"] is False
    assert "13800138000" not in county.get(f"{API}/tree").content.decode()


def test_a_number_in_clear_is_for_the_entitled_and_stands_in_the_audit_chain(person, numbers):
    county, stranger = person("county", region=COUNTY), person("county", region=OTHER)
    above, beside = person("chief", chief="ch-liuwan-town"), person("chief", chief="ch-liuwan")
    assert county.post(f"{API}/chiefs/ch-nanan/phone").json()["phone"] == "+8613800138000"
    assert above.post(f"{API}/chiefs/ch-nanan/phone").status_code == 200  # shares the stretch
    for other in (stranger, beside, person("citizen")):
        assert other.post(f"{API}/chiefs/ch-nanan/phone").status_code == 403
    assert county.post(f"{API}/chiefs/ch-liuwan/phone").status_code == 404
    read = AuditEntry.objects.filter(what="read-phone")
    assert [(e.who, e.subject) for e in read] == [
        ("county-" + COUNTY, "ch-nanan"),
        ("chief-ch-liuwan-town", "ch-nanan"),
    ]


def test_leave_and_deputy_are_shown_on_its_days(person, numbers):
    Leave.objects.create(
        chief_id="ch-nanan", deputy_id="ch-liuwan", start="2026-11-21", end="2026-11-23", reason="出差"
    )
    touch()
    office = person("county", region=COUNTY)
    found = node(office, "ch-nanan")
    assert (found["deputy"]["code"], found["leave"]["end"]) == ("ch-liuwan", "2026-11-23")
    assert node(office, "ch-nanan", day="2026-11-23")["deputy"] is None
    coming = office.get(f"{API}/tree", {"day": "2026-11-10"}).json()["coming_leave"]
    assert [c["chief"] for c in coming] == ["ch-nanan"]


def test_one_chief_with_terms_and_what_is_open(person):
    found = person("county", region=COUNTY).get(f"{API}/chiefs/ch-nanan").json()
    assert (found["open_cases"], found["terms"][0]["start"], found["duties"][0]["to_m"]) == (0, "2025-01-01", 11600.0)
    assert person("auditor").get(f"{API}/chiefs/nobody").status_code == 404


def test_the_tree_of_a_day_is_reckoned_once(person, monkeypatch):
    from riverchief.ground import tree

    asked = []
    superiors = tree.superiors
    monkeypatch.setattr(tree, "superiors", lambda *given: asked.append(1) or superiors(*given))
    client = person("guard", region="149901000000")
    first = client.get("/api/v1/basin/tree").json()
    assert client.get("/api/v1/basin/tree").json() == first
    client.get("/api/v1/basin/chiefs/ch-beiguan")
    assert len(asked) == 1
