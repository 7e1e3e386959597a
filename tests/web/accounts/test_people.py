"""Accounts from one workbook: hundreds at once, no password, every doubtful row named."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from riverchief.web import context
from riverchief.web.accounts import people
from riverchief.web.accounts.models import AuditEntry, User

COUNTY, OTHER, CITY = "149902000000", "149901000000", "149900000000"
HEAD = ["姓名", "手机号 phone", "role", "行政区", "chief", "username"]
API = "/api/v1/basin"


def workbook(*rows) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "账号"
    sheet.append(HEAD)
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def office(person):
    return person("county", region=COUNTY, username="office")


def told(content, user):
    return people.read(content, user, context.basin().basin)


def test_an_account_is_made_from_its_number_and_has_no_password(office):
    content = workbook(["陈南岸", 13800138000, "chief", "149902100202", "ch-nanan", ""])
    found = told(content, office.user)
    assert found.faults == []
    assert people.enter(found.wanted, office.user) == 1
    made = User.objects.get(chief="ch-nanan")
    assert (made.username, made.phone, made.region) == ("13800138000", "+8613800138000", "149902100202")
    assert not made.has_usable_password()
    assert (told(content, office.user).wanted, told(content, office.user).same) == ([], 1)


def test_hundreds_of_chiefs_come_in_one_file(office):
    rows = [[f"巡河员{i}", f"138{i:08d}", "guard", "149902100", "", f"guard-{i}"] for i in range(400)]
    answer = office.post(f"{API}/workbook", {"file": SimpleUploadedFile("a.xlsx", workbook(*rows)), "confirm": True})
    assert (answer.status_code, answer.json()["made"], answer.json()["draft"]) == (200, 400, None)
    assert User.objects.filter(role="guard").count() == 400
    assert AuditEntry.objects.filter(what="enter-accounts").count() == 1


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (["甲", "1380013800", "chief", "149902", "ch-nanan", ""], "bad_phone", "phone"),
        (["甲", "13800138001", "chief", "149902", "ch-nobody", ""], "unknown_chief", "chief"),
        (["甲", "13800138001", "chief", "149909", "ch-nanan", ""], "unknown_region", "region"),
        (["甲", "13800138001", "guard", "149901", "", ""], "foreign_region", "region"),
        (["甲", "13800138001", "system", "149902", "", ""], "role_not_given", "role"),
        (["甲", "13800138001", "mayor", "149902", "", ""], "bad_value", "role"),
        (["甲", "13800138001", "chief", "149902", "", ""], "missing_value", "chief"),
        (["", "13800138001", "guard", "149902", "", ""], "missing_value", "name"),
        (["甲", "13900139000", "guard", "149902", "", "somebody"], "phone_taken", "phone"),
        (["甲", "13800138001", "guard", "149902", "", "office"], "account_not_yours", "username"),
        (["甲", "13900139009", "guard", "149902", "", "elsewhere"], "account_not_yours", "username"),
        (["甲", "13900139009", "guard", "149902", "", "nowhere"], "account_not_yours", "username"),
        (["甲", "13900139009", "guard", "149902", "", "colleague"], "account_not_yours", "username"),
        (["甲", "13900139009", "guard", "149902", "", "staff"], "account_not_yours", "username"),
        (["甲", "13800138001", "guard", "149902", "ch-beiguan", ""], "foreign_chief", "chief"),
        (["甲", "13800138001", "guard", "149902", "", "ch-beiguan"], "bad_value", "username"),
        (["甲", "13800138001", "guard", "149902", "", "a,b"], "bad_value", "username"),
        (["甲" * 81, "13800138001", "guard", "149902", "", ""], "bad_value", "name"),
        (["甲", "13800138001", "chief", "149902", "ch-shiqiao", ""], "foreign_chief", "chief"),
    ],
)
def test_a_doubtful_row_is_named_by_row_and_column(office, row, code, column):
    User.objects.create(username="taken", role="guard", region=COUNTY, phone="+8613900139000")
    User.objects.create(username="elsewhere", role="guard", region=OTHER)
    User.objects.create(username="nowhere", role="chief", chief="ch-beiguan")
    User.objects.create(username="colleague", role="county", region=COUNTY)
    User.objects.create(username="staff", role="guard", region=COUNTY, is_staff=True)
    found = told(workbook(["好", "13700137000", "guard", "149902", "", ""], row), office.user)
    assert [(f.line, f.code, f.column) for f in found.faults] == [(3, code, column)]


def test_the_same_number_or_chief_twice_in_a_file_names_both_lines(office):
    found = told(
        workbook(
            ["甲", "138 0013 8000", "guard", "149902", "", "a"],
            ["乙", "+8613800138000", "guard", "149902", "", "b"],
        ),
        office.user,
    )
    assert [(f.line, f.code, f.sentence) for f in found.faults] == [
        (3, "duplicate_code", "phone '+8613800138000' already stands on line 2.")
    ]


def test_one_number_is_one_account_even_when_two_files_race(office):
    from django.db import IntegrityError, transaction

    User.objects.create(username="a", phone="+8613800138000")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="b", phone="+8613800138000")
    User.objects.create(username="c", phone="")
    User.objects.create(username="d", phone="")


def test_who_is_no_office_makes_no_accounts(person):
    chief = person("chief", chief="ch-nanan")
    answer = chief.post(f"{API}/workbook", {"file": SimpleUploadedFile("a.xlsx", workbook())})
    assert answer.status_code == 403
