"""What is kept is found by the same question alone, and half a file is none."""

import numpy as np
import pytest

from govern.twin import doubtful
from riverchief.base.errors import InputError
from riverchief.govern.twin.assimilation import Reading
from riverchief.govern.twin.assimilation.kept import Kept, digest_of


def test_an_array_is_made_once_and_found_after():
    told = []
    kept = Kept(None, "a" * 64, told.append)
    assert kept(0, lambda: np.ones(2)).tolist() == [1.0, 1.0]
    assert told == [0]


def test_half_a_file_is_made_anew_and_others_are_thrown_away(tmp_path):
    first = Kept(tmp_path, "a" * 64, lambda _: None)
    made = first(3, lambda: np.arange(5.0))
    assert first(3, lambda: np.zeros(5)).tolist() == made.tolist()
    (path,) = tmp_path.glob("*.npy")
    path.write_bytes(path.read_bytes()[:40])
    assert first(3, lambda: np.full(5, 7.0)).tolist() == [7.0] * 5
    Kept(tmp_path, "b" * 64, lambda _: None)(0, lambda: np.zeros(1))
    assert [one.name[0] for one in tmp_path.glob("*.npy")] == ["b"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="cannot write"):
        Kept(tmp_path / "file", "a" * 64, lambda _: None)(0, lambda: np.zeros(1))


def test_the_digest_is_of_all_that_the_answer_depends_on():
    model = doubtful.model()
    state = model.start(0.0)
    reading = Reading("s", 3600.0, "up", 100.0, "level", 30.0, 0.02)
    mine = digest_of(model, state, [reading], 1)
    assert mine == digest_of(doubtful.model(), state, [reading], 1)
    other = doubtful.model()
    other.decay_per_s[0] = 1e-5
    moved = Reading("s", 3600.0, "up", 100.0, "level", 30.1, 0.02)
    wetter = doubtful.model()
    wetter.forcing.factor[0] = 1.1
    asked = [
        digest_of(other, state, [reading], 1),
        digest_of(model, state, [moved], 1),
        digest_of(model, state, [reading], 2),
        digest_of(wetter, state, [reading], 1),
        digest_of(model, model.start(60.0), [reading], 1),
    ]
    assert len({mine, *asked}) == 6
