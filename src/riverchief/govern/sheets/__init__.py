"""考核表: items and records in; points, each opening to its records, out; no formula in Python."""

from riverchief.govern.sheets.evaluate import evaluate
from riverchief.govern.sheets.formula import Formula, FormulaError, parse
from riverchief.govern.sheets.score import Input, ItemScore, Review, Score, State, UsedInput, score_as_dict
from riverchief.govern.sheets.sheet import InputSpec, Item, Kind, Sheet, SheetError, named, names, read

__all__ = [
    "Formula",
    "FormulaError",
    "Input",
    "InputSpec",
    "Item",
    "ItemScore",
    "Kind",
    "Review",
    "Score",
    "Sheet",
    "SheetError",
    "State",
    "UsedInput",
    "evaluate",
    "named",
    "names",
    "parse",
    "read",
    "score_as_dict",
]
