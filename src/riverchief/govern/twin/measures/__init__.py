"""应急与容量: a twin and what may be done in; orders with their effect, loads that may be, and releases, out."""

from riverchief.govern.twin.measures.band import Band, Spill, World, band
from riverchief.govern.twin.measures.capacity import FAIRNESS, Capacity, Outfall, Target, capacity
from riverchief.govern.twin.measures.case import Case, Goal, Limit, Outcome, Reached
from riverchief.govern.twin.measures.levers import KINDS, Lever, moved
from riverchief.govern.twin.measures.plan import Order, Plan, plan
from riverchief.govern.twin.measures.quick import Quick
from riverchief.govern.twin.measures.release import Need, Releases, Reservoir, release
from riverchief.govern.twin.measures.response import Response, response

__all__ = [
    "FAIRNESS",
    "KINDS",
    "Band",
    "Capacity",
    "Case",
    "Goal",
    "Lever",
    "Limit",
    "Need",
    "Order",
    "Outcome",
    "Outfall",
    "Plan",
    "Quick",
    "Reached",
    "Releases",
    "Reservoir",
    "Response",
    "Spill",
    "Target",
    "World",
    "band",
    "capacity",
    "moved",
    "plan",
    "release",
    "response",
]
