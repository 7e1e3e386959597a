"""A place's own patrol rule: drafted, frozen, issued by somebody else of the same office, withdrawn."""

from __future__ import annotations

import re
import tomllib
from datetime import date, timedelta
from typing import Any

import tomli_w
from django.db import transaction

from riverchief.base import regions
from riverchief.base.errors import InputError, NotAllowed, WrongState
from riverchief.base.ids import new_id
from riverchief.base.time import local_day
from riverchief.ground import rules
from riverchief.ground.rules.file import FORMAT
from riverchief.ground.rules.model import LEVELS
from riverchief.web import context
from riverchief.web.accounts.models import Role, User, audit
from riverchief.web.ground import ruling
from riverchief.web.ground.models import RuleVersion
from riverchief.web.wire import iso

MOST_CHARS = 40_000
_STATES = {"freeze": ("draft",), "return": ("frozen",), "issue": ("frozen",), "withdraw": ("draft", "frozen", "issued")}
_LINE = re.compile(r"line (\d+)")


def writes(user: User) -> bool:
    """Whether somebody writes rules: the office of a county or prefecture."""
    return user.role in (Role.COUNTY, Role.PREFECTURE) and bool(user.region)


def allowed(user: User, version: RuleVersion) -> list[str]:
    """What this person may do with a version now."""
    if not writes(user) or regions.normalise(user.region) != version.region:
        return []
    found = [action for action, states in _STATES.items() if version.state in states]
    if version.state == "frozen" and version.by == user.username:
        found.remove("issue")
    return found if version.state != "draft" else ["change", *found]


def look(text: str) -> dict[str, Any]:
    """What a file says: its faults with their lines, else its form and its sentences in both languages."""
    if len(text) > MOST_CHARS:
        raise InputError(f"the rule file has {len(text):,} characters; at most {MOST_CHARS:,} are read.")
    try:
        rule = rules.parse(text)
    except InputError as error:
        told = error.data.get("faults") or (error.sentence,)
        return {"faults": [_fault(one) for one in told], "form": _form(text), "preview": None, "unasked": []}
    return {
        "faults": [],
        "form": _plain(rules.to_dict(rule)),
        "preview": {"zh": rules.preview(rule, "zh"), "en": rules.preview(rule, "en")},
        "unasked": [level for level in LEVELS if not rule.asks(level)],
    }


def _fault(sentence: str) -> dict[str, Any]:
    line = _LINE.search(sentence)
    return {"sentence": sentence, "line": int(line.group(1)) if line else None}


def _form(text: str) -> dict[str, Any] | None:
    """The values of a file that has faults, where it can be read at all."""
    try:
        return {key: _plain(one) for key, one in tomllib.loads(text).items()}
    except tomllib.TOMLDecodeError:
        return None


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def text_of(form: dict[str, Any]) -> str:
    """The file of what a form holds; days become days, what is empty is left out.

    Raises
    ------
    InputError
        When a value has no place in a file.
    """
    try:
        body = _filled(form)
    except RecursionError:
        raise InputError("the form is nested too deep for a rule file; levels hold values.") from None
    for key in ("valid_from", "valid_to"):
        try:
            body = {**body, key: date.fromisoformat(str(body[key]))} if key in body else body
        except ValueError:
            continue  # the reader of the file names it
    try:
        text = tomli_w.dumps({"format": FORMAT, **body})
        return rules.to_toml(rules.parse(text))
    except InputError:
        return text
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"the form cannot be written as a rule file: {error}.") from None


def _filled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _filled(one) for key, one in value.items() if one not in (None, "", {}, [])}
    return [_filled(one) for one in value] if isinstance(value, list) else value


def write(user: User, text: str, version: RuleVersion | None = None) -> RuleVersion:
    """Keep a draft: a new one, or the words of one that is still a draft.

    Raises
    ------
    NotAllowed, WrongState, InputError
        When this person writes no rules here, when it is no draft any more, when the file has faults.
    """
    require_writer(user)
    rule = rules.parse(text)
    now = context.now()
    with transaction.atomic():
        if version is None:
            version = RuleVersion(id=new_id("rule", now), region=regions.normalise(user.region))
        else:
            version = RuleVersion.objects.select_for_update().get(pk=version.pk)
            _require(user, version, "change")
        version.code, version.version, version.text = rule.code, rule.version, text
        version.document, version.valid_from, version.valid_to = rule.document, rule.valid_from, rule.valid_to
        version.by, version.at = user.username, now
        version.save()
        audit(context.clock(), user.username, "rule-draft", version.pk, code=rule.code, version=rule.version)
    return version


def require_writer(user: User) -> None:
    """Only an office of a county or prefecture writes and tries rules.

    Raises
    ------
    NotAllowed
        For everybody else.
    """
    if not writes(user):
        raise NotAllowed(f"{user.username} ({user.role}) writes no patrol rules; an office does.", role=user.role)


def _require(user: User, version: RuleVersion, action: str) -> None:
    if action in allowed(user, version):
        return
    if action == "issue" and version.state == "frozen" and version.by == user.username:
        raise NotAllowed(f"{user.username} wrote {version}; somebody else of the same office issues it.")
    if not allowed(user, version) and (not writes(user) or regions.normalise(user.region) != version.region):
        raise NotAllowed(f"{user.username} is not of the office of region {version.region}, whose rule it is.")
    raise WrongState(f"{version} is {version.state}; {action} is not possible now.", state=version.state)


def act(user: User, version: RuleVersion, action: str, reason: str = "") -> RuleVersion:
    """Freeze a draft, send it back, issue or withdraw it.

    Raises
    ------
    NotAllowed, WrongState, InputError
        When it is not this person's to do or not now; when the rule cannot be issued as it stands, or no reason is
        given for what needs one.
    """
    if action not in _STATES:
        raise InputError(f"{action!r} is nothing to do with a rule; there are: {', '.join(_STATES)}.", action=action)
    with transaction.atomic():
        version = RuleVersion.objects.select_for_update().get(pk=version.pk)
        _require(user, version, action)
        if action in ("freeze", "issue"):
            _sound(version)
        elif not reason.strip():
            raise InputError(f"{action} needs a reason; write it.", action=action)
        _move(user, version, action, reason.strip())
        version.save()
        audit(context.clock(), user.username, f"rule-{action}", version.pk, state=version.state, reason=version.reason)
    return version


def _move(user: User, version: RuleVersion, action: str, reason: str) -> None:
    now = context.now()
    version.reason = reason
    if action == "freeze":
        version.state, version.by = "frozen", user.username
    elif action == "return":
        version.state = "draft"
    elif action == "issue":
        version.state, version.approved_by, version.approved_at = "issued", user.username, now
    else:
        version.state = "withdrawn"
        if version.approved_by and version.valid_from is not None:  # what was walked under it stays judged by it
            tomorrow = local_day(now) + timedelta(days=1)
            ends = max(version.valid_from, tomorrow)
            version.valid_to = ends if version.valid_to is None else min(version.valid_to, ends)


def _sound(version: RuleVersion) -> None:
    rule, today = ruling.rule_of(version), local_day(context.now())
    if rule.valid_from is None:
        raise InputError("valid_from is missing; name the first day on which the rule holds.", key="valid_from")
    if rule.valid_from < today:
        raise InputError(
            f"valid_from is {rule.valid_from}, before today, {today}; a rule binds nobody for days that are past.",
            key="valid_from",
        )
    if not rule.confirmed:
        raise InputError(
            f"confirmed is false: nobody has compared {version} with its document; do, then set it true.",
            key="confirmed",
        )
    same = RuleVersion.objects.filter(region=version.region, code=version.code, version=version.version)
    if same.exclude(pk=version.pk).exclude(approved_by="").exists():
        raise InputError(f"{version} has been issued before; give this one another version.", key="version")


def brief(version: RuleVersion, user: User) -> dict[str, Any]:
    """A version in a list."""
    holds = ruling.version_for(version.region, local_day(context.now()))
    rule = ruling.rule_of(version)
    return {
        "id": version.pk,
        "region": version.region,
        "code": version.code,
        "version": version.version,
        "name_zh": rule.name_zh,
        "name_en": rule.name_en,
        "document": version.document,
        "confirmed": rule.confirmed,
        "valid_from": version.valid_from.isoformat() if version.valid_from else None,
        "valid_to": version.valid_to.isoformat() if version.valid_to else None,
        "state": version.state,
        "in_force": holds is not None and holds.pk == version.pk,
        "by": version.by,
        "at": iso(version.at),
        "approved_by": version.approved_by or None,
        "approved_at": iso(version.approved_at),
        "reason": version.reason or None,
        "allowed": allowed(user, version),
    }


def told(rule: rules.PatrolRule) -> dict[str, Any]:
    """A rule in a sentence about which one holds."""
    return {
        "code": rule.code,
        "version": rule.version,
        "name_zh": rule.name_zh,
        "name_en": rule.name_en,
        "document": rule.document,
        "document_zh": rule.document_zh or rule.document,
        "confirmed": rule.confirmed,
        "note_zh": rule.note_zh,
        "note_en": rule.note_en,
        "preview": {"zh": rules.preview(rule, "zh"), "en": rules.preview(rule, "en")},
    }
