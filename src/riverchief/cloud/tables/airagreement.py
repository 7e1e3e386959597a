"""How indices agree with those published in the same table, and why the others do not, as far as the table tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riverchief.cloud.standards.air.aqi import AirVerdict, assess_air
from riverchief.cloud.standards.air.indices import item_of
from riverchief.cloud.tables.air import AirTable, published_index
from riverchief.cloud.tables.aircolumns import items_printed


@dataclass(frozen=True, slots=True)
class AirMismatch:
    """A row whose index or primary pollutant differs from the published one.

    `reason` is `primary` (the index agrees, the pollutant does not), `primary_not_understood`, `other_edition` (the
    published index is that of the edition before or after), `held_over` (that of the station's hour before),
    `ahead` (that of its next hour) or `unexplained`.
    """

    line: int
    city: str
    station: str
    time: str
    published: int
    judged: int
    published_primary: str
    judged_primary: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class AirAgreement:
    """Published indices reproduced: rows with all items, rows with some missing, and what a report withholds.

    Attributes
    ----------
    compared, agreed : int
        Rows with a published index and every item: how many, and how many agree in index and primary pollutants.
    agreed_index : int
        The same in the index alone.
    incomplete, incomplete_agreed : int
        Rows with a published index and an item missing, and how many agree with the index of the rest.
    withheld_too : int
        Rows that neither the table nor the edition gives an index for, although some items have values.
    published_though_withheld : int
        Rows that the edition withholds and the table publishes.
    """

    compared: int
    agreed: int
    agreed_index: int
    incomplete: int
    incomplete_agreed: int
    withheld_too: int
    published_though_withheld: int
    mismatches: tuple[AirMismatch, ...]

    def as_dict(self) -> dict[str, Any]:
        """As JSON; shares are None where nothing could be compared."""
        return {
            "compared": self.compared,
            "agreed": self.agreed,
            "agreed_index": self.agreed_index,
            "share": round(self.agreed / self.compared, 6) if self.compared else None,
            "incomplete": {"compared": self.incomplete, "agreed": self.incomplete_agreed},
            "withheld_too": self.withheld_too,
            "published_though_withheld": self.published_though_withheld,
            "mismatches": [
                {
                    "line": m.line,
                    "city": m.city,
                    "station": m.station,
                    "time": m.time,
                    "published": m.published,
                    "judged": m.judged,
                    "published_primary": m.published_primary,
                    "judged_primary": list(m.judged_primary),
                    "reason": m.reason,
                }
                for m in self.mismatches
            ],
        }


def agreement(air: AirTable, verdict: AirVerdict) -> AirAgreement | None:
    """Compare with the published indices; None where the table has none."""
    if "aqi" not in air.columns.roles:
        return None
    n = len(air.refused)
    missing = np.zeros(n, np.bool_)
    for key in verdict.iaqi:
        missing |= verdict.missing(key)
    printed = np.array([-1 if (p := published_index(air, row)) is None else p for row in range(n)], np.int32)
    judged = verdict.aqi >= 0
    comparable = judged & (printed >= 0)
    full = comparable & ~missing
    same_index = printed == verdict.aqi
    understood = _primaries(air, verdict, full)
    same = full & same_index & (understood == 1)
    partly = comparable & missing
    reasons = _Reasons(air, verdict, printed)
    mismatches = tuple(
        reasons.mismatch(row, same_index=bool(same_index[row]), understood=bool(understood[row] >= 0))
        for row in np.flatnonzero(full & ~same).tolist()
    )
    return AirAgreement(
        compared=int(full.sum()),
        agreed=int(same.sum()),
        agreed_index=int((full & same_index).sum()),
        incomplete=int(partly.sum()),
        incomplete_agreed=int((partly & same_index).sum()),
        withheld_too=int((verdict.withheld & (printed < 0)).sum()),
        published_though_withheld=int((verdict.withheld & (printed >= 0)).sum()),
        mismatches=mismatches,
    )


def _primaries(air: AirTable, verdict: AirVerdict, rows: NDArray[np.bool_]) -> NDArray[np.int8]:
    """1 where the published primary pollutants are the judged ones, 0 where not, -1 where they are not understood."""
    found = np.zeros(len(air.refused), np.int8)
    if "primary" not in air.columns.roles:
        found[rows] = 1
        return found
    decides = {key: verdict.primary(key) for key in verdict.iaqi}
    for row in np.flatnonzero(rows).tolist():
        printed = items_printed(air.text(row, "primary"))
        judged = {item_of(key) for key, where in decides.items() if where[row]}
        found[row] = -1 if printed is None else int(printed == judged)
    return found


class _Reasons:
    """What else a published index could be: the other edition's, or that of the hour before or after."""

    def __init__(self, air: AirTable, verdict: AirVerdict, printed: NDArray[np.int32]) -> None:
        self.air, self.verdict, self.printed = air, verdict, printed
        self._neighbours: dict[int, tuple[int, int]] | None = None

    def mismatch(self, row: int, *, same_index: bool, understood: bool) -> AirMismatch:
        air = self.air
        city, station = air.place(row)
        at = air.times[row]
        reason = "primary" if same_index else self._reason(row)
        return AirMismatch(
            line=air.table.records[row].line,
            city=city,
            station=station,
            time="" if at is None else at.isoformat(timespec="minutes"),
            published=int(self.printed[row]),
            judged=int(self.verdict.aqi[row]),
            published_primary=" ".join(air.text(row, "primary").split()),
            judged_primary=self.verdict.row(row).primary,
            reason=reason if understood else "primary_not_understood",
        )

    def _reason(self, row: int) -> str:
        published = int(self.printed[row])
        values = {key: array[row] for key, array in self.air.values.items()}
        for edition in self.verdict.editions:
            other = assess_air(values, on=edition.edition.valid_from, report=self.air.report)
            if int(other.aqi) == published:
                return "other_edition"
        before, after = self._around().get(row, (-1, -1))
        if before >= 0 and int(self.verdict.aqi[before]) == published:
            return "held_over"
        return "ahead" if after >= 0 and int(self.verdict.aqi[after]) == published else "unexplained"

    def _around(self) -> dict[int, tuple[int, int]]:
        """Rows of the same station before and after each row in time, -1 for none."""
        if self._neighbours is None:
            rows = [row for row, at in enumerate(self.air.times) if at is not None]
            rows.sort(key=lambda row: (self.air.place(row), self.air.times[row] or 0))
            self._neighbours = {}
            for k, row in enumerate(rows):
                near = [rows[j] if 0 <= j < len(rows) else -1 for j in (k - 1, k + 1)]
                before, after = (
                    other if other >= 0 and self.air.place(other) == self.air.place(row) else -1 for other in near
                )
                self._neighbours[row] = before, after
        return self._neighbours
