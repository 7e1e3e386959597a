"""Fixtures that every stage shares."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# no example is timed: a machine may be busy, and slow is not wrong
settings.register_profile("riverchief", deadline=None)
settings.load_profile("riverchief")

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real public data beside the checkout; tests that need it skip where it is absent."""
    if not SHARED.is_dir():
        why = f"real data not here: {SHARED} does not exist (tests that read it run where it does)"
        if os.environ.get("RIVERCHIEF_NO_SKIP") == "1":
            pytest.fail(why)
        pytest.skip(why)
    return SHARED


@pytest.fixture(scope="session")
def chinese() -> None:
    """The machine's fonts have Chinese; tests that typeset skip where they do not."""
    from riverchief.govern.report.fonts import fonts_of, missing

    if missing("晋中市河长制工作月报Ⅲ", fonts_of()):
        why = "no Chinese font here (Debian: apt-get install fonts-noto-cjk); tests that typeset run where there is one"
        if os.environ.get("RIVERCHIEF_NO_SKIP") == "1":
            pytest.fail(why)
        pytest.skip(why)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's driver keeps an event loop in the main thread, so what needs a loop of its own comes before it."""
    items.sort(key=lambda item: "e2e" in item.path.parts)
