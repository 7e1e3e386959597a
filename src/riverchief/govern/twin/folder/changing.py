"""Calibrated values into a model folder: only the figures change; comments, order and everything else stay."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from riverchief.base.errors import InputError
from riverchief.govern.twin.folder import kinds
from riverchief.govern.twin.folder.tables import MANNING, number_of, rows_of

DECAY = "decay_per_day"
_TABLE = re.compile(rf"^\[{DECAY}\][^\n]*\n(?:(?!\s*\[)[^\n]*(?:\n|$))*", re.MULTILINE)
_OPTIONAL = {kinds.POINTS: ("name", "manning", "depth_m"), kinds.CONDUITS: ("name", "slot_m", "barrels")}


def change(folder: Path, manning_factor: Mapping[str, float], decay_per_day: Mapping[str, float]) -> list[Path]:
    """Multiply Manning's n of reaches and set rates of decay.

    All new files are written beside the old ones first and moved there only when all are whole; where a move fails,
    those before it are taken back.

    Parameters
    ----------
    folder : Path
    manning_factor : mapping of str to float
        By reach [-].
    decay_per_day : mapping of str to float
        By constituent [1/d]; those that are not named keep theirs.

    Returns
    -------
    list of Path
        Files that changed.

    Raises
    ------
    InputError
        Where a file cannot be read or written.
    """
    factors = {code: factor for code, factor in manning_factor.items() if factor != 1.0}
    new: dict[Path, str] = {}
    for name, columns in ((kinds.POINTS, kinds.POINT_COLUMNS), (kinds.CONDUITS, kinds.CONDUIT_COLUMNS)):
        if factors and (folder / name).is_file():
            new[folder / name] = _rougher(folder / name, columns, factors)
    if decay_per_day:
        new[folder / kinds.RIVER] = _decaying(folder / kinds.RIVER, decay_per_day)
    changed = {path: text for path, text in new.items() if path.read_text(encoding="utf-8-sig") != text}
    _replaced(changed)
    return list(changed)


def _rougher(path: Path, columns: tuple[str, ...], factors: Mapping[str, float]) -> str:
    """A table of forms with other roughness; a form that had none gets what it was taken for."""
    text = io.StringIO()
    head = next(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    table = csv.DictWriter(text, head if "manning" in head else [*head, "manning"], lineterminator="\n",
                           extrasaction="ignore")  # fmt: skip
    table.writeheader()
    before, rough = None, ""
    rows = list(rows_of(path, columns, _OPTIONAL[path.name]))
    given = {(row["reach"], row["chainage_m"]) for _, row in rows if row["manning"]}
    for line, row in rows:
        form = row["reach"], row["chainage_m"]
        rough = row["manning"] or ("" if form in given or form == before else repr(MANNING))
        if rough and row["reach"] in factors:
            value = number_of(rough, path, line, "manning", "s/m^(1/3)") * factors[row["reach"]]
            table.writerow({**row, "manning": f"{value:.6g}"})
        else:
            table.writerow(row)
        before = form
    return text.getvalue()


def _decaying(path: Path, decay_per_day: Mapping[str, float]) -> str:
    """`river.toml` with other rates; their table stands last."""
    text = path.read_text(encoding="utf-8-sig")
    was = tomllib.loads(text)
    rates = {**was.get(DECAY, {}), **{name: float(f"{rate:.6g}") for name, rate in decay_per_day.items()}}
    rest = _TABLE.sub("", text).rstrip("\n")
    lines = "".join(f"{_key(name)} = {rate!r}\n" for name, rate in rates.items())
    new = f"{rest}\n\n[{DECAY}]\n{lines}"
    try:
        right = tomllib.loads(new) == {**was, DECAY: rates}
    except tomllib.TOMLDecodeError:
        right = False
    if not right:
        raise InputError(
            f"{path}: the rates of decay cannot be put in; write them as a table [{DECAY}] of its own.", path=str(path)
        )
    return new


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _replaced(new: Mapping[Path, str]) -> None:
    beside = {path: path.with_name(f".{path.name}.new") for path in new}
    old: dict[Path, bytes] = {}
    try:
        for path, text in new.items():
            beside[path].write_text(text, encoding="utf-8")
        for path in new:
            old[path] = path.read_bytes()
            beside[path].replace(path)
    except OSError as error:
        for path, data in old.items():
            path.write_bytes(data)
        raise InputError(
            f"cannot write {path}: {error.strerror}; the folder is as it was. Check it.", path=str(path)
        ) from error
    finally:
        for path in beside.values():
            path.unlink(missing_ok=True)
