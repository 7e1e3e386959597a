"""溯源: what stations saw in; where it came from with a probability, when it will be where, out."""

from riverchief.govern.trace.engine import Band, Releases, TransportEngine, Travel
from riverchief.govern.trace.forecast import Forecast, forecast, forecast_as_dict
from riverchief.govern.trace.kinematic import KinematicEngine, KinematicSettings
from riverchief.govern.trace.kinetics import Kinetics, read_kinetics, shipped_kinetics
from riverchief.govern.trace.observations import Observation
from riverchief.govern.trace.rank import rank
from riverchief.govern.trace.result import Candidate, Stretch, Trace, trace_as_dict
from riverchief.govern.trace.settings import TraceSettings
from riverchief.govern.trace.stretch import suspect_stretch

__all__ = [
    "Band",
    "Candidate",
    "Forecast",
    "KinematicEngine",
    "KinematicSettings",
    "Kinetics",
    "Observation",
    "Releases",
    "Stretch",
    "Trace",
    "TraceSettings",
    "TransportEngine",
    "Travel",
    "forecast",
    "forecast_as_dict",
    "rank",
    "read_kinetics",
    "shipped_kinetics",
    "suspect_stretch",
    "trace_as_dict",
]
