"""Simulated outings put before the judge, as the platform would: for the tests and for the page of proofs."""

from dataclasses import replace
from datetime import date

import numpy as np

from riverchief.base.geometry import distance_m
from riverchief.base.network import Network
from riverchief.base.places import Interval
from riverchief.ground.authenticity import Fixes, Handed, Known, Photo, look
from riverchief.ground.patrol import read_track
from riverchief.simulate.fakes import outing

# What each fake is to be asked about; one of these reasons must stand in the answer.
RIGHT = {
    "straight": {"mock", "regular"},
    "smooth": {"mock", "regular"},
    "replay": {"replay"},
    "drive_by": {"driven"},
    "shared": {"together"},
    "photos": {"photo_place", "photo_time", "photo_again"},
}


def handed(recording):
    return Handed(
        read_track(recording.points),
        Fixes(recording.accuracy_m, recording.mock),
        [Photo(p.time_s, p.lon, p.lat, p.picture_hash) for p in recording.photos],
    )


def known(one):
    """What the platform knows: the stretch is the whole river, earlier tracks by week, others by number."""
    network = Network.build(["R"], ["a"], ["b"], [_length_m(one.line)], lines=[one.line])
    return Known(
        network,
        [Interval("R", 0.0, float(network.length_m[0]), date(2020, 1, 1))],
        {f"week -{i}": read_track(old.points) for i, old in enumerate(one.earlier, 1)},
        {f"chief {i}": read_track(other.points) for i, other in enumerate(one.others, 1)},
        [photo.picture_hash for old in one.earlier for photo in old.photos],
    )


def trial(kind, seed, marked=True, claims=None, announced=False):
    """The judge's answer.

    With `marked` false the phone's own mark of a mock location is taken away; `claims` [m] replaces the accuracy of
    every fix, NaN for a phone that tells none. With `announced` the others have named this walker and were named, with a
    photograph of all: the platform leaves their tracks out.
    """
    one = outing(kind, seed)
    here, there = handed(one.recording), known(one)
    fixes = here.fixes
    if not marked:
        fixes = replace(fixes, mock=np.zeros(len(fixes.mock), bool))
    if claims is not None:
        fixes = replace(fixes, accuracy_m=np.full(len(fixes.mock), claims))
    return look(replace(here, fixes=fixes), replace(there, others={}) if announced else there)


def rightly(kind, answer):
    """Whether a fake is asked about for the right reason."""
    return answer.asked and bool(RIGHT[kind] & {reason.kind for reason in answer.reasons})


def _length_m(line):
    return float(distance_m(line[:-1, 0], line[:-1, 1], line[1:, 0], line[1:, 1]).sum())
