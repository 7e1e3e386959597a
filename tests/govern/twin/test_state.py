"""States to begin from."""

import numpy as np
import pytest

from riverchief.govern import twin
from riverchief.govern.twin import state


def _model():
    river = twin.River()
    river.reach("a", [0.0, 4000.0], [twin.trapezoid(20, 2, 0.03, bed_m=2.0), twin.trapezoid(20, 2, 0.03)], dx_m=200.0)
    river.inflow("q", 100.0, node="a:start")
    river.boundary(twin.NormalDepth("a:end", 5e-4))
    return twin.Model(river)


def test_still_water_stands_at_its_level_and_dry_beds_stay_dry():
    model = _model()
    now = state.at_rest(model.cells, 1.0)
    cells = model.cells.reach["a"]
    bed = model.cells.grid.bed[cells]
    np.testing.assert_array_equal(now.level[cells], np.maximum(1.0, bed))
    assert (now.volume[cells][bed >= 1.0] == 0).all()
    assert (now.flow == 0).all()


def test_running_water_is_guessed_at_normal_depth():
    model = _model()
    now = model.start(0.0)
    cells = model.cells.reach["a"]
    depth = (now.level - model.cells.grid.bed)[cells]
    assert depth[:-1] == pytest.approx(2.961955, rel=2e-3)  # facts: b 20 m, 1:2, n 0.03, slope 5e-4, 100 m³/s
    assert now.flow[model.cells.faces["a"]] == pytest.approx(100.0)
