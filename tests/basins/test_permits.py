import pytest

from riverchief import basins
from riverchief.base.errors import InputError, UnknownName
from riverchief.basins.permits import read_permits

HEADER = "facility,property,limit,unit,period,clause_zh,clause_en,document,valid_from,valid_to,confirmed"


def put(tmp_path, *rows):
    path = tmp_path / "p.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def test_the_shipped_permits_are_assumed_and_belong_to_monitored_works():
    for name in basins.names():
        basin = basins.read(basins.named(name))
        monitored = {s.facility for s in basin.stations if s.kind == "outfall"}
        assert {p.facility for p in basin.permits} == monitored
        assert not any(p.confirmed for p in basin.permits)
        assert all("演示" in p.clause_zh and "demo" in p.clause_en for p in basin.permits)


def test_a_table_alone_needs_no_column_for_the_lower_limit(tmp_path):
    path = put(tmp_path, "w,cod,50,mg/L,hour,表2,Table 2,证 1,2024-01-01,,true")
    (found,) = read_permits(path)
    assert (found.facility, found.limit, found.period, found.lower, found.confirmed) == ("w", 50, "hour", None, True)


def test_bad_rows_are_named_with_their_line(tmp_path):
    path = put(
        tmp_path, "w,cod,50,mg/L,hour,表2,,证 1,2024-01-01,,true", "w,cood,50,mg/L,hour,表2,,证 1,2024-13-01,,true"
    )
    with pytest.raises(InputError, match=r"line 3: property is 'cood'.*did you mean 'cod'") as caught:
        read_permits(path)
    assert [f["code"] for f in caught.value.data["faults"]] == ["unknown_property", "bad_date"]
    with pytest.raises(InputError, match="cannot read"):
        read_permits(tmp_path / "none.csv")


def test_one_works_of_several_must_be_named(tmp_path):
    rows = [f"{w},cod,50,mg/L,hour,表2,,证 1,2024-01-01,,true" for w in ("works-a", "works-b")]
    path = put(tmp_path, *rows)
    assert [p.facility for p in read_permits(path, "works-b")] == ["works-b"]
    with pytest.raises(InputError, match="permits of works-a, works-b: name one with --facility"):
        read_permits(path)
    with pytest.raises(UnknownName, match="did you mean"):
        read_permits(path, "work-a")
