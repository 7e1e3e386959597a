"""考核表: items and records in; points, each opening to its records, out; no formula in Python."""

from riverchief.govern.sheets.board import Board, Place, evaluate_places, ranks
from riverchief.govern.sheets.dimensions import Unit, parse_unit
from riverchief.govern.sheets.evaluate import evaluate
from riverchief.govern.sheets.formula import Formula, FormulaError, UnitFault, parse
from riverchief.govern.sheets.gains import Plan, Ways, plan_as_dict, tried, ways, ways_as_dict
from riverchief.govern.sheets.model import Derived, Grade, Group, InputSpec, Item, Kind, Sheet, State, Status, Step
from riverchief.govern.sheets.score import (
    GroupScore,
    Input,
    ItemScore,
    Review,
    Score,
    UsedDerived,
    UsedInput,
    score_as_dict,
)
from riverchief.govern.sheets.sheet import SheetError, named, names, parse_sheet, read

__all__ = [
    "Board",
    "Derived",
    "Formula",
    "FormulaError",
    "Grade",
    "Group",
    "GroupScore",
    "Input",
    "InputSpec",
    "Item",
    "ItemScore",
    "Kind",
    "Place",
    "Plan",
    "Review",
    "Score",
    "Sheet",
    "SheetError",
    "State",
    "Status",
    "Step",
    "Unit",
    "UnitFault",
    "UsedDerived",
    "UsedInput",
    "Ways",
    "evaluate",
    "evaluate_places",
    "named",
    "names",
    "parse",
    "parse_sheet",
    "parse_unit",
    "plan_as_dict",
    "ranks",
    "read",
    "score_as_dict",
    "tried",
    "ways",
    "ways_as_dict",
]
