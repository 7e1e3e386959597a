"""Terms of office and leave, checked: nobody deputises for themselves, no two terms or two leaves at once."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from riverchief.basins.draft import Draft
from riverchief.basins.faults import Fault
from riverchief.basins.parse import Row


def faults(draft: Draft) -> Iterator[Fault]:
    """Every fault of terms and leave."""
    for file in ("terms.csv", "leaves.csv"):
        groups: dict[str, list[Row]] = defaultdict(list)
        for row in draft.rows.get(file, []):
            bad = list(_row(row))
            yield from bad
            if not bad and row["chief"] is not None and row["start"] is not None:
                groups[row["chief"]].append(row)
        for chief, rows in groups.items():
            yield from _overlaps(chief, rows)


def _row(row: Row) -> Iterator[Fault]:
    if row["start"] is not None and row["end"] is not None and row["end"] <= row["start"]:
        sentence = f"end {row['end']} is not after start {row['start']}."
        yield row.fault("end_before_start", sentence, "end", row["end"])
    if row["deputy"] is not None and row["deputy"] == row["chief"]:
        sentence = f"chief {row['chief']!r} cannot deputise for themselves; name another one."
        yield row.fault("own_deputy", sentence, "deputy", row["deputy"])


def _overlaps(chief: str, rows: list[Row]) -> Iterator[Fault]:
    rows.sort(key=lambda row: (row["start"], row.line))
    for earlier, row in itertools.pairwise(rows):
        if row["start"] < (earlier["end"] or date.max):
            ended = f"ends on {earlier['end']}" if earlier["end"] else "has no end"
            sentence = f"{chief!r} has one from {earlier['start']} that {ended}; this one begins on {row['start']}."
            yield row.fault("overlap", sentence, "start", row["start"])
