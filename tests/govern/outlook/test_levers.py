"""Levers change what comes, and nothing else."""

import numpy as np
import pytest

from riverchief.base.errors import InputError, UnknownName
from riverchief.govern.outlook.levers import Lever, parse_lever, pull
from riverchief.govern.outlook.model import Ensemble


def coming(values, items=("tp",), drivers=(), elasticity=None):
    given = np.asarray(values, float)[None]
    n_member = given.shape[2]
    effect = np.zeros((1, len(items), len(drivers), n_member)) if elasticity is None else elasticity
    return Ensemble(("a",), items, drivers, np.datetime64("2026-01-01"), given, np.arange(n_member), effect)


def test_levers_are_read_as_they_are_typed():
    assert parse_lever("scale:tp=-20%") == Lever("scale", -20.0, "tp")
    assert parse_lever("worst_days=5") == Lever("worst_days", 5.0)
    assert parse_lever("flow=+30") == Lever("flow", 30.0)


@pytest.mark.parametrize("text", ["tp", "scale:tp", "scale:tp=-120%", "worst_days=2.5", "worst_days=-1"])
def test_what_is_no_lever_is_refused(text):
    with pytest.raises(InputError):
        parse_lever(text)


def test_an_unknown_lever_names_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'scale'"):
        parse_lever("scal=5")


def test_a_cut_scales_one_item_and_leaves_ph_alone():
    ahead = coming([[[1.0, 2.0]], [[7.0, 8.0]]], ("tp", "ph"))
    found = pull(ahead, 0, (Lever("scale", -50.0),))
    np.testing.assert_allclose(found, [[[0.5, 1.0]], [[7.0, 8.0]]])
    np.testing.assert_allclose(ahead.values[0, 0], [[1.0, 2.0]])
    with pytest.raises(UnknownName):
        pull(ahead, 0, (Lever("scale", -50.0, "codmn"),))


def test_the_worst_days_go_the_highest_of_most_the_lowest_of_oxygen_the_furthest_of_ph():
    ahead = coming([[[1.0, 5.0, 2.0]], [[9.0, 3.0, 7.0]], [[7.4, 8.0, 6.0]]], ("tp", "do", "ph"))
    found = pull(ahead, 0, (Lever("worst_days", 1.0),))
    assert np.isnan(found).tolist() == [[[False, True, False]], [[False, True, False]], [[False, False, True]]]
    assert np.isnan(pull(ahead, 0, (Lever("worst_days", 9.0),))).all()


def test_another_flow_dilutes_by_each_members_own_elasticity():
    ahead = coming([[[1.0], [1.0]]], drivers=("flow",), elasticity=np.array([[[[-1.0, 0.0]]]]))
    found = pull(ahead, 0, (Lever("flow", 100.0),))
    np.testing.assert_allclose(found[0, :, 0], [0.5, 1.0])
    with pytest.raises(InputError, match="no flow was given"):
        pull(coming([[[1.0]]]), 0, (Lever("flow", 10.0),))
    with pytest.raises(InputError, match="leave some flow"):
        pull(ahead, 0, (Lever("flow", -100.0),))
