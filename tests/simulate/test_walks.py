"""The outings that judge the judge: frozen by a digest, with the facts that their kinds promise."""

import hashlib

import numpy as np
import pytest

from riverchief.base.errors import UnknownName
from riverchief.base.geometry import to_local_m
from riverchief.simulate.fakes import FAKE, outing
from riverchief.simulate.walks import HONEST

# The outings as they were before anything judged them. Whoever changes them chooses the thresholds anew.
FROZEN = "b3356827af5a374404fccc0372479dc041774d12d71c702c9af3f572ee984f34"


def metres(recording, origin):
    return to_local_m(recording.lonlat[:, 0], recording.lonlat[:, 1], origin)


def step_ms(recording):
    xy = metres(recording, tuple(recording.lonlat[0]))
    return np.hypot(*np.diff(xy, axis=0).T) / np.diff(recording.time_s)


def digest():
    found = hashlib.sha256()
    for kind in (*HONEST, *FAKE):
        for seed in (0, 7, 99, 100, 199):
            one = outing(kind, seed)
            for recording in (one.recording, *one.earlier, *one.others):
                # centimetres are left out, lest another processor's last bit changes the digest
                found.update(np.round(recording.lonlat, 5).astype("<f8").tobytes())
                found.update(np.round(recording.time_s).astype("<f8").tobytes())
                found.update(np.round(recording.accuracy_m).astype("<f8").tobytes() + bytes(recording.mock))
                found.update(np.nan_to_num(np.round(recording.speed_ms, 1), nan=-1.0).astype("<f8").tobytes())
                for photo in recording.photos:
                    found.update(f"{photo.time_s:.0f} {photo.lon:.5f} {photo.lat:.5f} {photo.picture_hash}".encode())
    return found.hexdigest()


def test_the_outings_are_those_that_were_frozen():
    assert digest() == FROZEN


@pytest.mark.parametrize("kind", [*HONEST, *FAKE])
def test_every_kind_is_a_track_in_time(kind):
    for seed in range(5):
        one = outing(kind, seed)
        for recording in (one.recording, *one.earlier, *one.others):
            n = len(recording)
            assert n > 20
            assert (np.diff(recording.time_s) > 0).all()
            assert recording.lonlat.shape == (n, 2)
            assert recording.accuracy_m.shape == recording.speed_ms.shape == recording.mock.shape == (n,)
            assert np.isfinite(recording.lonlat).all()
            assert (recording.accuracy_m > 0).all()
        assert one.fake == (kind in FAKE)
        assert not any(recording.mock.any() for recording in one.earlier)
        assert all(recording.time_s[-1] < one.recording.time_s[0] for recording in one.earlier)


def test_a_receiver_errs_by_metres_that_wander():
    from riverchief.simulate.noise import rng
    from riverchief.simulate.phone import Phone, Way, record

    phone = Phone(5, 4.0, 60.0, 0.3, 0.0, False, 0.1, True, 8)
    way = Way(0.0, np.column_stack([np.arange(40_000.0), np.zeros(40_000)]))
    recording = record(phone, way, (112.0, 37.0), rng("receiver"))
    error = metres(recording, (112.0, 37.0))[:, 1]
    error = error[np.abs(error) < 25]  # outliers left out
    assert np.std(error) == pytest.approx(np.hypot(4.0, 0.3), rel=0.1)
    memory = np.corrcoef(error[:-1], error[1:])[0, 1]
    assert memory == pytest.approx(np.exp(-5 / 60), abs=0.04)


def test_a_drive_by_is_fast_and_a_walk_is_not():
    for seed in range(10):
        assert np.median(step_ms(outing("drive_by", seed).recording)) > 4
        assert np.median(step_ms(outing("plain", seed).recording)) < 2
        assert np.quantile(step_ms(outing("ride_home", seed).recording), 0.98) > 4


def test_one_pair_of_feet_carries_phones_that_keep_together():
    for kind in ("shared", "joint"):
        one = outing(kind, 3)
        other = one.others[-1]
        origin = tuple(one.line[0])
        here = metres(one.recording, origin)
        there = metres(other, origin)
        at = np.column_stack([np.interp(one.recording.time_s, other.time_s, there[:, k]) for k in (0, 1)])
        assert np.median(np.hypot(*(here - at).T)) < 12


def test_a_river_can_be_given(mini):
    line = mini.network.point(np.full(60, mini.network.index("qx1")), np.linspace(2000, 5000, 60))
    one = outing("plain", 1, line)
    assert np.allclose(one.line, line)
    origin = tuple(line[0])
    here, bank = metres(one.recording, origin), to_local_m(line[:, 0], line[:, 1], origin)
    nearest = np.min(np.hypot(*(here[:, None] - bank[None]).transpose(2, 0, 1)), axis=1)
    assert np.median(nearest) < 60


def test_an_unknown_kind_is_named():
    with pytest.raises(UnknownName, match="did you mean 'replay'"):
        outing("reply", 0)
