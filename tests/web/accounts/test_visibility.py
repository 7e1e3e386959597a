"""The one visibility function, walked over all models and roles."""

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser

from riverchief.web.accounts.models import Role, User
from riverchief.web.accounts.visibility import visible
from riverchief.web.ground.models import Case

OURS = [
    m
    for m in apps.get_models()
    if m.__module__.startswith("riverchief.web") and not m.__name__.startswith("Historical")
]


def make_case(key: str, region: str, clock, **more) -> Case:
    return Case.objects.create(
        id=f"case-{key}", number=key, region=region, title_key="case.title.walker", source="walker",
        opened_at=clock.now(), reporter="nobody", reach="qx2", chainage_m=1000.0, **more,
    )  # fmt: skip


@pytest.mark.parametrize("model", OURS, ids=lambda m: m.__name__)
def test_every_model_names_its_rule_and_a_stranger_sees_nothing(platform, model):
    assert visible(AnonymousUser(), model).count() == 0
    for role in Role.values:
        seen = visible(User(username="x", role=role), model)
        assert seen.model is model
        assert seen.count() <= model._default_manager.count()


@pytest.mark.parametrize("model", OURS, ids=lambda m: m.__name__)
def test_auditors_and_the_system_see_everything(platform, model):
    for role in (Role.SYSTEM, Role.AUDITOR):
        assert visible(User(username="x", role=role), model).count() == model._default_manager.count()


def test_a_county_sees_its_own_cases_joint_ones_and_not_its_neighbours(platform, clock):
    make_case("A1", "149901000000", clock)
    make_case("B1", "149902100000", clock)
    make_case("B2", "149902000000", clock, joint_regions=",149901000000,")
    county = User(username="a", role=Role.COUNTY, region="149901000000")
    assert set(visible(county, Case).values_list("number", flat=True)) == {"A1", "B2"}
    prefecture = User(username="p", role=Role.PREFECTURE, region="149900000000")
    assert visible(prefecture, Case).count() == 3


def test_a_chief_sees_the_own_stretch_and_what_was_assigned(platform, clock):
    make_case("OWN", "149909000000", clock)  # qx2 at 1000 m belongs to ch-shiqiao
    chief = User(username="c", role=Role.CHIEF, chief="ch-shiqiao")
    other = User(username="d", role=Role.CHIEF, chief="ch-nanan")
    assert visible(chief, Case).count() == 1
    assert visible(other, Case).count() == 0
    case = Case.objects.get(number="OWN")
    case.assign("d")
    case.save(update_fields=["assignees"])
    assert visible(other, Case).count() == 1
    case.assignees = ","
    case.save()
    assert visible(other, Case).count() == 0


def test_what_is_confidential_stays_with_its_people_and_those_above(platform, clock):
    make_case("S1", "149901000000", clock, confidential=True, assignees=",guard,")
    for role, name, seen in (
        (Role.COUNTY, "a", 0), (Role.DEPARTMENT, "b", 0), (Role.GUARD, "guard", 1), (Role.PREFECTURE, "p", 1),
        (Role.POLICE, "q", 1), (Role.CITIZEN, "z", 0),
    ):  # fmt: skip
        user = User(username=name, role=role, region="149901000000" if role != Role.PREFECTURE else "149900000000")
        assert visible(user, Case).count() == seen, role


def test_an_inactive_person_sees_nothing(platform, clock):
    make_case("A1", "149901000000", clock)
    assert visible(User(username="s", role=Role.SYSTEM, is_active=False), Case).count() == 0
