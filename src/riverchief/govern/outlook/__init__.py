"""研判: a target and the series' own past in; the probability of meeting it, and what is still allowed, out."""

from riverchief.govern.outlook.ahead import (
    Outlook,
    ShareOutlook,
    State,
    View,
    as_dict,
    look_ahead,
    rank_by_risk,
    share_ahead,
    views,
)
from riverchief.govern.outlook.allowed import Allowed, DaysLeft, allowed_for_class, allowed_mean, bad_days_left
from riverchief.govern.outlook.goal import ClassGoal, DaysGoal, Goal, MeanGoal
from riverchief.govern.outlook.levers import Lever, parse_lever
from riverchief.govern.outlook.model import Size, fit
from riverchief.govern.outlook.panel import Panel, panel_of, with_drivers
from riverchief.govern.outlook.period import Period, parse_period
from riverchief.govern.outlook.target import Consistency, Kind, Required, Target, check_children, required_of

__all__ = [
    "Allowed",
    "ClassGoal",
    "Consistency",
    "DaysGoal",
    "DaysLeft",
    "Goal",
    "Kind",
    "Lever",
    "MeanGoal",
    "Outlook",
    "Panel",
    "Period",
    "Required",
    "ShareOutlook",
    "Size",
    "State",
    "Target",
    "View",
    "allowed_for_class",
    "allowed_mean",
    "as_dict",
    "bad_days_left",
    "check_children",
    "fit",
    "look_ahead",
    "panel_of",
    "parse_lever",
    "parse_period",
    "rank_by_risk",
    "required_of",
    "share_ahead",
    "views",
    "with_drivers",
]
