"""What a report says, apart from how it looks and in which language: parts with rows, every one with its query.

Facts are plain JSON, so that they can be kept with a report, compared with those of the one before, and rendered again
to the same bytes. A cell is a number, a word in two languages, or None, which is shown as missing and never as zero.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from riverchief.base.errors import InputError
from riverchief.govern.report.kinds import kind_named, part_named
from riverchief.govern.report.period import Period, period_named

Said = dict[str, str]
"""A sentence or a word in both languages: {"zh": …, "en": …}."""


@dataclass(frozen=True)
class Part:
    """One part of a report.

    Attributes
    ----------
    name : str
        Name of a part in `data/parts.toml`, which has its title and columns.
    rows : sequence of dict
        Cells by the name of their column. `_query` is the address whose answer has this row (else the part's),
        `_queries` addresses by column, `_unconfirmed` names columns that rest on what nobody confirmed, `_decimals`
        the decimals of a row of figures that each have their own.
    said : sequence of {"zh", "en"}
        Sentences before the table.
    notes : sequence of {"zh", "en"}
        Footnotes of the part; one with `confirmed` false says what nobody has checked, and is marked.
    figures : dict
        Data of the figures by name.
    query : str
        Address under which the API gives the same.
    missing : {"zh", "en"} or None
        Why there is nothing: said instead of an empty table.
    """

    name: str
    rows: Sequence[Mapping[str, Any]] = ()
    said: Sequence[Said] = ()
    notes: Sequence[Mapping[str, Any]] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    query: str = ""
    missing: Said | None = None


@dataclass(frozen=True)
class Facts:
    """Everything that a report of one period says.

    Attributes
    ----------
    kind, period, region : str
        Kind of report, code of the period, 12-digit code of the region.
    region_name, issuer : {"zh", "en"}
        Name of the region and of the office that issues the report.
    signer : str
        Who signs; empty leaves a line to sign on.
    address : str
        Where the platform answers; queries begin with it.
    as_of : str
        When the facts were read, as written on the report: local time of the basin.
    parts : sequence of Part
    editions : sequence of dict
        Editions that were applied: code, confirmed, note_zh, note_en.
    simulated : bool
        The data are simulated, and every page says so.
    review_number : str
        审图号 printed at the map, where the site has one.
    number : {"zh", "en"} or None
        Number of a letter as printed; a bulletin has that of its period.
    """

    kind: str
    period: str
    region: str
    region_name: Said
    issuer: Said
    address: str
    as_of: str
    parts: Sequence[Part]
    editions: Sequence[Mapping[str, Any]] = ()
    signer: str = ""
    simulated: bool = False
    review_number: str = ""
    number: Said | None = None

    @property
    def span(self) -> Period:
        """The period as days."""
        return period_named(self.period)

    def part(self, name: str) -> Part | None:
        """The part with this name, None where the report has none."""
        return next((part for part in self.parts if part.name == name), None)

    def as_dict(self) -> dict[str, Any]:
        """The facts as JSON; a number only where there is one, as bulletins have been kept without."""
        told = asdict(self)
        if self.number is None:
            del told["number"]
        return told

    def digest(self) -> str:
        """SHA-256 of the facts: equal facts have equal digests, whatever the order of their keys."""
        text = json.dumps(self.as_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


_NEEDED = ("kind", "period", "region", "region_name", "issuer", "address", "as_of", "parts")


def facts_from_dict(given: Mapping[str, Any]) -> Facts:
    """Facts from what `as_dict` gave.

    Raises
    ------
    InputError
        When something is missing or of no known form; UnknownName for a kind or part that is not known.
    """
    absent = [name for name in _NEEDED if name not in given]
    if absent:
        lacking = ", ".join(absent)
        raise InputError(f"facts of a report lack {lacking}; write them with `--format json`.", missing=absent)
    kind_named(given["kind"])
    period_named(given["period"])
    try:
        parts = tuple(Part(**part) for part in given["parts"])
        facts = Facts(**{**given, "parts": parts})
    except TypeError as error:
        raise InputError(f"facts of a report have a field that is not known: {error}.") from None
    for part in parts:
        part_named(part.name)
        _check_rows(part)
    return facts


def _check_rows(part: Part) -> None:
    known = {column.key for column in part_named(part.name).columns}
    for number, row in enumerate(part.rows, 1):
        odd = sorted(key for key in row if not key.startswith("_") and key not in known)
        if odd:
            raise InputError(
                f"row {number} of part {part.name} has {', '.join(odd)}, for which there is no column; "
                f"columns are {', '.join(sorted(known))}.",
                part=part.name,
                row=number,
                columns=odd,
            )


def read_facts(path: Path) -> Facts:
    """Facts from a JSON file.

    Raises
    ------
    InputError
        When it cannot be read, is no JSON, or has no facts in it.
    """
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); give a file of facts.", path=str(path)) from None
    except ValueError as error:
        raise InputError(f"{path} is not JSON: {error}.", path=str(path)) from None
    if not isinstance(given, dict):
        raise InputError(f"{path} holds no facts of a report but a {type(given).__name__}.", path=str(path))
    return facts_from_dict(given)
