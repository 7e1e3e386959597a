"""Signs in the photographs: another place, another time, handed in before."""

from __future__ import annotations

import numpy as np

from riverchief.base.geometry import distance_m
from riverchief.ground.authenticity.model import Figures, Handed, Known, Silence, limits


def photo_place(handed: Handed, _: Known) -> Figures | Silence:
    """Photographs farther from the track than one could have walked; where nothing was recorded, nothing is said."""
    rule, track = limits("photo_place"), handed.track
    off = []
    looked = False
    for photo in handed.photos:
        near = np.abs(track.time_s - photo.time_s) <= rule["within_s"]
        if not near.any() or not np.isfinite([photo.lon, photo.lat]).all():
            continue
        looked = True
        apart_m = distance_m(photo.lon, photo.lat, track.lonlat[near, 0], track.lonlat[near, 1])
        walked_m = rule["walk_ms"] * np.abs(track.time_s[near] - photo.time_s)
        away_m = float((apart_m - walked_m).min())
        if away_m > rule["off_m"]:
            off.append(away_m)
    if not looked:
        return Silence.CANNOT_TELL
    return {"count": len(off), "off_m": max(off)} if off else Silence.NOTHING


def photo_time(handed: Handed, _: Known) -> Figures | Silence:
    """Photographs taken well before or after the patrol."""
    time_s = handed.track.time_s
    if not handed.photos or not len(time_s):
        return Silence.CANNOT_TELL
    away_s = [max(float(time_s[0]) - p.time_s, p.time_s - float(time_s[-1])) for p in handed.photos]
    off = [away for away in away_s if away > limits("photo_time")["margin_s"]]
    return {"count": len(off), "off_h": max(off) / 3600} if off else Silence.NOTHING


def photo_again(handed: Handed, known: Known) -> Figures | Silence:
    """Photographs whose hash is, but for a few bits, one that was handed in before."""
    hashes = [photo.picture_hash for photo in handed.photos if photo.picture_hash is not None]
    if not hashes or not known.hashes:
        return Silence.CANNOT_TELL
    nearest = [min((one ^ old).bit_count() for old in known.hashes) for one in hashes]
    same = [bits for bits in nearest if bits <= limits("photo_again")["bits"]]
    return {"count": len(same), "bits": min(same)} if same else Silence.NOTHING
