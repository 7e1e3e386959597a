"""From a report without an account to a rated answer, over HTTP."""

import io

import pytest
from django.test import Client
from PIL import Image

from riverchief.base.errors import TooMany
from riverchief.ground.citizens import rules
from riverchief.sky import media
from riverchief.web import context
from riverchief.web.accounts.models import AuditEntry
from riverchief.web.ground.models import Case, Evidence
from riverchief.web.public import senders
from riverchief.web.public.models import CitizenReport, Sender, Spent
from web.public.citizens import PLACE, SIGN, photo_file, private_photo, segments, send, solved

COUNTY = "149901000000"
JSON = {"content_type": "application/json"}


def act(client, key, action, **more):
    return client.post(f"/api/v1/ground/cases/{key}/actions", {"action": action, **more}, **JSON)


def decide(client, key, action, **more):
    return client.post(f"/api/v1/ground/citizens/{key}/actions", {"action": action, **more}, **JSON)


def only_report():
    return CitizenReport.objects.get()


@pytest.fixture
def closed(person):
    """A citizen's report that has become a case, was handled and closed; office, chief, receipt, case."""
    receipt = send(files=[photo_file()]).json()["receipt"]
    office, chief = person("county", region=COUNTY), person("chief", chief="ch-beiguan")
    key = decide(office, only_report().pk, "accept").json()["case"]
    act(office, key, "dispatch")
    chief.post(f"/api/v1/ground/cases/{key}/evidence", {"files": [photo_file(name="after.jpg")]})
    act(chief, key, "handle", note="已清走，联系人13812345678")
    act(office, key, "verify", note="seen")
    act(office, key, "close")
    return office, chief, receipt, key


def test_a_report_becomes_a_case_is_answered_rated_and_taken_up_again(closed, clock):
    office, _, receipt, key = closed
    citizen = Client()
    page = citizen.get(f"/api/v1/public/receipts/{receipt}").json()
    assert [one["step"] for one in page["steps"]] == ["waiting", "accepted", "working", "checking", "done"]
    assert page["answer"] == "已清走，联系人***"
    assert [one["level"] for one in page["responsible"]][-1] == "village"
    assert (page["can_rate"], page["can_reopen"], page["photos"]) == (True, True, [])
    rated = citizen.post(
        f"/api/v1/public/receipts/{receipt}/rating", {"stars": 2, "words": "还有"}, **JSON, **solved(citizen, "rating")
    )
    assert rated.json()["stars"] == 2
    said = office.get(f"/api/v1/ground/cases/{key}/citizens").json()["items"][0]
    assert (said["stars"], said["stars_words"]) == (2, "还有")
    empty = citizen.post(
        f"/api/v1/public/receipts/{receipt}/reopening", {"words": " "}, **JSON, **solved(citizen, "reopening")
    )
    assert empty.status_code == 400
    again = citizen.post(
        f"/api/v1/public/receipts/{receipt}/reopening", {"words": "又堆了"}, **JSON, **solved(citizen, "reopening")
    )
    assert again.json()["step"] == "again"
    assert Case.objects.get(pk=key).state == "reopened"
    assert act(office, key, "dispatch").json()["state"] == "dispatched"
    assert {"citizen-accept", "rate-case", "case-reopen"} <= set(AuditEntry.objects.values_list("what", flat=True))


def test_after_the_days_of_the_rule_a_case_stays_closed(closed, clock):
    _, _, receipt, _ = closed
    citizen = Client()
    clock.advance(rules().reopening_days.amount * 86_400 + 1)
    assert citizen.get(f"/api/v1/public/receipts/{receipt}").json()["can_reopen"] is False
    late = citizen.post(
        f"/api/v1/public/receipts/{receipt}/reopening", {"words": "x"}, **JSON, **solved(citizen, "reopening")
    )
    assert (late.status_code, "15 days" in late.json()["sentence"]) == (409, True)


def test_nobody_verifies_their_own_work_on_a_citizens_case_either(person):
    send()
    office, chief = person("county", region=COUNTY), person("chief", chief="ch-beiguan")
    key = decide(office, only_report().pk, "accept").json()["case"]
    act(office, key, "dispatch")
    chief.post(f"/api/v1/ground/cases/{key}/notes", {"text": "done"}, **JSON)
    act(chief, key, "handle", note="done")
    assert act(chief, key, "verify", note="fine").status_code == 403
    assert Case.objects.get(pk=key).reporter == "citizen-report"


def test_the_public_copy_says_nothing_of_who_when_and_where(closed):
    """Read byte by byte: only the segments that a picture needs, none of the private words, upright."""
    office, _, receipt, key = closed
    original = private_photo()
    assert any(b"SecretPhone" in body for _, body in segments(original)), "the test's own photograph is private"
    before = Evidence.objects.filter(case=key, kind="photo").first()
    assert context.store().files.read(before.sha256) == original, "the original is kept as it came"
    office.post(f"/api/v1/ground/evidence/{before.pk}/release", {"side": "before"}, **JSON)
    shown = Client().get(f"/api/v1/public/receipts/{receipt}").json()["photos"]
    assert [one["side"] for one in shown] == ["before"]
    public = Client().get(shown[0]["url"]).content
    needed = {0xE0, 0xDB, 0xC0, 0xC4}  # JFIF head, quantisation, frame, Huffman tables
    assert {marker for marker, _ in segments(public)} <= needed
    for private in (b"Secret", b"Exif", b"xmp", b"2026:11:20", b"private words"):
        assert private not in public
    assert public.endswith(b"\xff\xd9")
    assert public.count(b"\xff\xd8\xff") == 1, "no preview inside or behind"
    upright = Image.open(io.BytesIO(public))
    assert upright.size == (480, 640)
    assert upright.getpixel((400, 50))[0] > 150, "the red corner stands at the top right"
    office.post(f"/api/v1/ground/evidence/{before.pk}/release", {"side": ""}, **JSON)
    assert Client().get(shown[0]["url"]).status_code == 404


def test_without_a_solved_puzzle_nothing_is_taken_and_one_serves_once(platform):
    client = Client()
    plain = client.post("/api/v1/public/reports", {"kind": "rubbish", "words": "x", **PLACE})
    assert plain.status_code in (401, 403)
    headers = solved(client)
    assert (
        client.post("/api/v1/public/reports", {"kind": "rubbish", "words": "x", **PLACE}, **headers).status_code == 200
    )
    again = client.post("/api/v1/public/reports", {"kind": "rubbish", "words": "y", **PLACE}, **headers)
    assert (again.status_code, again.json()["data"]["part"]) == (403, "puzzle")
    assert CitizenReport.objects.count() == 1


def test_what_is_not_taken_is_not_kept(platform, monkeypatch):
    """One solved puzzle, sent again and again with other photographs, neither fills the disk nor is decoded."""
    client, kept, looked = Client(), [], []
    files = context.store().files
    put, place_photo = files.put, media.place_photo
    monkeypatch.setattr(type(files), "put", lambda self, data: kept.append(1) or put(data))
    monkeypatch.setattr(media, "place_photo", lambda data: looked.append(1) or place_photo(data))
    headers = solved(client)

    def again(**given):
        return client.post("/api/v1/public/reports", {"kind": "rubbish", **PLACE, "files": [photo_file()]}, **headers)

    assert again().status_code == 200
    assert (len(kept), len(looked)) == (1, 1)
    assert again().status_code == 403
    assert (len(kept), len(looked)) == (1, 1)
    for _ in range(rules().limits.per_address - 1):
        send(client, address="127.0.0.1")
    assert send(client, address="127.0.0.1", files=[photo_file()]).status_code == 429
    assert len(kept) == 1


def test_a_flood_of_addresses_does_not_wash_a_count_away(platform, rf, monkeypatch):
    from django.core.cache import cache

    cache.clear()

    def ask(address, most=3):
        senders.asked(rf.get("/", REMOTE_ADDR=address), "test", most)

    for _ in range(3):
        ask("10.0.0.1")
    for k in range(2_000):
        ask(f"10.1.{k // 250}.{k % 250}")
    with pytest.raises(TooMany):
        ask("10.0.0.1")


def test_who_is_no_office_reads_no_telephone_numbers_of_citizens(person):
    send(words="有人倒垃圾，电话13812345678")
    office, guard = person("county", region=COUNTY), person("guard", region=COUNTY)
    key = only_report().pk
    assert "13812345678" in office.get(f"/api/v1/ground/citizens/{key}").json()["words"]
    for path in (f"/api/v1/ground/citizens/{key}", "/api/v1/ground/citizens"):
        assert "13812345678" not in str(guard.get(path).json())
    case = decide(office, key, "accept").json()["case"]
    for path in (f"/api/v1/ground/cases/{case}", f"/api/v1/ground/cases/{case}/citizens"):
        assert "13812345678" not in str(guard.get(path).json())
        assert "有人倒垃圾" in str(guard.get(path).json())


def test_the_public_sees_nothing_of_what_has_become_confidential(closed):
    office, _, receipt, key = closed
    before = Evidence.objects.filter(case=key, kind="photo").first()
    office.post(f"/api/v1/ground/evidence/{before.pk}/release", {"side": "before"}, **JSON)
    shown = Client().get(f"/api/v1/public/receipts/{receipt}").json()
    assert (shown["answer"], len(shown["photos"])) == ("已清走，联系人***", 1)
    Case.objects.filter(pk=key).update(confidential=True)
    hidden = Client().get(f"/api/v1/public/receipts/{receipt}").json()
    assert (hidden["answer"], hidden["photos"], hidden["step"]) == ("", [], "done")
    assert Client().get(shown["photos"][0]["url"]).status_code == 404


def test_counts_at_signs_are_of_reports_that_one_may_see(person):
    send(sign=SIGN)
    own, stranger = person("county", region=COUNTY), person("county", region="149902000000")
    counts = [
        {s["code"]: s["n_reports"] for s in client.get("/api/v1/basin/signs").json()["items"]}[SIGN]
        for client in (own, stranger)
    ]
    assert counts == [1, 0]


def test_the_list_of_decided_reports_asks_once_for_its_senders(person, django_assert_max_num_queries):
    office = person("county", region=COUNTY)
    for k in range(12):
        send(address=f"10.0.1.{k}", words=f"{'一二三四五六七八九十甲乙'[k]}处的垃圾")
    for report in CitizenReport.objects.all():
        decide(office, report.pk, "reject", reason="重复")
    with django_assert_max_num_queries(14):
        assert office.get("/api/v1/ground/citizens?state=rejected").json()["total"] == 12


def test_an_address_waits_after_six_and_another_does_not(platform, clock):
    for k in range(rules().limits.per_address):
        assert send(words=f"第{'一二三四五六'[k]}处垃圾").status_code == 200
    more = send()
    assert (more.status_code, more.json()["code"]) == (429, "rule.too_many")
    assert more.json()["data"]["wait_s"] > 3_000
    assert send(address="10.0.0.2").status_code == 200
    assert send(address="2001:db8::1").status_code == 200
    clock.advance(3_601)
    assert send().status_code == 200
    assert Sender.objects.count() == 3
    assert not Sender.objects.filter(pk__contains="10.0").exists(), "addresses are kept as keyed hashes"


def test_at_a_crowded_sign_everybody_has_one(platform, monkeypatch):
    from dataclasses import replace

    limits = replace(rules().limits, per_sign=2)
    monkeypatch.setattr("riverchief.web.public.taking.rules", lambda: replace(rules(), limits=limits))
    assert send(sign=SIGN, address="10.0.0.1").status_code == 200
    assert send(sign=SIGN, address="10.0.0.1").status_code == 200
    assert send(sign=SIGN, address="10.0.0.1").status_code == 429
    assert send(sign=SIGN, address="10.0.0.9").status_code == 200
    assert send(sign=SIGN, address="10.0.0.9").status_code == 429


def test_what_was_marked_as_spam_holds_its_address_and_can_be_taken_back(person):
    office = person("county", region=COUNTY)
    send(address="10.0.0.7")
    spam = only_report()
    assert decide(office, spam.pk, "spam").json()["state"] == "spam"
    send(address="10.0.0.8", words="真的问题在这里")
    assert send(address="10.0.0.7").status_code == 429, "one within the window"
    Sender.objects.update(window_count=0)
    assert send(address="10.0.0.7", words="又来一条消息").status_code == 200
    found = office.get("/api/v1/ground/citizens").json()["items"]
    assert [one["held"] for one in found] == [False, True]
    assert decide(office, spam.pk, "restore").json()["state"] == "waiting"
    assert not Sender.objects.filter(held_until__isnull=False).exists()


def test_who_is_no_office_decides_nothing_and_the_other_county_sees_nothing(person):
    send()
    key = only_report().pk
    assert decide(person("guard", region=COUNTY), key, "accept").status_code == 403
    stranger = person("county", region="149902000000")
    assert stranger.get("/api/v1/ground/citizens").json()["total"] == 0
    assert decide(stranger, key, "accept").status_code == 404
    assert person("citizen").get(f"/api/v1/ground/citizens/{key}").status_code == 404
    assert Client().get("/api/v1/ground/citizens").status_code == 401


def test_a_refusal_is_read_by_the_citizen_and_a_merged_report_follows_its_case(person):
    office = person("county", region=COUNTY)
    first, second, third = (send(words=w).json()["receipt"] for w in ("第一处垃圾堆", "第二处污水口", "第三处采沙坑"))
    by = {r.receipt: r.pk for r in CitizenReport.objects.all()}
    assert decide(office, by[third], "reject").status_code == 400
    decide(office, by[third], "reject", reason="不在河道范围，已转住建 13812345678")
    told = Client().get(f"/api/v1/public/receipts/{third}").json()
    assert (told["step"], told["reason"]) == ("refused", "不在河道范围，已转住建 ***")
    case = Case.objects.get(pk=decide(office, by[first], "accept").json()["case"])
    assert decide(office, by[second], "merge", into="2026-99999").status_code == 404
    assert decide(office, by[second], "merge", into=case.number).json()["state"] == "merged"
    told = Client().get(f"/api/v1/public/receipts/{second}").json()
    assert (told["joined"], told["case"], told["step"]) == (True, case.number, "accepted")
    assert decide(office, by[second], "accept").status_code == 409


def test_what_cannot_be_taken_is_answered(platform):
    for given, part in (
        ({"kind": "x"}, None),
        ({"words": "", "files": []}, "words"),
        ({"words": "x" * 501}, "words"),
        ({"lon": None, "lat": None}, "place"),
        ({"lon": 100.0, "lat": 30.0}, None),
        ({"files": [photo_file(b"no photo")]}, "photos"),
        ({"files": [photo_file(private_photo()[:3_000])]}, "photos"),
        ({"files": [photo_file() for _ in range(4)]}, "photos"),
    ):
        answer = send(address=f"10.1.0.{len(str(given))}", **given)
        assert answer.status_code == 400, given
        assert answer.json()["data"].get("part") == part, answer.json()
    assert send(sign="none").status_code == 404
    assert CitizenReport.objects.count() == 0


def test_a_wrong_receipt_says_so(platform):
    client = Client()
    assert client.get("/api/v1/public/receipts/123").status_code == 400
    assert client.get("/api/v1/public/receipts/0000 0000 0000").status_code == 404


def test_too_many_questions_are_answered_with_wait(platform):
    client = Client()
    codes = [
        client.get("/api/v1/public/receipts/0000 0000 0000", REMOTE_ADDR="10.9.9.9").status_code for _ in range(61)
    ]
    assert set(codes[:60]) == {404}
    assert codes[60] == 429


def test_the_survey_takes_one_answer_of_a_device_and_month(person, clock):
    client, device = Client(), "d" * 32
    good = {"device": device, "answers": {"water": 4, "bank": 5, "overall": 4}}
    ask = lambda body, device_: client.post(  # noqa: E731
        f"/api/v1/public/signs/{SIGN}/survey", {**body, "device": device_}, **JSON, **solved(client, "survey")
    )
    assert ask(good, device).status_code == 200
    assert ask(good, device).status_code == 409
    assert ask({"answers": {"water": 4}}, "e" * 32).status_code == 400
    office = person("prefecture", region="149900000000")
    found = office.get("/api/v1/ground/satisfaction").json()
    assert (found["all"]["n"], found["all"]["enough"], found["all"]["shares"]["overall"]["share"]) == (1, False, None)
    from riverchief.web.public.models import SurveyAnswer

    one = SurveyAnswer.objects.get()
    for k in range(29):
        SurveyAnswer.objects.create(
            id=f"answer-{k}", region=one.region, reach=one.reach, sign=one.sign, month=one.month, device=f"{k}",
            sender="s", answers={"water": 2, "bank": 3, "overall": 4 if k < 23 else 2}, at=one.at,
        )  # fmt: skip
    found = office.get("/api/v1/ground/satisfaction").json()
    overall = found["sign"][0]["shares"]["overall"]
    assert (found["sign"][0]["code"], overall["n"], overall["share"]) == (SIGN, 30, 0.8)
    assert (overall["low"], overall["high"]) == pytest.approx((0.627, 0.905), abs=1e-3)  # Wilson for 24 of 30
    assert found["county"][0]["code"].startswith("149901")
    clock.advance(86_400 * 40)
    assert ask(good, device).status_code == 200


def test_sheets_can_take_the_survey_once_enough_have_answered(platform, clock):
    from riverchief.base.spans import month_of
    from riverchief.base.time import local_day
    from riverchief.web.govern import collectors
    from riverchief.web.public.models import SurveyAnswer

    facts = lambda: collectors.Facts(month_of(local_day(clock.now())), clock.now())  # noqa: E731
    assert collectors.collect("survey.satisfied", facts(), "1499").value is None
    for k in range(30):
        SurveyAnswer.objects.create(
            id=f"answer-{k}", region=COUNTY, sign=SIGN, month="2026-11", device=f"{k}", sender="s",
            answers={"overall": 5 if k < 20 else 1}, at=clock.now(),
        )  # fmt: skip
    assert collectors.collect("survey.asked", facts(), "149901").value == 30
    assert collectors.collect("survey.satisfied", facts(), "1499").value == 20
    assert collectors.collect("survey.satisfied", facts(), "149902").value is None


def test_a_signs_page_names_chiefs_and_nobody_else(person, clock):
    guard = person("guard", region=COUNTY)
    sign = Client().get(f"/api/v1/public/signs/{SIGN}").json()
    given = {"lon": sign["lon"], "lat": sign["lat"], "note": "张三13812345678倒垃圾", "severity": 1}
    guard.post("/api/v1/ground/cases", given, **JSON)
    answer = Client().get(f"/api/v1/public/signs/{SIGN}")
    page = answer.json()
    assert {one["level"] for one in page["responsible"]} >= {"city", "county"}
    assert [one["source"] for one in page["nearby"]] == ["walker"]
    for private in ("张三", "138", guard.user.username):
        assert private not in answer.content.decode()
    assert page["class"] is None, "classes are public only where the installation says so"
    assert Client().get("/api/v1/public/signs/none").status_code == 404
    near = Client().get(f"/api/v1/public/signs?lon={sign['lon']}&lat={sign['lat']}").json()
    assert (near["items"][0]["code"], near["total"]) == (SIGN, 3)


def test_old_puzzles_and_addresses_are_forgotten(platform, clock):
    from riverchief.web.public import senders

    send()
    clock.advance(31 * 60)
    senders.forget()
    assert (Spent.objects.count(), Sender.objects.count()) == (0, 1)
    clock.advance(91 * 86_400)
    senders.forget()
    assert Sender.objects.count() == 0
    assert CitizenReport.objects.get().sender is None
