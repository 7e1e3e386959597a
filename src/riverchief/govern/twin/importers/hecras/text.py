"""Lines of HEC-RAS text files: `key=value` heads and numbers in columns of eight characters."""

from __future__ import annotations

from math import nan
from pathlib import Path

from riverchief.base.errors import InputError

_COLUMN = 8
_PER_LINE = 10


class Lines:
    """A file's lines with a place in it.

    Parameters
    ----------
    path : Path
        The file; errors name it and the line.
    """

    def __init__(self, path: Path) -> None:
        self.name = path.name
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise InputError(f"the file {path} cannot be read: {error.strerror}.", file=str(path)) from error
        if b"\0" in raw[:4096]:
            raise InputError(
                f"{path.name} is no text file; give HEC-RAS' text files (.g01, .f01, .p01).", file=path.name
            )
        self.lines = raw.decode("utf-8-sig", errors="replace").splitlines()
        self.at = -1

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> tuple[str, str]:
        """The next line as (key, value), both stripped; a line without `=` has an empty key."""
        self.at += 1
        if self.at >= len(self.lines):
            raise StopIteration
        key, mark, value = self.lines[self.at].partition("=")
        return (key.strip(), value.strip()) if mark else ("", key.strip())

    @property
    def number(self) -> int:
        """The line's number, from 1."""
        return self.at + 1

    def error(self, sentence: str) -> InputError:
        """An error at this line."""
        return InputError(f"{self.name}, line {self.number}: {sentence}", file=self.name, line=self.number)

    def numbers(self, count: int, per_line: int = _PER_LINE) -> list[float]:
        """The next `count` numbers in columns of eight, `per_line` in each line, nan where a column is empty."""
        found: list[float] = []
        while len(found) < count:
            self.at += 1
            if self.at >= len(self.lines):
                raise self.error(f"{count} numbers are announced, the file ends after {len(found)}; it may be cut off.")
            line = self.lines[self.at]
            here = min(per_line, count - len(found))
            found += [self.number_in(line[k * _COLUMN : (k + 1) * _COLUMN]) for k in range(here)]
        return found

    def number_in(self, text: str) -> float:
        """One number, nan where there is none."""
        text = text.strip()
        if not text:
            return nan
        try:
            return float(text)
        except ValueError:
            raise self.error(f"{text!r} stands where a number is expected; look at its columns.") from None

    def count(self, value: str) -> int:
        """The count at the head of a table, 0 where it is missing."""
        number = self.number_in(value.split(",", maxsplit=1)[0])
        return int(number) if number > 0 else 0

    def fields(self, value: str, wanted: int) -> list[float]:
        """Comma-separated numbers, filled up with nan to `wanted`."""
        found = [self.number_in(part) for part in value.split(",")]
        return found + [nan] * (wanted - len(found))
