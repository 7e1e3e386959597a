from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riverchief import basins
from riverchief.base import units
from riverchief.base.errors import BasinError, UnknownName

SHIPPED = basins.names()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_basin_comes_back_byte_for_byte(name, tmp_path):
    folder = basins.named(name)
    basins.write(basins.read(folder), tmp_path)
    assert contents(tmp_path) == contents(folder)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_basin_has_no_fault(name):
    assert [str(fault) for fault in basins.check(basins.named(name))] == []


def test_mini_is_what_its_readers_rely_on():
    basin = basins.read(basins.named("mini"))
    net = basin.network
    assert net.codes == ("qx1", "qx2", "qx3")
    assert net.downstream([0]).all()
    water = [s for s in basin.stations if s.kind == "water_quality"]
    assert [(s.protocol, s.dialect) for s in water] == [("hj212", "2017"), ("hj212", "2005")]
    assert sorted(f.kind for f in basin.facilities) == ["outfall", "outfall", "works"]
    assert [s.code for s in basin.sections if s.boundary] == ["sec-beiguan"]
    reach, chainage = net.positions([s.place for s in water])
    hours = net.travel_time(reach[0], chainage[0], reach[1], chainage[1]) / 3600
    assert 6 <= hours <= 12


def test_an_unknown_shipped_basin_names_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'mini'"):
        basins.named("minni")


def test_reading_a_faulty_folder_lists_every_fault(tmp_path):
    basins.write(basins.read(basins.named("mini")), tmp_path)
    (tmp_path / "rivers.csv").unlink()
    chiefs = tmp_path / "chiefs.csv"
    chiefs.write_text(chiefs.read_text(encoding="utf-8").replace(",city,", ",town,"), encoding="utf-8")
    with pytest.raises(BasinError, match=r"rivers\.csv is missing") as caught:
        basins.read(tmp_path)
    codes = {fault["code"] for fault in caught.value.data["faults"]}
    assert codes == {"missing_file", "bad_value"}


texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30).map(str.strip).filter(bool)
notes = st.text(st.characters(exclude_categories=("Cs",)), max_size=80)
positive = st.floats(1e-6, 1e6, allow_subnormal=False)


@st.composite
def changed(draw, basin):
    """`mini` with other texts, numbers, fingerprints and intervals."""
    reaches = tuple(
        replace(
            r,
            name_zh=draw(texts),
            source=draw(st.just("") | texts),
            flow_m3s=draw(positive),
            assumed=draw(st.booleans()),
        )
        for r in basin.reaches
    )
    pollutants = draw(st.dictionaries(st.sampled_from(["cod", "tp", "ec"]), st.floats(0, 100)))
    facilities = (
        replace(basin.facilities[0], pollutants=pollutants, permit=draw(st.just("") | texts)),
        *basin.facilities[1:],
    )
    own = draw(st.dictionaries(st.sampled_from(sorted(units.PROPERTIES)), st.integers(1, 86_400), min_size=1))
    stations = (replace(basin.stations[0], interval_s=own), *basin.stations[1:])
    projects = (
        replace(
            basin.projects[0],
            place=None,
            board=draw(texts),
            start_planned=draw(st.none() | st.dates()),
            end_planned=None,
        ),
    )
    return replace(
        basin, name_zh=draw(texts), notes=draw(notes), version=draw(texts),
        reaches=reaches, facilities=facilities, stations=stations, projects=projects,
    )  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_what_is_written_is_read_again_and_written_alike(tmp_path_factory, mini, data):
    basin = data.draw(changed(mini))
    first, second = tmp_path_factory.mktemp("a"), tmp_path_factory.mktemp("b")
    basins.write(basin, first)
    again = basins.read(first)
    assert again == basin
    basins.write(again, second)
    assert contents(first) == contents(second)


def test_a_folder_that_excel_and_qgis_have_saved_says_the_same(folder, edit, mini):
    """CRLF, other column order, dates and booleans as Excel writes them, blank rows; one MultiLineString of QGIS."""
    for path in folder.glob("*.csv"):
        text = path.read_text(encoding="utf-8-sig")
        text = text.replace("2025-01-01", "2025/1/1").replace(",true", ",TRUE").replace(",false", ",FALSE")
        lines = text.splitlines()
        blank = "," * (lines[0].count(","))
        path.write_text("\r\n".join([*lines, blank, blank, ""]), encoding="utf-8-sig", newline="")
    rivers = folder / "rivers.csv"
    rivers.write_text("name_en,code,name_zh\nQingxi River,qingxi,清溪\n", encoding="utf-8")
    lines = (folder / "reaches.geojson").read_text(encoding="utf-8")
    lines = lines.replace('"LineString", "coordinates": [[', '"MultiLineString", "coordinates": [[[').replace(
        "]]}}", "]]]}}"
    )
    crs = '{"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}'
    lines = lines.replace('"features"', f'"name": "reaches", "crs": {crs}, "features"')
    (folder / "reaches.geojson").write_text(lines, encoding="utf-8")
    assert basins.read(folder) == mini


def test_units_of_concentrations_are_turned_into_the_kept_one(folder, edit, mini):
    edit(folder / "facility_pollutants.csv", "tp,0.3,mg/L", "tp,300,µg/L")
    edit(folder / "facility_pollutants.csv", "ec,2600,µS/cm", "ec,2.6,mS/cm")
    assert basins.read(folder).facilities[0].pollutants == pytest.approx(mini.facilities[0].pollutants)


def test_rivers_alone_can_be_read_from_a_folder_whose_places_no_longer_fit(folder, edit):
    edit(folder / "reaches.csv", "qx3,qingxi", "qx4,qingxi")
    edit(folder / "reaches.geojson", '"qx3"', '"qx4"')
    with pytest.raises(BasinError):
        basins.read(folder)
    bare = basins.read_rivers(folder)
    assert [reach.code for reach in bare.reaches] == ["qx1", "qx2", "qx4"]
    assert (bare.sections, bare.responsibilities) == ((), ())
