"""The demonstration's forms: invented, marked, once; and its sheets then show entered, computed and missing inputs."""

from riverchief import basins
from riverchief.web.govern.models import SheetInput
from riverchief.web.govern.sheet_examples import enter_examples


def test_examples_are_marked_and_entered_once(platform, clock):
    basin = basins.read(basins.named("jinzhong"))
    n = enter_examples(basin, clock.now())
    assert n == SheetInput.objects.filter(assumed=True).count() > 300
    assert enter_examples(basin, clock.now()) == 0
    assert not SheetInput.objects.exclude(why__contains="invented").exists()
    regions = set(SheetInput.objects.values_list("region", flat=True))
    assert len(regions) == 11  # the prefecture and ten counties; the eleventh has entered nothing
    used = SheetInput.objects.filter(name="total_water_use")
    whole = used.get(region="140700000000").value
    assert whole == sum(row.value for row in used.exclude(region="140700000000"))
    depths = [row.value for row in SheetInput.objects.filter(name="groundwater_depth")]
    assert min(depths) <= SheetInput.objects.get(name="groundwater_depth", region="140700000000").value <= max(depths)
    for row in SheetInput.objects.filter(name="satisfied_people"):
        asked = SheetInput.objects.get(name="asked_people", region=row.region)
        assert 0 < row.value <= asked.value
        assert row.value == int(row.value)


def test_a_sheet_shows_all_three_kinds_of_input(person, clock):
    enter_examples(basins.read(basins.named("mini")), clock.now())
    client = person("county", region="149901000000")
    found = client.get("/api/v1/govern/sheets/outfall-rectification", {"region": "149901000000"}).json()
    kinds = {
        (one["computed"], one["entered"] is not None, one["missing"] is not None)
        for item in found["items"]
        for one in item["inputs"]
    }
    assert kinds == {(True, False, False), (False, True, False), (False, False, True)}
    assert found["total"] is None
    entered = next(one for one in found["items"][1]["inputs"] if one["name"] == "outfalls_traced")["entered"]
    assert entered["assumed"] is True
