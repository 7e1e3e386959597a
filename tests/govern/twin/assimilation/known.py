"""A twin experiment on the small river: a truth that is known, readings of it with errors, members that know neither."""

from functools import cache

import numpy as np

from govern.twin import doubtful
from riverchief.govern.twin import ensemble as ens
from riverchief.govern.twin.assimilation import Design, LogScale, Reading

HOUR_S = 3600.0
PLACES = [("up", 8000.0), ("side", 5000.0), ("down", 9000.0)]
DESIGN = Design(radius_m=20e3, parameter_radius_m=40e3, scales={"cod": LogScale(0.5)})


@cache
def experiment(hours=48, members=32, truth_seed=99):
    """Members, the run of the truth, and hourly readings of it (cod every third hour)."""
    mine = doubtful.members(members, seed=1)
    truth = doubtful.members(2, seed=truth_seed)
    watch = ens.Watch.at(truth.model, PLACES)
    true = ens.run_members(truth, truth.time_s + hours * HOUR_S, HOUR_S, watch)
    rng = np.random.default_rng(truth_seed)
    readings = []
    for k, t in enumerate(true.time_s):
        for j, place in enumerate(PLACES):
            level, flow, cod = true.level_m[0, k, j], true.flow_m3s[0, k, j], true.conc[0, k, 0, j]
            readings.append(Reading(f"level {j}", t, *place, "level", level + 0.02 * rng.standard_normal(), 0.02))
            if j != 1:
                readings.append(
                    Reading(f"flow {j}", t, *place, "flow", flow * (1 + 0.05 * rng.standard_normal()), 0.05 * flow)
                )
            if k % 3 == 2:
                readings.append(
                    Reading(f"cod {j}", t, *place, "cod", cod * np.exp(0.05 * rng.standard_normal()), 0.05 * cod)
                )
    return mine, true, readings
