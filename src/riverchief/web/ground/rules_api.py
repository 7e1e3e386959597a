"""Patrol rules over HTTP: versions of a place's rule, its trial on last year, appeals against a result."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from riverchief.base import regions
from riverchief.base.time import local_day
from riverchief.ground import rules
from riverchief.web import context
from riverchief.web.accounts.models import User
from riverchief.web.accounts.visibility import visible
from riverchief.web.ground import appeals, rule_trial, rulebook, ruling
from riverchief.web.ground.models import Patrol, RuleVersion
from riverchief.web.wire import ERRORS, one, page_of, user_of

router = Router()

REPLY = {200: dict[str, Any], **ERRORS}


class Written(Schema):
    """A rule, as the text of its file."""

    text: str = Field(max_length=rulebook.MOST_CHARS)


class Edited(Schema):
    """A rule while it is edited: its text, or what its form holds."""

    text: str | None = Field(None, max_length=rulebook.MOST_CHARS)
    form: dict[str, Any] | None = None


class Trial(Written):
    """A rule, and on whose patrols it is tried: own, simulated; empty: own where there are any."""

    source: str = ""


class Step(Schema):
    """What is done with a version: freeze, return, issue, withdraw; the last and the second with a reason."""

    action: str
    reason: str = Field("", max_length=2_000)


class Words(Schema):
    """Why a patrol should count."""

    text: str = Field(max_length=appeals.MOST_CHARS)


class Decision(Schema):
    """What is decided about an appeal, and why."""

    accept: bool
    reason: str = Field(max_length=appeals.MOST_CHARS)


def _region(user: User) -> str:
    return regions.normalise(user.region) if user.region else context.basin().basin.region


@router.get("/rules", summary="Versions of patrol rules")
def versions(request: HttpRequest) -> dict[str, Any]:
    """Versions that one may see, the newest first; the rule that holds in one's region today, said in sentences."""
    user = user_of(request)
    region = _region(user)
    found = visible(user, RuleVersion)
    return {
        **page_of([rulebook.brief(item, user) for item in found]),
        "region": region,
        "writes": rulebook.writes(user),
        "in_force": rulebook.told(ruling.rule_for(region, local_day(context.now()))),
    }


@router.post("/rules", summary="Draft a patrol rule", response=REPLY)
def draft(request: HttpRequest, given: Written) -> dict[str, Any]:
    """Keep a rule as a draft of one's office; its faults are named by key and line."""
    user = user_of(request)
    return rulebook.brief(rulebook.write(user, given.text), user)


@router.post("/rules/check", summary="Read a rule while it is edited", response=REPLY)
def check(request: HttpRequest, given: Edited) -> dict[str, Any]:
    """Text and form of the same rule, its sentences in both languages, the levels it asks nothing of, its faults."""
    user_of(request)
    text = given.text if given.text is not None else rulebook.text_of(given.form or {})
    return {"text": text, **rulebook.look(text)}


@router.post("/rules/trial", summary="Try a rule on last year", response=REPLY)
def trial(request: HttpRequest, given: Trial) -> dict[str, Any]:
    """Who would have failed by level and name, beside the rule in force; says whether the year is simulated."""
    user = user_of(request)
    rulebook.require_writer(user)
    return rule_trial.tried(rules.parse(given.text), _region(user), given.source)


@router.get("/rule-presets", summary="Rules to begin with")
def presets(request: HttpRequest) -> dict[str, Any]:
    """The rules that ship, each with its document and its file; other places' rules, not confirmed."""
    shipped = [rules.named(code) for code in rules.names()]
    return page_of([{**rulebook.told(rule), "text": rules.to_toml(rule)} for rule in shipped])


@router.get("/rules/{key}", summary="A version of a patrol rule")
def version(request: HttpRequest, key: str) -> dict[str, Any]:
    """A version with its file, its form and its sentences."""
    found = one(request, RuleVersion, key)
    return {**rulebook.brief(found, user_of(request)), "text": found.text, **rulebook.look(found.text)}


@router.post("/rules/{key}", summary="Change a draft", response=REPLY)
def change(request: HttpRequest, key: str, given: Written) -> dict[str, Any]:
    """Keep other words of a draft."""
    user = user_of(request)
    return rulebook.brief(rulebook.write(user, given.text, one(request, RuleVersion, key)), user)


@router.post("/rules/{key}/actions", summary="Freeze, return, issue or withdraw a rule", response=REPLY)
def act(request: HttpRequest, key: str, given: Step) -> dict[str, Any]:
    """Who froze it does not issue it; what was walked under a rule stays judged by it."""
    user = user_of(request)
    return rulebook.brief(rulebook.act(user, one(request, RuleVersion, key), given.action, given.reason), user)


@router.post("/patrols/{key}/appeal", summary="Appeal against a result", response=REPLY)
def appeal(request: HttpRequest, key: str, given: Words) -> dict[str, Any]:
    """The walker or the office says why a patrol that does not count should."""
    return appeals.brief(appeals.appeal(one(request, Patrol, key), user_of(request), given.text))


@router.post("/patrols/{key}/decision", summary="Decide about an appeal", response=REPLY)
def decide(request: HttpRequest, key: str, given: Decision) -> dict[str, Any]:
    """Somebody else of an office accepts, so that the patrol counts by decision, or refuses; with a reason."""
    return appeals.brief(appeals.decide(one(request, Patrol, key), user_of(request), given.accept, given.reason))
