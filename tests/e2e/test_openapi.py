"""The API as it describes itself, asked by somebody signed in: no answer is our fault, each is what it says it is."""

import json
import re
import time

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance

from riverchief.web.api import api

SCHEMA = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))
ROUTES = sorted(path for path, methods in SCHEMA["paths"].items() if "get" in methods)
NONE_IN_THE_STORY = {
    "photos",
    "evidence",
    "patrols",
    "frozen",
    "citizens",
    "receipts",
    "requests",
    "pieces",
    "changes",
    "hand-overs",
    "layers",
    "stills",
    "rules",
    "handoffs",
    "meetings",
    "notices",
    "plot-checks",
}
COUNTIES = ("149901000000", "149902000000")
REPORT_WITHIN_S = 120.0
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
def report(office):
    """A report that was made."""
    asked = office.post("/govern/reports", {"kind": "daily", "period": "2026-11-17", "formats": ["xlsx"]})
    give_up_at = time.monotonic() + REPORT_WITHIN_S
    while True:
        found = office.get(f"/govern/reports/{asked['id']}")
        if found["state"] == "done":
            return found
        assert time.monotonic() < give_up_at, found
        time.sleep(0.5)


@pytest.fixture(scope="session")
def known(office, alert, case, report, letter):
    """Something that exists, by the segment of a path after which its key or name stands."""
    reports = office.get("/govern/projects/prj-1")["reports"]
    return {
        "sections": alert["alert"]["section"],
        "signs": office.get("/basin/signs")["items"][0]["code"],
        "readings": alert["readings"][0]["reading_id"],
        "alerts": alert["alert"]["id"],
        "dischargers": office.get("/cloud/dischargers")["items"][0]["code"],
        "missions": alert["mission"]["id"],
        "cases": case["id"],
        "letters": letter["id"],
        "explain": case["id"],
        "scores": office.get("/govern/scores")["items"][0]["id"],
        "sheets": office.get("/govern/sheets")["items"][0]["code"],
        "targets": office.get("/govern/targets")["items"][0]["id"],
        "reports": report["id"],
        "files": report["files"][0]["name"],
        "people": office.get("/session/people")["items"][0]["username"],
        "exports": office.get("/govern/reports")["exports"][0]["code"],
        "tables": "chiefs",
        "duty": "2026",
        "chiefs": office.get("/basin/chiefs")["items"][0]["code"],
        "projects": "prj-1",
        "progress": reports[0]["id"],
        "project-photos": reports[0]["photos"][0]["id"],
        "plots": office.get("/govern/projects/prj-2")["plots"][0]["id"],
        "rivers": office.get("/basin/rivers")["items"][0]["code"],
        "cameras": office.get("/basin/cameras")["items"][0]["code"],
        "rules": office.post("/ground/rules", {"text": office.get("/ground/rule-presets")["items"][0]["text"]})["id"],
    }


@pytest.fixture(scope="session")
def stranger(site, case):
    """The office of a county that has no part in the case."""
    part = {case["region"], *case["joint_regions"]}
    return site.person(next(f"county-{code[:6]}" for code in COUNTIES if code not in part))


@pytest.fixture(scope="session")
def not_theirs(case, letter, stranger):
    """What the office of the other county must find nowhere."""
    return [case["id"], case["number"], letter["id"]]


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
    """The same with true keys in the path, so that questions reach the code behind it."""
    asked_for = dict(re.findall(r"/([^/{}]+)/{([^}]+)}", path))
    unknown = set(asked_for) - set(known)
    if unknown:
        assert unknown <= NONE_IN_THE_STORY, path
        return
    keys = {parameter: known[segment] for segment, parameter in asked_for.items()}

    @bounded
    @given(case=described[path]["GET"].as_strategy())
    def check(case):
        case.path_parameters = keys
        assert ask(office, case).status_code in (200, 400, 404, 422, 429)

    check()


@pytest.mark.parametrize("path", ROUTES)
def test_the_other_county_finds_nothing_of_the_case(path, described, stranger, known, not_theirs):
    """Whatever its office asks, also with true keys in the path."""
    asked_for = dict(re.findall(r"/([^/{}]+)/{([^}]+)}", path))
    keys = {parameter: known[segment] for segment, parameter in asked_for.items() if segment in known}

    @bounded
    @given(case=described[path]["GET"].as_strategy())
    def check(case):
        if keys and keys.keys() == set(asked_for.values()):
            case.path_parameters = keys
        answer = ask(stranger, case)
        told = answer.text if "json" in answer.headers.get("content-type", "") else ""
        if answer.status_code == 200:
            assert not [key for key in not_theirs if key in told], f"{path}: {told[:400]}"

    check()


def test_every_route_is_described():
    for path, methods in SCHEMA["paths"].items():
        for method, told in methods.items():
            assert told.get("summary"), f"{method} {path}"
            assert told.get("description"), f"{method} {path}"
