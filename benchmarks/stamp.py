"""How every page of proofs begins: what wrote it, when, and on what."""

import platform
from datetime import UTC, datetime

import numpy as np


def written(command: str) -> str:
    """The first sentence of a page, for the command that writes it."""
    return (
        f"Written by `{command}` on {datetime.now(UTC):%Y-%m-%d} ({platform.machine()}, Python "
        f"{platform.python_version()}, NumPy {np.__version__}); do not edit."
    )
