import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base import regions
from riverchief.base.errors import InputError


def test_a_county_lies_in_its_prefecture_and_province_and_not_the_other_way():
    lingshi, jinzhong, shanxi = "140729000000", "140700000000", "140000000000"
    assert regions.contains(jinzhong, lingshi)
    assert regions.contains(shanxi, lingshi)
    assert regions.contains(lingshi, lingshi)
    assert not regions.contains(lingshi, jinzhong)
    assert regions.contains("000000000000", lingshi)


def test_codes_are_trimmed_by_whole_levels():
    assert regions.prefix("140110000000") == "140110"  # a county whose code ends in 0 keeps its 0
    assert not regions.contains("140110000000", "140111000000")
    assert regions.prefix("140700000000") == "1407"
    assert regions.prefix("140729102000") == "140729102"
    assert regions.normalise("1407") == "140700000000"


@pytest.mark.parametrize("code", ["", "1", "14072a", "1407290000001", "１４"])
def test_what_is_no_code_is_refused(code):
    with pytest.raises(InputError, match="is not 2 to 12 digits"):
        regions.normalise(code)


@given(st.sampled_from([2, 4, 6, 9, 12]), st.data())
def test_the_prefix_names_the_same_region(digits, data):
    code = regions.normalise(data.draw(st.text("0123456789", min_size=digits, max_size=digits)))
    assert regions.normalise(regions.prefix(code).ljust(2, "0")) == code
