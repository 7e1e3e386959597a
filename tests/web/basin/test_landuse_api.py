"""Layers come with their document and who must be asked; a footprint is answered with square metres."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from shapely.geometry import box, mapping

API = "/api/v1/basin"
ABOUT = {
    "code": "zone", "kind": "management", "name_zh": "清溪管理范围", "document": "县政〔2025〕1号（演示）", "day": "2025-03-01",
    "ask_zh": "县水利局",
}  # fmt: skip


def upload(client, content=None, **more):
    content = (
        content
        or json.dumps(
            {"type": "Feature", "properties": {"name": "左岸"}, "geometry": mapping(box(112.0, 37.0, 112.01, 37.01))}
        ).encode()
    )
    return client.post(f"{API}/layers", {"file": SimpleUploadedFile("zone.geojson", content), **ABOUT, **more})


def ask(client, geometry, **more):
    return client.post(f"{API}/land-use", {"footprint": mapping(geometry), **more}, content_type="application/json")


@pytest.fixture
def office(person):
    return person("county", region="149901000000")


def test_a_footprint_is_told_what_it_touches_who_is_asked_and_what_nobody_uploaded(office):
    assert upload(office).status_code == 200
    told = ask(office, box(112.005, 37.0, 112.015, 37.01)).json()
    (found,) = told["items"]
    assert found["share"] == pytest.approx(0.5, abs=1e-3)
    assert found["area_m2"] == pytest.approx(told["area_m2"] / 2, rel=1e-3)
    assert (found["layer"]["ask_zh"], found["layer"]["confirmed"], found["names"]) == ("县水利局", False, ["左岸"])
    assert told["lacking"] == ["redline", "floodway"]
    assert ask(office, box(113, 38, 113.01, 38.01)).json()["items"] == []


def test_the_same_code_replaces_the_layer_and_only_offices_upload(office, person):
    upload(office)
    upload(office, name_zh="新的管理范围")
    assert [one["name_zh"] for one in office.get(f"{API}/layers").json()["items"]] == ["新的管理范围"]
    assert office.get(f"{API}/layers/zone").json()["features"]["features"][0]["properties"] == {"name": "左岸"}
    assert upload(person("chief", chief="ch-nanan")).status_code == 403


def test_no_office_replaces_the_layer_of_another(office, person):
    upload(office)
    for role, region, status in (
        ("county", "149902000000", 403), ("county", "149901000000", 200), ("prefecture", "149900000000", 200),
        ("county", "149901000000", 403),
    ):  # fmt: skip
        again = upload(person(role, region=region, username=f"{role}-{region}-{status}"), name_zh=f"{region}")
        assert again.status_code == status, (role, region)
    assert office.get(f"{API}/layers/zone").json()["name_zh"] == "149900000000"


@pytest.mark.parametrize(
    ("more", "status"),
    [({"kind": "park"}, 400), ({"document": " "}, 400), ({"day": "soon"}, 400), ({"code": "A B"}, 422)],
)
def test_a_layer_without_what_it_needs_is_refused(office, more, status):
    assert upload(office, **more).status_code == status


def test_nonsense_is_an_answer(office):
    assert upload(office, b"nonsense").status_code == 400
    answer = office.post(
        f"{API}/land-use", {"footprint": {"type": "Point", "coordinates": [1, 2]}}, content_type="application/json"
    )
    assert (answer.status_code, "no polygon" in answer.json()["sentence"]) == (400, True)
