"""Write docs/validation/office-month.md: a month of a river chief's office, done as an office does it, and counted.

Run from the checkout: .venv/bin/python benchmarks/verify_office_month.py [--basin jinzhong] [--problems 120] [--out FOLDER]
Everything goes through the platform's own HTTP views, in this process, on a clock that is moved day by day over
November 2026. People, problems and tracks are simulated. Exit code 1 when a count is not what was put in.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

from office_month.desk import Month
from office_month.play import platform, play
from stamp import written

from riverchief import basins

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "validation" / "office-month.md"


def page(month: Month, command: str, basin: str) -> str:
    """The page of the proof."""
    rows = "".join(f"| {what} | {_short(put_in)} | {'the same' if put_in == found else _short(found)} |\n"
                   for what, put_in, found in month.held)  # fmt: skip
    files = "".join(f"| `{name}` | {size} |\n" for name, size in month.files)
    bad = sum(put_in != found for _, put_in, found in month.held)
    answer = "Every count is what was put in." if not bad else f"**{bad} counts are not what was put in.**"
    return f"""# A month of an office

{written(command)} Basin `{basin}`; people, problems, complaints and tracks are simulated.

November 2026, day by day, through the platform's own HTTP views: accounts and river police by workbook, the second
person's approval, a table of problems with rows that cannot be taken, two weeks of patrols through the phone's inbox
(each batch sent twice), a table of 12345 in and its answers out, late cases up the ladder to supervision letters that a
person issues and the addressee answers, cases handled with evidence, verified by another, closed and confirmed by a
second person, the month's own sheet made official, and the papers that go up. {answer}

| what | put in | found |
|---|---|---|
{rows}
| paper | opens, with |
|---|---|
{files}"""


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
    return text.replace("|", "/") if len(text) <= 420 else f"{text[:400]}… ({len(value)} in all)"


def main() -> int:
    """Play the month; 1 when a count is not what was put in."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--basin", default="jinzhong")
    options.add_argument("--problems", type=int, default=120)
    options.add_argument("--complaints", type=int, default=10)
    options.add_argument("--out", type=Path)
    options.add_argument("--page", type=Path, default=PAGE)
    given = options.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as name:
        basin = basins.read(basins.named(given.basin))
        out = given.out or Path(name) / "papers"
        out.mkdir(parents=True, exist_ok=True)
        month = Month(basin, platform(Path(name) / "data", basin), out, random.Random(11))
        play(month, given.problems, given.complaints)
    given.page.write_text(page(month, "benchmarks/verify_office_month.py", given.basin), encoding="utf-8")
    return int(any(put_in != found for _, put_in, found in month.held))


if __name__ == "__main__":
    sys.exit(main())
