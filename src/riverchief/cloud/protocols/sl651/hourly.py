"""Which five minutes each of the twelve groups of an hourly report stands for (SL 651-2014, function 34).

By the standard the observation time is that of the *first* group. Real stations also write the time of the last
group, or send the running hour with slots that have not happened yet; the send time tells them apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

GROUPS = 12
STEP = timedelta(minutes=5)
LATE = timedelta(minutes=10)  # a station that writes the time of its last group sends within this


def alignment(observed: datetime, sent: datetime | None, filled: Sequence[int]) -> tuple[datetime, int]:
    """Time of the first group, and how many groups have happened; later ones hold nothing, whatever they say.

    Parameters
    ----------
    observed, sent : datetime
        Observation time before the groups, send time of the frame.
    filled : sequence of int
        Of each block of twelve under this time the index of the last group that holds something (`last_filled`).
    """
    span = (GROUPS - 1) * STEP
    if sent is None or observed + span <= sent + STEP:
        return observed, GROUPS
    newest = max(filled, default=-1)
    if sent - observed >= LATE:
        happened = (sent - observed) // STEP + 1
        if newest < happened:  # the standard's order, the rest of the hour still to come
            return observed, happened
    # the running hour, under the time of its newest group; slots count from :00 or from :05
    if newest in {observed.minute // 5, observed.minute // 5 - 1} and 0 <= newest < GROUPS - 1 and observed.minute:
        return observed - newest * STEP, newest + 1
    return observed - span, GROUPS


def last_filled(groups: Sequence[int | None]) -> int:
    """Index of the last group that holds something, -1 for none: behind it only "no data", or only zeros."""
    last = max((k for k, group in enumerate(groups) if group is not None), default=-1)
    if last < len(groups) - 1:
        return last
    return max((k for k, group in enumerate(groups) if group), default=-1)
