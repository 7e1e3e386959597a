"""The shape of the network, checked: no ring, every reach drawn, every line meeting the others at its nodes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from riverchief.base.geometry import distance_m, to_local_m
from riverchief.basins import parse
from riverchief.basins.draft import Draft
from riverchief.basins.faults import Fault
from riverchief.basins.parse import Line, Row
from riverchief.basins.tables import LINES_FILE

GAP_M = 100.0  # ends of reaches at one node may lie this far apart [m]
SHORT, LONG = 0.75, 3.0  # a river is at most this much shorter or longer than its drawn line


def faults(draft: Draft) -> Iterator[Fault]:
    """Every fault of reaches and their lines."""
    yield from _cycles(draft)
    yield from _lines(draft)
    yield from _gaps(draft)
    yield from _loose_ends(draft)


def _cycles(draft: Draft) -> Iterator[Fault]:
    """Rings of reaches: every strongly connected part of the graph that holds a reach."""
    rows = [r for r in draft.rows.get("reaches.csv", []) if r["from_node"] is not None and r["to_node"] is not None]
    names = {name: i for i, name in enumerate(dict.fromkeys(r[end] for r in rows for end in ("from_node", "to_node")))}
    upper = np.array([names[r["from_node"]] for r in rows], np.int64)
    lower = np.array([names[r["to_node"]] for r in rows], np.int64)
    graph = coo_array((np.ones(len(rows)), (upper, lower)), shape=(len(names), len(names)))
    _, part = connected_components(graph, directed=True, connection="strong") if rows else (0, np.empty(0, np.int64))
    rings: dict[int, list[Row]] = defaultdict(list)
    for row, u, w in zip(rows, upper, lower, strict=True):
        if part[u] == part[w]:
            rings[int(part[u])].append(row)
    for ring in rings.values():
        codes = ", ".join(str(row["code"]) for row in ring[:12])
        sentence = f"reaches {codes} form a ring (cycle); water cannot flow in a ring, turn one of them around."
        yield ring[0].fault("cycle", sentence)


def _lines(draft: Draft) -> Iterator[Fault]:
    """Reaches without a line, lines without a reach, lengths that cannot be those of the line."""
    reaches = draft.codes("reaches.csv")
    seen: dict[str, Line] = {}
    for line in draft.lines:
        first = seen.setdefault(line.code, line)
        if first is not line:
            sentence = f"reach {line.code!r} already has a line, on line {first.line}."
            yield Fault(LINES_FILE, line.line, "duplicate_code", sentence)
        elif line.code not in reaches and line.code not in draft.mentioned.get("reaches.csv", set()):
            sentence = (
                f"line of reach {line.code!r}, which is not in reaches.csv; {parse.near(line.code, sorted(reaches))}"
            )
            yield Fault(LINES_FILE, line.line, "unknown_reach", sentence)
    for code, row in reaches.items():
        if code not in seen:
            if LINES_FILE in draft.unreadable or code in draft.mentioned.get(LINES_FILE, set()):
                continue
            yield row.fault(
                "missing_line", f"reach {code!r} has no line in {LINES_FILE}; draw one of two points or more."
            )
        elif row["length_m"] is not None:
            drawn = _length_m(seen[code])
            if not SHORT * drawn <= row["length_m"] <= LONG * drawn:
                sentence = (
                    f"length_m of {code} is {row['length_m']:,g} m but its line is {drawn:,.0f} m long; "
                    f"is it in another unit, or is the line of another reach?"
                )
                yield row.fault("length", sentence)


def _length_m(line: Line) -> float:
    points = np.array(line.points)
    return float(np.hypot(*np.diff(to_local_m(points[:, 0], points[:, 1], line.points[0]), axis=0).T).sum())


def _gaps(draft: Draft) -> Iterator[Fault]:
    """Lines that do not meet at the node their reaches share."""
    ends: dict[str, list[tuple[Line, tuple[float, float], tuple[float, float]]]] = defaultdict(list)
    for code, row in draft.codes("reaches.csv").items():
        line = draft.line_of.get(code)
        if line is None:
            continue
        first, last = line.points[0], line.points[-1]
        if row["from_node"] is not None:
            ends[row["from_node"]].append((line, first, last))
        if row["to_node"] is not None:
            ends[row["to_node"]].append((line, last, first))
    for node, met in ends.items():
        near = np.array([p for _, p, _ in met])
        apart = distance_m(near[:, None, 0], near[:, None, 1], near[None, :, 0], near[None, :, 1])
        anchor = int(np.argmax((apart <= GAP_M).sum(axis=0)))
        for i, (line, _, far) in enumerate(met):
            if apart[i, anchor] <= GAP_M:
                continue
            other = met[anchor][0].code
            turned = float(distance_m(*far, *near[anchor])) <= GAP_M
            hint = "its line seems to be drawn upstream, turn it around." if turned else "join the lines."
            sentence = f"gap at node {node!r}: {line.code} ends {apart[i, anchor]:,.0f} m away from {other}; {hint}"
            yield Fault(LINES_FILE, line.line, "gap", sentence)


def _loose_ends(draft: Draft) -> Iterator[Fault]:
    """Outlets that lie on another reach's node: almost always one node under two names."""
    reaches = draft.codes("reaches.csv")
    point: dict[str, tuple[float, float]] = {}
    for code, row in reaches.items():
        line = draft.line_of.get(code)
        if line is not None and row["from_node"] is not None:
            point.setdefault(row["from_node"], line.points[0])
    if not point:
        return
    names, at = list(point), np.array(list(point.values()))
    for code, row in reaches.items():
        line = draft.line_of.get(code)
        if line is None or row["to_node"] is None or row["to_node"] in point:
            continue
        away = distance_m(*line.points[-1], at[:, 0], at[:, 1])
        nearest = int(np.argmin(away))
        if away[nearest] <= GAP_M:
            sentence = (
                f"{code} ends at node {row['to_node']!r}, {away[nearest]:,.0f} m from node {names[nearest]!r} where "
                f"another reach begins; give both the same node, or draw them apart."
            )
            yield row.fault("gap", sentence)
