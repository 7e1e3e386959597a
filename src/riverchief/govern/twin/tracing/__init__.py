"""逆向溯源: a run's flows and readings in; where, when and how much, and where to sample next, out."""

from riverchief.govern.twin.tracing.branches import Group, branches
from riverchief.govern.twin.tracing.engine import Member, TwinEngine, TwinSettings
from riverchief.govern.twin.tracing.plan import Proposal, next_sample
from riverchief.govern.twin.tracing.posterior import Interval, Posterior, Suspicion, posterior
from riverchief.govern.twin.tracing.readings import Reading
from riverchief.govern.twin.tracing.sources import Source, mix_log_factor
from riverchief.govern.twin.tracing.steady import PlaceMap, ReachCells, steady_flows
from riverchief.govern.twin.tracing.tracer import Tracer, TracerSettings
from riverchief.govern.twin.tracing.transport import Releases, Spots, forward, onset, series, well_stepped

__all__ = [
    "Group",
    "Interval",
    "Member",
    "PlaceMap",
    "Posterior",
    "Proposal",
    "ReachCells",
    "Reading",
    "Releases",
    "Source",
    "Spots",
    "Suspicion",
    "Tracer",
    "TracerSettings",
    "TwinEngine",
    "TwinSettings",
    "branches",
    "forward",
    "mix_log_factor",
    "next_sample",
    "onset",
    "posterior",
    "series",
    "steady_flows",
    "well_stepped",
]
