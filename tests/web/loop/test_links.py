"""The loop's links and schedules: each has a name of its own, and words for whoever looks at the self-check."""

from pathlib import Path

import pytest

from riverchief.web.loop.links import LINKS, SCHEDULES

WORDS = Path(__file__).resolve().parents[3] / "ui" / "src" / "i18n"
NAMES = [*(link.name for link in LINKS), *(periodic.name for periodic in SCHEDULES)]


def test_names_are_their_own():
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_each_has_words(language):
    words = (WORDS / language / "govern.ts").read_text(encoding="utf-8")
    assert [name for name in NAMES if f"'{name}':" not in words] == []
