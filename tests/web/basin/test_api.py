"""The registry over HTTP."""


def test_network_and_places_are_geojson_with_addresses(person):
    client = person("chief", chief="ch-shiqiao")
    net = client.get("/api/v1/basin/network").json()
    assert [f["properties"]["code"] for f in net["features"]] == ["qx1", "qx2", "qx3"]
    assert [f["properties"]["river_offset_m"] for f in net["features"]] == [0, 11800, 23200]
    assert net["features"][0]["properties"]["river_length_m"] == 11800 + 11400 + 11600
    places = client.get("/api/v1/basin/places").json()["features"]
    kinds = {f["properties"]["kind"] for f in places}
    assert {"region", "station", "section", "outfall", "works"} <= kinds
    works = next(f["properties"] for f in places if f["properties"]["code"] == "works-shangchuan")
    assert (works["reach"], works["chainage_m"], works["river_chainage_m"]) == ("qx1", 9500, 9500)


def test_a_point_on_the_bank_has_its_chiefs_and_a_far_one_is_refused(person):
    client = person("guard", region="149901000000")
    found = client.get("/api/v1/basin/at?lon=112.2284&lat=37.2482").json()
    assert found["reach"] == "qx1"
    assert [c["level"] for c in found["responsible"]] == ["village", "township", "county", "city"]
    far = client.get("/api/v1/basin/at?lon=100&lat=30")
    assert far.status_code == 400
    assert "further than 2,000 m" in far.json()["sentence"]
