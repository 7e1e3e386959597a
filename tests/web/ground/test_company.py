"""Company: only what both have said and a photograph of both shows takes a track out of what is compared."""

import json
from datetime import timedelta

import pytest

from riverchief.web.ground import company, pieces
from riverchief.web.ground.models import Patrol
from web.ground.phone.handset import Handset
from web.ground.phone.test_apply import PATROLS, photo, photograph

COUNTY = "149901000000"


@pytest.fixture
def zheng(person, clock):
    return Handset(person("chief", chief="ch-beiguan", username="zheng"), clock)


@pytest.fixture
def wang(person, clock):
    return Handset(person("chief", chief="ch-shiqiao", username="wang"), clock, "device-2")


@pytest.fixture
def he(person, clock):
    return Handset(person("guard", chief="gu-beiguan", username="he"), clock, "device-3")


def walk(phone, companions=None, start=None, picture=None):
    """Half an hour along the bank from now on, handed in; the patrol's id. The clock stays where it is."""
    text, key = phone.start(**({"companions": start} if start else {}))
    sent = [text, phone.track(key, phone.walk())]
    if picture is not None:
        phone.file(picture)
        sent.append(photo_of_both(phone, key, picture))
    sent.append(phone.finish(key, **({} if companions is None else {"companions": companions})))
    assert set(phone.states(*sent)) == {"stored"}
    return key


def photo_of_both(phone, key, picture, after_s=600):
    text, _ = photo(phone, key, picture)
    record = json.loads(text)
    record["body"] |= {"about": "company", "at": (phone.clock.now() + timedelta(seconds=after_s)).isoformat()}
    return json.dumps(record)


def together(key):
    """What is said about the two phones beside each other, in English; None where nothing is."""
    reasons = Patrol.objects.get(pk=key).authenticity["reasons"]
    return next((one["en"] for one in reasons if one["kind"] == "together"), None)


def shown(phone, key):
    return phone.client.get(f"{PATROLS}/{key}").json()


def test_two_phones_side_by_side_are_asked_whichever_ends_first(zheng, wang):
    first, second = walk(zheng), walk(wang)
    assert "each names the other" in together(first), "the one that ended first is looked at again"
    assert "each names the other" in together(second)
    assert [line["why"] for line in Patrol.objects.get(pk=first).again] == ["company"]


def test_naming_each_other_with_a_photograph_of_both_is_company(zheng, wang):
    first = walk(zheng, ["wang"], picture=photograph(1))
    assert shown(zheng, first)["company"] == [
        {
            "username": "wang",
            "code": "ch-shiqiao",
            "name_zh": "王河清（演示）",
            "name_en": "Wang Heqing (demo)",
            "role": "chief",
            "missing": "track",
            "patrol": None,
        }
    ]
    second = walk(wang, ["zheng"])
    assert (together(first), together(second)) == (None, None)
    assert [(one["missing"], one["patrol"]) for one in shown(wang, second)["company"]] == [("", first)]
    assert wang.client.get(f"{PATROLS}/{first}").status_code == 404, "company sees no more of each other than a name"


def test_one_side_alone_is_not_believed_and_is_told_what_is_missing(zheng, wang):
    first, second = walk(zheng, ["wang"], picture=photograph(1)), walk(wang)
    assert "wang has yet to confirm it" in together(first)
    assert "zheng says that you walked together" in together(second)


def test_both_without_a_photograph_are_still_asked(zheng, wang):
    first, second = walk(zheng, ["wang"]), walk(wang, ["zheng"])
    assert "a photograph of both taken on the way is missing" in together(first)
    assert "a photograph of both taken on the way is missing" in together(second)


def test_a_photograph_of_another_time_is_none_of_the_two(zheng, wang):
    first, second = walk(zheng, ["wang"]), walk(wang, ["zheng"])
    zheng.file(photograph(1))
    assert zheng.states(photo_of_both(zheng, first, photograph(1), after_s=1800 + 901)) == ["stored"]
    assert together(second) is not None
    zheng.file(photograph(2))
    assert zheng.states(photo_of_both(zheng, first, photograph(2), after_s=1800 + 899)) == ["stored"]
    assert (together(first), together(second)) == (None, None), "one that comes late clears both"
    assert pieces.first_broken(Patrol.objects.get(pk=first)) is None


def test_a_tap_afterwards_confirms(zheng, wang):
    first, second = walk(zheng, start=["wang"], picture=photograph(1)), walk(wang)
    day = wang.client.get("/api/v1/ground/day").json()
    assert [(one["patrol"], one["username"]) for one in day["company"]] == [(second, "zheng")]
    text, _ = wang.record("patrol-company", {"patrol": second, "companions": ["zheng"]})
    assert wang.states(text) == ["stored"]
    assert (together(first), together(second)) == (None, None)
    assert wang.client.get("/api/v1/ground/day").json()["company"] == []
    assert wang.states(text) == ["stored"]
    assert len(Patrol.objects.get(pk=second).companions) == 1


def test_nobody_confirms_for_another_one(zheng, wang):
    first, second = walk(zheng, ["wang"], picture=photograph(1)), walk(wang)
    [answer] = zheng.answers(zheng.record("patrol-company", {"patrol": second, "companions": ["zheng"]})[0])
    assert answer["state"] in ("held", "refused")
    assert together(first) is not None


def test_whoever_was_named_at_the_start_and_not_at_the_end_did_not_come(zheng, wang):
    first = walk(zheng, [], start=["wang"])
    assert Patrol.objects.get(pk=first).companions == []
    second = walk(zheng, None, start=["wang"])
    assert company.said(Patrol.objects.get(pk=second)) == ["wang"], "phones of before say nothing at the end"


def test_three_need_one_photograph(zheng, wang, he):
    one = walk(zheng, ["wang", "he"])
    two = walk(wang, ["zheng", "he"], picture=photograph(1))
    three = walk(he, ["zheng", "wang"])
    assert [together(key) for key in (one, two, three)] == [None, None, None]


def test_a_third_phone_is_not_covered_by_the_company_of_two(zheng, wang, he):
    one = walk(zheng, ["wang"], picture=photograph(1))
    walk(wang, ["zheng"])
    walk(he)
    assert "he was within" in together(one)


def test_only_those_of_the_county_and_above_are_named(person, zheng, clock):
    person("chief", chief="ch-liuwan", username="feng")  # of the other county
    person("chief", chief="ch-city", username="zhao")
    person("county", region=COUNTY, username="li")
    person("county", region="149902000000", username="sun")
    person("citizen", username="anybody")
    day = zheng.client.get("/api/v1/ground/day").json()
    assert {one["username"] for one in day["people"]} == {"zhao", "li"}
    key = walk(zheng, ["feng", "zhao", "nobody"])
    assert company.said(Patrol.objects.get(pk=key)) == ["zhao"], "the end is kept, whoever was named"
    [answer] = zheng.answers(zheng.record("patrol-company", {"patrol": key, "companions": ["feng"]})[0])
    assert (answer["state"], "choose somebody of the list" in answer["sentence"]) == ("refused", True)


def test_the_own_stretchs_chiefs_stand_first(person, zheng):
    for chief in ("ch-shiqiao", "ch-beiguan-town", "ch-shangchuan"):
        person("chief", chief=chief, username=chief)
    order = [one["username"] for one in zheng.client.get("/api/v1/ground/day").json()["people"]]
    assert set(order[:2]) == {"ch-beiguan-town", "ch-shangchuan"}
