"""Signing in and out over HTTP."""

from django.test import Client

from riverchief.web.accounts.models import AuditEntry, User


def test_sign_in_needs_the_token_and_the_right_password(platform):
    User.objects.create_user("zhao", password="a long enough one", role="county", region="149901000000")
    client = Client(enforce_csrf_checks=True)
    token = client.get("/api/v1/session").json()["csrf"]
    given = {"username": "zhao", "password": "a long enough one"}
    refused = client.post("/api/v1/session", given, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "rule.not_allowed")
    wrong = client.post(
        "/api/v1/session", given | {"password": "x"}, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert wrong.status_code == 403
    assert "password is wrong" in wrong.json()["sentence"]
    token = client.get("/api/v1/session").json()["csrf"]
    right = client.post("/api/v1/session", given, content_type="application/json", headers={"X-CSRFToken": token})
    assert right.json()["user"]["role"] == "county"
    token = client.get("/api/v1/session").json()["csrf"]
    assert client.delete("/api/v1/session", headers={"X-CSRFToken": token}).status_code == 200
    assert client.get("/api/v1/session").json()["user"] is None
    assert list(AuditEntry.objects.values_list("what", flat=True)) == ["sign-in", "sign-out"]


def test_strangers_are_answered_with_a_sentence(platform):
    answer = Client().get("/api/v1/today")
    assert answer.status_code == 401
    assert answer.json() == {"code": "session.none", "sentence": "Nobody is signed in. Sign in first.", "data": {}}


def test_eight_wrong_passwords_lock_the_name(platform):
    User.objects.create_user("qian", password="a long enough one")
    client = Client()
    for _ in range(8):
        client.post("/api/v1/session", {"username": "qian", "password": "x"}, content_type="application/json")
    locked = client.post(
        "/api/v1/session", {"username": "qian", "password": "a long enough one"}, content_type="application/json"
    )
    assert locked.status_code in (403, 429)
    assert client.get("/api/v1/session").json()["user"] is None


def test_demo_users_are_told_only_by_the_demo(platform):
    (platform / "demo-users.json").write_text('[{"username": "demo"}]', encoding="utf-8")
    assert Client().get("/api/v1/session/demo-users").json()["items"] == []
