"""A table of permits alone, outside a basin folder: for whoever judges one works."""

from __future__ import annotations

from pathlib import Path

from riverchief.base.basin import PermitLimit
from riverchief.base.errors import InputError, UnknownName
from riverchief.basins import parse
from riverchief.basins.check import permit_faults
from riverchief.basins.faults import Fault
from riverchief.basins.folder import permit_of
from riverchief.basins.tables import TABLE


def read_permits(path: Path, facility: str = "") -> tuple[PermitLimit, ...]:
    """Read a table with the columns of `permits.csv`.

    Parameters
    ----------
    facility : str
        Whose rows are wanted; may be left out where the table knows only one.

    Raises
    ------
    InputError
        When the file cannot be read, or with every bad row and its line.
    UnknownName
        When the table does not know the facility; InputError when it knows several and none was named.
    """
    faults: list[Fault] = []
    try:
        text = parse.text_of(path, faults)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}. Check the path.", path=str(path)) from error
    rows = [] if text is None else parse.rows_of(TABLE["permits.csv"], text, faults)
    for row in rows:
        faults += permit_faults(row)
    if faults:
        told = "; ".join(f"line {f.line}: {f.sentence}" for f in faults[:5])
        more = f" (and {len(faults) - 5} more)" if len(faults) > 5 else ""
        raise InputError(f"{path} has faults: {told}{more}", path=str(path), faults=[f.as_json() for f in faults])
    permits = tuple(permit_of(row) for row in rows)
    known = list(dict.fromkeys(p.facility for p in permits))
    if facility and facility not in known:
        raise UnknownName("facility of the permits", facility, known)
    if not facility and len(known) > 1:
        raise InputError(
            f"{path} holds permits of {', '.join(known)}: name one with --facility.", path=str(path), known=known
        )
    return tuple(p for p in permits if not facility or p.facility == facility)
