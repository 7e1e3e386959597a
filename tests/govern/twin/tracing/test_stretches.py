"""Cells as stretches: joined where they touch, each counted once, named as people name them."""

import numpy as np
import pytest

from govern.twin import doubtful
from riverchief.govern.twin.tracing import branches
from riverchief.govern.twin.tracing.stretches import named_branches, place_of, stretches
from riverchief.govern.twin.tracing.water import lengths_m, spot


@pytest.fixture(scope="module")
def model():
    return doubtful.model()  # up and side meet, down goes on; cells of 500 m


def test_neighbours_join_and_probabilities_add_up(model):
    cells = model.cells
    own = cells.reach["up"]
    chance = np.zeros(model.cells.grid.bed.size)
    chance[own[[4, 5, 6]]] = 0.2
    chance[cells.reach["side"][3]] = 0.3
    chance[own[-1]] = 0.1  # where up, side and down meet
    found = stretches(cells, np.flatnonzero(chance).tolist(), chance)
    assert [(s.reach, s.from_m, s.to_m) for s in found] == [
        ("up", 1750.0, 3250.0), ("side", 1250.0, 1750.0), ("up", 9750.0, 10_000.0),
    ]  # fmt: skip
    assert sum(s.probability for s in found) == pytest.approx(1.0)


def test_branches_are_called_by_their_reaches(model):
    run = model.run(model.start(0.0), 600.0, 600.0)
    number = branches(run.flows())
    middle = {code: int(number[own[own.size // 2]]) for code, own in model.cells.reach.items()}
    assert len(set(middle.values())) == 3
    for code, branch in middle.items():
        assert named_branches(model.cells, number, [branch]) == [code]


def test_a_cell_is_called_by_the_reach_that_it_lies_within(model):
    assert place_of(model.cells, model.cells.cell("side", 3000.0)) == ("side", 3000.0)
    reach, chainage = place_of(model.cells, model.cells.node["meet"])
    assert (reach, chainage) in {("up", 10_000.0), ("side", 6000.0), ("down", 0.0)}


def test_lengths_of_cells_add_up_to_the_river(model):
    assert lengths_m(model.cells).sum() == pytest.approx(26_000.0)


@pytest.mark.parametrize(("chainage", "share"), [(3000.0, 0.5), (3240.0, 0.98), (2760.0, 0.02)])
def test_a_spot_lies_where_it_should_within_its_cell(model, chainage, share):
    cell, above = spot(model.cells, "up", chainage)
    assert cell == model.cells.cell("up", 3000.0)
    assert above == pytest.approx(share)
