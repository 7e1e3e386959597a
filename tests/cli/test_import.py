import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from riverchief.base.errors import InputError, UnknownName
from riverchief.base.ids import reading_id
from riverchief.base.readings import Flag
from riverchief.base.time import FixedClock
from riverchief.cli import app, import_, load_verbs
from riverchief.cli.import_ import import_readings
from riverchief.store import open_store

HEADER = "province,section,time,class,wt_c,ph,do_mgl,codmn_mgl,nh3n_mgl,tp_mgl,chla_mgl,status"
NOON_S = 1_617_249_600  # 2021-04-01 12:00 in Beijing
CLOCK = FixedClock(datetime(2021, 5, 1, tzinfo=UTC))
LINES = [
    "省,样桥,2021-04-01 08:00,Ⅳ,14.9,8.34,8.53,8.94,0.027,0.188,*,正常",
    "省,样桥,2021-04-01 12:00,Ⅴ,14.5,8.14,7.98,13.50,0.529,0.246,*,正常",
    "省,样桥,2021-04-01 12:00,Ⅴ,14.5,8.14,7.98,13.50,0.529,0.269,*,正常",  # revised: tp
    "省,样桥,2021-04-01 16:00,,14.5,8.14,--,,0.5,*,*,维护",
    "省,样桥,2021-04-01 20:00,,14.5,8.14,--,6.5,0.5,0.3L,*,正常",
    "省,样桥,,,,,,,,,,正常",
    "省,样桥,2021-04-01 08:00,Ⅳ,14.9,8.34,8.53,8.94,0.027,0.188,*,正常",  # the first row again
]
runner = CliRunner()
load_verbs()


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("\n".join([HEADER, *LINES]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "data", CLOCK) as opened:
        yield opened


def series(store, place, code):
    (info,) = store.observations.find(place=place, property=code)
    return info.series_id


def readings(store, place, code):
    """Current readings as (time, value, flag, revision); None where there is no value."""
    data = store.observations.read(series(store, place, code), 0, 2**33)
    values = [None if value != value else value for value in data.value.tolist()]
    return list(zip(data.time_s.tolist(), values, data.flag.tolist(), data.revision.tolist(), strict=True))


def test_every_row_and_every_value_is_counted_once(store, table):
    report = import_readings(store, table, "cnemc").as_dict()
    rows, values = report["rows"], report["values"]
    assert rows == {"stored": 4, "revised": 1, "duplicate": 1, "refused": {"no_time": 1}}
    assert sum(v for k, v in rows.items() if k != "refused") + sum(rows["refused"].values()) == len(LINES)
    # 6 + 6 + (1 of 6, 5 repeated) + 5 (tp not monitored) + 5 (one no number) + 6 repeated
    assert values == {"stored": 22, "revised": 1, "duplicate": 11, "refused": {"not_a_number": 1}}
    assert report["values_without_number"] == {"MAINTENANCE": 2, "MISSING": 1}
    assert report["cells_not_monitored"] == 7
    assert report["first_refused"] == {"no_time": "line 7 样桥", "not_a_number": "line 6 样桥 tp '0.3L'"}


def test_of_a_repeated_stamp_both_values_are_kept_and_the_later_is_current(store, table):
    import_readings(store, table, "cnemc")
    tp = series(store, "section:样桥", "tp")
    assert readings(store, "section:样桥", "tp") == [
        (NOON_S - 14_400, 0.188, Flag.OK, 0),
        (NOON_S, 0.269, Flag.OK, 1),
    ]
    first = store.observations.reading(reading_id(tp, NOON_S, 0))
    assert (first.value, first.current) == (0.246, False)


def test_flags_are_kept_also_where_there_is_no_value(store, table):
    import_readings(store, table, "cnemc")
    flags = {row[0]: (row[1], row[2]) for row in readings(store, "section:样桥", "do")}
    assert flags[NOON_S + 14_400] == (None, Flag.MAINTENANCE)
    assert flags[NOON_S + 28_800] == (None, Flag.MISSING)
    assert not store.observations.find(place="section:样桥", property="chla")


def test_the_same_file_again_changes_nothing(store, table):
    first = import_readings(store, table, "cnemc").as_dict()
    before = {c: readings(store, "section:样桥", c) for c in ("tp", "codmn", "ph")}
    edits = len(store.observations.edits(series(store, "section:样桥", "tp"), 0, 2**33))
    again = import_readings(store, table, "cnemc").as_dict()
    assert again["rows"] == {"stored": 0, "revised": 0, "duplicate": 6, "refused": {"no_time": 1}}
    total = sum(first["values"][k] for k in ("stored", "revised", "duplicate"))
    assert again["values"] == {"stored": 0, "revised": 0, "duplicate": total, "refused": {"not_a_number": 1}}
    assert {c: readings(store, "section:样桥", c) for c in before} == before
    assert len(store.observations.edits(series(store, "section:样桥", "tp"), 0, 2**33)) == edits
    assert store.files.read(again["document"]) == table.read_bytes()


def test_chunks_make_no_difference(tmp_path, table, monkeypatch):
    found = []
    for size in (1, 2, 100):
        monkeypatch.setattr(import_, "CHUNK_ROWS", size)
        with open_store(tmp_path / f"data{size}", CLOCK) as store:
            seen = {}
            report = import_readings(store, table, "cnemc", progress=seen.__setitem__)
            found.append((report.as_dict(), readings(store, "section:样桥", "tp")))
            assert max(seen) == len(LINES)
            assert set(seen.values()) == {len(LINES)}
    assert found[0] == found[1] == found[2]


def test_a_section_of_the_registry_is_kept_under_its_place(store, table):
    (store.folder / "places.json").write_text('{"样桥": "st-yang"}', encoding="utf-8")
    report = import_readings(store, table, "cnemc")
    assert report.unknown_sections == set()
    assert readings(store, "st-yang", "tp")
    (store.folder / "places.json").write_text("[1]", encoding="utf-8")
    with pytest.raises(InputError, match=r"places.json is not a JSON object"):
        import_readings(store, table, "cnemc")


def test_a_reading_of_the_future_is_refused_by_the_clock_that_was_passed_in(tmp_path, table):
    with open_store(tmp_path / "early", FixedClock(datetime(2021, 4, 1, 5, tzinfo=UTC))) as store:
        report = import_readings(store, table, "cnemc").as_dict()
        assert report["rows"] == {"stored": 2, "revised": 1, "duplicate": 1, "refused": {"future": 2, "no_time": 1}}
        assert report["values"]["refused"] == {"future": 10, "not_a_number": 1}
        assert [row[0] for row in readings(store, "section:样桥", "tp")] == [NOON_S - 14_400, NOON_S]


def test_old_readings_do_not_go_to_the_change_feed_and_recent_ones_do(tmp_path, table):
    with open_store(tmp_path / "old", CLOCK) as store:
        import_readings(store, table, "cnemc")
        assert store.observations.arrivals(0, 99) == []
    with open_store(tmp_path / "recent", FixedClock(datetime(2021, 4, 2, tzinfo=UTC))) as store:
        report = import_readings(store, table, "cnemc")
        assert len(store.observations.arrivals(0, 99)) == report.values.stored + report.values.revised


def test_what_is_not_known_is_named_and_nothing_is_written(store, table):
    with pytest.raises(UnknownName, match="source 'cnmec' is not known; did you mean 'cnemc'"):
        import_readings(store, table, "cnmec")
    table.write_text(HEADER.replace("tp_mgl", "tp"), encoding="utf-8")
    with pytest.raises(InputError, match=r"no column 'tp_mgl' \(is it 'tp'\?\)"):
        import_readings(store, table, "cnemc")
    assert store.observations.find() == []


def test_the_command_reports_in_words_and_as_json(tmp_path, table):
    arguments = ["import", "readings", str(table), "--source", "cnemc", "--data", str(tmp_path / "data")]
    result = runner.invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert "rows:   4 stored, 1 revised, 1 duplicate, 1 refused (no_time)" in result.output
    assert "1 of 1 sections are not in the registry" in result.output
    result = runner.invoke(app, [*arguments, "--json"])
    assert json.loads(result.stdout)["rows"]["duplicate"] == 6
    assert "Example: riverchief import readings" in runner.invoke(app, ["import", "readings", "--help"]).output


def test_the_shanxi_file_with_its_real_faults(store, shared_data):
    path = shared_data / "water_quality" / "shanxi_4h_2021-04.csv"
    report = import_readings(store, path, "cnemc").as_dict()
    assert report["rows"] == {"stored": 1188, "revised": 64, "duplicate": 0, "refused": {"no_time": 4}}
    assert sum(report["values"][k] for k in ("stored", "revised", "duplicate")) == 11_322
    tp = readings(store, "section:王庄桥南", "tp")
    assert len(tp) == 26  # 28 rows, two stamps twice
    assert (NOON_S, 0.269, Flag.OK, 1) in tp
    again = import_readings(store, path, "cnemc").as_dict()
    assert again["rows"] == {"stored": 0, "revised": 0, "duplicate": 1252, "refused": {"no_time": 4}}
