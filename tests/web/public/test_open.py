"""Open data, codes of signs and Open311."""

import csv
import io
from dataclasses import replace

import pytest
from django.test import Client

from riverchief.web.public.models import CitizenReport
from web.public.citizens import send


@pytest.fixture
def with_settings(platform, settings):
    def change(**values):
        settings.CONFIG = replace(settings.CONFIG, values={**settings.CONFIG.values, **values})

    return change


def test_where_it_is_off_it_says_so(platform):
    client = Client()
    assert client.get("/api/v1/open/").json()["open_data"] is False
    answer = client.get("/api/v1/open/sections")
    assert (answer.status_code, answer.json()["data"]["open_data"]) == (404, False)
    assert "does not publish" in answer.json()["sentence"]


def test_the_three_formats_say_the_same(with_settings):
    with_settings(open_data=True, open_licence="=CC BY 4.0")
    client = Client()
    answer = client.get("/api/v1/open/sections?month=2026-10")
    told = answer.json()
    assert answer["Cache-Control"] == "public, max-age=600"
    assert {one["code"] for one in told["items"]} == {"sec-beiguan", "sec-shiqiao", "sec-liuwan"}
    text = client.get("/api/v1/open/sections.csv?month=2026-10").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["section"] for row in rows] == [one["code"] for one in told["items"]]
    assert [int(row["target_class"]) for row in rows] == [3, 3, 3]
    assert rows[0]["licence"] == "'=CC BY 4.0", "a spreadsheet takes it for words"
    points = client.get("/api/v1/open/sections.geojson?month=2026-10").json()
    assert [f["geometry"]["coordinates"] for f in points["features"]] == [[o["lon"], o["lat"]] for o in told["items"]]
    assert client.get("/api/v1/open/sections?month=2027-01").status_code == 400
    assert client.get("/api/v1/open/sections?month=x").status_code == 400
    assert client.get("/api/v1/open/sections").json()["month"] == "2026-10", "the newest whole month"


def test_codes_lead_to_the_page(with_settings, person):
    with_settings(public_url="https://river.example/")
    office = person("county", region="149901000000")
    listed = office.get("/api/v1/basin/signs").json()["items"]
    assert listed[0]["address"] == "https://river.example/p/qx-shiqiao"
    assert office.get("/api/v1/basin/signs/qx-shiqiao/qr").content.startswith(b"<?xml")
    assert office.get("/api/v1/basin/signs/qx-shiqiao/qr?kind=png").content.startswith(b"\x89PNG")
    sheet = office.get("/api/v1/basin/signs-sheet")
    assert sheet.content.startswith(b"%PDF")
    import pypdf

    read = pypdf.PdfReader(io.BytesIO(sheet.content))
    assert len(read.pages) == 3
    assert "https://river.example/p/qx-shiqiao" in read.pages[0].extract_text()
    assert Client().get("/api/v1/basin/signs-sheet").status_code == 401


def test_open311_reports_for_partners_with_a_key(with_settings):
    with_settings(open311_keys=["partner"])
    client = Client()
    assert {s["service_code"] for s in client.get("/api/v1/open311/v2/services.json").json()} >= {"rubbish", "fish"}
    given = {"service_code": "rubbish", "lat": 37.2482, "long": 112.2284, "description": "岸边垃圾13812345678"}
    assert client.post("/api/v1/open311/v2/requests.json", given).status_code == 403
    made = client.post("/api/v1/open311/v2/requests.json", {**given, "api_key": "partner"}).json()
    number = made[0]["service_request_id"]
    told = client.get(f"/api/v1/open311/v2/requests/{number}.json").json()[0]
    assert (told["status"], told["description"]) == ("open", "岸边垃圾***")
    assert client.get("/api/v1/open311/v2/requests.json").json() == []
    assert CitizenReport.objects.get().source == "open311"


def test_every_number_of_a_list_is_one_guess(platform):
    """Fifty numbers in one question would be fifty guesses at the price of one."""
    from django.core.cache import cache

    from riverchief.ground.citizens import receipt, rules

    cache.clear()
    first = send().json()["receipt"]
    numbers = ",".join([first] * 50)
    assert len(Client().get(f"/api/v1/open311/v2/requests.json?service_request_id={numbers}").json()) == 50
    assert receipt.read(first) == first
    left = rules().limits.lookups - 50
    more = Client().get(f"/api/v1/open311/v2/requests.json?service_request_id={','.join([first] * (left + 1))}")
    assert more.status_code == 429
