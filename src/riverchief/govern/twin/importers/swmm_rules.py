"""Control rules of an .inp file: those that the twin's structures can follow, the others named.

Followed are: a pump switched by the depth or level at its own upstream node, and pumps or orifices set at instants of
the run. Everything else is kept as a remark.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from riverchief.govern.twin.importers import swmm_rows as rows
from riverchief.govern.twin.importers.swmm_blocks import clock_s, day_s
from riverchief.govern.twin.importers.swmm_case import Case, Names, by_name
from riverchief.govern.twin.river import Series

Clause = tuple[str, tuple[str, ...]]


@dataclass
class Orders:
    """What rules say, by link.

    Attributes
    ----------
    pumps : dict of str to (on, off)
        Depths over the upstream node's bottom at which a pump starts and stops [m].
    settings : dict of str to Series
        Setting over time [-], 1 before the first.
    """

    pumps: dict[str, tuple[float, float]] = field(default_factory=dict)
    settings: dict[str, Series] = field(default_factory=dict)


def orders(case: Case) -> Orders:
    """Read all rules; those that cannot be followed become remarks."""
    found = Orders()
    times: dict[str, list[tuple[float, float]]] = {}
    pumps = by_name(case.inp.of(rows.PumpRow))
    movable: Names[rows.LinkRow] = by_name([*case.inp.of(rows.PumpRow), *case.inp.of(rows.OrificeRow)])
    for rule in case.inp.of(rows.Rule):
        why = _depths(case, rule, pumps, found) and _instants(case, rule, movable, times)
        if why:
            case.say(rule, "CONTROLS", why, "it is not followed")
    for link, steps in times.items():
        steps.sort()
        start = [] if steps[0][0] <= case.start_s else [(case.start_s, 1.0)]
        time_s, value = (
            zip(*start, *dict(steps).items(), strict=True) if start else zip(*dict(steps).items(), strict=True)
        )
        found.settings[link] = Series(np.array(time_s), np.array(value), steps=True)
    return found


def _parts(rule: rows.Rule) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]], list[tuple[str, ...]], str]:
    """Premises, actions, other actions, and why it is beyond us where it is."""
    premises: list[tuple[str, ...]] = []
    actions: list[tuple[str, ...]] = []
    others: list[tuple[str, ...]] = []
    into = premises
    for word, tokens in rule.clauses:
        upper = tuple(t.upper() if i != 1 else t for i, t in enumerate(tokens))
        if word == "OR":
            return [], [], [], "it joins premises by OR"
        if word == "THEN":
            into = actions
        elif word == "ELSE":
            into = others
        if word in ("IF", "AND", "THEN", "ELSE"):
            into.append(upper)
    return premises, actions, others, ""


def _depths(case: Case, rule: rows.Rule, pumps: Names[rows.PumpRow], found: Orders) -> str:
    """Take a rule that switches a pump by its own node; else why not."""
    premises, actions, others, why = _parts(rule)
    if why or len(premises) != 1 or len(actions) != 1 or others:
        return why or "it has more than one premise or action"
    about, action = premises[0], actions[0]
    if about[0] != "NODE" or len(about) < 5 or about[2] not in ("DEPTH", "HEAD") or action[0] != "PUMP":
        return "its premise is not the depth at the pump's own node"
    pump = pumps.maybe(action[1])
    if pump is None or pump.from_node.upper() != about[1].upper() or about[3] not in (">", ">=", "<", "<="):
        return "its premise is not the depth at the pump's own node"
    try:
        depth = float(about[4]) * case.inp.length_m
    except ValueError:
        return f"it compares with {about[4]}"
    if about[2] == "HEAD":
        depth -= case.invert_m(pump.from_node, pump)
    on = action[-1] in ("ON", "1", "1.0")
    if on != about[3].startswith(">"):
        return "it starts the pump when the water falls or stops it when it rises"
    old = found.pumps.get(pump.name, (0.0, 0.0))
    found.pumps[pump.name] = (depth, old[1]) if on else (old[0], depth)
    return ""


def _instants(
    case: Case, rule: rows.Rule, movable: Names[rows.LinkRow], times: dict[str, list[tuple[float, float]]]
) -> str:
    """Take a rule that sets a link at an instant of the run; else why not."""
    premises, actions, others, why = _parts(rule)
    if why or others or not premises or any(p[0] != "SIMULATION" for p in premises):
        return why or "it depends on what only the run shows"
    at_s = case.start_s
    for i, premise in enumerate(premises):
        words = [t.upper() for t in premise]
        if i or words[1] not in ("TIME", "DATE", "DATETIME") or words[2] not in (">", ">=", "="):
            return "it holds in a window of time"
        try:
            at_s = case.start_s + clock_s(words[3]) if words[1] == "TIME" else day_s(words[3])
        except ValueError as err:
            return str(err)
    for action in actions:
        link, value = action[1], action[-1]
        number = {"ON": 1.0, "OFF": 0.0, "OPEN": 1.0, "CLOSED": 0.0}.get(value)
        try:
            setting = float(value) if number is None else number
        except ValueError:
            return f"it sets {link} by {value}"
        if link not in movable:
            return f"{link} is no pump or orifice"
        times.setdefault(movable[link].name, []).append((at_s, setting))
    return ""
