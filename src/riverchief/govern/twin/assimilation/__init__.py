"""同化: an ensemble and readings in; the ensemble that they allow and how good its forecasts are, out."""

from riverchief.govern.twin.assimilation.calibrate import Calibration, Parameter, calibrate
from riverchief.govern.twin.assimilation.course import Course, Judged, Station, begun, follow, stations
from riverchief.govern.twin.assimilation.cycle import Analysis, Design, assimilate
from riverchief.govern.twin.assimilation.fit import Asked, Fit, Score, fit
from riverchief.govern.twin.assimilation.readings import LogScale, Reading, Refused
from riverchief.govern.twin.assimilation.skill import Skill, Verified, crps, rank_histogram, ranks, skill
from riverchief.govern.twin.assimilation.smoother import Reanalysis, reanalyse

__all__ = [
    "Analysis", "Asked", "Calibration", "Course", "Design", "Fit", "Judged", "LogScale", "Parameter", "Reading",
    "Reanalysis", "Refused", "Score", "Skill", "Station", "Verified",
    "assimilate", "begun", "calibrate", "crps", "fit", "follow", "rank_histogram", "ranks", "reanalyse", "skill",
    "stations",
]  # fmt: skip
