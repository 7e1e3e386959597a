"""Patrol rules (巡河规则) as data: what is asked, which patrols count and why not, and who would have failed last year.

A county writes a TOML file (`docs/reference/patrol-rule-file.md`), reads it back in sentences (`preview`), and tries it
on a year of patrols (`compare`) before it is issued.
"""

from riverchief.ground.rules.backtest import Backtest, Comparison, Fate, LevelShare, backtest, compare
from riverchief.ground.rules.file import DEFAULT, from_dict, named, names, parse, read, to_dict, to_toml
from riverchief.ground.rules.judge import Outcome, Refused, judge, shortfalls
from riverchief.ground.rules.model import Asked, PatrolRule, Substitute
from riverchief.ground.rules.periods import Alert, Duty, duties, duty_on
from riverchief.ground.rules.preview import preview
from riverchief.ground.rules.reasons import Reason
from riverchief.ground.rules.records import ChiefYear, Patrol, Stretch, read_years

__all__ = [
    "DEFAULT",
    "Alert",
    "Asked",
    "Backtest",
    "ChiefYear",
    "Comparison",
    "Duty",
    "Fate",
    "LevelShare",
    "Outcome",
    "Patrol",
    "PatrolRule",
    "Reason",
    "Refused",
    "Stretch",
    "Substitute",
    "backtest",
    "compare",
    "duties",
    "duty_on",
    "from_dict",
    "judge",
    "named",
    "names",
    "parse",
    "preview",
    "read",
    "read_years",
    "shortfalls",
    "to_dict",
    "to_toml",
]
