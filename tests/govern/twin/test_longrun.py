"""Long runs: the same numbers in pieces, and a run that was broken off goes on."""

import pytest

from govern.twin.rivers_of_operation import canal, wave
from riverchief.govern import twin
from riverchief.govern.twin import files, longrun

END_S, EVERY_S = 6 * 3600.0, 300.0


@pytest.fixture(scope="module")
def model():
    return twin.Model(canal(flow_m3s=wave(), nh3n=0.7))


@pytest.fixture(autouse=True)
def _few(monkeypatch):
    """Four pieces show what twenty do."""
    monkeypatch.setattr(longrun, "PIECES", 4)


@pytest.fixture(scope="module")
def plain(model):
    return longrun.run(model, model.start(0.0), END_S, EVERY_S)


def test_a_run_in_pieces_gives_the_same_bits(model, plain, tmp_path):
    pieces = longrun.run(model, model.start(0.0), END_S, EVERY_S, tmp_path / "r.nc")
    assert (pieces.time_s == plain.time_s).all()
    for name, part in pieces.record._asdict().items():
        assert (part == getattr(plain.record, name)).all(), name
    for name, part in pieces.state._asdict().items():
        assert (part == getattr(plain.state, name)).all(), name
    assert pieces.sums["inflow_m3"] == pytest.approx(plain.sums["inflow_m3"], rel=1e-12)
    assert pieces.sums["steps"] == plain.sums["steps"]
    assert abs(pieces.error) < 1e-12
    assert not (tmp_path / "r.nc.parts").exists()


class Broken(Exception):
    """Somebody pulls the plug."""


def break_at(share):
    def progress(done):
        if done >= share:
            raise Broken

    return progress


def test_a_run_that_was_broken_off_goes_on_from_its_last_piece(model, plain, tmp_path):
    out = tmp_path / "r.nc"
    with pytest.raises(Broken):
        longrun.run(model, model.start(0.0), END_S, EVERY_S, out, break_at(0.5))
    assert not out.exists()
    told = []
    found = longrun.run(model, model.start(0.0), END_S, EVERY_S, out, told.append)
    assert found.gone_on >= 0.45
    assert told[0] >= 0.45
    assert (found.record.level == plain.record.level).all()
    assert found.sums["outflow_m3"] == pytest.approx(plain.sums["outflow_m3"], rel=1e-12)


def test_pieces_of_another_run_are_not_gone_on_from(model, plain, tmp_path):
    out = tmp_path / "r.nc"
    other = twin.Model(canal(flow_m3s=wave(top=31.0), nh3n=0.7))
    with pytest.raises(Broken):
        longrun.run(other, other.start(0.0), END_S, EVERY_S, out, break_at(0.5))
    found = longrun.run(model, model.start(0.0), END_S, EVERY_S, out)
    assert found.gone_on == 0.0
    assert (found.record.level == plain.record.level).all()


def test_a_piece_that_is_half_written_is_run_again(model, plain, tmp_path):
    out = tmp_path / "r.nc"
    with pytest.raises(Broken):
        longrun.run(model, model.start(0.0), END_S, EVERY_S, out, break_at(0.5))
    states = sorted((tmp_path / "r.nc.parts").glob("state-*.nc"))
    states[-1].write_bytes(states[-1].read_bytes()[:200])
    found = longrun.run(model, model.start(0.0), END_S, EVERY_S, out)
    assert (found.record.level == plain.record.level).all()


def test_the_state_at_the_end_goes_on_from_the_file(model, plain, tmp_path):
    files.write_state(tmp_path / "s.nc", model, plain.state)
    later = longrun.run(model, files.read_state(tmp_path / "s.nc", model), END_S + 3600, EVERY_S)
    assert later.begin_s == END_S
    assert later.time_s[0] == END_S + EVERY_S
