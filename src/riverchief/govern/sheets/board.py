"""One sheet for several places: their scores side by side, and who stands where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from riverchief.base.errors import UnknownName
from riverchief.govern.sheets.evaluate import evaluate
from riverchief.govern.sheets.model import BEST, Kind, Sheet
from riverchief.govern.sheets.score import Input, Review, Score

TOTAL = "points"  # the column of the totals; every other column is a figure's code


def ranks(values: Mapping[str, float | None], best: str = "high") -> dict[str, int | None]:
    """Rank of every place, 1 the best; equal values share a rank and the next ones are skipped, as in 1, 2, 2, 4.

    A place without a value has no rank, and takes none from the others.

    Parameters
    ----------
    values : mapping
        Place → value.
    best : str
        `high` or `low`: which end is first.

    Raises
    ------
    UnknownName
        When `best` is neither.
    """
    if best not in BEST:
        raise UnknownName("rank", best, BEST)
    known = [value for value in values.values() if value is not None]
    return {
        place: None if value is None else 1 + sum(other > value if best == "high" else other < value for other in known)
        for place, value in values.items()
    }


@dataclass(frozen=True)
class Place:
    """A place's score, and its rank in every ranked column."""

    code: str
    score: Score
    ranks: Mapping[str, int | None]

    def as_dict(self) -> dict[str, Any]:
        """The place's row of a table: points, grade, figures, ranks."""
        score = self.score
        figures = {line.item.code: line.computed for line in score.items if line.item.kind is Kind.FIGURE}
        return {
            "code": self.code,
            "points": score.points,
            "computable_max": score.computable_maximum,
            "complete": score.complete,
            "missing": list(score.missing),
            "grade_zh": score.grade and score.grade.name_zh,
            "grade_en": score.grade and score.grade.name_en,
            "stars": score.grade and score.grade.stars,
            "figures": figures,
            "ranks": dict(self.ranks),
        }


@dataclass(frozen=True)
class Board:
    """A sheet for several places."""

    sheet: Sheet
    places: tuple[Place, ...]


def evaluate_places(
    sheet: Sheet,
    given: Mapping[str, Mapping[str, Input]],
    on: date | None = None,
    reviews: Mapping[str, Mapping[str, Review]] | None = None,
) -> Board:
    """Score a sheet for several places, and rank them by total and by every figure that is to be ranked.

    Totals are ranked only among places whose sheet is complete: half a sheet is no lower place.

    Parameters
    ----------
    given : mapping
        Place → its inputs.
    reviews : mapping, optional
        Place → points by people.
    """
    reviews = reviews or {}
    scores = {place: evaluate(sheet, inputs, reviews.get(place), on=on) for place, inputs in given.items()}
    columns: dict[str, dict[str, int | None]] = {}
    if any(score.points is not None for score in scores.values()):
        columns[TOTAL] = ranks({place: score.points if score.complete else None for place, score in scores.items()})
    for i, item in enumerate(sheet.items):
        if item.rank:
            columns[item.code] = ranks({place: one.items[i].computed for place, one in scores.items()}, item.rank)
    return Board(
        sheet,
        tuple(Place(code, score, {name: column[code] for name, column in columns.items()})
              for code, score in scores.items()),
    )  # fmt: skip
