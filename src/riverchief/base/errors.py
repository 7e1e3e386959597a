"""The error tree. Every error has a code (for programs), data (for translators) and a sentence (for people).

RiverError
├── InputError            what the caller gave is wrong
│   ├── UnknownName       a name that is not known, with the nearest known one
│   ├── PlaceError        a place that is not on the network
│   ├── NetworkError      reaches that do not form a network
│   └── BasinError        a basin folder with faults, all of them listed
├── RuleError             a rule of the platform forbids it
│   ├── NotAllowed        this person may not do that
│   ├── TooMany           more than is taken from one place within a time
│   └── WrongState        the thing is not in a state where that can be done
├── NotFound              there is no such thing (or not for this person)
└── StoreError            the store cannot keep what it was given
    └── StoreFull         no space left: nothing was acknowledged
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any


class RiverError(Exception):
    """Base of all domain errors.

    Parameters
    ----------
    sentence : str
        Who, what was asked, what was found with its unit, and what to do.
    **data
        The same facts by name, for programs and translators.
    """

    code = "river"

    def __init__(self, sentence: str, **data: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.data: dict[str, Any] = data


class InputError(RiverError):
    """What the caller gave is wrong."""

    code = "input"


class UnknownName(InputError):
    """A name that is not known."""

    code = "input.unknown_name"

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names[:12]) or 'none'}."
        super().__init__(f"{kind} {name!r} is not known; {hint}", kind=kind, name=name, near=near)


class PlaceError(InputError):
    """A place that is not on the network."""

    code = "input.place"


class NetworkError(InputError):
    """Reaches that do not form a network."""

    code = "input.network"


class BasinError(InputError):
    """A basin folder with faults; `data["faults"]` lists them all."""

    code = "input.basin"


class RuleError(RiverError):
    """A rule of the platform forbids it."""

    code = "rule"


class NotAllowed(RuleError):
    """Somebody may not do that."""

    code = "rule.not_allowed"


class TooMany(RuleError):
    """More than is taken from one place within a time; `data["wait_s"]` says how long to wait [s]."""

    code = "rule.too_many"


class WrongState(RuleError):
    """The thing is not in a state where that can be done."""

    code = "rule.wrong_state"


class NotFound(RiverError):
    """There is no such thing, or none that this person may see."""

    code = "not_found"

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"no {kind} {name!r} here, or it is not yours to see.", kind=kind, name=name)


class StoreError(RiverError):
    """The store cannot keep what it was given."""

    code = "store"


class StoreFull(StoreError):
    """No space is left; what was refused was not acknowledged and will be sent again."""

    code = "store.full"
