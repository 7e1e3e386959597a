"""Who answers for what, checked: no chief without a stretch, no stretch without a chief, none with two of a level."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from riverchief.basins.draft import Draft
from riverchief.basins.faults import Fault
from riverchief.basins.parse import Row
from riverchief.ground.assignment import LEVELS

SLACK_M = 1.0  # stretches that meet within this are joined [m]


def faults(draft: Draft) -> Iterator[Fault]:
    """Every fault of chiefs and their stretches."""
    rows = draft.rows.get("responsibilities.csv", [])
    whole = []
    for row in rows:
        bad = list(_row(row, draft))
        yield from bad
        if not bad and all(row[name] is not None for name in ("chief", "reach", "from_m", "to_m", "start")):
            whole.append(row)
    if "responsibilities.csv" in draft.unreadable:
        return
    busy = {row["chief"] for row in rows}
    for code, chief in draft.codes("chiefs.csv").items():
        if code not in busy:
            sentence = f"chief {code!r} has no interval; add a row to responsibilities.csv, or remove the chief."
            yield chief.fault("no_interval", sentence)
    yield from _overlaps(draft, whole)
    yield from _uncovered(draft, whole)


def _row(row: Row, draft: Draft) -> Iterator[Fault]:
    first, last = row["from_m"], row["to_m"]
    if first is not None and last is not None and last <= first:
        yield row.fault("end_before_start", f"to_m {last:g} m is not below from_m {first:g} m; upstream end first.")
    if row["start"] is not None and row["end"] is not None and row["end"] <= row["start"]:
        yield row.fault("end_before_start", f"end {row['end']} is not after start {row['start']}.")
    reach = draft.codes("reaches.csv").get(row["reach"])
    length = reach["length_m"] if reach else None
    if length is not None and last is not None and last > length + SLACK_M:
        sentence = f"to_m is {last:,.0f} m but reach {row['reach']} is {length:,.0f} m long."
        yield row.fault("off_network", sentence)


def _overlaps(draft: Draft, rows: list[Row]) -> Iterator[Fault]:
    """Two chiefs of one level on one stretch in the same days."""
    chiefs = draft.codes("chiefs.csv")
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        chief = chiefs.get(row["chief"])
        if chief is not None and chief["level"] in LEVELS:  # several police or guards may keep one stretch
            groups[chief["level"], row["reach"]].append(row)
    for (level, reach), group in groups.items():
        group.sort(key=lambda r: (r["from_m"], r.line))
        for i, row in enumerate(group):
            for earlier in group[:i]:
                shared = min(earlier["to_m"], row["to_m"]) - row["from_m"]
                if shared > SLACK_M and _same_days(earlier, row):
                    late, soon = (row, earlier) if row.line > earlier.line else (earlier, row)
                    sentence = (
                        f"{late['chief']} and {soon['chief']} (line {soon.line}), both of level {level}, answer for "
                        f"{shared:,.0f} m of {reach} from {row['from_m']:,.0f} m; end one where the other begins."
                    )
                    yield late.fault("overlap", sentence)


def _same_days(a: Row, b: Row) -> bool:
    last = date.max
    return bool(a["start"] < (b["end"] or last) and b["start"] < (a["end"] or last))


def _uncovered(draft: Draft, rows: list[Row]) -> Iterator[Fault]:
    """Stretches for which nobody answers on the latest day that the file speaks of."""
    if not rows:
        return
    today = max(row["start"] for row in rows)
    spans: dict[str, list[tuple[float, float]]] = defaultdict(list)
    chiefs = draft.codes("chiefs.csv")
    for row in rows:
        chief = chiefs.get(row["chief"])
        if chief is not None and chief["level"] not in (None, *LEVELS):
            continue
        if row["end"] is None or row["end"] > today:
            spans[row["reach"]].append((row["from_m"], row["to_m"]))
    for code, reach in draft.codes("reaches.csv").items():
        if reach["length_m"] is None:
            continue
        free = _free(sorted(spans[code]), reach["length_m"])
        if free:
            stretches = ", ".join(f"{a:,.0f} to {b:,.0f} m" for a, b in free)
            sentence = f"nobody of any level answers for {stretches} of {code}; add rows to responsibilities.csv."
            yield reach.fault("uncovered", sentence)


def _free(spans: list[tuple[float, float]], length_m: float) -> list[tuple[float, float]]:
    free, reached = [], 0.0
    for first, last in spans:
        if first > reached + SLACK_M:
            free.append((reached, first))
        reached = max(reached, last)
    if length_m > reached + SLACK_M:
        free.append((reached, length_m))
    return free
