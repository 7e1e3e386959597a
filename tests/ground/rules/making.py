"""Patrols and rules for tests, in few words."""

from datetime import UTC, datetime, timedelta

from riverchief.base.time import CHINA
from riverchief.ground.rules import Patrol, PatrolRule, Stretch


def rule(*levels, **more):
    return PatrolRule("own", "本地", "Own", "a document", False, levels, **more)


def walk(name, at, minutes=60.0, metres=3_000.0, **more):
    """A patrol that starts at a local time "2025-03-04 08:00" or an aware one."""
    start = datetime.fromisoformat(at).replace(tzinfo=CHINA).astimezone(UTC) if isinstance(at, str) else at
    return Patrol(name, start, start + timedelta(minutes=minutes), minutes * 60, metres, **more)


STRETCH = (Stretch("R1", 0, 6_000, "main"), Stretch("R2", 1_000, 5_000, "branch"))
