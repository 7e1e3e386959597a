"""The queue: told once, not at night, tried again, over the next channel, and nothing silently dropped."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.web.accounts.models import Preferences, User
from riverchief.web.ground.models import Case
from riverchief.web.loop.events import emit
from riverchief.web.loop.models import Event
from riverchief.web.messages import courier, notices, outbox, robots, rules, texts
from riverchief.web.messages.models import FAILED, QUEUED, READ, SENT, Message, RobotPost
from web.gateway_double import serving

COUNTY = "149901000000"


class Site:
    """A provider of WeCom and a gateway for text messages in one, whose answers a test changes."""

    def __init__(self):
        self.wecom = {"errcode": 0, "msgid": "w"}
        self.sms = {"code": 0}
        self.robot = {"errcode": 0}

    def __call__(self, asked):
        if asked.path == "/cgi-bin/gettoken":
            return {"errcode": 0, "access_token": "t", "expires_in": 7200}
        return {"/cgi-bin/message/send": self.wecom, "/sms": self.sms, "/robot": self.robot}[asked.path]


@pytest.fixture
def provider():
    return Site()


@pytest.fixture
def gateway(platform, settings, provider, clock):
    clock.advance(12 * 3600)  # noon in China: nobody is left alone
    with serving(provider) as found:
        values = {
            **settings.CONFIG.values,
            "sms": {"url": f"{found.url}/sms", "success": r'"code":\s*0'},
            "channels": {"wecom": {"corpid": "ww", "agentid": 1, "secret": "s", "host": found.url}},
            "robots": [{"name": "county", "kind": "wecom", "url": f"{found.url}/robot?key=k", "regions": [COUNTY]}],
        }
        settings.CONFIG = replace(settings.CONFIG, values=values)
        yield found


@pytest.fixture
def walker(platform):
    user = User.objects.create_user("walker", role="guard", region=COUNTY, phone="13800138000")
    Preferences.objects.create(user=user, addresses={"wecom": "wang"})
    return user


def tell(user, n=1, **more):
    return outbox.tell(user, "patrol-due", {"required": 4, "done": 1}, dedupe=f"d{n}", **more)


def test_what_is_told_goes_out_over_the_first_channel_and_stands_under_the_bell(walker, gateway, client):
    tell(walker)
    assert courier.send_due() == 1
    assert courier.send_due() == 0
    message = Message.objects.get()
    assert (message.state, message.channel, message.reference) == (SENT, "wecom", "w")
    assert "应巡 4 次，已巡 1 次" in gateway.asked[-1].body["text"]["content"]
    client.force_login(walker)
    told = client.get("/api/v1/messages").json()
    assert (told["unread"], told["items"][0]["text"]["en"][:15]) == (1, "Patrol reminder")
    assert client.post("/api/v1/messages/read", {}, content_type="application/json").json() == {"unread": 0}
    assert Message.objects.get().state == READ


def test_the_same_thing_is_told_once(walker, gateway):
    assert tell(walker) is not None
    assert tell(walker) is None
    assert Message.objects.count() == 1


def test_words_are_in_the_receivers_language(walker, gateway):
    Preferences.objects.update(language="en")
    tell(walker)
    courier.send_due()
    assert gateway.asked[-1].body["text"]["content"].startswith("Patrol reminder: 4 due")


def test_a_channel_that_fails_for_now_is_tried_again_and_then_the_next_one_takes_it(walker, gateway, provider, clock):
    provider.wecom = {"errcode": 45009, "errmsg": "busy"}
    tell(walker)
    for wait_s in (0, *rules.retry_after_s()):
        clock.advance(wait_s)
        assert courier.send_due() == 1
        assert courier.send_due() in (0, 1)
    courier.send_due()
    message = Message.objects.get()
    assert (message.state, message.channel, message.given_up) == (SENT, "sms", ["wecom"])
    assert len(gateway.of("/cgi-bin/message/send")) == 4
    assert [(a["channel"], a["ok"]) for a in message.attempts] == [("wecom", False)] * 4 + [("sms", True)]


def test_a_channel_that_refuses_for_good_gives_way_at_once(walker, gateway, provider):
    provider.wecom = {"errcode": 81013, "errmsg": "user not in range"}
    tell(walker)
    courier.send_due()
    courier.send_due()
    assert Message.objects.get().channel == "sms"
    assert len(gateway.of("/cgi-bin/message/send")) == 1


def test_where_all_fail_the_office_sees_why_and_sends_once_more(walker, gateway, provider, person):
    provider.wecom, provider.sms = {"errcode": 81013}, (400, "blocked")
    tell(walker)
    while courier.send_due():
        pass
    office = person("county", region=COUNTY)
    told = office.get("/api/v1/messages/deliveries?state=failed").json()
    assert told["states"]["failed"] == 1
    failed = told["items"][0]
    assert "blocked" in failed["why"]
    assert [a["channel"] for a in failed["attempts"]] == ["wecom", "sms"]
    assert person("county", region="149902000000").get("/api/v1/messages/deliveries").json()["total"] == 0
    assert person("guard", region=COUNTY).get("/api/v1/messages/deliveries").status_code == 403
    provider.sms = {"code": 0}
    assert office.post(f"/api/v1/messages/deliveries/{failed['id']}/again").json()["state"] == QUEUED
    while courier.send_due():
        pass
    assert Message.objects.get().state == SENT
    assert office.post(f"/api/v1/messages/deliveries/{failed['id']}/again").status_code == 409


def test_a_courier_that_was_killed_while_sending_sends_again(walker, gateway, clock, monkeypatch):
    tell(walker)
    with monkeypatch.context() as killed:
        killed.setattr(courier, "deliver", lambda message: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            courier.send_due()
    assert courier.send_due() == 0, "it may be on its way"
    clock.advance(121)
    assert courier.send_due() == 1


def test_who_has_no_channel_has_the_bell(platform, client):
    user = User.objects.create_user("plain", role="guard", region=COUNTY)
    assert tell(user).state == "delivered"
    client.force_login(user)
    assert client.get("/api/v1/messages").json()["unread"] == 1


def test_what_was_read_under_the_bell_is_not_sent_any_more(walker, gateway, client):
    tell(walker)
    client.force_login(walker)
    client.post("/api/v1/messages/read", {}, content_type="application/json")
    assert courier.send_due() == 0


def test_what_is_read_under_the_bell_while_it_is_sent_stays_read(walker, gateway, client, monkeypatch):
    tell(walker)
    client.force_login(walker)
    sent = courier.letter_of

    def meanwhile(message):
        client.post("/api/v1/messages/read", {}, content_type="application/json")
        return sent(message)

    monkeypatch.setattr(courier, "letter_of", meanwhile)
    courier.send_due()
    message = Message.objects.get()
    assert (message.state, message.read_at is None, message.channel) == (READ, False, "wecom")


def test_a_channel_that_breaks_gives_way_to_the_next_and_holds_no_other_message_back(
    walker, gateway, clock, monkeypatch
):
    from riverchief.web.messages.channels.wecom import WeCom

    def broken(self, address, letter):
        raise KeyError("msgid")

    monkeypatch.setattr(WeCom, "send", broken)
    tell(walker, 1)
    tell(walker, 2)
    assert courier.send_due() == 2
    for wait_s in rules.retry_after_s():
        clock.advance(wait_s)
        courier.send_due()
    courier.send_due()
    assert {(m.state, m.channel) for m in Message.objects.all()} == {(SENT, "sms")}
    assert "wecom failed: KeyError" in Message.objects.first().attempts[0]["why"]


def test_what_is_confidential_is_told_to_nobody_who_may_not_see_it(person, gateway, clock):
    police, chief = person("police", region=COUNTY), person("chief", chief="ch-beiguan")
    office, above = person("county", region=COUNTY), person("prefecture", region="149900000000")
    report = {"lon": 112.2284, "lat": 37.2482, "note": "who poured it in", "severity": 2}
    key = police.post("/api/v1/ground/cases", report, content_type="application/json").json()["id"]
    Case.objects.filter(pk=key).update(confidential=True)
    emit("case-overdue", key, clock.now(), key=f"{key}:3", step=3, letter="chief_order")
    for event in Event.objects.order_by("id"):
        notices.on_event(event)
    assert {m.to.username for m in Message.objects.all()} == {above.user.username}
    assert not RobotPost.objects.exists()
    outbox.tell(police.user, "case-dispatched", {"note": "who poured it in"}, subject=key, dedupe="x")
    seen = office.get("/api/v1/messages/deliveries").json()["items"]
    assert [(one["to"]["username"], one["text"]) for one in seen] == [(police.user.username, None)]
    assert all(one["text"] for one in above.get("/api/v1/messages/deliveries").json()["items"])
    assert chief.get("/api/v1/messages").json()["total"] == 0


def test_at_night_only_the_gravest_goes(walker, gateway, clock):
    clock.at = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)  # 23:30 in China
    tell(walker, 1, severity=2)
    tell(walker, 2, severity=3)
    assert courier.send_due() == 1
    assert Message.objects.get(state=QUEUED).due_at == datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
    clock.advance(7.5 * 3600)
    assert courier.send_due() == 1


def test_own_hours_go_before_everybodys(walker, gateway, clock):
    Preferences.objects.update(quiet_from=time(12, 0), quiet_to=time(14, 0))
    clock.at = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)  # 13:00
    tell(walker)
    assert Message.objects.get().due_at == datetime(2026, 11, 21, 6, 0, tzinfo=UTC)


times = st.times().map(lambda t: t.replace(microsecond=0))


@given(times, times, st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)))
def test_a_message_put_off_is_due_outside_of_the_quiet_hours_and_within_a_day(start, end, at):
    at = at.replace(tzinfo=UTC)
    quiet = rules.Quiet(start, end, 3)
    due = quiet.until(at, 1)
    assert timedelta(0) <= due - at <= timedelta(days=1)
    assert quiet.until(due, 1) == due
    assert quiet.until(at, 3) == at


def test_a_case_tells_its_chief_and_the_group_once_however_often_the_event_comes(person, gateway, clock):
    chief = person("chief", chief="ch-beiguan")
    office = person("county", region=COUNTY)
    guard = person("guard", region=COUNTY)
    report = {"lon": 112.2284, "lat": 37.2482, "note": "rubbish on the bank", "severity": 2}
    key = guard.post("/api/v1/ground/cases", report, content_type="application/json").json()["id"]
    for action in ("accept", "dispatch"):
        office.post(f"/api/v1/ground/cases/{key}/actions", {"action": action}, content_type="application/json")
    for _ in range(2):
        for event in Event.objects.order_by("id"):
            notices.on_event(event)
    told = {(m.to.username, m.key) for m in Message.objects.all()}
    assert told == {(office.user.username, "case-reported"), (chief.user.username, "case-dispatched")}
    assert Message.objects.count() == 2
    said = chief.get("/api/v1/messages").json()["items"][0]
    assert "rubbish on the bank" in said["text"]["zh"]
    assert said["subject"] == key
    assert RobotPost.objects.count() == 1
    assert robots.Speaker().speak() == 1
    assert gateway.of("/robot")[0].query == {"key": "k"}
    assert "派单" in gateway.of("/robot")[0].body["text"]["content"]


def test_many_lines_are_few_posts_and_each_is_said_once(gateway, clock):
    for i in range(60):
        RobotPost.objects.create(
            robot="county", text=f"[{i}] " + "河" * 30, made_at=clock.now(), due_at=clock.now(), dedupe_key=str(i)
        )
    now_s = [0.0]
    speaker = robots.Speaker(monotonic=lambda: now_s[0])
    posts_at = []
    while RobotPost.objects.filter(state=QUEUED).exists():
        if speaker.speak():
            posts_at.append(now_s[0])
        now_s[0] += 0.5
    assert all(sum(t <= one < t + 60 for one in posts_at) < 20 for t in posts_at)
    said = [line for one in gateway.of("/robot") for line in one.body["text"]["content"].split("\n")]
    assert [line.split("]")[0] for line in said] == [f"[{i}" for i in range(60)]
    assert len(posts_at) < 6


def test_a_robot_that_refuses_is_tried_again_and_then_says_why(gateway, provider, clock):
    provider.robot = {"errcode": 45009, "errmsg": "limit"}
    RobotPost.objects.create(robot="county", text="x", made_at=clock.now(), due_at=clock.now(), dedupe_key="x")
    for wait_s in (0, *rules.retry_after_s()):
        clock.advance(wait_s)
        robots.Speaker().speak()
    line = RobotPost.objects.get()
    assert (line.state, line.tries) == (FAILED, 4)
    assert "20 posts in a minute" in line.why


def test_chiefs_who_walked_too_little_are_reminded_once_in_a_period(person, gateway, clock):
    clock.at = datetime(2026, 11, 28, 4, tzinfo=UTC)
    person("chief", chief="ch-beiguan")
    for _ in range(2):
        notices.remind_patrols()
    due = Event.objects.filter(kind="patrol-due")
    assert due.count() == 1
    assert due.get().data["done"] == 0
    notices.on_event(due.get())
    assert Message.objects.get().key == "patrol-due"


def test_every_row_of_the_table_has_its_receivers_facts_and_texts():
    for row in rules.table():
        assert row.on in notices.FACTS
        assert set(row.to) <= set(notices.RECEIVERS), row
        for key in filter(None, (row.text, row.robots)):
            assert {"zh", "en"} <= set(rules.texts()[key]), key


def test_an_event_whose_record_is_gone_tells_nobody(platform, clock):
    emit("case", "case-gone", clock.now())
    notices.on_event(Event.objects.get())
    assert Message.objects.count() == 0


def test_a_text_that_is_not_known_is_its_key():
    assert texts.words("no-such", {}, "zh") == "no-such"
    assert texts.words("title.nowhere", {}, "en") == "title.nowhere"


def test_what_was_told_more_than_a_year_ago_goes_and_what_failed_stays_for_the_office(walker, gateway, provider, clock):
    tell(walker, 1)
    courier.send_due()
    tell(walker, 2)
    Message.objects.filter(dedupe_key="d2").update(state=FAILED)
    tell(walker, 3)
    clock.advance(399 * 86_400)
    outbox.forget_old()
    assert Message.objects.count() == 3
    clock.advance(2 * 86_400)
    tell(walker, 4)
    outbox.forget_old()
    assert set(Message.objects.values_list("dedupe_key", flat=True)) == {"d2", "d3", "d4"}, "d3 still waits to be sent"
