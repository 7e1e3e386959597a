"""`riverchief import queue`: an exported queue through the same inbox, twice the same as once."""

import base64
import json

import pytest
from typer.testing import CliRunner

from riverchief.base.errors import InputError, NotFound
from riverchief.cli import app, load_verbs
from riverchief.web.ground.models import Case, Evidence, PhoneRecord
from web.conftest import clock, person, platform  # noqa: F401
from web.ground.phone.handset import BANK, Handset, sha256
from web.ground.phone.test_apply import photo, photograph

load_verbs("import")


def run(*words):
    result = CliRunner().invoke(app, ["import", "queue", *map(str, words)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def handset(person, clock, platform, monkeypatch):  # noqa: F811
    monkeypatch.setenv("RIVERCHIEF_DATA", str(platform))
    return Handset(person("guard", region="149901000000", username="wang"), clock)


def exported(path, user, records, said=None):
    """A file as the phone's queue writes it; records are (text, bytes or None)."""
    head = {"riverchief": "queue", "version": 1, "user": user, "device": "device-1", "records": said or len(records)}
    lines = [
        {"record": text, "sha256": sha256(text), "state": "waiting", "answer": None,
         "file": data and base64.b64encode(data).decode()}
        for text, data in records
    ]  # fmt: skip
    path.write_text("".join(f"{json.dumps(line)}\n" for line in [head, *lines]), encoding="utf-8")
    return path


def test_a_report_and_its_photograph_are_taken_in_once(handset, platform, tmp_path):  # noqa: F811
    text, key = handset.record("report", {**BANK, "note": "foam", "severity": 2})
    picture = photo(handset, key, photograph())[0]
    file = exported(tmp_path / "q.jsonl", "wang", [(text, None), (picture, photograph()), ("nonsense", None)])
    told = json.loads(run(file, "--user", "wang", "--data", platform, "--json").stdout)
    assert told["counts"] == {"refused": 1, "stored": 2}
    assert [one["sha256"] for one in told["answers"]] == [sha256(text), sha256(picture), sha256("nonsense")]
    again = run(file, "--user", "wang", "--data", platform).stdout
    assert f"{key}  stored" in again
    assert "1 refused, 2 stored" in again
    assert Case.objects.count() == Evidence.objects.count() == 1
    assert handset.answers(text)[0]["state"] == "stored"  # the phone itself, later


def test_a_file_of_somebody_else_or_cut_off_takes_nothing_in(handset, platform, tmp_path):  # noqa: F811
    text, _ = handset.record("report", {**BANK, "note": "foam", "severity": 2})
    with pytest.raises(InputError, match="records of 'wang', not of 'li'"):
        run(exported(tmp_path / "a", "wang", [(text, None)]), "--user", "li", "--data", platform)
    with pytest.raises(InputError, match="says 2 records and holds 1"):
        run(exported(tmp_path / "b", "wang", [(text, None)], said=2), "--user", "wang", "--data", platform)
    (tmp_path / "c").write_text('{"riverchief": "map"}\n')
    with pytest.raises(InputError, match="no exported queue"):
        run(tmp_path / "c", "--user", "wang", "--data", platform)
    with pytest.raises(NotFound, match="li"):
        run(exported(tmp_path / "d", "li", []), "--user", "li", "--data", platform)
    assert PhoneRecord.objects.count() == 0
