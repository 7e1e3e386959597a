"""Calibrated values in a folder: the river reads back changed as it should be, and nothing else of the files is."""

import tomllib

import numpy as np
import pytest

from govern.twin.rivers_of_operation import canal, everything
from riverchief.base.errors import InputError
from riverchief.govern.twin import folder
from riverchief.govern.twin.folder import changing


@pytest.fixture
def model(tmp_path):
    folder.write(everything(), tmp_path)
    return tmp_path


def conveyance(river, code):
    return np.array([shape.hydraulics(np.array([0.5, 0.7])).conveyance_m3s for shape in river.reaches[code].shapes])


def test_a_factor_on_roughness_divides_conveyance_of_open_and_closed_reaches(model):
    before = folder.read(model)
    changed = folder.change(model, {"up": 1.25, "pipe": 2.0, "down": 1.0}, {})
    assert {path.name for path in changed} == {"cross-sections.csv", "conduits.csv"}
    after = folder.read(model)
    for code, factor in (("up", 1.25), ("pipe", 2.0), ("down", 1.0), ("sewer", 1.0)):
        np.testing.assert_allclose(conveyance(after, code) * factor, conveyance(before, code), rtol=1e-5)


def test_rates_of_decay_stand_in_river_toml_and_comments_stay(model):
    path = model / "river.toml"
    path.write_text("# ours\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    was = tomllib.loads(path.read_text(encoding="utf-8"))
    folder.change(model, {}, {"nh3n": 0.123456789, "tp": 0.0})
    folder.change(model, {}, {"tp": 0.05})
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# ours\n# A river for the twin")
    assert tomllib.loads(text) == {**was, "decay_per_day": {"nh3n": 0.123457, "tp": 0.05}}
    assert folder.read(model).decay_per_day == {"nh3n": 0.123457, "tp": 0.05}
    assert text.count("[decay_per_day]") == 1


def test_a_form_without_roughness_gets_what_it_was_taken_for(tmp_path):
    folder.write(canal(), tmp_path)
    path = tmp_path / "cross-sections.csv"
    rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text("\n".join(",".join(row[:5]) for row in rows) + "\n", encoding="utf-8")  # no column manning
    folder.change(tmp_path, {"a": 1.5}, {})
    for shape in folder.read(tmp_path).reaches["a"].shapes:
        assert shape.manning.tolist() == pytest.approx([0.045])  # 0.03 where a table says nothing


def test_where_one_file_cannot_be_moved_all_are_as_they_were(model, monkeypatch):
    before = {path: path.read_bytes() for path in model.rglob("*.*")}
    replace, left = changing.Path.replace, [2]

    def breaking(self, target):
        left[0] -= 1
        if left[0] == 0:
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(changing.Path, "replace", breaking)
    with pytest.raises(InputError, match="No space left on device; the folder is as it was"):
        folder.change(model, {"up": 1.2, "pipe": 1.1}, {"nh3n": 0.1})
    assert {path: path.read_bytes() for path in model.rglob("*.*")} == before


def test_a_rate_below_nothing_is_refused_where_it_is_read(model):
    path = model / "river.toml"
    path.write_text(path.read_text(encoding="utf-8") + "\n[decay_per_day]\nnh3n = -0.1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"decay_per_day nh3n is -0.1 1/d"):
        folder.read(model)


def test_rates_written_in_line_are_not_guessed_at(model):
    path = model / "river.toml"
    text = path.read_text(encoding="utf-8").replace("format = 1", "format = 1\ndecay_per_day = { nh3n = 0.2 }")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="write them as a table"):
        folder.change(model, {}, {"nh3n": 0.1})
    assert path.read_text(encoding="utf-8") == text
