"""An outfall's monitor over its permit, on the mini basin: one alert with its clause, closed when it is over."""

import pytest

from riverchief.base.readings import Flag, SeriesKey
from riverchief.base.time import from_epoch, to_epoch
from riverchief.base.units import PROPERTIES
from riverchief.store import Row
from riverchief.web import context
from riverchief.web.basin.models import PermitLimit
from riverchief.web.cloud.models import Alert
from riverchief.web.govern.models import Trace
from riverchief.web.ground.models import Case
from riverchief.web.loop import tail, worker
from riverchief.web.loop.models import Event, Failure, Provenance

STATION, WORKS = "out-mon-shangchuan", "works-shangchuan"
TWO_H = 7200


class Outfall:
    """Sends what the monitor would, every two hours of the story's clock."""

    def __init__(self, clock):
        self.clock = clock

    def send(self, values, flag=Flag.OK, known=None):
        self.clock.advance(TWO_H)
        self.write(to_epoch(self.clock.now()), values, flag)
        self.work()

    def write(self, time_s, values, flag=Flag.OK):
        rows = []
        for code, value in {"flow": 0.25, **values}.items():
            key = SeriesKey(STATION, code)
            number = context.store().observations.series_id(key, unit=PROPERTIES[code].unit, interval_s=TWO_H)
            rows.append(Row(number, time_s, value, flag, None))
        context.store().observations.write(rows, known_at=from_epoch(time_s), who="test")

    def work(self):
        while worker.step():
            pass


@pytest.fixture
def outfall(platform, clock):
    tail.position_of(tail.TAIL)
    tail.advance(tail.TAIL, context.store().observations.last_arrival())
    return Outfall(clock)


def test_an_hour_over_the_permit_raises_one_alert_with_the_clause(outfall, clock):
    outfall.send({"cod": 45.0, "nh3n": 2.0})
    assert Alert.objects.count() == 0
    outfall.send({"cod": 78.0, "nh3n": 2.0})
    alert = Alert.objects.get()
    assert (alert.kind, alert.station, alert.property, alert.value, alert.limit) == (
        "discharge",
        STATION,
        "cod",
        78,
        60,
    )
    assert (alert.state, alert.severity, alert.reach) == ("open", 1, "qx1")
    assert alert.at == clock.now()
    permit = PermitLimit.objects.get(facility=WORKS, property="cod", period="hour")
    assert alert.why["clause_zh"] == permit.clause_zh
    assert permit.clause_en in alert.why["en"]
    assert permit.clause_zh in alert.why["zh"]
    assert alert.why["document"] == permit.document
    assert alert.why["confirmed"] is False
    assert alert.why["multiple"] == pytest.approx(0.3)
    assert alert.why["facility"] == WORKS
    reading = Provenance.objects.get(child=alert.pk, role="cause").parent
    assert context.store().observations.reading(reading).value == 78
    outfall.send({"cod": 95.0})
    assert Alert.objects.get().value == 95
    assert Alert.objects.get().severity == 2  # 0.58 times over
    assert Failure.objects.count() == 0


def test_it_is_neither_traced_nor_made_a_case_by_itself(outfall):
    outfall.send({"cod": 90.0})
    assert Event.objects.filter(kind="alert").count() == 1
    assert (Trace.objects.count(), Case.objects.count()) == (0, 0)


def test_it_closes_after_two_hours_back_and_not_in_the_band_between(outfall):
    for value in (78.0, 58.0, 50.0, 59.0, 50.0):
        outfall.send({"cod": value})
        assert Alert.objects.get().state == "open", value
    outfall.send({"cod": 50.0})
    assert Alert.objects.get().state == "closed"
    outfall.send({"cod": 80.0})
    assert Alert.objects.count() == 2


@pytest.mark.parametrize("flag", [Flag.MAINTENANCE, Flag.CALIBRATING, Flag.STOPPED, Flag.FAULT, Flag.SUSPECT])
def test_an_exempt_hour_is_not_judged(outfall, flag):
    outfall.send({"cod": 500.0}, flag)
    assert Alert.objects.count() == 0


def test_the_day_is_judged_when_it_is_over_by_its_weighted_mean(outfall, clock):
    for _ in range(11):
        outfall.send({"cod": 58.0})  # under the hour's 60, over the day's 55
        assert Alert.objects.count() == 0
    outfall.send({"cod": 58.0})  # 00:00 closes the day
    alert = Alert.objects.get()
    assert (alert.why["period"], alert.value, alert.limit) == ("day", 58, 55)
    assert "日均值" in alert.why["zh"]
    assert alert.readings.count() == 12


def test_a_day_with_too_few_values_is_not_judged(outfall):
    for i in range(12):
        outfall.send({"cod": 58.0} if i % 2 else {})
    assert Alert.objects.count() == 0


def test_handling_the_event_twice_changes_nothing(outfall):
    from riverchief.web.cloud import outfall_watch

    outfall.send({"cod": 90.0})
    before = (Alert.objects.count(), Event.objects.filter(kind="alert").count(), Provenance.objects.count())
    outfall_watch.on_reading(Event.objects.filter(kind="reading", subject=STATION).latest("id"))
    assert (Alert.objects.count(), Event.objects.filter(kind="alert").count(), Provenance.objects.count()) == before


def test_a_works_without_a_permit_raises_nothing_on_a_standard_from_memory(outfall):
    from riverchief.web.basin.registry import touch

    PermitLimit.objects.all().delete()
    touch()
    for _ in range(13):
        outfall.send({"cod": 90.0})
    assert Alert.objects.count() == 0


def test_a_permit_row_that_makes_no_sense_holds_nobody_up(outfall):
    from riverchief.web.basin.registry import touch

    PermitLimit.objects.filter(property="nh3n").update(unit="mile")
    touch()
    outfall.send({"cod": 90.0, "nh3n": 50.0})
    assert [a.property for a in Alert.objects.all()] == ["cod"]
    assert Failure.objects.count() == 0


def test_offices_see_it_today_and_may_make_a_case_of_it(outfall, person):
    outfall.send({"cod": 90.0})
    alert = Alert.objects.get()
    county = person("county", region="149901000000")
    items = county.get("/api/v1/today").json()["items"]
    assert [(i["kind"], i["title_key"], i["href"]) for i in items] == [
        ("alert", "today.alert.discharge", f"/alert/{alert.pk}")
    ]
    room = county.get(f"/api/v1/cloud/alerts/{alert.pk}").json()
    assert room["alert"]["why"]["clause_en"]
    assert room["trace"] is None
    made = county.post(f"/api/v1/cloud/alerts/{alert.pk}/case")
    assert made.status_code == 200
    assert made.json()["title_key"] == "case.title.discharge"
    stranger = person("county", region="149902000000")
    assert stranger.get("/api/v1/today").json()["items"] == []
