"""The API as it describes itself, asked by somebody signed in: no answer is our fault, each is what it says it is."""

import json

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance

from riverchief.web.api import api

SCHEMA = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))
ROUTES = sorted(path for path, methods in SCHEMA["paths"].items() if "get" in methods)
CHECKS = [not_a_server_error, content_type_conformance]
bounded = settings(
    max_examples=10,
    phases=[Phase.explicit, Phase.generate],
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="session")
def described(site):
    """The schema, with the address of the running platform."""
    loaded = schemathesis.openapi.from_dict(SCHEMA)
    loaded.config.update(base_url=site.base)
    return loaded


@pytest.fixture(scope="session")
def known(office, alert, case):
    """A record that exists for every route that asks for one."""
    mission = alert["mission"]["id"]
    section = alert["alert"]["section"]
    return {
        "/cloud/sections/": section,
        "/cloud/readings/": alert["readings"][0]["reading_id"],
        "/cloud/alerts/": alert["alert"]["id"],
        "/sky/missions/": mission,
        "/ground/cases/": case["id"],
        "/govern/scores/": office.get("/govern/scores")["items"][0]["id"],
        "/loop/explain/": case["id"],
    }


def ask(person, case):
    """One question; what comes back is an answer, also to nonsense."""
    cookies = {c["name"]: c["value"] for c in person.cookies}
    answer = case.call(cookies=cookies, timeout=20)
    case.validate_response(answer, checks=CHECKS)
    if answer.status_code >= 400:
        assert set(answer.json()) == {"code", "sentence", "data"}, answer.text
        assert answer.json()["sentence"]
    return answer


@pytest.mark.parametrize("path", ROUTES)
def test_whatever_is_asked_the_answer_is_an_answer(path, described, office):
    @bounded
    @given(case=described[path]["GET"].as_strategy())
    def check(case):
        assert ask(office, case).status_code < 500

    check()


@pytest.mark.parametrize("path", [path for path in ROUTES if "{" in path])
def test_a_record_that_exists_is_answered_whatever_else_is_asked(path, described, office, known):
    """The same with a true id in the path, so that questions reach the code behind it."""
    key = next((key for prefix, key in known.items() if prefix in path), None)
    if key is None:
        assert any(part in path for part in ("/photos/", "/evidence/", "/patrols/")), path
        return

    @bounded
    @given(case=described[path]["GET"].as_strategy())
    def check(case):
        case.path_parameters = dict.fromkeys(case.path_parameters or {}, key)
        assert ask(office, case).status_code in (200, 400, 404, 422)

    check()


def test_every_route_is_described():
    for path, methods in SCHEMA["paths"].items():
        for method, told in methods.items():
            assert told.get("summary"), f"{method} {path}"
            assert told.get("description"), f"{method} {path}"
