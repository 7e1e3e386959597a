"""A data folder with its basin and its people, and nothing else: `python tests/e2e/quiet.py FOLDER BASIN SPEED key=value …`."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from riverchief import basins
from riverchief.base.time import ScaledClock

MORNING = datetime(2026, 11, 18, 0, 30, tzinfo=UTC)  # 08:30 in China, a Wednesday


def fill(folder: Path, basin: str, speed: float, **settings: object) -> None:
    """Make the folder; its clock begins in the morning and runs `speed` times as fast as the wall's."""
    from riverchief.web.demo import prepare

    prepare(folder, basins.read(basins.named(basin)), ScaledClock.start(MORNING, speed), **settings)


if __name__ == "__main__":
    given = dict(part.split("=", 1) for part in sys.argv[4:])
    settings = {name: int(value) if value.isdigit() else value for name, value in given.items()}
    fill(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]), **settings)
