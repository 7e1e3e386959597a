import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.cloud.tables.table import column_name, number, read_table, write_table

HEADER = "province,section,time,do_mgl,nh3n_mgl,remark"


def table_of(tmp_path, text, required=("time",), name="t.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return read_table(path, required)


def written(tmp_path, table, added, cells, name="out.csv"):
    out = tmp_path / name
    write_table(out, table, added, cells)
    return out.read_bytes()


def test_cells_come_by_column_and_records_keep_their_text_and_line(tmp_path):
    table = table_of(tmp_path, f'{HEADER}\n山西省,"王庄,桥南", 2021-04-01 08:00 ,8.53,,"two\nlines"\nx,y,,1\n')
    first, second = table.records
    assert (first.line, second.line) == (2, 4)
    assert table.cell(first, "section") == "王庄,桥南"
    assert table.cell(first, "time") == "2021-04-01 08:00"
    assert table.cell(first, "remark") == "two\nlines"
    assert table.cell(first, "tp_mgl") == ""
    assert (table.complete(first), table.complete(second)) == (True, False)
    assert table.cell(second, "remark") == ""
    assert table.unknown == ("remark",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_table_comes_back_byte_for_byte_with_columns_added(tmp_path, encoding, newline):
    lines = [HEADER, '山西省,"王庄桥南",2021-04-01 08:00, 8.53,"0.0270","a ""b"""', "", "x,y,,1,2,3"]
    text = newline.join(lines) + newline
    table = table_of(tmp_path, text, encoding=encoding)
    got = written(tmp_path, table, ("r_class", "r_why"), [("Ⅰ", 'says "so", and more'), ("", ""), ("劣Ⅴ", "b")])
    added = [",r_class,r_why", ',Ⅰ,"says ""so"", and more"', "", ",劣Ⅴ,b"]
    expected = newline.join(a + b for a, b in zip(lines, added, strict=True)) + newline
    assert got == expected.encode(encoding)


def test_a_short_record_is_filled_so_that_new_columns_stand_under_their_names(tmp_path):
    table = table_of(tmp_path, f"{HEADER}\nx,y,2021\n")
    assert written(tmp_path, table, ("r",), [("v",)]).decode().splitlines()[1] == "x,y,2021,,,,v"


def test_gzip_is_read_by_its_content_and_written_by_its_name_always_with_the_same_bytes(tmp_path):
    (tmp_path / "plain.csv").write_bytes(gzip.compress(f"{HEADER}\na,b,c,1,2,3\n".encode()))
    table = read_table(tmp_path / "plain.csv", ("time",))
    once = written(tmp_path, table, ("r",), [("v",)], "o.csv.gz")
    assert gzip.decompress(once).decode() == f"{HEADER},r\na,b,c,1,2,3,v\n"
    assert written(tmp_path, table, ("r",), [("v",)], "p.csv.gz") == once


def test_chinese_headers_are_read_and_their_units_checked():
    assert column_name(" 氨氮(mg/L) ") == "nh3n_mgl"
    assert column_name("电导率（μS/cm）") == "ec_uscm"
    assert column_name("pH(无量纲)") == "ph"
    assert column_name("断面名称") == "section"
    assert column_name("CODMN_MGL") == "codmn_mgl"
    assert column_name("备注(自填)") == "备注(自填)"
    with pytest.raises(InputError, match=r"column '氨氮\(µg/L\)' is in µg/l, nh3n_mgl is read in mg/l"):
        column_name("氨氮(µg/L)")


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ("section,tiem,do_mgl", r"has no column 'time' \(is it 'tiem'\?\); not known here: tiem"),
        ("section,do_mgl", r"has no column 'time'; Name the columns"),
        ("time,do_mgl,do_mgl", "has the column 'do_mgl' twice"),
    ],
)
def test_a_wrong_header_is_named_with_the_nearest_column(tmp_path, header, sentence):
    with pytest.raises(InputError, match=sentence):
        table_of(tmp_path, f"{header}\n1,2,3\n", required=("time", "do_mgl"))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"PK\x03\x04rest", "is a zip file but no Excel workbook"),
        (b"\x1f\x8b\x08broken", "does not unpack"),
        (b"time,\xff\xff\xff\n", "neither UTF-8 nor GB 18030"),
        (b'time\n"' + b"x" * 200_000, "line 2: field larger than field limit"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(tmp_path, data, sentence):
    path = tmp_path / "bad.csv"
    path.write_bytes(data)
    with pytest.raises(InputError, match=sentence):
        read_table(path, ("time",))


def test_a_file_that_is_not_there_and_a_folder_that_cannot_be_written(tmp_path):
    with pytest.raises(InputError, match=r"cannot read .*nowhere.csv: No such file"):
        read_table(tmp_path / "nowhere.csv", ())
    table = table_of(tmp_path, f"{HEADER}\n")
    with pytest.raises(InputError, match="cannot write"):
        write_table(tmp_path / "no" / "folder.csv", table, ("r",), [])


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.027", 0.027), ("1e-3", 0.001), ("-2", -2.0), ("１.５", 1.5)],
)
def test_numbers(text, value):
    assert number(text) == value


@pytest.mark.parametrize("text", ["", "--", "*", "nan", "inf", "1_000", "0.025L", "<0.5", "1,2"])
def test_what_is_no_number(text):
    assert number(text) is None


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6), min_size=3, max_size=3),
        max_size=6,
    )
)
@settings(deadline=None)
def test_any_quoted_text_comes_back_as_it_was(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("t")
    lines = ["time,a,b"] + [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    path = folder / "t.csv"
    path.write_bytes(("\n".join(lines) + "\n").encode())
    table = read_table(path, ("time",))
    assert [list(record.fields) for record in table.records] == rows
    out = written(folder, table, ("r",), [("v",)] * len(rows))
    assert out.decode() == "\n".join([lines[0] + ",r"] + [line + ",v" for line in lines[1:]]) + "\n"


@pytest.mark.parametrize(
    ("encoding", "bom"), [("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"), ("utf-8", b"\xef\xbb\xbf")]
)
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_what_excel_saves_as_text_comes_back_as_it_came(tmp_path, encoding, bom, mark):
    lines = [mark.join(["断面名称", "监测时间", "总磷(mg/L)"]), mark.join(["甲", "2021-04-01 08:00", "0.1"])]
    (tmp_path / "in.txt").write_bytes(bom + "\r\n".join([*lines, ""]).encode(encoding))
    table = read_table(tmp_path / "in.txt", ("section", "time", "tp_mgl"))
    assert table.cell(table.records[0], "tp_mgl") == "0.1"
    got = written(tmp_path, table, ("r",), [(f"x{mark}y",)])
    assert got == bom + "\r\n".join([lines[0] + mark + "r", lines[1] + mark + f'"x{mark}y"', ""]).encode(encoding)


def test_other_names_count_only_where_the_usual_one_is_not_there(tmp_path):
    loose = table_of(tmp_path, "省,站点名称,采样时间,水质等级,站点状态\n", required=("province", "section", "time"))
    assert {"province", "section", "time", "class", "status"} == set(loose.columns)
    both = table_of(tmp_path, "监测时间,日期\n", required=("time",))
    assert (both.columns["time"], both.unknown) == (0, ("日期",))


def test_headers_of_the_laboratory_and_of_lakes():
    names = [
        "化学需氧量(mg/L)",
        "五日生化需氧量",
        "六价铬（mg/L）",
        "汞(mg/L)",
        "叶绿素a(mg/m³)",
        "叶绿素a（μg/L）",
        "透明度(cm)",
        "透明度(m)",
    ]
    assert [column_name(name) for name in names] == [
        "cod_mgl",
        "bod5_mgl",
        "chromium6_mgl",
        "mercury_mgl",
        "chla_mgm3",
        "chla_ugl",
        "sd_cm",
        "sd_m",
    ]
    with pytest.raises(InputError, match="'汞\\(ug/L\\)' is in ug/l, mercury_mgl is read in mg/l"):
        column_name("汞(ug/L)")
