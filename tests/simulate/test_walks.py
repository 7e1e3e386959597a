"""The outings that judge the judge: frozen by a digest, with the facts that their kinds promise."""

import hashlib

import numpy as np
import pytest

from riverchief.base.geometry import to_local_m
from riverchief.simulate.fakes import FAKE, outing
from riverchief.simulate.walks import HONEST

# The outings as they were before anything judged them. Whoever changes them chooses the thresholds anew.
FROZEN = "b3356827af5a374404fccc0372479dc041774d12d71c702c9af3f572ee984f34"


def metres(recording, origin):
    return to_local_m(recording.lonlat[:, 0], recording.lonlat[:, 1], origin)


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


def test_a_river_can_be_given(mini):
    line = mini.network.point(np.full(60, mini.network.index("qx1")), np.linspace(2000, 5000, 60))
    one = outing("plain", 1, line)
    assert np.allclose(one.line, line)
    origin = tuple(line[0])
    here, bank = metres(one.recording, origin), to_local_m(line[:, 0], line[:, 1], origin)
    nearest = np.min(np.hypot(*(here[:, None] - bank[None]).transpose(2, 0, 1)), axis=1)
    assert np.median(nearest) < 60
