"""Writing events and edges of provenance: always inside the transaction that writes the result itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from riverchief import __version__
from riverchief.web import context
from riverchief.web.loop.models import Event, Provenance


def emit(kind: str, subject: str, at: datetime, *, key: str = "", **data: Any) -> None:
    """Write one event; a second one with the same key (kind and subject unless given) is the same event."""
    Event.objects.bulk_create(
        [
            Event(
                kind=kind,
                subject=subject,
                at=at,
                known_at=context.now(),
                dedupe_key=f"{kind}:{key or subject}",
                data=data,
            )
        ],
        ignore_conflicts=True,
    )


def came_from(child: str, parents: Iterable[tuple[str, str]], *, code: str, edition: str = "") -> None:
    """Keep the edges from a result to what it came from.

    Parameters
    ----------
    parents : iterable of (id, role)
        The role "cause" marks the one parent without which the child would not be.
    code : str
        What made it, for example "cloud.alerts.departure"; the version is added.
    edition : str
        Edition of the rule or standard that was applied.
    """
    Provenance.objects.bulk_create(
        [
            Provenance(child=child, parent=parent, role=role, code=f"{code}@{__version__}", edition=edition)
            for parent, role in parents
            if parent
        ],
        ignore_conflicts=True,
    )
