"""Telephone numbers: however they are written, one form."""

import pytest

from riverchief.base.errors import InputError
from riverchief.web.accounts import phones


@pytest.mark.parametrize(
    "written",
    ["13800138000", "138 0013 8000", "138-0013-8000", "+86 138 0013 8000", "008613800138000", "86 13800138000",
     "（+86）13800138000".replace("（", "(").replace("）", ")"), "１３８００１３８０００"],
)  # fmt: skip
def test_the_same_phone_is_the_same_number(written):
    assert phones.normalise(written) == "+8613800138000"


@pytest.mark.parametrize(
    "written", ["", "138001380", "12800138000", "+8612345", "0354-2636666", "call me", "138001380001"]
)
def test_what_is_no_mobile_is_refused_with_a_sentence(written):
    with pytest.raises(InputError, match="eleven digits"):
        phones.normalise(written)
    assert phones.tidy(written) == written


def test_a_number_of_another_country_stays_and_masks_hide_all_but_the_end():
    assert phones.normalise("+44 7700 900123") == "+447700900123"
    assert phones.local("+8613800138000") == "13800138000"
    assert phones.masked("+8613800138000") == "*******8000"
