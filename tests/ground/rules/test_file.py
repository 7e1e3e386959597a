"""The rule file: strict in, the same out; the presets say what the sheet of facts says; the page names every key."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError, UnknownName
from riverchief.ground.rules import (
    Asked,
    PatrolRule,
    Substitute,
    from_dict,
    named,
    names,
    parse,
    read,
    to_dict,
    to_toml,
)
from riverchief.ground.rules.file import LEVEL_KEYS, RULE_KEYS, SUBSTITUTE_KEYS
from riverchief.ground.rules.model import ALERTS, CONDITIONS, LEVELS, LONGEST_H, SUBSTITUTES

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "patrol-rule-file.md"

SMALL = """format = 1
code = "own"
name_zh = "本地"
name_en = "Own"
document = "a document"
confirmed = false

[[level]]
level = "village"
period = "week"
count = 1

[[level.substitute]]
kind = "drone"

[[level]]
level = "township"
period = "month"
count = 2
months = [3, 4]

[[level.substitute]]
kind = "meeting"
most = 1
"""


def faults(text):
    with pytest.raises(InputError) as caught:
        parse(text, "own.toml")
    return list(caught.value.data["faults"])


def test_a_small_file_is_read():
    rule = parse(SMALL)
    assert rule.of("village") == Asked("village", "week", 1, substitutes=(Substitute("drone"),))
    assert rule.of("township").months == (3, 4)
    assert rule.of("township").substitute("meeting").most == 1
    assert rule.of("township").substitute("drone") is None


@pytest.mark.parametrize(
    ("old", "new", "text", "line"),
    [
        ('document = "a document"', 'document = "a document"\nversio = "x"', "did you mean 'version'", 6),
        ('document = "a document"\n', "", "document is missing; give a text", 1),
        ("confirmed = false", 'confirmed = "no"', "confirmed is 'no'; give true or false", 6),
        ("format = 1", "format = 2", "reads format 1", 1),
        ("count = 1\n", "count = 1\nshortest = 5\n", "shortest is not a key here; did you mean 'shortest_m'?", 12),
        ("count = 1\n", "count = true\n", "count is True; give a whole number", 11),
        ("count = 1\n", "count = 1\nshortest_min = -5\n", "shortest_min is -5 min", 12),
        ('period = "week"', 'period = "weak"', "did you mean 'week'", 10),
        ("months = [3, 4]", "months = [3, 13]", "months is [3, 13]; give months 1 to 12", 20),
        ("months = [3, 4]", "months = []", "no patrol is ever due", 20),
        ("most = 1", "most = 0", "most is 0", 24),
        ("most = 1", "only = ['dry']", "only is 'dry'", 24),
        ('kind = "drone"', 'kind = "dron"', "did you mean 'drone'", 14),
        ("months = [3, 4]", "valid_from = 2026-01-01", "valid_from is not a key here", 20),
    ],
)
def test_a_fault_is_named_with_its_key_and_line(old, new, text, line):
    assert old in SMALL
    (found,) = faults(SMALL.replace(old, new, 1))
    assert found.startswith("own.toml, ")
    assert text in found
    assert found.endswith(")")
    assert f"(line {line}" in found


def test_every_fault_is_listed():
    found = faults(SMALL.replace("count = 1", "cuont = 1").replace("most = 1", "most = 0").replace("code =", "kode ="))
    assert len(found) == 5, "two unknown keys, two missing for them, one value"


def test_what_is_no_toml_is_refused_with_its_line():
    with pytest.raises(InputError, match=r"own.toml cannot be read as TOML: .*line 2"):
        parse("format = 1\ncode =\n", "own.toml")


def test_a_file_that_an_editor_holds_is_checked_without_lines():
    body = {**to_dict(parse(SMALL)), "colour": "blue"}
    with pytest.raises(InputError, match="colour is not a key here") as caught:
        from_dict(body)
    assert "line" not in caught.value.sentence


def test_a_rule_is_read_from_its_path(tmp_path):
    (tmp_path / "own.toml").write_text(SMALL, encoding="utf-8")
    assert read(tmp_path / "own.toml") == parse(SMALL)


LEVEL = st.builds(
    Asked,
    level=st.just("village"),
    period=st.sampled_from(sorted(LONGEST_H)),
    count=st.integers(1, 9),
    months=st.lists(st.integers(1, 12), min_size=1, unique=True).map(tuple),
    per_river=st.booleans(),
    shortest_min=st.floats(0, 1e4) | st.integers(0, 60),
    shortest_m=st.floats(0, 1e6),
    spacing_h=st.floats(0, 0.5),
    photos=st.integers(0, 9),
    track=st.booleans(),
    round_share=st.floats(0, 1),
    whole_within=st.none() | st.just("year"),
    alert=st.lists(st.integers(1, 5), max_size=3).map(lambda n: tuple(zip(ALERTS, sorted(n), strict=False))),
    substitutes=st.lists(
        st.builds(
            Substitute,
            st.sampled_from(SUBSTITUTES),
            st.none() | st.integers(1, 9),
            st.lists(st.sampled_from(CONDITIONS), unique=True).map(tuple),
            st.booleans(),
        ),
        unique_by=lambda one: one.kind,
    ).map(tuple),
)


@given(LEVEL, st.none() | st.dates(), st.text(st.characters(categories=["L", "N", "P"]), max_size=9))
def test_a_rule_comes_back_from_its_file(level, day, note):
    rule = PatrolRule("own", "本地", "Own", "document", True, (level,), valid_from=day, note_en=note)
    assert parse(to_toml(rule)) == rule
    assert from_dict(to_dict(rule)) == rule


# Typed from the sheet of facts: place, level, count, period, and what else the place asks.
SPRING_TO_WINTER = tuple(range(3, 13))
ANYWHERE_IS = ("remote", "good_water")
FACTS = [
    # Guangzhou 2018: town at least weekly, 30 % a round, all in a month; village every working day, all in a week;
    # track on in the app, paper as exception
    ("guangzhou-2018", "township", 1, "week", {"round_share": 0.3, "whole_within": "month", "track": True}),
    ("guangzhou-2018", "village", 1, "working_day", {"whole_within": "week", "track": True}),
    # Guangzhou 2021: without an alert village one day in ten days, city quarterly; 10 min and 1 km
    ("guangzhou-2021", "village", 1, "ten_days", {"shortest_min": 10, "shortest_m": 1_000}),
    ("guangzhou-2021", "city", 1, "quarter", {"shortest_min": 10, "shortest_m": 1_000}),
    # Dinghu: town once a month per river, village twice; 5 min and 300 m
    ("dinghu", "township", 1, "month", {"per_river": True, "shortest_min": 5, "shortest_m": 300}),
    ("dinghu", "village", 2, "month", {"per_river": True, "shortest_min": 5, "shortest_m": 300}),
    # Aheqi: county quarterly, town monthly, village weekly (both March to December); 30 min, town and village 2 km; 96 h
    ("aheqi", "county", 1, "quarter", {"shortest_min": 30, "spacing_h": 96}),
    (
        "aheqi",
        "township",
        1,
        "month",
        {"shortest_min": 30, "shortest_m": 2_000, "spacing_h": 96, "months": SPRING_TO_WINTER},
    ),
    (
        "aheqi",
        "village",
        1,
        "week",
        {"shortest_min": 30, "shortest_m": 2_000, "spacing_h": 96, "months": SPRING_TO_WINTER},
    ),
    # Malantun: town three times a month, village weekly; record and photos filed
    ("malantun", "township", 3, "month", {"photos": 1}),
    ("malantun", "village", 1, "week", {"photos": 1}),
    # New Barag Left Banner: the banner's chief every half year
    ("new-barag-left", "county", 1, "half_year", {}),
    # the ladder: once a year, half year, quarter, month, week
    ("ladder", "province", 1, "year", {"shortest_min": 5, "shortest_m": 300}),
    ("ladder", "city", 1, "half_year", {"shortest_min": 5, "shortest_m": 300}),
    ("ladder", "county", 1, "quarter", {"shortest_min": 5, "shortest_m": 300}),
    ("ladder", "township", 1, "month", {"shortest_min": 5, "shortest_m": 300}),
    ("ladder", "village", 1, "week", {"shortest_min": 5, "shortest_m": 300}),
]


@pytest.mark.parametrize(("place", "level", "count", "period", "more"), FACTS)
def test_a_preset_asks_what_its_place_asks_and_nothing_else(place, level, count, period, more):
    got = named(place).of(level)
    assert (got.count, got.period) == (count, period)
    nothing = Asked("village", "year", 1)
    for key in set(LEVEL_KEYS) - {"level", "count", "period", "alert", "substitute"}:
        assert getattr(got, key) == more.get(key, getattr(nothing, key)), key


def test_the_presets_are_those_places_and_confirmed_for_nobody():
    assert {(place, asked.level) for place in names() for asked in named(place).levels} == {row[:2] for row in FACTS}
    assert not any(named(place).confirmed for place in names())
    with pytest.raises(UnknownName, match="patrol rule 'jinzhong'"):
        named("jinzhong")


def test_guangzhou_differs_by_alert_and_accepts_what_its_opinion_accepts():
    for level in ("village", "city"):
        got = named("guangzhou-2021").of(level)
        # drone flights and meetings for remote reaches with good water; an assistant walks as the chief does
        assert {one.kind: (one.only, one.measured) for one in got.substitutes} == {
            "drone": (ANYWHERE_IS, False),
            "meeting": (ANYWHERE_IS, False),
            "assistant": ((), True),
        }
        times = dict(got.alert)
        assert 1 < times["yellow"] < times["orange"] < times["red"], "the numbers hold a place, and the note says so"
    assert "not found" in named("guangzhou-2021").note_en
    assert [one.kind for one in named("guangzhou-2018").of("village").substitutes] == ["paper"]


def test_the_reference_page_has_a_rule_that_reads_and_every_key():
    page = PAGE.read_text(encoding="utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    rule = parse(example)
    assert rule.valid_from == date(2026, 1, 1)
    words = (
        *RULE_KEYS,
        *LEVEL_KEYS,
        *SUBSTITUTE_KEYS,
        *LEVELS,
        *LONGEST_H,
        *ALERTS,
        *SUBSTITUTES,
        *CONDITIONS,
        *names(),
    )
    for word in words:
        assert f"`{word}`" in page, word
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    told = {key for row in rows for key in row.replace("`", "").replace(" ", "").split(",")}
    assert told <= set(words), "the page tells of no key that the reader lacks"
    for word in told & set(RULE_KEYS) - {"level"}:
        assert word in to_dict(rule), f"the example shows {word}"
