"""产汇流: rain, evaporation and flows upstream in; inflows with a band, flows downstream, reservoirs' levels out."""

from riverchief.govern.twin.catchment.calibrate import Calibration, calibrate, run_warmed
from riverchief.govern.twin.catchment.inflow import Donor, Inflow, inflow_series
from riverchief.govern.twin.catchment.model import (
    PARAMETERS,
    Parameter,
    Run,
    State,
    depth_mm_d,
    flow_m3s,
    gr4j,
    simulate,
)
from riverchief.govern.twin.catchment.reservoir import Balance, StorageCurve, balance
from riverchief.govern.twin.catchment.routing import Confluence, Muskingum, Routed, cunge, route
from riverchief.govern.twin.catchment.scores import Scores, kge, nse, scores
from riverchief.govern.twin.catchment.update import Updating

__all__ = [
    "PARAMETERS",
    "Balance",
    "Calibration",
    "Confluence",
    "Donor",
    "Inflow",
    "Muskingum",
    "Parameter",
    "Routed",
    "Run",
    "Scores",
    "State",
    "StorageCurve",
    "Updating",
    "balance",
    "calibrate",
    "cunge",
    "depth_mm_d",
    "flow_m3s",
    "gr4j",
    "inflow_series",
    "kge",
    "nse",
    "route",
    "run_warmed",
    "scores",
    "simulate",
]
