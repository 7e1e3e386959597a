"""What a record of a phone says: its envelope and the body of each kind; whatever else is in it is refused."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from riverchief.base.errors import InputError
from riverchief.base.ids import split_id
from riverchief.web.wire import odd, parse_time, texts

MOST_BYTES = 8_000_000  # of one record's text; a track of a day, one fix a second, has some four million
PREFIX = {
    "patrol-start": "patrol",
    "track": "track",
    "patrol-finish": "finish",
    "report": "case",
    "photo": "evidence",
    "voice": "evidence",
    "note": "evidence",
    "case-action": "action",
    "patrol-answer": "answer",
    "patrol-company": "company",
}


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("is no finite number")
    return value


def _known_system(text: str) -> str:
    if text not in ("wgs84", "cgcs2000", "gcj02"):
        raise ValueError("is no coordinate system; give wgs84, cgcs2000 or gcj02")
    return text


M = TypeVar("M", bound=BaseModel)
Number = Annotated[float, AfterValidator(_finite)]
Second = Annotated[float, Field(ge=0, lt=4_102_444_800)]  # of the years 1970 to 2099
Lon = Annotated[float, Field(ge=-180, le=180)]
Lat = Annotated[float, Field(ge=-90, le=90)]
System = Annotated[str, AfterValidator(_known_system)]
Time = Annotated[str, Field(max_length=40)]
Key = Annotated[str, Field(min_length=1, max_length=64)]
Text = Annotated[str, Field(max_length=8_000)]
Person = Annotated[str, Field(min_length=1, max_length=150)]
People = Annotated[list[Person], Field(max_length=20)]


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Part(_Said):
    """A part of a reach that a patrol was to walk."""

    reach: Key
    from_m: Number
    to_m: Number


class PatrolStart(_Said):
    """A patrol begins."""

    started_at: Time
    case: Key | None = None
    stretch: list[Part] = Field([], max_length=200)
    companions: People = []


class Track(_Said):
    """Fixes: seconds since 1970, longitude, latitude, accuracy [m], speed [m/s], whether the phone marks it as mock."""

    points: list[tuple[Second, Lon, Lat, Number | None, Number | None, Literal[0, 1]]]
    system: System
    n: int = Field(ge=0)


class ToldGap(_Said):
    """A time without fixes [s since 1970], and what stood in the way."""

    from_s: Second
    to_s: Second
    why: Literal["no_signal", "hidden", "closed", "denied"]


class PatrolFinish(_Said):
    """A patrol ends. Phones of before told how many gaps they knew of, and of no companions."""

    finished_at: Time
    answers: dict[Key, Literal["ok", "bad", "not_looked"]] = {}
    gaps: Annotated[list[ToldGap], Field(max_length=5_000)] | int | None = None
    companions: People | None = None


class Report(_Said):
    """What a walker found."""

    lon: Lon
    lat: Lat
    accuracy_m: Number | None = None
    system: System
    note: Text
    severity: int = Field(ge=1, le=3)
    type: Annotated[str, Field(max_length=48)] | None = None
    values: dict[Key, Annotated[str, Field(max_length=2_000)] | Number] = Field({}, max_length=40)
    patrol: Key | None = None


class Made(_Said):
    """A photograph or a recording, whose file comes beside it; `on` is the patrol on which it was made."""

    subject: Key
    on: Key | None = None
    about: Literal["", "company"] = ""
    at: Time
    lon: Lon | None = None
    lat: Lat | None = None
    system: System = "wgs84"
    name: Annotated[str, Field(max_length=200)] = ""


class Note(_Said):
    """A note on a case or a patrol."""

    subject: Key
    text: Text


class CaseAction(_Said):
    """A step of a case, and the state in which its person saw it."""

    case: Key
    action: Annotated[str, Field(max_length=16)]
    note: Text = ""
    reason: Text = ""
    days: int = Field(0, ge=0, le=366)
    into: Annotated[str, Field(max_length=64)] = ""
    seen_state: Annotated[str, Field(max_length=12)] = ""


class PatrolAnswer(_Said):
    """What a walker answers to a reason."""

    patrol: Key
    reason: Key
    text: Text


class PatrolCompany(_Said):
    """Who walked along, said after the end: mostly the answer to somebody who has named this walker."""

    patrol: Key
    companions: Annotated[list[Person], Field(min_length=1, max_length=20)]


BODIES: dict[str, type[_Said]] = {
    "patrol-start": PatrolStart,
    "track": Track,
    "patrol-finish": PatrolFinish,
    "report": Report,
    "photo": Made,
    "voice": Made,
    "note": Note,
    "case-action": CaseAction,
    "patrol-answer": PatrolAnswer,
    "patrol-company": PatrolCompany,
}


class _File(_Said):
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    size: int = Field(ge=0)
    mime: Annotated[str, Field(max_length=100)]


class _Envelope(_Said):
    id: Key
    user: Annotated[str, Field(max_length=150)]
    device: Key
    seq: int = Field(ge=1, lt=2**53)
    kind: str
    parent: Key | None = None
    at: Time
    clock: Literal["platform", "phone"]
    body: dict[str, Any]
    file: _File | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A record that can be read; `needs` are the records or things that must be there before it."""

    id: str
    user: str
    device: str
    seq: int
    kind: str
    parent: str
    at: datetime
    clock: str
    body: Any
    file_sha256: str

    @property
    def needs(self) -> tuple[str, ...]:
        """Ids that must be there first. A report needs nothing: what is wrong at the river does not wait."""
        if self.kind == "report":
            return ()
        named = [self.parent]
        named += [str(getattr(self.body, name, None) or "") for name in ("subject", "case", "patrol")]
        return tuple(dict.fromkeys(one for one in named if one))


def envelope(text: str) -> dict[str, Any]:
    """Id, user, device, seq, kind and parent of a record as far as they can be told, for one that is refused."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(told, dict):
        return {}
    limits = {"id": 64, "user": 150, "device": 64, "kind": 16, "parent": 64}
    found: dict[str, Any] = {
        name: value[:most]
        for name, most in limits.items()
        if isinstance(value := told.get(name), str) and not odd(value)
    }
    seq = told.get("seq")
    return {**found, "seq": seq if isinstance(seq, int) and 0 <= seq < 2**53 else 0}


def read(text: str) -> Record:
    """Read a record.

    Raises
    ------
    InputError
        Naming the field that is missing, not known or wrong.
    """
    if len(text) > MOST_BYTES:
        raise InputError(f"the record has {len(text):,} characters, the most is {MOST_BYTES:,}; send it in parts.")
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"the record is no JSON ({error}).") from None
    if any(odd(said) for said in texts(told)):
        raise InputError("a text of the record holds a NUL or half of a character; write it without.")
    head = _parsed(_Envelope, told, "record")
    if head.kind not in BODIES:
        raise InputError(f"record {head.id} is a {head.kind!r}; known: {', '.join(BODIES)}.", kind=head.kind)
    if split_id(head.id)[0] != PREFIX[head.kind]:
        raise InputError(f"record {head.id} is a {head.kind}; its id begins with {PREFIX[head.kind]}-.", id=head.id)
    if (head.file is not None) != (head.kind in ("photo", "voice")):
        raise InputError(f"record {head.id}: photographs and recordings come with a file, nothing else does.")
    body = _parsed(BODIES[head.kind], head.body, head.id)
    for name in ("started_at", "finished_at", "at"):
        if hasattr(body, name):
            parse_time(getattr(body, name))
    return Record(
        head.id,
        head.user,
        head.device,
        head.seq,
        head.kind,
        head.parent or "",
        parse_time(head.at),
        head.clock,
        body,
        head.file.sha256 if head.file else "",
    )


def _parsed(model: type[M], told: Any, name: str) -> M:
    try:
        return model.model_validate(told)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "it"
        raise InputError(f"{name}: {where}: {first['msg']}.", field=where) from None
