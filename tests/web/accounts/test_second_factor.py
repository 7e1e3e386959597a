"""A password alone does not open an account that has a second factor."""

import hmac
import struct
import time
from base64 import b32decode

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.test import Client

from riverchief.web.accounts.models import User

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "a long enough one"


def code_now():
    """Six digits by RFC 6238 (SHA-1, 30 s), worked out here."""
    digest = hmac.digest(b32decode(SECRET), struct.pack(">Q", int(time.time()) // 30), "sha1")
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def sign_in(client, **more):
    given = {"username": "zhao", "password": PASSWORD, **more}
    return client.post("/api/v1/session", given, content_type="application/json")


@pytest.fixture
def zhao(platform):
    cache.clear()
    user = User.objects.create_user("zhao", password=PASSWORD, role="county", region="149901000000")
    TOTP.activate(user, SECRET)
    return user


def who(client):
    return client.get("/api/v1/session").json()["user"]


def test_the_code_is_asked_for_and_opens_once(zhao, monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 1_790_000_010.0)  # the code of 30 s does not change meanwhile
    client, other = Client(), Client()
    asked = sign_in(client)
    assert (asked.status_code, asked.json()["code"]) == (403, "rule.second_factor")
    assert who(client) is None
    assert sign_in(client, code=code_now()).json()["user"]["username"] == "zhao"
    assert sign_in(other, code=code_now()).json()["code"] == "rule.second_factor"
    assert who(other) is None


def test_a_recovery_code_opens_once(zhao):
    code = RecoveryCodes.activate(zhao).generate_codes()[3]
    client, other = Client(), Client()
    assert sign_in(client, code=code).json()["user"]["username"] == "zhao"
    assert sign_in(other, code=code).status_code == 403


def test_a_wrong_password_does_not_tell_of_the_second_factor(zhao):
    answer = sign_in(Client(), password="x", code=code_now())
    assert answer.json()["code"] == "rule.not_allowed"


def test_eight_wrong_codes_lock_the_name(zhao):
    client = Client()
    for _ in range(8):
        sign_in(client, code="000000x")
    locked = sign_in(client, code=code_now())
    assert (locked.status_code, who(client)) == (429, None)


def test_who_has_none_is_asked_for_none(platform):
    User.objects.create_user("zhao", password=PASSWORD)
    assert sign_in(Client()).json()["user"]["username"] == "zhao"


def test_the_admins_own_form_is_no_way_round_it(zhao):
    answer = Client().get("/admin/login/?next=/admin/")
    assert (answer.status_code, answer["Location"]) == (302, "/signin?next=%2Fadmin%2F")
    assert Client().post("/admin/login/", {"username": "zhao", "password": PASSWORD}).status_code == 302
