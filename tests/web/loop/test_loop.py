"""The loop on the mini basin, link by link, from stored readings to a score; every result opens down to its readings."""

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from riverchief.base.readings import Flag, SeriesKey
from riverchief.base.time import from_epoch, to_epoch
from riverchief.base.units import PROPERTIES
from riverchief.store import Row
from riverchief.web import context
from riverchief.web.cloud.models import Alert, Verdict
from riverchief.web.govern.models import Score, Trace
from riverchief.web.ground.models import Case
from riverchief.web.loop import tail, worker
from riverchief.web.loop.models import Event, Failure, Provenance
from riverchief.web.sky.models import Mission
from web.pictures import picture

USUAL = {"ph": 7.8, "do": 8.5, "water_temperature": 12.0, "ec": 900.0, "codmn": 4.0, "nh3n": 0.5, "tp": 0.12}
FOUR_H = 4 * 3600


class River:
    """Writes what two stations would send: a habit with noise, and a wave on top of it where one is given."""

    def __init__(self, clock, seed=1):
        self.clock = clock
        self.rng = np.random.default_rng(seed)
        self.stations = [s for s in context.basin().basin.stations if s.kind == "water_quality"]

    def send(self, time_s, wave=None, broken=None):
        rows = []
        for station in self.stations:
            for code, usual in USUAL.items():
                excess = (wave or {}).get(station.code, {}).get(code, 0.0)
                noise = 0.005 if code in ("ph", "do", "ec", "water_temperature") else 0.03
                value = (usual + excess) * (1 + noise * self.rng.standard_normal())
                if broken == (station.code, code):
                    value = usual
                key = SeriesKey(station.code, code)
                number = context.store().observations.series_id(key, unit=PROPERTIES[code].unit, interval_s=FOUR_H)
                rows.append(Row(number, time_s, round(value, PROPERTIES[code].decimals), Flag.OK, None))
        context.store().observations.write(rows, known_at=from_epoch(time_s), who="test")

    def history(self, days=25):
        end_s = to_epoch(self.clock.now())
        for time_s in range(end_s - days * 86_400, end_s + 1, FOUR_H):
            self.send(time_s)
        tail.position_of(tail.TAIL)
        tail.advance(tail.TAIL, context.store().observations.last_arrival())

    def pass_by(self, n, wave=None, broken=None):
        for _ in range(n):
            self.clock.advance(FOUR_H)
            self.send(to_epoch(self.clock.now()), wave, broken)
            while worker.step():
                pass


@pytest.fixture
def river(platform, clock, monkeypatch):
    # a busy machine fits fewer events into a turn, and then traces an alert once before and once after the next report
    monkeypatch.setattr(worker, "TURN_S", 60.0)
    found = River(clock)
    found.history()
    return found


def upper(river):
    network = context.basin().basin.network
    return min(river.stations, key=lambda s: (network.index(s.place.reach), s.place.chainage_m)).code


def test_a_quiet_river_raises_nothing(river):
    river.pass_by(18)
    assert Alert.objects.count() == 0
    assert Failure.objects.count() == 0
    assert Verdict.objects.count() >= 18


def test_a_wave_becomes_an_alert_a_trace_a_flight_and_one_case_for_the_chief_of_the_stretch(river, clock):
    wave = {upper(river): {"nh3n": 1.5, "codmn": 6.0, "ec": 200.0}}
    river.pass_by(1, wave)
    alert = Alert.objects.get()
    assert (alert.kind, alert.state, alert.station) == ("pollution", "open", upper(river))
    assert (clock.now() - alert.at).total_seconds() == 0
    trace = Trace.objects.get()
    assert sum(c["probability"] for c in trace.candidates) == pytest.approx(1, abs=0.002)
    assert set(trace.beside) == {"places", "second", "second_places", "alike", "samples"}
    assert trace.beside["places"]
    assert all(trace.at.isoformat() < one["at"] for one in trace.beside["samples"])
    mission = Mission.objects.get()
    case = Case.objects.get()
    assert case.state == "dispatched"
    assert case.chief
    assert case.due_at > clock.now()
    parents = set(Provenance.objects.filter(child=case.pk).values_list("parent", flat=True))
    assert trace.pk in parents
    assert Provenance.objects.filter(child=mission.pk, parent=trace.pk, role="cause").exists()
    river.pass_by(2, wave)
    assert Alert.objects.count() == 1, "one incident, one alert"
    assert Case.objects.count() == 1
    assert Trace.objects.count() >= 2
    assert Failure.objects.count() == 0


def test_a_sensor_that_stands_still_is_an_instruments_alert_and_never_a_case(river):
    station = upper(river)
    river.pass_by(12, broken=(station, "tp"))
    kinds = set(Alert.objects.values_list("kind", "property"))
    assert kinds == {("instrument", "tp")}
    assert Case.objects.count() == 0
    assert Mission.objects.count() == 0


def test_handling_an_event_twice_changes_nothing(river):
    river.pass_by(1, {upper(river): {"nh3n": 1.5, "codmn": 6.0}})
    before = {m: m.objects.count() for m in (Alert, Trace, Mission, Case, Verdict, Event)}
    from riverchief.web.loop.links import LINKS
    from riverchief.web.loop.models import LinkCursor

    LinkCursor.objects.exclude(link=tail.TAIL).update(position=0)
    for link in LINKS:
        if link.on in ("reading", "trace"):
            while worker.run_link(link):
                pass
    after = {m: m.objects.count() for m in before}
    assert after == before


def test_a_failing_event_is_tried_three_times_and_holds_nobody_back(river, monkeypatch):
    from riverchief.web.loop import links

    seen = []

    def bad(event):
        seen.append(event.id)
        if event.subject == upper(river):
            raise ValueError("broken on purpose")

    monkeypatch.setattr(worker, "LINKS", (links.Link("bad", "reading", bad),))
    monkeypatch.setattr(worker, "SCHEDULES", ())
    river.pass_by(1)
    for _ in range(4):
        worker.retry_failures()
    failure = Failure.objects.get()
    assert failure.attempts == worker.TRIES
    assert "broken on purpose" in failure.error
    assert Event.objects.filter(kind="reading").count() == 2
    assert tail.position_of("bad") == Event.objects.order_by("-id").first().id


def test_a_schedule_that_waits_for_others_holds_no_transaction(platform, monkeypatch):
    from django.db import connection

    from riverchief.web.loop import links

    depth = len(connection.savepoint_ids)  # the test itself is one transaction
    held = {}
    schedules = tuple(
        links.Periodic(name, 300, lambda name=name: held.update({name: len(connection.savepoint_ids) > depth}), apart)
        for name, apart in (("writes", False), ("waits", True))
    )
    monkeypatch.setattr(worker, "SCHEDULES", schedules)
    worker.run_schedules()
    assert held == {"writes": True}
    worker.run_schedules(apart=True)
    worker.run_schedules(apart=True)
    assert held == {"writes": True, "waits": False}
    assert {periodic.name for periodic in links.SCHEDULES if periodic.apart} == {"fetch-stills"}


def test_a_failing_schedule_holds_nobody_back_and_runs_again(platform, clock, monkeypatch):
    from riverchief.web.loop import links

    runs = []

    def bad():
        runs.append("bad")
        raise ValueError("broken on purpose")

    schedules = (links.Periodic("bad", 86_400, bad), links.Periodic("good", 86_400, lambda: runs.append("good")))
    monkeypatch.setattr(worker, "SCHEDULES", schedules)
    worker.run_schedules()
    worker.run_schedules()
    assert runs == ["bad", "good"]
    clock.advance(901)
    worker.run_schedules()
    assert runs == ["bad", "good", "bad"]


def test_the_chief_of_a_case_sees_the_alert_it_came_from(river, person):
    chiefs = {c.code: person("chief", chief=c.code) for c in context.basin().basin.chiefs if c.level == "village"}
    river.pass_by(1, {upper(river): {"nh3n": 1.5, "codmn": 6.0}})
    case = Case.objects.get()
    assert chiefs[case.chief].get(f"/api/v1/cloud/alerts/{case.alert}").status_code == 200
    first = chiefs[case.chief].get("/api/v1/today").json()["items"][0]
    assert (first["id"], first["action_key"]) == (case.pk, "handle")
    others = [client for code, client in chiefs.items() if code != case.chief]
    assert {client.get(f"/api/v1/ground/cases/{case.pk}").status_code for client in others} == {404}


def test_the_loop_closes(river, person, clock):
    station = upper(river)
    wave = {station: {"nh3n": 1.5, "codmn": 6.0, "ec": 200.0}}
    river.pass_by(2, wave)
    case = Case.objects.get()
    mission = Mission.objects.get()
    office = person("prefecture", region="149900000000")
    points = [
        f["geometry"]["coordinates"] for f in mission.plan["geojson"]["features"] if f["properties"]["kind"] == "photo"
    ]
    photo = SimpleUploadedFile("1.jpg", picture(*points[len(points) // 2]), "image/jpeg")
    sent = office.post(f"/api/v1/sky/missions/{mission.pk}/photos", {"files": [photo]}).json()["items"][0]
    mark = {"u": 264, "v": 198, "kind": "plume"}
    finding = office.post(f"/api/v1/sky/photos/{sent['id']}/findings", mark, content_type="application/json").json()
    joined = office.post(f"/api/v1/sky/findings/{finding['id']}/case").json()
    assert joined["id"] == case.pk, "the finding joins the case of its incident"
    chief = person("chief", chief=case.chief)
    patrol = chief.post("/api/v1/ground/patrols", {"case": case.pk}, content_type="application/json").json()
    now = clock.now().timestamp()
    track = [[now + 20 * i, case.lon + 0.0002 * i, case.lat, 5.0] for i in range(80)]
    chief.post(f"/api/v1/ground/patrols/{patrol['id']}/track", {"points": track}, content_type="application/json")
    chief.post(f"/api/v1/ground/patrols/{patrol['id']}/finish")
    chief.post(
        f"/api/v1/ground/cases/{case.pk}/notes",
        {"text": "valve closed", "patrol": patrol["id"]},
        content_type="application/json",
    )

    def act(client, action, **more):
        answer = client.post(
            f"/api/v1/ground/cases/{case.pk}/actions", {"action": action, **more}, content_type="application/json"
        )
        assert answer.status_code == 200, answer.json()

    act(chief, "handle", note="valve closed")
    act(office, "verify", note="photographs agree")
    act(office, "close", note="done")
    river.pass_by(3)
    case.refresh_from_db()
    assert case.confirmed_at is not None, "three readings in a row kept the limit"
    score = Score.objects.get()
    steps = office.get(f"/api/v1/loop/steps?case={case.pk}").json()["items"]
    by_id = {s["id"]: s for s in steps}
    met, waiting = set(), [score.pk]
    while waiting:
        step = by_id[waiting.pop()]
        if step["id"] not in met:
            met.add(step["id"])
            waiting += [p for p in step["parents"] if p in by_id]
    kinds = {by_id[key]["step"] for key in met}
    assert kinds >= {
        "reading",
        "verdict",
        "alert",
        "trace",
        "mission",
        "finding",
        "case",
        "patrol",
        "evidence",
        "closure",
        "score",
    }
    assert Failure.objects.count() == 0


def test_one_reading_above_within_the_watch_reopens_and_is_named(river, person, clock):
    wave = {upper(river): {"nh3n": 1.5, "codmn": 6.0}}
    river.pass_by(1, wave)
    case = Case.objects.get()
    chief, office = person("chief", chief=case.chief), person("prefecture", region="149900000000")
    chief.post(f"/api/v1/ground/cases/{case.pk}/notes", {"text": "seen"}, content_type="application/json")
    for client, action in ((chief, "handle"), (office, "verify"), (office, "close")):
        client.post(
            f"/api/v1/ground/cases/{case.pk}/actions", {"action": action, "note": "x"}, content_type="application/json"
        )
    case.refresh_from_db()
    assert case.state == "closed"
    river.pass_by(1, wave)
    case.refresh_from_db()
    assert case.state == "reopened"
    closure = case.closures.get(outcome="reopened")
    assert closure.why["readings"]
    assert "above the limit" in closure.why["sentence"]


def test_warming_up_leaves_nothing_behind(river):
    from riverchief.web.govern import traces

    before = (Trace.objects.count(), Event.objects.count(), Alert.objects.count())
    traces.warm_up()
    assert (Trace.objects.count(), Event.objects.count(), Alert.objects.count()) == before
