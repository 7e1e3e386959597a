"""A fault of a basin folder: where it is, what kind it is, and a sentence that says what to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault: file, line (1 = first; 0 = the file as a whole), a code for programs, a sentence for people.

    `column` and `value` name the cell, where it is one cell that is wrong.
    """

    file: str
    line: int
    code: str
    sentence: str
    column: str = field(default="", compare=False)
    value: str = field(default="", compare=False)

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.code}: {self.sentence}"

    def as_json(self) -> dict[str, Any]:
        """The same facts as a JSON object; the cell only where there is one."""
        told = asdict(self)
        return told if self.column else {key: told[key] for key in ("file", "line", "code", "sentence")}
