"""The sections of an .inp file that take several lines for one thing: transects, curves, series, patterns, rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from riverchief.govern.twin.importers.swmm_rows import Curve, Pattern, Row, Rule, TimeSeries, Transect

Line = tuple[int, list[str]]
Faults = list[tuple[int, str]]

_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_FACTORS = {"MONTHLY": 12, "DAILY": 7, "HOURLY": 24, "WEEKEND": 24}
_CLAUSES = ("IF", "AND", "OR", "THEN", "ELSE", "PRIORITY", "VARIABLE", "EXPRESSION")


def clock_s(token: str) -> float:
    """A time of day or an elapsed time, as hours with decimals or H:MM[:SS] [s]."""
    try:
        parts = [float(p) for p in token.split(":")]
    except ValueError:
        raise ValueError(f"{token!r} is no time; write hours or H:MM:SS") from None
    if len(parts) > 3 or not all(0 <= p < 1e9 for p in parts):
        raise ValueError(f"{token!r} is no time; write hours or H:MM:SS")
    return sum(p * s for p, s in zip(parts, (3_600.0, 60.0, 1.0), strict=False))


def day_s(token: str) -> float:
    """A date as month/day/year, month by number or name [s since 1970]."""
    parts = re.split(r"[/-]", token)
    try:
        month, day, year = parts
        number = _MONTHS.index(month.upper()) + 1 if month.upper() in _MONTHS else int(month)
        return datetime(int(year), number, int(day), tzinfo=UTC).timestamp()
    except ValueError:
        raise ValueError(f"{token!r} is no date; write month/day/year") from None


def _is_date(token: str) -> bool:
    return bool(re.fullmatch(r"(\d{1,2}|[A-Za-z]{3})[/-]\d{1,2}[/-]\d{4}", token))


def _numbers(tokens: Iterable[str], who: str) -> list[float]:
    found = []
    for token in tokens:
        try:
            value = float(token)
        except ValueError:
            raise ValueError(f"{who}: {token!r} is no number") from None
        if not abs(value) < 1e300:
            raise ValueError(f"{who}: {token!r} is no finite number")
        found.append(value)
    return found


# ---------------------------------------------------------------------- transects


class _Cards:
    """HEC-2 cards as they come: NC holds for the X1 after it, GR belongs to the X1 before it."""

    def __init__(self) -> None:
        self.roughness = (0.0, 0.0, 0.0)
        self.open: list[tuple[int, str, int, list[float], tuple[float, float, float]]] = []
        self.points: list[list[float]] = []

    def card(self, line: int, tokens: list[str]) -> None:
        code = tokens[0].upper()
        if code == "NC":
            left, right, channel = (_numbers(tokens[1:4], "NC") + [0.0] * 3)[:3]
            channel = channel or self.roughness[2]
            self.roughness = (left or channel, right or channel, channel)
        elif code == "X1":
            if len(tokens) < 3:
                raise ValueError("X1 needs a name and a number of stations")
            values = _numbers(tokens[2:11], f"X1 {tokens[1]}")
            self.open.append((line, tokens[1], int(values[0]), values[1:], self.roughness))
            self.points.append([])
        elif code == "GR":
            if not self.open:
                raise ValueError("GR stands before the first X1")
            self.points[-1] += _numbers(tokens[1:], f"GR of {self.open[-1][1]}")
        else:
            raise ValueError(f"{tokens[0]!r} is no NC, X1 or GR")

    def transect(self, k: int) -> Transect:
        line, name, count, rest, roughness = self.open[k]
        points = self.points[k]
        levels, stations = points[::2], points[1::2]
        if len(points) % 2 or len(stations) != count or count < 2:
            raise ValueError(f"transect {name} has {len(points) / 2:g} points, its X1 says {count}")
        if any(b < a for a, b in pairwise(stations)):
            raise ValueError(f"transect {name} goes back to the left; put its stations in order")
        if roughness[2] <= 0:
            raise ValueError(f"transect {name} has no roughness; put an NC before it")
        rest = (rest + [0.0] * 8)[:8]
        banks = (rest[0], rest[1]) if rest[1] > rest[0] else (stations[0], stations[-1])
        factors = (rest[4] or 1.0, rest[5] or 1.0, rest[6])
        return Transect(line, name, roughness, banks, *factors, tuple(stations), tuple(levels))


def _transects(lines: Sequence[Line], faults: Faults, start_s: float, folder: Path | None) -> list[Row]:
    cards = _Cards()
    for n, tokens in lines:
        try:
            cards.card(n, tokens)
        except ValueError as err:
            faults.append((n, f"[TRANSECTS] {err}"))
    found: list[Row] = []
    for k in range(len(cards.open)):
        try:
            found.append(cards.transect(k))
        except ValueError as err:
            faults.append((cards.open[k][0], f"[TRANSECTS] {err}"))
    return found


# ---------------------------------------------------------------------- curves, patterns


def _grouped(lines: Sequence[Line]) -> dict[str, list[Line]]:
    """Lines by the name in their first column, as it is first written."""
    found: dict[str, list[Line]] = {}
    spelt: dict[str, str] = {}
    for n, tokens in lines:
        found.setdefault(spelt.setdefault(tokens[0].upper(), tokens[0]), []).append((n, tokens[1:]))
    return found


def _curves(lines: Sequence[Line], faults: Faults, start_s: float, folder: Path | None) -> list[Row]:
    found: list[Row] = []
    for name, part in _grouped(lines).items():
        kind, values, n = "", [], part[0][0]
        try:
            for n, tokens in part:  # noqa: B007  the fault names the line where it happened
                words = tokens
                if tokens and tokens[0][0].isalpha():
                    kind, words = tokens[0].upper(), tokens[1:]
                values += _numbers(words, f"curve {name}")
                if len(values) % 2:
                    raise ValueError(f"curve {name} has an x without a y")  # noqa: TRY301  each line has whole pairs
            x, y = tuple(values[::2]), tuple(values[1::2])
            if not x or any(b < a for a, b in pairwise(x)):
                raise ValueError(f"curve {name} is empty or its x goes back")  # noqa: TRY301
            found.append(Curve(part[0][0], name, kind, x, y))
        except ValueError as err:
            faults.append((n, f"[CURVES] {err}"))
    return found


def _patterns(lines: Sequence[Line], faults: Faults, start_s: float, folder: Path | None) -> list[Row]:
    found: list[Row] = []
    for name, part in _grouped(lines).items():
        first, tokens = part[0]
        kind = tokens[0].upper() if tokens and tokens[0].upper() in _FACTORS else ""
        rest = tokens[1:] if kind else tokens
        kind = kind or "MONTHLY"
        try:
            factors = _numbers([*rest, *(t for _, more in part[1:] for t in more)], f"pattern {name}")
        except ValueError as err:
            faults.append((first, f"[PATTERNS] {err}"))
            continue
        size = _FACTORS[kind]
        if len(factors) > size:
            faults.append((first, f"[PATTERNS] pattern {name} has {len(factors)} factors, {kind} takes {size}"))
        found.append(Pattern(first, name, kind, tuple(factors + [1.0] * (size - len(factors)))))
    return found


# ---------------------------------------------------------------------- series


class _Times:
    """Reads (date) time value … ; without a date times count from the start of the run, and a date holds on."""

    def __init__(self, name: str, start_s: float) -> None:
        self.name = name
        self.base_s = start_s
        self.time_s: list[float] = []
        self.values: list[float] = []

    def read(self, tokens: list[str]) -> None:
        left = list(tokens)
        while left:
            if _is_date(left[0]):
                self.base_s = day_s(left.pop(0))
            if len(left) < 2:
                raise ValueError(f"series {self.name} ends in the middle of a time and its value")
            at = self.base_s + clock_s(left.pop(0))
            value = _numbers([left.pop(0)], f"series {self.name}")[0]
            if self.time_s and at <= self.time_s[-1]:
                raise ValueError(f"series {self.name} goes back in time")
            self.time_s.append(at)
            self.values.append(value)

    def read_file(self, file: str, folder: Path | None) -> None:
        path = (folder or Path()) / file.replace("\\", "/")
        try:
            text = path.read_text(encoding="utf-8-sig", errors="replace")
        except OSError:
            raise ValueError(f"series {self.name} wants the file {file}, which is not at {path}") from None
        for n, raw in enumerate(text.splitlines(), 1):
            try:
                self.read(raw.partition(";")[0].split())
            except ValueError as err:
                raise ValueError(f"{err} (line {n} of {path.name})") from None


def _series(lines: Sequence[Line], faults: Faults, start_s: float, folder: Path | None) -> list[Row]:
    found: list[Row] = []
    for name, part in _grouped(lines).items():
        times = _Times(name, start_s)
        for n, tokens in part:
            try:
                if tokens and tokens[0].upper() == "FILE":
                    times.read_file(" ".join(tokens[1:]), folder)
                else:
                    times.read(tokens)
            except ValueError as err:
                faults.append((n, f"[TIMESERIES] {err}"))
                break
        found.append(TimeSeries(part[0][0], name, tuple(times.time_s), tuple(times.values)))
    return found


# ---------------------------------------------------------------------- rules


def _rules(lines: Sequence[Line], faults: Faults, start_s: float, folder: Path | None) -> list[Row]:
    found: list[tuple[int, str, list[tuple[str, tuple[str, ...]]]]] = []
    for n, tokens in lines:
        word = tokens[0].upper()
        if word == "RULE" and len(tokens) > 1:
            found.append((n, tokens[1], []))
        elif word not in _CLAUSES:
            faults.append((n, f"[CONTROLS] {tokens[0]!r} begins no clause of a rule"))
        elif found:
            found[-1][2].append((word, tuple(tokens[1:])))
        elif word not in ("VARIABLE", "EXPRESSION"):
            faults.append((n, f"[CONTROLS] {word} stands before the first RULE"))
    return [Rule(n, name, tuple(clauses)) for n, name, clauses in found]


BLOCKS: dict[str, Callable[[Sequence[Line], Faults, float, Path | None], list[Row]]] = {
    "TRANSECTS": _transects,
    "CURVES": _curves,
    "PATTERNS": _patterns,
    "TIMESERIES": _series,
    "CONTROLS": _rules,
}
