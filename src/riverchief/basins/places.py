"""The places of a basin, checked: each on its reach, near its surveyed position."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from riverchief.base.geometry import distance_m, to_local_m
from riverchief.basins.draft import LIMIT_M, PLACED, Draft, place_of
from riverchief.basins.faults import Fault
from riverchief.basins.parse import Row

ALONG_M = 3_000.0  # a surveyed position may lie this far from the drawn point at its chainage [m]


def faults(draft: Draft) -> Iterator[Fault]:
    """Every fault of addresses and positions."""
    for file in PLACED:
        for row in draft.rows.get(file, []):
            yield from _place(row, draft)
    for row in draft.rows.get("projects.csv", []):
        if (row["reach"] is None) != (row["chainage_m"] is None):
            yield row.fault("missing_value", "give reach and chainage_m together, or neither.")
        yield from _chainage(row, draft)


def _place(row: Row, draft: Draft) -> Iterator[Fault]:
    """Faults in the address and position of one section, station, facility or sign."""
    if row["kind"] == "air":
        if row["reach"] is not None or row["chainage_m"] is not None:
            yield row.fault("bad_value", "an air station is not on the river; leave reach and chainage_m empty.")
        if row["lon"] is None or row["lat"] is None:
            yield row.fault("missing_value", "an air station needs lon and lat.")
        return
    if place_of(row) is None:
        yield _unplaced(row, draft)
        return
    outside = list(_chainage(row, draft))
    yield from outside
    if outside:
        return
    net = draft.network
    if net is None or not net.has(row["reach"]) or row["lon"] is None or row["lat"] is None:
        if row["reach"] in draft.codes("reaches.csv") and (row["lon"] is None or row["lat"] is None):
            yield row.fault("missing_value", "lon and lat are empty, and its reach has no line to take them from.")
        return
    i = net.index(row["reach"])
    if len(net.lines[i]) < 2:
        return
    away = _away_m(net.lines[i], row["lon"], row["lat"])
    if away > LIMIT_M:
        sentence = (
            f"{row['lon']}, {row['lat']} is {away:,.0f} m from reach {row['reach']}; at most {LIMIT_M:,.0f} m is taken."
        )
        yield row.fault("far_from_reach", sentence)
        return
    drawn = net.point(i, min(row["chainage_m"], float(net.length_m[i])))[0]
    along = float(distance_m(drawn[0], drawn[1], row["lon"], row["lat"]))
    if along > ALONG_M:
        sentence = (
            f"{row['lon']}, {row['lat']} is {along:,.0f} m from the point at {row['chainage_m']:,.0f} m of "
            f"{row['reach']}; correct chainage_m, or leave reach and chainage_m empty to have them found."
        )
        yield row.fault("chainage", sentence)


def _unplaced(row: Row, draft: Draft) -> Fault:
    has_point = row["lon"] is not None and row["lat"] is not None
    if row["reach"] is None and row["chainage_m"] is None and has_point and draft.network is not None:
        sentence = f"{row['lon']}, {row['lat']} is more than {LIMIT_M:,.0f} m from every reach."
        return row.fault("far_from_reach", sentence)
    return row.fault("missing_value", "give reach and chainage_m, or lon and lat, or all four.")


def _chainage(row: Row, draft: Draft) -> Iterator[Fault]:
    place = place_of(row)
    reach = draft.codes("reaches.csv").get(place.reach) if place else None
    length = reach["length_m"] if reach else None
    if place and length is not None and place.chainage_m > length:
        sentence = f"chainage_m is {place.chainage_m:,.0f} m but reach {place.reach} is {length:,.0f} m long."
        yield row.fault("off_network", sentence)


def _away_m(line: NDArray[np.float64], lon: float, lat: float) -> float:
    """Distance from a point to a drawn line [m]."""
    xy = to_local_m(line[:, 0], line[:, 1], (lon, lat))
    run = np.diff(xy, axis=0)
    share = np.clip(-(xy[:-1] * run).sum(axis=1) / np.maximum((run**2).sum(axis=1), 1e-12), 0, 1)
    return float(np.hypot(*(xy[:-1] + share[:, None] * run).T).min())
