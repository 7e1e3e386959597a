"""Reasons in words: every one that judging gives, in both languages, with its numbers."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.ground.rules import Reason, judge
from riverchief.ground.rules.reasons import _WORDS

SOURCE = Path(judge.__code__.co_filename).read_text(encoding="utf-8")


def test_every_reason_that_is_given_has_words_and_no_words_are_idle():
    assert set(re.findall(r'"(patrol\.\w+)"', SOURCE)) == set(_WORDS)


@pytest.mark.parametrize("key", sorted(_WORDS))
def test_sentences_are_in_both_languages(key):
    about = "remote good_water" if key == "patrol.condition" else "drone"
    zh, en = (Reason(key, 3, 10, "min", about).sentence(language) for language in ("zh", "en"))
    assert zh.endswith("。")
    assert re.search(r"[\u4e00-\u9fff]", zh)
    assert en.endswith(".")
    assert not re.search(r"[\u4e00-\u9fff{}]", en)


@given(st.floats(0, 5_000), st.integers(1, 5_000))
def test_what_falls_short_never_looks_as_if_it_did_not(found, asked):
    if found >= asked:
        return
    text = Reason("patrol.too_short_way", found, asked, "m").sentence("en")
    short, told, limit = (float(n.replace(",", "")) for n in re.findall(r"[\d,]*\d(?:\.\d+)?(?:e[-+]\d+)?", text))
    assert limit == asked
    assert told < asked
    assert short > 0
