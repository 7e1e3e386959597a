"""A bulletin made once, in both languages and all formats."""

import os

import pytest

from govern.report import samples
from riverchief.govern import report
from riverchief.govern.report.fonts import fonts_of, missing


@pytest.fixture(scope="session")
def chinese():
    """The machine's fonts have Chinese; tests that typeset skip where they do not."""
    if missing("晋中市河长制工作月报Ⅲ", fonts_of()):
        why = "no Chinese font here (Debian: apt-get install fonts-noto-cjk); tests that typeset run where there is one"
        if os.environ.get("RIVERCHIEF_NO_SKIP") == "1":
            pytest.fail(why)
        pytest.skip(why)


@pytest.fixture(scope="session")
def facts():
    return samples.facts()


@pytest.fixture(scope="session")
def made(chinese, facts):
    """Files by language and format."""
    return {(one.language, one.format): one.content for one in report.make(facts, ["zh", "en"])}
