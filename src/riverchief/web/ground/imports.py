"""A track that another device recorded becomes a patrol, marked with where it came from; twice the same file is one."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction

from riverchief.base.errors import InputError
from riverchief.base.ids import packed_id
from riverchief.base.time import from_epoch
from riverchief.ground import trackfile
from riverchief.web import context
from riverchief.web.accounts.models import User, audit
from riverchief.web.ground import patrols
from riverchief.web.ground.models import Case, Patrol
from riverchief.web.wire import iso

_LOW_BYTES = 10
AHEAD_S = 300.0  # by which clocks may differ
LATEST_S = 4_102_444_800  # the year 2100, to be told of what says more


def take_in(user: User, data: bytes, case: Case | None) -> dict[str, Any]:
    """Make a patrol of a GPX or KML file: its fixes, its own times, judged at once; and the rows that are no fixes.

    Raises
    ------
    InputError
        When the file is none, holds no fix with a time, or ends after now.
    """
    read = trackfile.read(data)
    first_s, last_s = read.fixes[0][0], read.fixes[-1][0]
    now = context.now()
    if last_s > now.timestamp() + AHEAD_S:
        raise InputError(
            f"the track ends {iso(from_epoch(min(last_s, LATEST_S)))}, after now, {iso(now)}: the device's clock was "
            f"wrong, or the file was changed. A patrol that has not been walked counts for nothing."
        )
    digest = hashlib.sha256(user.username.encode() + b"\n" + data).digest()
    key = packed_id("patrol", int(first_s * 1000), int.from_bytes(digest[:_LOW_BYTES]))
    faults = [{"row": fault.row, "why": fault.why} for fault in read.faults]
    patrol = Patrol.objects.filter(pk=key).first()
    if patrol is None:
        context.store().files.put(data)
        with transaction.atomic():
            patrol = patrols.start(user, case, patrols.Told(key, from_epoch(first_s), source=read.form))
            points = [(time_s, lon, lat, None, None, 0) for time_s, lon, lat in read.fixes]
            patrol = patrols.add_points(patrol, user, points, "wgs84")
            patrol = patrols.finish(patrol, user, from_epoch(last_s))
        audit(context.clock(), user.username, "import-patrol", key, form=read.form, faults=len(faults))
    return {"patrol": patrols.brief(patrol), "faults": faults}
