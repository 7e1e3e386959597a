"""What each kind of record does on the platform, each in a transaction of its own, as the person who recorded it."""

from __future__ import annotations

from collections.abc import Callable

from riverchief.base.errors import InputError, NotFound, RuleError, WrongState
from riverchief.base.geometry import to_wgs84
from riverchief.base.time import local_day
from riverchief.ground import casetypes
from riverchief.web import context
from riverchief.web.accounts.models import User
from riverchief.web.accounts.visibility import visible
from riverchief.web.ground import cases, company, evidence, judging, patrols, pieces
from riverchief.web.ground.models import Case, Evidence, Move, Patrol, PatrolPiece, PhoneRecord
from riverchief.web.ground.phone import files
from riverchief.web.ground.phone.records import Made, Record
from riverchief.web.loop.events import came_from
from riverchief.web.wire import iso, parse_time


def _patrol_start(user: User, record: Record, row: PhoneRecord) -> None:
    said = record.body
    case = _case(user, said.case) if said.case else None
    told = patrols.Told(record.id, parse_time(said.started_at), record.device, record.clock, row.skew_s)
    patrols.start(user, case, told, [part.model_dump() for part in said.stretch], said.companions)


def _track(user: User, record: Record, row: PhoneRecord) -> None:
    said = record.body
    if len(said.points) != said.n:
        raise InputError(f"{record.id} says {said.n} points and has {len(said.points)}; it was changed on its way.")
    patrols.add_points(_patrol(user, record.parent), user, said.points, said.system, late=True)


def _patrol_finish(user: User, record: Record, row: PhoneRecord) -> None:
    patrol = _patrol(user, record.parent)
    finished_at = parse_time(record.body.finished_at)
    if finished_at < patrol.started_at:
        raise InputError(
            f"{patrol.pk} began {iso(patrol.started_at)} and cannot have ended {iso(finished_at)}: the phone's clock "
            f"was moved. The office can end it.",
        )
    said = record.body
    gaps = [gap.model_dump() for gap in said.gaps] if isinstance(said.gaps, list) else []
    patrols.finish(patrol, user, finished_at, patrols.Ending(said.answers, gaps, said.companions))


def _report(user: User, record: Record, row: PhoneRecord) -> None:
    said = record.body
    place, lon, lat = patrols.place_of(said.lon, said.lat, said.system)
    beside = {"type": said.type, "accuracy_m": said.accuracy_m, "patrol": said.patrol}
    told = cases.Told(record.id, record.at, {name: value for name, value in beside.items() if value is not None})
    origin = _typed(casetypes.recognised(said.type or "", local_day(context.now())), said.values)
    case = cases.open_by_walker(user, place, lon, lat, said.note, said.severity, told, origin)
    if said.patrol and Patrol.objects.filter(pk=said.patrol, by=user.username).exists():
        came_from(case.pk, [(said.patrol, "cause")], code="ground.patrol")


def _typed(kind: casetypes.CaseType | None, values: dict[str, str | float]) -> cases.Origin | None:
    """A report's type with its fields. What is missing or cannot be refuses nothing: the office sees what it is."""
    if kind is None:
        return None
    kept, faults = casetypes.check(kind, values)
    missing = [{"field": one.field, "zh": one.zh, "en": one.en} for one in faults]
    return cases.Origin(type=kind.code, values=kept, incomplete=missing)


def _photo(user: User, record: Record, row: PhoneRecord) -> None:
    said, data = record.body, files.read(record.file_sha256)
    case, patrol, on = _subject(user, record)
    if case is not None:
        evidence.add_photo(case, user, said.name, data, on, _told(record, said))
    elif patrol is not None:
        pieces.add_photo(patrol, user, said.name, data, _told(record, said), said.about)
    _again(on, said.about or "photo")


def _voice(user: User, record: Record, row: PhoneRecord) -> None:
    said, data = record.body, files.read(record.file_sha256)
    case, patrol, on = _subject(user, record)
    if case is not None:
        evidence.add_voice(case, user, said.name, data, on, _told(record, said))
    elif patrol is not None:
        pieces.add_voice(patrol, user, said.name, data, _told(record, said))


def _note(user: User, record: Record, row: PhoneRecord) -> None:
    told = evidence.Told(record.id, record.at)
    case, patrol, on = _subject(user, record)
    if case is not None:
        evidence.add_note(case, user, record.body.text, on, told)
    elif patrol is not None:
        pieces.add_note(patrol, user, record.body.text, told)


def _case_action(user: User, record: Record, row: PhoneRecord) -> None:
    said = record.body
    case = _case(user, said.case)
    if said.seen_state and case.state != said.seen_state:
        raise WrongState(_moved_on(user, case, f"{user.username} saw it {said.seen_state}"), state=case.state)
    into = cases.by_number(user, said.into) if said.into else None
    try:
        cases.move(case, cases.actor_of(user, case), said.action, said.note, said.reason, days=said.days, into=into)
    except RuleError as error:
        error.sentence = _moved_on(user, case, error.sentence)
        raise


def _moved_on(user: User, case: Case, why: str) -> str:
    """Why a step is no longer possible: what was seen, who has moved the case since, and what is possible now."""
    last = Move.objects.filter(case=case).order_by("-id").first()
    by = f"; {last.by} did {last.action} at {iso(last.at)}" if last else ""
    may = ", ".join(one["action"] for one in cases.allowed_for(user, case)) or "nothing"
    return f"case {case.number} is {case.state}{by}. {why}. Now {user.username} may: {may}."


def _patrol_answer(user: User, record: Record, row: PhoneRecord) -> None:
    said = record.body
    patrol = _patrol(user, said.patrol)
    patrols.require_own(patrol, user)
    judging.reply(patrol, user, said.reason, said.text, record.at)
    patrol.save(update_fields=["replies"])


def _patrol_company(user: User, record: Record, row: PhoneRecord) -> None:
    said = record.body
    patrols.name_company(_patrol(user, said.patrol), user, said.companions, record.at)


APPLY: dict[str, Callable[[User, Record, PhoneRecord], None]] = {
    "patrol-start": _patrol_start,
    "track": _track,
    "patrol-finish": _patrol_finish,
    "report": _report,
    "photo": _photo,
    "voice": _voice,
    "note": _note,
    "case-action": _case_action,
    "patrol-answer": _patrol_answer,
    "patrol-company": _patrol_company,
}


def taken(record: Record) -> bool:
    """Whether something of the platform bears this id already that did not come from this record."""
    if record.kind == "patrol-start":
        return Patrol.objects.filter(pk=record.id).exists()
    if record.kind == "report":
        return Case.objects.filter(pk=record.id).exists()
    piece = Evidence.objects.filter(pk=record.id).exists() or PatrolPiece.objects.filter(pk=record.id).exists()
    return record.kind in ("photo", "voice", "note") and piece


def there(user: User, key: str) -> bool:
    """Whether somebody sees a case, a patrol or a piece of evidence with this id."""
    return (
        visible(user, Case).filter(pk=key).exists()
        or visible(user, Patrol).filter(pk=key).exists()
        or visible(user, Evidence).filter(pk=key).exists()
        or visible(user, PatrolPiece).filter(pk=key).exists()
    )


def _case(user: User, key: str) -> Case:
    found = visible(user, Case).filter(pk=key).first()
    if found is None:
        raise NotFound("case", key)
    return found


def _patrol(user: User, key: str) -> Patrol:
    found = visible(user, Patrol).filter(pk=key).first()
    if found is None:
        raise NotFound("patrol", key)
    return found


def _subject(user: User, record: Record) -> tuple[Case | None, Patrol | None, str]:
    """Case or patrol that a piece belongs to, and the id of the patrol on which it was made, where that is known."""
    key = record.body.subject
    patrol = visible(user, Patrol).filter(pk=key).first()
    if patrol is not None:
        return None, patrol, patrol.pk
    case = _case(user, key)
    # a photograph says on which patrol it was made; of older phones its report says it
    told = [getattr(record.body, "on", None), record.parent, case.params.get("patrol")]
    own = set(Patrol.objects.filter(pk__in=[one for one in told if one], by=user.username).values_list("pk", flat=True))
    return case, None, next((one for one in told if one in own), "")


def _told(record: Record, said: Made) -> evidence.Told:
    if said.lon is None or said.lat is None:
        return evidence.Told(record.id, parse_time(said.at))
    lon, lat = to_wgs84([said.lon], [said.lat], said.system)
    return evidence.Told(record.id, parse_time(said.at), float(lon[0]), float(lat[0]))


def _again(patrol: str, why: str) -> None:
    found = Patrol.objects.select_for_update().filter(pk=patrol, finished_at__isnull=False).first()
    if found is None:
        return
    if why == company.PHOTO:
        patrols.company_changed(found)
    else:
        patrols.reckon_again(found, why)
