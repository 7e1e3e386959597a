"""`riverchief rules`: sentences, faults of a file, a year tried."""

import json

import pytest
from typer.testing import CliRunner

from riverchief.base.errors import InputError, UnknownName
from riverchief.cli import app, load_verbs

load_verbs("rules")

RULE = """
format = 1
code = "ours"
version = "1"
name_zh = "本县"
name_en = "Our county"
document = "draft"
confirmed = false

[[level]]
level = "village"
period = "month"
count = {count}
"""


def run(*words):
    result = CliRunner().invoke(app, ["rules", *map(str, words)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def chief(name, days):
    walks = [
        {
            "id": f"{name}-{day}", "started_at": f"{day}T09:00:00+08:00", "finished_at": f"{day}T10:00:00+08:00",
            "duration_s": 3600, "length_m": 2000, "seen": [["r1", 0, 1000]],
        }
        for day in days
    ]  # fmt: skip
    return {
        "chief": name,
        "level": "village",
        "stretch": [{"reach": "r1", "from_m": 0, "to_m": 1000}],
        "patrols": walks,
    }


@pytest.fixture
def year(tmp_path):
    """One walks once a month, one twice a month; both fail the ladder's weekly walk."""
    once = [f"2025-{month:02d}-10" for month in range(1, 13)]
    twice = [*once, *(f"2025-{month:02d}-20" for month in range(1, 13))]
    path = tmp_path / "year.json"
    path.write_text(json.dumps([chief("li", once), chief("wang", twice)]), encoding="utf-8")
    return path


def write(tmp_path, count):
    path = tmp_path / "ours.toml"
    path.write_text(RULE.format(count=count), encoding="utf-8")
    return path


def test_a_rule_is_tried_before_it_holds(tmp_path, year):
    told = json.loads(run("try", write(tmp_path, 2), year, "--year", 2025, "--json").stdout)
    assert told["proposed"]["failing"] == ["li"]
    assert told["proposed"]["levels"]["village"] == {"chiefs": 2, "failing": 1, "periods": 24, "missed": 12}
    assert told["in_force"]["failing"] == ["li", "wang"]
    assert (told["newly_fail"], told["newly_pass"]) == ([], ["wang"])
    said = run("try", write(tmp_path, 1), year, "--year", 2025).stdout.splitlines()
    assert (said[0], said[-1]) == ("ours: 0 of 2 chiefs miss a period", "newly pass: li, wang")


def test_rules_are_said_in_both_languages(tmp_path):
    path = write(tmp_path, 2)
    assert run("show", path).stdout.splitlines()[0] == "本县"
    english = run("show", path, "--lang", "en").stdout
    assert english.splitlines()[0] == "Our county"
    assert "month" in english
    assert json.loads(run("show", path, "--json").stdout)["code"] == "ours"
    assert run("show", path, "--lang", "fr").exit_code == 2
    codes = [line.split()[0] for line in run("list").stdout.splitlines()]
    assert {"ladder", "aheqi", "guangzhou-2018"} <= set(codes)


def test_what_is_wrong_is_told(tmp_path, year):
    with pytest.raises(InputError, match="count"):
        run("show", write(tmp_path, -1))
    with pytest.raises(UnknownName, match="laddar"):
        run("show", "laddar")
    (tmp_path / "no.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="is no JSON"):
        run("try", "ladder", tmp_path / "no.json", "--year", 2025)
    with pytest.raises(InputError, match="cannot read"):
        run("try", "ladder", tmp_path / "none.json", "--year", 2025)
    (tmp_path / "one.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="is no list of chiefs"):
        run("try", "ladder", tmp_path / "one.json", "--year", 2025)
