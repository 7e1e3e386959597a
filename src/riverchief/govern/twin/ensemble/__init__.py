"""集合: a model and what is doubtful about it in; many members of it, run together, out."""

from riverchief.govern.twin.ensemble.members import Members, draw
from riverchief.govern.twin.ensemble.run import EnsembleRun, MemberDiverged, Watch, run_members
from riverchief.govern.twin.ensemble.spread import AR1, LogNormal, Spread

__all__ = ["AR1", "EnsembleRun", "LogNormal", "MemberDiverged", "Members", "Spread", "Watch", "draw", "run_members"]
