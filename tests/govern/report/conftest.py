"""A bulletin made once, in both languages and all formats."""

import pytest

from govern.report import samples
from riverchief.govern import report


@pytest.fixture(scope="session")
def facts():
    return samples.facts()


@pytest.fixture(scope="session")
def made(chinese, facts):
    """Files by language and format."""
    return {(one.language, one.format): one.content for one in report.make(facts, ["zh", "en"])}
