import json

import pytest
from typer.testing import CliRunner

from riverchief.base.errors import InputError
from riverchief.cli import app, load_verbs

# the checksum example of HJ 212-2017, Appendix A, and a published SL 651 report
REQUEST = (
    b"##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;"
    b"CP=&&RtdInterval=30&&1C80\r\n"
)
REPORT = (
    "7E7E05001122334403E832002B020034170718110016F1F1001122334448"
    "F0F01707181100201900004026190000403923000104903812109903A421"
)
KEYS = ["protocol", "dialect", "valid", "reason", "device", "kind", "readings", "defects", "raw"]

runner = CliRunner()
load_verbs()


def lines(*args, **changes):
    result = runner.invoke(app, ["decode", *map(str, args), "--json"], **changes)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


def test_raw_bytes_of_two_protocols(tmp_path):
    path = tmp_path / "field.bin"
    path.write_bytes(REQUEST + bytes.fromhex(REPORT))
    first, second = lines(path)
    assert list(first) == list(second) == KEYS
    assert (first["protocol"], first["dialect"], first["kind"]) == ("hj212", "2017", "request")
    assert (second["protocol"], second["dialect"], second["device"]) == ("sl651", "2014", "0011223344")
    assert second["readings"][2] == {
        "code": "Z", "property": "level", "value": 10.49, "unit": "m", "flag": "ok",
        "time": "2017-07-18T11:00:00+08:00", "period": "instant", "statistic": "rtd",
    }  # fmt: skip
    assert bytes.fromhex(first["raw"]) + bytes.fromhex(second["raw"]) == path.read_bytes()


@pytest.mark.parametrize(
    "text",
    [
        REPORT + "\n" + REQUEST.hex() + "\n",
        REPORT + REQUEST.hex(),
        REPORT.lower() + "\r\n\r\n" + REQUEST.hex(),
        " ".join(f"{byte:02X}" for byte in bytes.fromhex(REPORT) + REQUEST),
        "\n".join([REPORT[:33], REPORT[33:], REQUEST.hex()]),
        "\ufeff" + REPORT + "\t" + REQUEST.hex(),
    ],
)
def test_hexadecimal_text_with_blanks_anywhere(tmp_path, text):
    path = tmp_path / "field.txt"
    path.write_text(text, encoding="utf-8")
    assert [event["device"] for event in lines(path, "--hex")] == ["0011223344", "010000A8900016F000169DC0"]


def test_standard_input():
    assert [event["valid"] for event in lines("-", "--hex", input=REPORT)] == [True]


def test_frames_that_are_not_valid_are_answers_too(tmp_path):
    path = tmp_path / "field.bin"
    path.write_bytes(REQUEST.replace(b"1C80", b"1C81") + b"hello\r\n" + REQUEST)
    events = lines(path)
    assert [event["valid"] for event in events] == [False, False, True]
    assert [event["reason"].split(":")[0] for event in events[:2]] == ["checksum", "head"]
    assert events[2]["reason"] is None


def test_every_event_is_one_line_even_when_text_holds_line_ends(tmp_path):
    path = tmp_path / "field.bin"
    path.write_bytes(b"one\r\ntwo\r\n\x00\xff")
    (event,) = lines(path)
    assert event["protocol"] == "unknown"


def test_an_empty_file_has_no_events(tmp_path):
    path = tmp_path / "field.bin"
    path.write_bytes(b"")
    assert lines(path) == []


def test_for_people(tmp_path):
    path = tmp_path / "field.txt"
    path.write_text(REPORT + REQUEST.replace(b"1C80", b"1C81").hex())
    result = runner.invoke(app, ["decode", str(path), "--hex"])
    assert result.exit_code == 0
    assert "sl651 2014 · timed · 0011223344 · valid" in result.output
    assert "10.49" in result.output
    assert "not valid: checksum: frame says 1C81" in result.output
    assert "2 events in 173 bytes" in result.output


def test_what_a_stranger_sent_cannot_steer_the_terminal(tmp_path):
    from riverchief.cloud.protocols import hj212

    path = tmp_path / "field.bin"
    segment = (
        "QN=20160801085857223;ST=32;CN=2011;PW=1;MN=\x1b[2J[/bold];Flag=4;CP=&&DataTime=20160801085857;[x]\x1b-Rtd=1&&"
    )
    path.write_bytes(hj212.encode_frame(segment))
    result = runner.invoke(app, ["decode", str(path)])
    assert result.exit_code == 0
    assert "\x1b" not in result.output
    assert "[/bold]" in result.output


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"7E7", "found 3 digits, an odd number"),
        (b"7E7E 0G", "found 'G' as digit 6"),
        (REQUEST, "found '#' as digit 1"),
    ],
)
def test_bad_hexadecimal_text(tmp_path, content, words):
    path = tmp_path / "field.txt"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words):
        runner.invoke(app, ["decode", str(path), "--hex"], catch_exceptions=False)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match=r"decode was asked to read .*nowhere.* and could not: No such file"):
        runner.invoke(app, ["decode", str(tmp_path / "nowhere")], catch_exceptions=False)
    with pytest.raises(InputError, match="Is a directory"):
        runner.invoke(app, ["decode", str(tmp_path)], catch_exceptions=False)
