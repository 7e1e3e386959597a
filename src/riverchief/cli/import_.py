"""`riverchief import`: readings of others into the store, counted row by row and value by value."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer
from rich.console import Console
from rich.progress import Progress

from riverchief.base.errors import InputError, UnknownName
from riverchief.base.readings import Period, SeriesKey
from riverchief.base.time import read_clock, to_epoch
from riverchief.base.units import property_named
from riverchief.cli import EXIT_INPUT, app, emit
from riverchief.cloud.cnemc import TableRow, TableValue
from riverchief.store import Row, Store, open_store

import_app = typer.Typer(no_args_is_help=True, help="导入 Bring in what others have recorded.")
app.add_typer(import_app, name="import")

GROUP = "riverchief.importers"
PLACES_FILE = "places.json"
CHUNK_ROWS = 10_000
FEED_S = 3 * 86_400
"""Readings older than this do not go to the change feed: an alert about them helps nobody."""

_FUTURE_TOLERANCE_S = 600


class Importer(Protocol):
    """What an entry point of the group `riverchief.importers` names: a module with these."""

    PERIOD: Period
    INTERVAL_S: int

    def read(self, path: Path) -> Iterator[TableRow]:
        """The rows of a file in its order, each with its values or with the reason why it is refused."""
        ...


@dataclass
class Counts:
    """What became of rows, or of values: stored, revised, duplicate, and refused by reason."""

    stored: int = 0
    revised: int = 0
    duplicate: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "stored": self.stored,
            "revised": self.revised,
            "duplicate": self.duplicate,
            "refused": dict(sorted(self.refused.items())),
        }

    def __str__(self) -> str:
        parts = [f"{self.stored:,} stored", f"{self.revised:,} revised", f"{self.duplicate:,} duplicate"]
        parts += [f"{n:,} refused ({reason})" for reason, n in sorted(self.refused.items())]
        return ", ".join(parts)


@dataclass
class ImportReport:
    """What an import did; the counts of rows add up to the rows of the file, those of values to its values."""

    document: str = ""
    rows: Counts = field(default_factory=Counts)
    values: Counts = field(default_factory=Counts)
    without_value: Counter[str] = field(default_factory=Counter)  # among the values: kept with a flag and no number
    not_monitored: int = 0
    sections: set[str] = field(default_factory=set)
    unknown_sections: set[str] = field(default_factory=set)
    examples: dict[str, str] = field(default_factory=dict)  # reason → the first line that was refused for it

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "document": self.document,
            "rows": self.rows.as_dict(),
            "values": self.values.as_dict(),
            "values_without_number": dict(sorted(self.without_value.items())),
            "cells_not_monitored": self.not_monitored,
            "sections": len(self.sections),
            "sections_not_in_the_registry": sorted(self.unknown_sections),
            "first_refused": self.examples,
        }


def importer(source: str) -> Importer:
    """The importer of this name.

    Raises
    ------
    UnknownName
        With the nearest known one.
    """
    known = {entry.name: entry for entry in entry_points(group=GROUP)}
    if source not in known:
        raise UnknownName("source", source, known)
    found: Importer = known[source].load()
    return found


def read_places(data: Path) -> dict[str, str]:
    """Section name → place code, as the platform leaves it in the data folder; empty where it has not."""
    path = data / PLACES_FILE
    if not path.exists():
        return {}
    try:
        return {str(name): str(code) for name, code in json.loads(path.read_text(encoding="utf-8")).items()}
    except (ValueError, AttributeError) as error:
        raise InputError(f"{path} is not a JSON object of section names and places: {error}.", path=str(path)) from None


# What may happen to a value, as far as it can be told before it is written.
_FRESH, _SAME, _OTHER, _FUTURE = "fresh", "same", "other", "future"
_Cell = tuple[int, TableRow, Row]  # number of the row within its chunk, the row, the reading


class _Writer:
    """Writes chunks of rows so that it can be told of every row what became of it.

    The store counts a write as a whole. So values that must fare alike go together: fresh ones, repeated ones, future
    ones; and those that stand against another value go row by row.
    """

    def __init__(self, store: Store, source: Importer, places: dict[str, str], report: ImportReport) -> None:
        self.store = store
        self.source = source
        self.places = places
        self.report = report
        self._series: dict[tuple[str, str], int] = {}

    def chunk(self, rows: Sequence[TableRow]) -> None:
        """Write some rows and count them."""
        outcomes: list[Counts] = [Counts() for _ in rows]
        for layer in self._layers(rows):
            for kind, cells in self._sorted(layer).items():
                groups = [cells] if kind != _OTHER else _by_row(cells)
                for group in groups:
                    self._write(group, outcomes, kind)
        for row, outcome in zip(rows, outcomes, strict=True):
            self._count(row, outcome)

    def _place(self, section: str) -> str:
        self.report.sections.add(section)
        if section not in self.places:
            self.report.unknown_sections.add(section)
        return self.places.get(section, f"section:{section}")

    def _series_id(self, place: str, code: str) -> int:
        known = self._series.get((place, code))
        if known is None:
            key = SeriesKey(place, code, self.source.PERIOD)
            there = self.store.observations.find(place=place, property=code)
            # a series that exists keeps the rhythm of the station that feeds it
            interval_s = None if any(info.key == key for info in there) else self.source.INTERVAL_S
            unit = property_named(code).unit
            known = self.store.observations.series_id(key, unit=unit, interval_s=interval_s)
            self._series[place, code] = known
        return known

    def _layers(self, rows: Sequence[TableRow]) -> list[list[_Cell]]:
        """The values by how often their reading came before in this chunk, so that each is written in its turn."""
        layers: list[list[_Cell]] = []
        seen: Counter[tuple[int, int]] = Counter()
        for number, row in enumerate(rows):
            if row.reason or row.time_s is None:
                continue
            place = self._place(row.section)
            for cell in row.values:
                if cell.reason:
                    continue
                series_id = self._series_id(place, cell.property)
                turn = seen[series_id, row.time_s]
                seen[series_id, row.time_s] += 1
                if turn == len(layers):
                    layers.append([])
                layers[turn].append((number, row, Row(series_id, row.time_s, cell.value, cell.flag)))
        return layers

    def _sorted(self, layer: Sequence[_Cell]) -> dict[str, list[_Cell]]:
        """The values of a layer by what may happen to them."""
        spans: dict[int, tuple[int, int]] = {}
        for _, _, reading in layer:
            low, high = spans.get(reading.series_id, (reading.time_s, reading.time_s))
            spans[reading.series_id] = min(low, reading.time_s), max(high, reading.time_s)
        there: dict[tuple[int, int], tuple[float | None, int]] = {}
        for series_id, (low, high) in spans.items():
            data = self.store.observations.read(series_id, low, high)
            for time, value, flag in zip(data.time_s.tolist(), data.value.tolist(), data.flag.tolist(), strict=True):
                there[series_id, time] = (None if math.isnan(value) else value, flag)
        latest_s = to_epoch(self.store.clock.now()) + _FUTURE_TOLERANCE_S
        kinds: dict[str, list[_Cell]] = {}
        for cell in layer:
            reading = cell[2]
            old = there.get((reading.series_id, reading.time_s))
            kind = _FRESH if old is None else _SAME if old == (reading.value, int(reading.flag)) else _OTHER
            kinds.setdefault(_FUTURE if reading.time_s > latest_s else kind, []).append(cell)
        return kinds

    def _write(self, cells: Sequence[_Cell], outcomes: list[Counts], kind: str) -> None:
        now = self.store.clock.now()
        recent_s = to_epoch(now) - FEED_S
        for feed in (True, False):
            part = [cell for cell in cells if (cell[2].time_s >= recent_s) is feed]
            if not part:
                continue
            done = self.store.observations.write(
                [reading for _, _, reading in part],
                known_at=now,
                who="import",
                why=f"table {self.report.document[:12]}",
                document=self.report.document,
                feed=feed,
            )
            total = self.report.values
            total.stored += done.stored
            total.revised += done.revised
            total.duplicate += done.duplicate
            total.refused.update(done.refused)
            for number, _, _ in part:
                one = outcomes[number]
                one.stored += kind == _FRESH
                one.duplicate += kind == _SAME or (kind == _OTHER and not done.revised)
                one.revised += kind == _OTHER and done.revised > 0
                one.refused["future"] += kind == _FUTURE

    def _count(self, row: TableRow, outcome: Counts) -> None:
        report = self.report
        report.not_monitored += row.not_monitored
        for cell in row.values:
            self._count_cell(row, cell)
        if row.reason:
            report.rows.refused[row.reason] += 1
            report.examples.setdefault(row.reason, f"line {row.line} {row.section} {row.found}".strip())
        elif outcome.revised:
            report.rows.revised += 1
        elif outcome.stored:
            report.rows.stored += 1
        elif outcome.duplicate:
            report.rows.duplicate += 1
        else:
            report.rows.refused["future" if outcome.refused["future"] else "no_value"] += 1

    def _count_cell(self, row: TableRow, cell: TableValue) -> None:
        if cell.reason:
            self.report.values.refused[cell.reason] += 1
            text = f"line {row.line} {row.section} {cell.property} {cell.text!r}"
            self.report.examples.setdefault(cell.reason, text)
        elif cell.value is None:
            self.report.without_value[cell.flag.name] += 1


def _by_row(cells: Sequence[_Cell]) -> list[list[_Cell]]:
    rows: dict[int, list[_Cell]] = {}
    for cell in cells:
        rows.setdefault(cell[0], []).append(cell)
    return list(rows.values())


def import_readings(
    store: Store, path: Path, source: str, *, progress: Callable[[int, int], None] | None = None
) -> ImportReport:
    """Bring a table of readings into the store; doing it again changes nothing.

    Parameters
    ----------
    store : Store
        Open; its folder's `places.json` says which section is which place. A section that is not there keeps its
        readings under `section:<name>`.
    path : Path
        The table; a copy is kept among the files of the store, and is the document of every revision.
    source : str
        Name of the importer.
    progress : callable, optional
        Called with rows done and rows in all.

    Returns
    -------
    ImportReport
        Counts per row and per value. A row is revised when one of its values was, stored when one was fresh,
        duplicate when all were there.

    Raises
    ------
    InputError
        When the file cannot be read as such a table; nothing is written then.
    StoreFull
        When the store has no room; what was written before stays, and the import can be repeated.
    """
    found = importer(source)
    rows = list(found.read(path))
    content = path.read_bytes()
    report = ImportReport(hashlib.sha256(content).hexdigest())
    store.files.put(content)
    writer = _Writer(store, found, read_places(store.folder), report)
    for start in range(0, len(rows), CHUNK_ROWS):
        writer.chunk(rows[start : start + CHUNK_ROWS])
        if progress is not None:
            progress(min(start + CHUNK_ROWS, len(rows)), len(rows))
    return report


@import_app.command("readings")
def readings(
    file: Annotated[Path, typer.Argument(help="Table of readings: .csv or .csv.gz.")],
    source: Annotated[str, typer.Option("--source", help="Where it comes from: cnemc, the national table.")],
    data: Annotated[Path, typer.Option("--data", help="Data folder of the installation.")] = Path("data"),
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as one JSON object.")] = False,
) -> None:
    """Bring a table of station readings into the store.

    Every value keeps its flag: those of a station that is stopped or maintained are kept and never judged. A reading
    that comes twice with other values is revised, and both are kept. What is refused is counted by its reason. The
    same file again changes nothing.

    Example: riverchief import readings shanxi_4h_2021-04.csv --source cnemc --data data
    """
    with (
        Progress(console=Console(stderr=True), transient=True) as bar,
        open_store(data, read_clock(data)) as store,
    ):
        task = bar.add_task("reading", total=None)
        report = import_readings(
            store, file, source, progress=lambda done, total: bar.update(task, completed=done, total=total)
        )
    if as_json:
        emit({"file": str(file), "source": source, "data": str(data), **report.as_dict()})
        return
    typer.echo(f"rows:   {report.rows}")
    typer.echo(f"values: {report.values}")
    for reason, example in report.examples.items():
        typer.echo(f"  first refused for {reason}: {example}")
    if report.unknown_sections:
        n, total = len(report.unknown_sections), len(report.sections)
        typer.echo(f"  {n} of {total} sections are not in the registry of {data}; kept as section:<name>")


@import_app.command("registry")
def registry(
    file: Annotated[Path, typer.Argument(help="Workbook of the registry: .xlsx.")],
    data: Annotated[Path, typer.Option("--data", help="Data folder of the installation.")] = Path("data"),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")] = False,
) -> None:
    """Bring chiefs, terms, leave, stretches, sections, facilities, cameras and accounts in from one workbook.

    Every doubtful row is named by sheet, row and column, and then nothing is written; exit code 1. A row that the
    workbook leaves out stays as it is. Accounts have no password: people sign in by a code or a link.

    Example: riverchief import registry registry.xlsx --data /srv/riverchief --dry-run
    """
    from riverchief.web.setup import open_platform

    open_platform(data)
    from riverchief.web.accounts.models import Role, User
    from riverchief.web.basin import imports

    try:
        content = file.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}. Check the path.", path=str(file)) from error
    seen = imports.preview(content, User(username=imports.OPERATOR, role=Role.SYSTEM))
    if not seen.faults and not dry_run:
        imports.write_now(content)
    told = seen.as_json()
    if as_json:
        emit({"file": str(file), "written": told["ok"] and not dry_run, **told})
    else:
        for fault in told["faults"]:
            cell = f"{fault['sheet']} 第 {fault['row']} 行 row {fault['row']}" + (
                f" {fault['heading']} {fault['column']}" if fault["column"] else ""
            )
            typer.echo(f"{cell}: {fault['code']}: {fault['sentence']}")
        for edit in told["edits"]:
            what = "new" if edit["before"] is None else "changed" if edit["after"] else "gone"
            typer.echo(f"{edit['file'].removesuffix('.csv')} {' '.join(edit['key'])}: {what}")
        done = "nothing is written" if told["faults"] else "would be written" if dry_run else "written"
        typer.echo(
            f"{file}: {told['edits_total']} rows and {told['accounts_total']} accounts, "
            f"{sum(told['same'].values())} as they were, {told['faults_total']} faults; {done}."
        )
    if told["faults"]:
        raise typer.Exit(EXIT_INPUT)
