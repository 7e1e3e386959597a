"""A browser's manners: a token with every change, reading again while the platform is away, doing things once."""

import httpx
import pytest

from riverchief.base.errors import UnknownName
from riverchief.simulate import api as module
from riverchief.simulate.api import Api, Cast, Refused
from simulate.platform import People

ADDRESS = "http://river.test"


@pytest.fixture
def people(monkeypatch):
    monkeypatch.setattr(module, "_PAUSE_REAL_S", 0.0)
    found = People()
    found.install(monkeypatch)
    return found


def test_somebody_signs_in_before_the_first_question(people):
    api = Api(ADDRESS, "prefecture", "secret")
    people.answers["GET", "/today"] = {"items": []}
    assert api.get("/today") == {"items": []}
    assert [call[:2] for call in people.calls] == [("GET", "/session"), ("POST", "/session"), ("GET", "/today")]
    assert people.calls[1][2] == {"username": "prefecture", "password": "secret"}
    assert people.tokens == ["token-0"]
    api.post("/ground/patrols", {"case": "x"})
    assert people.tokens[-1] == "token-1", "the token changes with the sign-in"


def test_a_stranger_does_not_sign_in(people):
    people.answers["GET", "/session/demo-users"] = {"items": []}
    assert Api(ADDRESS).get("/session/demo-users") == {"items": []}
    assert ("POST", "/session") not in [call[:2] for call in people.calls]


def test_a_refusal_says_what_the_platform_said(people):
    people.answers["POST", "/ground/patrols"] = httpx.Response(
        403, json={"code": "rule.not_allowed", "sentence": "the auditor does not patrol.", "data": {}}
    )
    with pytest.raises(Refused, match="answered with 403: the auditor does not patrol") as caught:
        Api(ADDRESS, "auditor", "secret").post("/ground/patrols", {})
    assert caught.value.data == {"status": 403, "code": "rule.not_allowed"}


def test_reading_is_tried_again_and_doing_is_not(people):
    api = Api(ADDRESS, "prefecture", "secret")
    away = httpx.Response(503, text="starting")
    people.answers["GET", "/today"] = [away, httpx.ConnectError("refused"), {"items": [1]}]
    assert api.get("/today") == {"items": [1]}
    people.answers["POST", "/ground/patrols"] = [away, {}]
    with pytest.raises(Refused, match="503: starting"):
        api.post("/ground/patrols", {})
    people.answers["GET", "/gone"] = httpx.ConnectError("refused")
    with pytest.raises(httpx.ConnectError):
        api.get("/gone")


def test_a_sign_in_that_failed_is_no_session(people):
    api = Api(ADDRESS, "prefecture", "secret")
    people.answers["POST", "/session"] = [httpx.ReadTimeout("slow"), {"csrf": "token-1"}]
    with pytest.raises(httpx.ReadTimeout):
        api.post("/ground/patrols", {})
    assert ("/ground/patrols", {}) not in people.done(), "nothing is done by somebody who is not signed in"
    api.post("/ground/patrols", {})
    assert people.done() == [("/ground/patrols", {})]
    assert [call[:2] for call in people.calls].count(("POST", "/session")) == 2


def test_the_cast_is_found_by_role_region_and_chief(people):
    cast = Cast(ADDRESS)
    assert cast.named("prefecture").username == "prefecture"
    assert cast.named("prefecture") is cast.named("prefecture")
    assert cast.role("county", "149902000000").username == "county-149902"
    assert cast.role("guard", "149901100000").username == "guard-149901"
    assert cast.role("county", "150000000000").username == "prefecture", "nobody there: the prefecture's own office"
    assert cast.chief("ch-beiguan").username == "chief-ch-beiguan"
    assert cast.chief("nobody") is None
    with pytest.raises(UnknownName, match="prefecture"):
        cast.named("prefectur")
    cast.close()
