"""The store against a model of it: a list of versions for each reading, kept in plain Python.

Invariants: nothing that was stored is ever lost, nothing is counted twice, and what was known at a past time stays
what it was, through revisions, frames decoded again, merging, archiving and opening anew.
"""

import shutil
import tempfile
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from riverchief.base.errors import InputError
from riverchief.base.ids import reading_id
from riverchief.base.readings import Flag, SeriesKey
from riverchief.base.time import FixedClock, day_of_closing_stamp, from_epoch
from riverchief.store import Row, open_store

START = datetime(2026, 1, 31, 14, 0, tzinfo=UTC)  # two hours before a month and a day end in Shanghai
START_S = int(START.timestamp())
TIMES = [START_S + k * 1800 for k in range(-2, 8)]
FUTURE_S = START_S + 400 * 86_400

readings = st.tuples(
    st.integers(0, 1),
    st.sampled_from([*TIMES, FUTURE_S]),
    st.sampled_from([None, 0.0, 0.5, 2.25]),
    st.sampled_from([Flag.OK, Flag.FAULT]),
)


class StoreAgainstModel(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="riverchief-"))
        self.clock = FixedClock(START + timedelta(hours=5))
        self.store = open_store(self.root / "data", self.clock)
        self.versions = defaultdict(list)  # (series, time) → [(value, flag, known_at)]
        self.frames = []  # the rows of each frame, by number
        self.moments = [self.clock.now()]
        self.n_future = 0

    def teardown(self):
        self.store.close()
        shutil.rmtree(self.root)

    @initialize()
    def make_series(self):
        self.series = [
            self.store.observations.series_id(SeriesKey("A", name), unit="mg/L", interval_s=1800)
            for name in ("tp", "tn")
        ]

    def expect(self, rows, *, again):
        """What the model says of these rows, which it also takes in."""
        stored = revised = duplicate = future = 0
        for series_id, time_s, value, flag, _ in rows:
            versions = self.versions[series_id, time_s]
            if time_s == FUTURE_S:
                future += 1
            elif again or (versions and versions[-1][:2] == (value, flag)):
                duplicate += 1
            else:
                stored += not versions
                revised += bool(versions)
                versions.append((value, flag, self.clock.now()))
        return stored, revised, duplicate, future

    def write(self, rows, *, again=False):
        self.clock.advance(7.5)
        expected = self.expect(rows, again=again)
        report = self.store.observations.write(rows, known_at=self.clock.now(), who="test", why="because")
        assert (report.stored, report.revised, report.duplicate, report.refused["future"]) == expected
        self.moments.append(self.clock.now())

    @rule(batch=st.lists(readings, max_size=6))
    def a_person_writes(self, batch):
        self.write([Row(self.series[n], t, v, f) for n, t, v, f in batch])

    @rule(batch=st.lists(readings, min_size=1, max_size=6, unique_by=lambda r: r[:2]))
    def a_frame_comes(self, batch):
        number = len(self.frames) + 1
        self.frames.append([Row(self.series[n], t, v, f, number) for n, t, v, f in batch])
        self.write(self.frames[-1])

    @precondition(lambda self: self.frames)
    @rule(data=st.data())
    def a_frame_is_decoded_again(self, data):
        first = data.draw(st.integers(0, len(self.frames) - 1))
        for rows in self.frames[first:]:
            # its rows may have been duplicates of another source's when it came: those are new statements
            new = [row for row in rows if not self.known_from(row)]
            old = [row for row in rows if self.known_from(row)]
            self.write(old, again=True)
            self.write(new)

    def known_from(self, row):
        stored = [self.current(row.series_id, row.time_s), *self.older(row.series_id, row.time_s)]
        return any(s and (s.value, s.flag, s.frame_no) == (row.value, row.flag, row.frame_no) for s in stored)

    def current(self, series_id, time_s):
        versions = self.versions[series_id, time_s]
        return self.store.observations.reading(reading_id(series_id, time_s, len(versions) - 1)) if versions else None

    def older(self, series_id, time_s):
        n = len(self.versions[series_id, time_s])
        return [self.store.observations.reading(reading_id(series_id, time_s, k)) for k in range(n - 1)]

    @rule()
    def merge(self):
        self.store.observations.merge()

    @rule(month=st.sampled_from(["2026-01", "2026-02"]))
    def archive(self, month):
        try:
            self.store.observations.archive_month(month)
        except InputError as error:
            assert "nothing of" in error.sentence

    @rule()
    def open_anew(self):
        self.store.close()
        self.store = open_store(self.root / "data", self.clock)

    @invariant()
    def the_present_and_each_past_are_as_the_model_says(self):
        for series_id in getattr(self, "series", []):
            for as_of in (None, *self.moments[-3:], self.moments[len(self.moments) // 2]):
                data = self.store.observations.read(series_id, 0, FUTURE_S, as_of=as_of)
                found = [
                    (t, None if np.isnan(v) else v, f, r)
                    for t, v, f, r in zip(data.time_s, data.value, data.flag, data.revision, strict=True)
                ]
                assert found == self.expected(series_id, as_of)

    def expected(self, series_id, as_of):
        rows = []
        for (of_series, time_s), versions in sorted(self.versions.items()):
            known = [k for k, v in enumerate(versions) if as_of is None or v[2] <= as_of]
            if of_series == series_id and known:
                rows.append((time_s, *versions[known[-1]][:2], known[-1]))
        return rows

    @invariant()
    def latest_and_days_follow(self):
        for series_id in getattr(self, "series", []):
            rows = self.expected(series_id, None)
            latest = self.store.observations.latest([series_id]).get(series_id)
            assert (latest and (latest.time_s, latest.value, latest.flag, latest.revision)) == (
                rows[-1] if rows else None
            )
            by_day = defaultdict(list)
            for time_s, value, flag, _ in rows:
                by_day[day_of_closing_stamp(from_epoch(time_s))].append(value if flag == Flag.OK else None)
            days = self.store.observations.days(series_id, date(2026, 1, 1), date(2026, 12, 31))
            assert [day.day for day in days] == sorted(by_day)
            for day in days:
                good = [value for value in by_day[day.day] if value is not None]
                assert (day.n, day.n_bad) == (len(good), len(by_day[day.day]) - len(good))
                assert day.mean == (sum(good) / len(good) if good else None)  # sums of quarters are exact
                assert (day.min, day.max) == ((min(good), max(good)) if good else (None, None))

    @invariant()
    def the_feed_and_the_edits_tell_every_change_once(self):
        feed = self.store.observations.arrivals(0, 10_000)
        told = sorted((a.series_id, a.time_s, a.revision, a.value is None, a.value or 0.0, a.flag) for a in feed)
        kept = sorted(
            (*key, n, v is None, v or 0.0, f)
            for key, versions in self.versions.items()
            for n, (v, f, _) in enumerate(versions)
        )
        assert told == kept
        assert [a.seq for a in feed] == sorted(a.seq for a in feed)
        n_revised = sum(
            edit.kind == "revised"
            for series_id in getattr(self, "series", [])
            for edit in self.store.observations.edits(series_id, 0, FUTURE_S)
        )
        assert n_revised == sum(max(len(versions) - 1, 0) for versions in self.versions.values())


TestStoreAgainstModel = StoreAgainstModel.TestCase
TestStoreAgainstModel.settings = settings(
    max_examples=30, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
