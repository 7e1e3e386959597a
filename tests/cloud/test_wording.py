import re
from pathlib import Path

import pytest

import riverchief.cloud
from riverchief.base.errors import UnknownName
from riverchief.base.readings import Flag
from riverchief.cloud import quality
from riverchief.cloud.wording import SENTENCES, say


def test_every_finding_of_the_code_has_its_sentence_and_every_sentence_its_finding():
    folder = Path(riverchief.cloud.__file__).parent
    source = {p.name: p.read_text(encoding="utf-8") for p in (folder / "quality.py", folder / "alerts.py")}
    found = {f"quality.{t}.{r}" for t, r in re.findall(r'_judgement\(\s*"(\w+)", [^"]*?"(\w+)"', source["quality.py"])}
    found |= set(re.findall(r'"(alert\.\w+\.\w+)"', source["alerts.py"]))
    found |= {"quality.flag.fault", "quality.flag.not_measured", "quality.jump.stayed", "quality.jump.river_like"}
    found |= {"quality.neighbour.too_early", "quality.neighbour.no_witness"}
    assert found == set(SENTENCES)


def test_sentences_name_the_property_and_carry_units():
    found = quality.range_("nh3n", -0.5)
    assert say(found.why_key, found.evidence, "zh") == "氨氮 -0.5 mg/L 超出自然可能的 0–500"
    assert say(found.why_key, found.evidence, "en") == ("ammonia nitrogen -0.5 mg/L is outside what can be, 0 to 500")
    still = {"property": "ph", "value": 8.1, "unit": "1", "count": 9, "duration_s": 7200.0, "chance": 1e-9}
    assert say("quality.stuck.stands_still", still, "en") == "pH shows 8.1 for 9 readings (2.0 h): it stands still"
    silent = {"property": "nh3n", "others": [], "places": ["s1", "s2"]}
    assert say("quality.neighbour.silence", silent, "zh") == "下游 s1、s2 在传播时间内没有反应，疑似仪器"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_the_tests_find_can_be_said(language):
    found = [quality.flag("ph", f) for f in Flag]
    found += [quality.range_("ph", v, (2, 12)) for v in (None, 7, 13, 15)]
    t = range(0, 36_000, 900)
    for values in ([8.0] * 40, [8.0, 8.1] * 20, [8.0, 8.1] * 15 + [9.9] * 10, [8.0, 8.1] * 19 + [9.5, 12.9]):
        found += [quality.stuck("ph", t, values), quality.jump("ph", t, values)]
    found += [quality.stuck("nh3n", t, [0.025] * 40), quality.jump("tp", t, [1.0] * 40), quality.jump("ph", [0], [8])]
    found += [quality.neighbour("ph", {"do": 5.0}, [], 0), quality.neighbour("ph", {}, [], 0)]
    assert len({f.why_key for f in found}) > 12
    for one in found:
        assert "{" not in say(one.why_key, one.evidence, language)


def test_what_is_not_known_is_named():
    with pytest.raises(UnknownName, match=r"did you mean 'quality\.stuck\.moves'"):
        say("quality.stuck.move", {}, "zh")
    with pytest.raises(UnknownName, match="language 'fr'"):
        say("quality.stuck.moves", {"property": "ph"}, "fr")
