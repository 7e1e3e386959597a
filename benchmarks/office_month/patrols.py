"""Two weeks of patrols through the inbox of the phones, each batch sent twice."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np

from office_month.desk import Month
from riverchief.base.ids import new_id
from riverchief.simulate import phone, walks
from riverchief.simulate.noise import rng


def patrols(month: Month, n: int, short: bool, chief: Any) -> bool | None:
    """One patrol through the phone's inbox, sent twice; whether it counted, None where the chief has no stretch."""
    stretches = [d.interval for d in month.basin.responsibilities if d.chief == chief.code and d.interval.end is None]
    if not stretches:
        return None
    network = month.basin.network
    part = max(stretches, key=lambda i: i.to_m - i.from_m)
    length_m = 180.0 if short else 1500.0
    low = part.from_m + month.draw.uniform(0, max(part.to_m - part.from_m - length_m, 1))
    at = np.linspace(low, min(low + length_m, part.to_m), 40)
    line = network.point(np.full(40, network.index(part.reach)), at)
    month.at(n, month.draw.randint(8, 15), month.draw.randint(0, 59))
    walker = replace(walks.Chief.draw("plain", (chief.code, n), line), start_s=month.clock.now().timestamp())
    walk = walks.walk_of(walker, 0, 1)
    track = phone.record(walker.phone, walk.way, walker.origin, rng("office-month", chief.code, n))
    client, now = month.client(f"u-{chief.code}"), month.clock.now()
    end = now + timedelta(seconds=float(track.time_s[-1] - now.timestamp()) + 5)
    month.clock.advance((end - now).total_seconds() + 600)
    patrol = new_id("patrol", now)
    points = [[*p, None, 0] for p in track.points]
    said = [
        ("patrol-start", patrol, None, {"started_at": now.isoformat()}, now),
        ("track", new_id("track", now), patrol, {"points": points, "system": "wgs84", "n": len(points)}, end),
        ("patrol-finish", new_id("finish", end), patrol, {"finished_at": end.isoformat()}, end),
    ]
    texts = [
        json.dumps({"id": key, "user": client.user.username, "device": f"d-{chief.code}", "seq": 10 * n + i,
                    "kind": kind, "parent": parent, "body": body, "file": None, "at": when.isoformat(),
                    "clock": "platform"})
        for i, (kind, key, parent, body, when) in enumerate(said)
    ]  # fmt: skip
    wish = {"user": client.user.username, "device": f"d-{chief.code}", "records": texts}
    for _ in range(2):  # the first answer was lost on its way
        got = month.post(client, "/ground/phone/records", sent_at=month.clock.now().isoformat(), **wish)
        if [one["state"] for one in got["answers"]] != ["stored"] * 3:
            raise SystemExit(f"{chief.code}: {got['answers']}")
    return bool(month.get(client, f"/ground/patrols/{patrol}")["result"]["valid"])


def walk_day(month: Month, n: int) -> list[tuple[bool, bool]]:
    """Who walks on a day of the two weeks: (was meant to count, counted) of each."""
    found = []
    chiefs = [c for c in month.basin.chiefs if c.level in ("county", "township", "village")]
    for k, chief in enumerate(chiefs):
        days = {"village": (k % 7, k % 7 + 7), "township": (k % 14,), "county": ((k + 5) % 14,)}[chief.level]
        if n - 2 in days:
            short = (k + n) % 6 == 0
            counted_ = patrols(month, n, short, chief)
            if counted_ is not None:
                found.append((not short, counted_))
    return found
