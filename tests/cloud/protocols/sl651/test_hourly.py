from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.cloud.protocols import BEIJING
from riverchief.cloud.protocols.sl651.hourly import GROUPS, STEP, alignment, last_filled


def at(text):
    hour, minute, *second = (int(part) for part in text.split(":"))
    return datetime(2026, 7, 1, hour, minute, *second, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("observed", "sent", "filled", "first", "happened"),
    [
        # the standard: time of the first group; Beijing 0030301490 does so
        ("5:05", "6:00:11", [11], "5:05", 12),
        ("13:05", "14:00:00", [10, -1], "13:05", 12),
        # time of the last group: Beijing 0030301495 (all levels zero) and 0030700300
        ("6:00", "6:04:00", [-1], "5:05", 12),
        ("6:00", "6:00:00", [-1, 11], "5:05", 12),
        # rain in the first five minutes of that hour does not turn it round
        ("6:00", "6:00:05", [0], "5:05", 12),
        # the hour from 06:00 on, sent at 06:30: seven groups, then zeros that have not happened
        ("6:00", "6:30:02", [6], "6:00", 7),
        ("6:00", "6:30:02", [-1], "6:00", 7),
        # the same under the time of its newest group: Beijing 0081100006 (slots from :00)
        ("6:30", "6:30:05", [6], "6:00", 7),
        ("6:30", "6:30:05", [-1, 6], "6:00", 7),
        # and with slots from :05, the rest all F: a gate station's report at 09:30
        ("9:30", "9:30:01", [5, -1], "9:05", 6),
        # twelve full groups in the middle of an hour are the last hour
        ("9:30", "9:30:01", [11], "8:35", 12),
        # groups that claim to be later than the report cannot be: the time is that of the last one
        ("6:00", "6:30:00", [11], "5:05", 12),
        # a report sent a day late is as the standard says
        ("6:00", "23:00:00", [11], "6:00", 12),
        # a clock that runs behind
        ("6:00", "5:59:00", [11], "5:05", 12),
    ],
)
def test_which_five_minutes(observed, sent, filled, first, happened):
    assert alignment(at(observed), at(sent), filled) == (at(first), happened)


def test_without_a_send_time_the_standard_holds():
    assert alignment(at("6:00"), None, [3]) == (at("6:00"), GROUPS)


@given(st.integers(0, 287), st.integers(-30, 120), st.lists(st.integers(-1, 11), min_size=1, max_size=3))
def test_no_group_that_counts_is_much_later_than_the_report(slot, delay_min, filled):
    observed = datetime(2026, 7, 1, tzinfo=BEIJING) + slot * STEP
    sent = observed + timedelta(minutes=delay_min)
    first, happened = alignment(observed, sent, filled)
    newest = first + (happened - 1) * STEP
    assert newest <= max(observed, sent + STEP)
    assert 1 <= happened <= GROUPS


@pytest.mark.parametrize(
    ("groups", "last"),
    [
        ([107] * 7 + [0] * 5, 6),
        ([0] * 6 + [None] * 6, 5),  # zero is a rain; all F is nothing
        ([5, 0, 0, 0, 20] + [None] * 5 + [0, 0], 4),
        ([0] * 12, -1),
        ([None] * 12, -1),
        ([1] * 12, 11),
    ],
)
def test_last_filled(groups, last):
    assert last_filled(groups) == last
