"""A model folder: what is written is read back the same, and every fault is named with its file and place."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govern.twin.rivers_of_operation import canal, everything, wave
from riverchief.base.errors import InputError
from riverchief.govern import twin
from riverchief.govern.twin import folder


def same(a, b):
    """Whether two pieces of a river are equal, arrays and series by value."""
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and a.shape == b.shape and bool((a == b).all())
    if isinstance(a, dict):
        return set(a) == set(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if hasattr(a, "__dataclass_fields__"):
        return type(a) is type(b) and all(same(getattr(a, n), getattr(b, n)) for n in a.__dataclass_fields__)
    return a == b


def test_everything_that_a_river_can_have_is_read_back_the_same(tmp_path):
    river = everything()
    river.decay_per_day = {"nh3n": 0.12, "tp": 0.0}
    folder.write(river, tmp_path)
    found = folder.read(tmp_path)
    for part in ("name", "reaches", "storages", "links", "inlines", "boundaries", "inflows", "decay_per_day"):
        if part != "reaches":
            assert same(getattr(river, part), getattr(found, part)), part
    for code, reach in river.reaches.items():
        other = found.reaches[code]
        for name in ("from_node", "to_node", "length_m", "dx_m", "loss", "chainage_m", "assumed"):
            assert same(getattr(reach, name), getattr(other, name)), (code, name)
        depth = np.linspace(0.0, 4.0, 41)
        for mine, theirs in zip(reach.shapes, other.shapes, strict=True):
            assert mine.depth_m == pytest.approx(theirs.depth_m, rel=1e-12)
            a, b = mine.hydraulics(depth), theirs.hydraulics(depth)
            # a panel that begins between two points gets a point there: the form stays to the last digits
            assert b.conveyance_m3s == pytest.approx(a.conveyance_m3s, rel=1e-12)
            assert b.area_m2 == pytest.approx(a.area_m2, rel=1e-12)


def test_a_folder_written_twice_is_the_same_folder(tmp_path):
    folder.write(everything(), tmp_path / "one")
    folder.write(folder.read(tmp_path / "one"), tmp_path / "two")
    for path in (tmp_path / "one").rglob("*.*"):
        assert path.read_text() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_text(), path.name


def test_a_model_from_a_folder_runs_as_the_river_itself(tmp_path):
    river = canal(flow_m3s=wave(), nh3n=0.7)
    folder.write(river, tmp_path)
    runs = []
    for one in (river, folder.read(tmp_path)):
        model = twin.Model(one)
        runs.append(model.run(model.start(0.0), 3600.0, 600.0))
    assert (runs[0].record.level == runs[1].record.level).all()
    assert (runs[0].record.conc == runs[1].record.conc).all()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    points=st.lists(st.tuples(st.floats(0.01, 50), st.floats(-20, 900)), min_size=2, max_size=12),
    manning=st.lists(st.floats(0.01, 0.2), min_size=1, max_size=4),
    where=st.lists(st.floats(0.05, 0.95), min_size=3, max_size=3),
)
def test_any_surveyed_cross_section_keeps_its_hydraulics(tmp_path, points, manning, where):
    x = np.cumsum([step for step, _ in points])
    z = np.array([level for _, level in points])
    z[0] += 1.0 if np.ptp(z) == 0 else 0.0
    panels = np.concatenate([[0.0], np.sort(x[0] + np.array(where[: len(manning) - 1]) * (x[-1] - x[0]))])
    section = twin.CrossSection(x, z, np.array(manning), panels)
    river = twin.River("x")
    river.reach("a", [0.0, 10.0], [section, section], dx_m=5.0)
    folder.write(river, tmp_path)
    found = folder.read(tmp_path).reaches["a"].shapes[0]
    depth = np.linspace(0, section.depth_m, 9)
    a, b = section.hydraulics(depth), found.hydraulics(depth)
    assert b.area_m2 == pytest.approx(a.area_m2, rel=1e-9, abs=1e-9)
    assert b.conveyance_m3s == pytest.approx(a.conveyance_m3s, rel=1e-6, abs=1e-6)


def edited(path, before, after):
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


FAULTS = [
    ("river.toml", "format = 1", "format = 9", "format 9"),
    ("river.toml", 'name = "everything', 'nam = "everything', "'nam'"),
    ("river.toml", "dx_m = 50.0", 'dx_m = "fifty"', "dx_m is 'fifty'"),
    ("river.toml", "dx_m = 50.0", "dx_m = 50.0\nwidth_m = 3", "'width_m'"),
    ("river.toml", 'kind = "gate"', 'kind = "door"', "kind 'door'"),
    ("river.toml", "sill_m = 5.6", "sill_m = nan", "sill_m is nan"),
    ("river.toml", "[reaches.up]", "[reaches.upper]", "no CrossSection"),
    ("river.toml", "series/head-flow_m3s.csv", "series/none.csv", "cannot be read"),
    ("river.toml", "{", "{{", "cannot be read"),
    ("cross-sections.csv", "station_m", "distance", "its columns are"),
    ("cross-sections.csv", ",5.0,6.0,", ",5.0,six,", "line 4: level_m is 'six'"),
    ("cross-sections.csv", "up,0.0,XS 1,0.0,", "up,0.0,XS 1,40.0,", "from line 2"),
    ("conduits.csv", "pipe,0.0,,6.5,0.0,", "pipe,0.0,,6.5,0.1,", "begin at 0 m"),
    ("series/head-flow_m3s.csv", "1970-01-01T00:15:00Z", "1970-01-01T00:15:00", "line 3: time"),
    ("series/head-flow_m3s.csv", "time,value", "when,value", "a column `time`"),
]


@pytest.mark.parametrize(("file", "before", "after", "told"), FAULTS, ids=lambda v: str(v)[:24])
def test_every_fault_is_told_with_its_file(tmp_path, file, before, after, told):
    folder.write(everything(), tmp_path)
    edited(tmp_path / file, before, after)
    with pytest.raises(InputError) as found:
        folder.read(tmp_path)
    assert told in found.value.sentence
    assert str(tmp_path) in found.value.sentence


def test_a_folder_without_a_model_says_how_to_make_one(tmp_path):
    with pytest.raises(InputError, match="riverchief twin new"):
        folder.read(tmp_path)


def test_a_column_may_be_chosen_by_name_and_one_series_is_shared(tmp_path):
    folder.write(canal(), tmp_path)
    (tmp_path / "q.csv").write_text("time,flow_m3s,tp\n0,3,0.1\n3600,4,0.3\n")
    edited(tmp_path / "river.toml", "flow_m3s = 12.0", 'flow_m3s = "q.csv", concentration = { tp = "q.csv" }')
    inflow = folder.read(tmp_path).inflows["head"]
    assert inflow.flow_m3s.value.tolist() == [3.0, 4.0]
    assert inflow.concentration["tp"].value.tolist() == [0.1, 0.3]
    edited(tmp_path / "river.toml", 'tp = "q.csv"', 'nh3n = "q.csv"')
    with pytest.raises(InputError, match="no column 'nh3n'; found flow_m3s, tp"):
        folder.read(tmp_path)


# ---------------------------------------------------------------------- a folder to begin with


def test_the_example_is_a_model_that_runs_and_keeps_its_water(tmp_path):
    begun = folder.begin(tmp_path / "m")
    assert len(begun.river.reaches["main"].shapes) == 20
    river = folder.read(tmp_path / "m")
    model = twin.Model(river)
    time_s = river.inflows["hydrograph"].flow_m3s.time_s
    run = model.run(model.start(time_s[0]), time_s[0] + 6 * 3600, 1800.0)
    assert abs(run.balance.error) < 1e-12


def test_reaches_of_a_survey_follow_each_other(tmp_path):
    rows = ["reach,section,chainage_m,station_m,level_m,manning"]
    for reach, bed in (("upper", 10.0), ("lower", 8.0)):
        for at in (100.0, 900.0):
            level = bed - at / 1000
            rows += [
                f"{reach},{reach}-{at:.0f},{at},{x},{z},0.03"
                for x, z in ((0, level + 4), (5, level), (9, level), (14, level + 4))
            ]
    (tmp_path / "s.csv").write_text("\n".join(rows) + "\n")
    (tmp_path / "q.csv").write_text("time,flow_m3s\n2026-07-01T00:00:00+08:00,3\n2026-07-02T00:00:00+08:00,5\n")
    begun = folder.begin(tmp_path / "m", tmp_path / "s.csv", tmp_path / "q.csv")
    upper, lower = begun.river.reaches.values()
    assert upper.to_node == lower.from_node
    assert (upper.length_m, lower.chainage_m.tolist()) == (800.0, [0.0, 800.0])
    assert begun.river.boundaries[lower.to_node].slope == pytest.approx(0.001)
    assert "upper, lower" in begun.assumed[1]


def test_a_model_is_never_written_over(tmp_path):
    folder.begin(tmp_path / "m")
    with pytest.raises(InputError, match="holds a model already"):
        folder.begin(tmp_path / "m")
