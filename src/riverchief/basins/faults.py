"""A fault of a basin folder: where it is, what kind it is, and a sentence that says what to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault: file, line (1 = first; 0 = the file as a whole), a code for programs, a sentence for people."""

    file: str
    line: int
    code: str
    sentence: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.code}: {self.sentence}"

    def as_json(self) -> dict[str, Any]:
        """The same four facts as a JSON object."""
        return asdict(self)
