"""The proof of the phone's queue and its server as a state machine: the shipped queue, the real views, and all that
lies between them going wrong. What the person was told is kept must be on the platform exactly once in the end."""

from __future__ import annotations

import base64
import io
import itertools
import json
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from PIL import Image

from riverchief.ground import states
from riverchief.ground.patrol import read_track
from riverchief.web.accounts.models import User
from riverchief.web.ground import evidence, pieces, sealing
from riverchief.web.ground.models import Case, Evidence, Patrol, PatrolPiece, PhoneRecord
from web.ground.phone.handset import BANK, FILES, RECORDS, sha256
from web.ground.phone.telephone import Dead, Failed, Telephone

COUNTY = "149901000000"
FATES = (
    "request lost",
    "answer lost",
    "twice",
    "delayed",
    "cut",
    "server error",
    "other receipts",
    "signed out",
    "killed before",
    "killed after",
)
PIECES = ("photo", "voice", "note")
_KNOWN_MOVES = {(row.action, str(row.start), str(row.end)) for row in states.TABLE}


def _picture(seed: int) -> bytes:
    noise = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).save(out, "JPEG")
    return out.getvalue()


PHOTOS = (*(_picture(seed) for seed in range(4)), b"not an image", _picture(9)[:200])
ROOMS = (None, None, 1_000_000, 394_500, 2_000)


class PhoneMachine(RuleBasedStateMachine):
    """One phone, two people who take turns on it, the platform, and the office that moves cases meanwhile."""

    script: ClassVar[Path]
    clock: ClassVar[Any]
    steps: ClassVar[int] = 0
    tally: ClassVar[Counter[str]] = Counter()
    _turn: ClassVar[Any] = itertools.count()

    def __init__(self) -> None:
        super().__init__()
        turn = next(self._turn)
        self.folder = tempfile.TemporaryDirectory()
        self.office = self._person(f"office-{turn}", "county", region=COUNTY)
        self.clients = {
            name: self._person(name, role, **more)
            for name, role, more in (
                (f"chief-{turn}", "chief", {"chief": "ch-beiguan"}),
                (f"guard-{turn}", "guard", {"region": COUNTY}),
            )
        }
        self.people = list(self.clients)
        self.signed_in = self.people[0]
        self.phone = Telephone(self.script, Path(self.folder.name) / "disk", self.network)
        self.fates: list[str] = []
        self.delayed: list[tuple[str, dict[str, Any]]] = []
        self.acknowledged: dict[str, dict[str, Any]] = {}  # what `add` said is kept, by id
        self.dismissed: set[str] = set()
        self.running: dict[str, str] = {}
        self.subjects: dict[str, list[str]] = {name: [] for name in self.people}
        self.kept: dict[str, int] = {}
        self.phone_time = self.clock.now()
        self.fixes = itertools.count()
        self.shuffled = False

    @staticmethod
    def _person(username: str, role: str, **more: str) -> Client:
        user = User.objects.create_user(username, password="a long enough one", role=role, **more)
        client = Client(raise_request_exception=False)
        client.force_login(user)
        return client

    def teardown(self) -> None:
        """Let everything arrive, then look at what became of it."""
        try:
            self.drain()
            self.look()
        finally:
            self.phone.kill()
            self.folder.cleanup()

    # -------------------------------------------------------------- the network

    def network(self, told: dict[str, Any]) -> dict[str, Any] | None:
        """What becomes of one request of the phone; None where the phone dies of it."""
        fate = self.fates.pop(0) if self.fates else "ok"
        type(self).tally[fate] += 1
        what = told.pop("ask")
        if fate == "killed before":
            return None
        if fate == "request lost":
            return {"status": 0, "body": {}}
        if fate == "server error":
            return {"status": 503, "body": {"code": "store", "sentence": "no room"}}
        if fate == "signed out":
            return {"status": 401, "body": {"code": "session.none", "sentence": ""}}
        if fate == "delayed":
            self.delayed.append((what, told))
            return {"status": 0, "body": {}}
        if fate == "cut":
            return self._cut(what, told)
        if fate == "other receipts":
            return self._others_receipts(what, told)
        if fate == "twice":
            self.deliver(what, told)
        answer = self.deliver(what, told)
        if fate == "killed after":
            return None
        if fate == "answer lost":
            return {"status": 0, "body": {}}
        return answer

    @staticmethod
    def _others_receipts(what: str, told: dict[str, Any]) -> dict[str, Any]:
        """Something on the way answers by itself: nothing arrived, and the receipts are for other bytes."""
        if what == "file":
            return {"status": 200, "body": {"sha256": sha256("other")}}
        answers = [
            {"id": json.loads(text)["id"], "state": "stored", "sha256": sha256("other"), "code": "", "sentence": ""}
            for text in told["records"]
        ]
        return {"status": 200, "body": {"user": told["user"], "answers": answers, "now": told["sent_at"]}}

    def deliver(self, what: str, told: dict[str, Any]) -> dict[str, Any]:
        """Give a request to the real view, in the session of who is signed in."""
        client = self.clients[self.signed_in]
        if what == "records":
            response = client.post(RECORDS, told, content_type="application/json")
        else:
            data = base64.b64decode(told["data"])
            file = SimpleUploadedFile("file", data, told["mime"])
            response = client.post(FILES, {"user": told["user"], "sha256": told["sha256"], "file": file})
        assert response.status_code < 500, response.content
        return {"status": response.status_code, "body": response.json()}

    def _cut(self, what: str, told: dict[str, Any]) -> dict[str, Any]:
        """Half of a request arrives: of records nothing that can be read, of a file its beginning."""
        if what == "file":
            data = base64.b64decode(told["data"])
            return self.deliver(what, {**told, "data": base64.b64encode(data[: len(data) // 2] or b"x").decode()})
        half = json.dumps(told)[: len(json.dumps(told)) // 2]
        response = self.clients[self.signed_in].post(RECORDS, half, content_type="application/json")
        assert response.status_code == 400
        return {"status": 0, "body": {}}

    # -------------------------------------------------------------- the phone

    def do(self, what: str, **given: Any) -> Any:
        """Let the phone do something; None where it died of it. One that is off is switched on first."""
        type(self).tally[what] += 1
        try:
            if not self.phone.alive:
                self.phone.start()
                self._set_clock()
                for user in self.people:
                    self._adopt(self.phone.do("items", user=user))
            return self.phone.do(what, **given)
        except Dead:
            type(self).tally["died"] += 1
            return None

    def _adopt(self, items: list[dict[str, Any]]) -> None:
        """Know of what was committed just before the phone died, though nobody was told that it is kept."""
        for item in items:
            self.acknowledged.setdefault(item["id"], {**item, "data": None})

    def _set_clock(self) -> None:
        self.phone.do("clock", at=self.phone_time.isoformat(), clock="phone")

    def add(self, kind: str, body: dict[str, Any], parent: str | None = None, data: bytes | None = None) -> str | None:
        """Record something; its id where the queue said that it is kept."""
        draft = {"kind": kind, "parent": parent, "body": body}
        file = None if data is None else base64.b64encode(data).decode()
        try:
            item = self.do("add", user=self.signed_in, draft=draft, data=file)
        except Failed as failed:
            assert failed.name == "StorageFull", failed
            type(self).tally["no room"] += 1
            return None
        if item is None:
            return None
        assert (item["user"], item["kind"], item["body"], item["parent"]) == (self.signed_in, kind, body, parent)
        assert item["id"] not in self.acknowledged
        before = [one["seq"] for one in self.acknowledged.values() if one["user"] == self.signed_in]
        assert all(seq < item["seq"] for seq in before)
        assert all(one["id"].split("-")[1] < item["id"].split("-")[1] for one in self.acknowledged.values())
        self.acknowledged[item["id"]] = {**item, "data": data}
        return str(item["id"])

    # -------------------------------------------------------------- steps

    @initialize()
    def switch_on(self) -> None:
        self.do("clock", at=self.phone_time.isoformat(), clock="phone")

    def step(self) -> None:
        """Count a step."""
        type(self).steps += 1

    @rule(seconds=st.sampled_from((1, 60, 3_600, 86_400 * 400, -1, -3_600, -86_400 * 5_000)))
    def the_phones_clock_jumps(self, seconds: int) -> None:
        self.step()
        self.phone_time += timedelta(seconds=seconds)
        if not 1990 < self.phone_time.year < 2100:
            self.phone_time = datetime(2026, 11, 21, tzinfo=UTC)
        self.do("clock", at=self.phone_time.isoformat(), clock="phone")

    @rule(seconds=st.integers(1, 7_200))
    def time_passes(self, seconds: int) -> None:
        self.step()
        self.clock.advance(seconds)
        self.phone_time += timedelta(seconds=seconds)
        self.do("clock", at=self.phone_time.isoformat(), clock="phone")

    @rule()
    def somebody_else_signs_in(self) -> None:
        self.step()
        self.signed_in = self.people[1 - self.people.index(self.signed_in)]

    @precondition(lambda self: self.signed_in not in self.running)
    @rule(named=st.booleans())
    def a_patrol_starts(self, *, named: bool) -> None:
        self.step()
        guard = self.signed_in == self.people[1]  # who answers for no stretch names one, or is refused
        stretch = [{"reach": "qx2", "from_m": 100.0, "to_m": 900.0}] if named or guard else []
        body = {"started_at": self.phone_time.isoformat(), **({"stretch": stretch} if stretch else {})}
        key = self.add("patrol-start", body)
        if key:
            self.running[self.signed_in] = key
            self.subjects[self.signed_in].append(key)

    @precondition(lambda self: self.signed_in in self.running)
    @rule(count=st.integers(1, 6), mock=st.sampled_from((0, 0, 1)))
    def fixes_come_in(self, count: int, mock: int) -> None:
        self.step()
        patrol = self.running[self.signed_in]
        begun = self.phone_time.timestamp()
        points = []
        for i in range(count):
            k = next(self.fixes)
            points.append([round(begun + 5 * i, 3), round(112.2284 + 1e-5 * k, 7), 37.2482, 5.0 + k % 7, 1.1, mock])
        self.add("track", {"points": points, "system": "wgs84", "n": count}, patrol)

    @precondition(lambda self: self.signed_in in self.running)
    @rule()
    def the_patrol_ends(self) -> None:
        self.step()
        body = {"finished_at": self.phone_time.isoformat(), "answers": {"outfall": "ok"}}
        if self.add("patrol-finish", body, self.running[self.signed_in]):
            del self.running[self.signed_in]

    @rule(severity=st.integers(1, 3), far=st.sampled_from((0.0, 0.0, 0.0, 30.0)))
    def something_is_reported(self, severity: int, far: float) -> None:
        self.step()
        body = {**BANK, "lat": BANK["lat"] + far, "note": "foam", "severity": severity}
        key = self.add("report", body, self.running.get(self.signed_in))
        if key:
            self.subjects[self.signed_in].append(key)

    @precondition(lambda self: bool(self.subjects[self.signed_in]))
    @rule(which=st.integers(0, 20), photo=st.integers(0, len(PHOTOS) - 1))
    def a_photograph_is_taken(self, which: int, photo: int) -> None:
        self.step()
        subjects = self.subjects[self.signed_in]
        subject = subjects[which % len(subjects)]
        self.add("photo", {"subject": subject, "at": self.phone_time.isoformat(), **BANK}, subject, PHOTOS[photo])

    @precondition(lambda self: bool(self.subjects[self.signed_in]))
    @rule(which=st.integers(0, 20))
    def a_note_is_written(self, which: int) -> None:
        self.step()
        subjects = self.subjects[self.signed_in]
        subject = subjects[which % len(subjects)]
        self.add("note", {"subject": subject, "text": f"note {next(self.fixes)}"}, subject)

    @rule(which=st.integers(0, 20), action=st.sampled_from(("handle", "return", "ask_above")), stale=st.booleans())
    def a_case_is_moved_from_the_phone(self, which: int, action: str, *, stale: bool) -> None:
        self.step()
        found = list(Case.objects.filter(reporter__in=self.people).order_by("pk"))
        if not found:
            return
        case = found[which % len(found)]
        seen = "accepted" if stale else case.state
        body = {"case": case.pk, "action": action, "note": "done", "reason": "so", "seen_state": seen}
        self.add("case-action", body)

    @rule(which=st.integers(0, 20), pick=st.integers(0, 20))
    def the_office_moves_a_case(self, which: int, pick: int) -> None:
        self.step()
        found = list(Case.objects.filter(reporter__in=self.people).order_by("pk"))
        if not found:
            return
        case = found[which % len(found)]
        allowed = self.office.get(f"/api/v1/ground/cases/{case.pk}").json()["allowed"]
        actions = [one["action"] for one in allowed if not {"closure", "into"} & set(one["needs"])]
        if actions:
            given = {"action": actions[pick % len(actions)], "note": "seen", "reason": "so", "days": 1}
            self.office.post(f"/api/v1/ground/cases/{case.pk}/actions", given, content_type="application/json")

    @rule(
        fates=st.lists(st.sampled_from(("ok", "ok", *FATES)), min_size=1, max_size=6),
        two_tabs=st.booleans(),
        whose=st.sampled_from((0, 0, 0, 1)),
    )
    def what_waits_is_sent(self, fates: list[str], *, two_tabs: bool, whose: int) -> None:
        self.step()
        self.fates = list(fates)
        user = self.people[(self.people.index(self.signed_in) + whose) % 2]
        before = PhoneRecord.objects.filter(user=user).count()
        told = self.do("upload-in-two-tabs" if two_tabs else "upload", user=user)
        self.fates = []
        if whose:  # in the session of somebody else nothing is taken
            assert PhoneRecord.objects.filter(user=user).count() == before
            for one in told if two_tabs and told else [told] if told else []:
                assert one["sent"] == 0

    @rule(count=st.integers(1, 6), photo=st.integers(0, 3))
    def somebody_walks(self, count: int, photo: int) -> None:
        """A whole outing, so that more waits than one record."""
        if self.signed_in not in self.running:
            self.a_patrol_starts(named=True)
        if self.signed_in in self.running:
            for _ in range(count):
                self.fixes_come_in(2, 0)
            self.a_photograph_is_taken(-1, photo)
            self.a_note_is_written(-1)
            self.the_patrol_ends()

    @rule(random=st.randoms(use_true_random=False))
    def the_exported_queue_is_taken_in(self, random: Any) -> None:
        """Whatever waits comes by another way as well, record by record, in any order, some of the files missing."""
        self.step()
        text = self.do("export", user=self.signed_in)
        lines = [json.loads(line) for line in text.splitlines()[1:]] if text else []
        random.shuffle(lines)
        self.shuffled = self.shuffled or len(lines) > 1
        for line in lines:
            record = json.loads(line["record"])
            if line["file"] and random.random() < 0.5:
                told = {"user": self.signed_in, "data": line["file"], **record["file"]}
                self.deliver("file", told)
            batch = {"user": self.signed_in, "sent_at": self.phone_time.isoformat(), "records": [line["record"]]}
            self.deliver("records", batch)

    @precondition(lambda self: bool(self.delayed))
    @rule(which=st.integers(0, 20))
    def a_delayed_request_arrives(self, which: int) -> None:
        self.step()
        self.deliver(*self.delayed.pop(which % len(self.delayed)))

    @rule()
    def the_battery_is_taken_out(self) -> None:
        self.step()
        self.phone.kill()

    @rule(commits=st.integers(1, 4), before=st.booleans())
    def the_phone_will_die_at_a_commit(self, commits: int, *, before: bool) -> None:
        self.step()
        self.do("crash", commits=commits, before=before)

    @rule(room=st.sampled_from(ROOMS))
    def the_phone_has_room(self, room: int | None) -> None:
        self.step()
        self.do("room", bytes=room)

    @rule()
    def what_was_refused_is_read(self) -> None:
        self.step()
        for item in self.do("items", user=self.signed_in) or []:
            if item["state"] == "refused":
                assert item["answer"]["sentence"]
                if self.do("dismiss", user=self.signed_in, id=item["id"]) is None and not self.phone.alive:
                    break
                self.dismissed.add(item["id"])

    @rule(value=st.integers(0, 9))
    def a_page_remembers_something(self, value: int) -> None:
        self.step()
        try:
            self.do("keep", user=self.signed_in, id="map", value=value)
        except Failed as failed:
            assert failed.name == "StorageFull", failed
            return
        if self.phone.alive:
            self.kept[self.signed_in] = value
        else:
            self.kept.pop(self.signed_in, None)

    @rule()
    def the_queue_is_exported(self) -> None:
        self.step()
        items, text = self.do("items", user=self.signed_in), self.do("export", user=self.signed_in)
        if items is None or text is None:
            return
        _, *lines = [json.loads(line) for line in text.splitlines()]
        assert [json.loads(line["record"])["id"] for line in lines] == [item["id"] for item in items]
        for line, item in zip(lines, items, strict=True):
            assert sha256(line["record"]) == line["sha256"]
            if item["file"]:
                assert sha256(base64.b64decode(line["file"])) == item["file"]["sha256"]

    @invariant()
    def nothing_is_lost(self) -> None:
        """What was acknowledged is on the phone or on the platform, for its own person only."""
        if not self.phone.alive:
            return
        here: set[str] = set()
        for user in self.people:
            items = self.do("items", user=user)
            if items is None:
                return
            assert {item["user"] for item in items} <= {user}
            here |= {item["id"] for item in items}
            self._adopt(items)
        there = set(PhoneRecord.objects.filter(user__in=self.people, stands=True).values_list("record", flat=True))
        lost = set(self.acknowledged) - here - there - self.dismissed
        assert not lost

    # -------------------------------------------------------------- the end

    def drain(self) -> None:
        """Everything works again: room, signal, and each person signs in and sends what is theirs."""
        self.fates = []
        while self.delayed:
            self.a_delayed_request_arrives(0)
        for user in self.people:
            self.signed_in = user
            for _ in range(8):
                self.do("crash", commits=1_000_000, before=True)
                self.do("room", bytes=None)
                told = self.do("upload", user=user)
                if told and told["stopped"] is None and told["left"] == 0:
                    break
            counts = self.do("counts", user=user)
            assert counts is not None
            assert counts["waiting"] == 0, counts
            if user in self.kept:
                assert self.do("kept", user=user, id="map") == self.kept[user]
        self.nothing_is_lost()

    def look(self) -> None:
        """Each acknowledged record is on the platform exactly once, or visibly refused; nothing else is there."""
        rows = {row.record: row for row in PhoneRecord.objects.filter(user__in=self.people, stands=True)}
        assert set(self.acknowledged) - self.dismissed <= set(rows)
        assert set(rows) <= set(self.acknowledged)
        assert not PhoneRecord.objects.filter(user__in=self.people, stands=False).exists()
        for row in rows.values():
            self._same(self.acknowledged[row.record], row)
        self._refusals_are_shown(rows)
        done = {key for key, row in rows.items() if row.state == "applied"}
        type(self).tally["applied"] += len(done)
        type(self).tally["refused"] += len(rows) - len(done)
        self._things_are_there_once(done)
        self._patrols_are_whole(done)
        self._cases_are_possible()

    def _same(self, item: dict[str, Any], row: PhoneRecord) -> None:
        told = json.loads(row.text)
        assert row.state in ("applied", "refused"), (row.record, row.sentence)
        assert sha256(row.text) == row.sha256
        for name in ("id", "user", "device", "seq", "kind", "parent", "at", "clock", "body", "file"):
            assert told[name] == item[name], name
        assert (row.state == "refused") == bool(row.sentence)

    def _refusals_are_shown(self, rows: dict[str, PhoneRecord]) -> None:
        refused = {key for key, row in rows.items() if row.state == "refused"}
        shown = {item["id"] for user in self.people for item in self.do("items", user=user)}
        assert shown - set(rows) == set()
        assert refused - self.dismissed <= shown
        assert shown <= refused

    def _things_are_there_once(self, done: set[str]) -> None:
        by_kind: dict[str, set[str]] = {}
        for key in done:
            by_kind.setdefault(self.acknowledged[key]["kind"], set()).add(key)
        mine = {"by__in": self.people}
        assert set(Patrol.objects.filter(**mine).values_list("pk", flat=True)) == by_kind.get("patrol-start", set())
        reported = Case.objects.filter(reporter__in=self.people).values_list("pk", flat=True)
        assert set(reported) == by_kind.get("report", set())
        found = [
            *Evidence.objects.filter(**mine).exclude(kind="track").values_list("pk", flat=True),
            *PatrolPiece.objects.filter(**mine).values_list("pk", flat=True),
        ]
        assert len(found) == len(set(found))
        assert set(found) == set().union(*(by_kind.get(kind, set()) for kind in PIECES))
        cases = Case.objects.filter(reporter__in=self.people)
        moves = sum(case.moves.filter(by__in=self.people).exclude(action="submit").count() for case in cases)
        assert moves == len(by_kind.get("case-action", set()))

    def _patrols_are_whole(self, done: set[str]) -> None:
        for patrol in Patrol.objects.filter(by__in=self.people):
            handed = {key: one for key, one in self.acknowledged.items() if one["parent"] == patrol.pk}
            assert {
                key for key, one in handed.items() if one["kind"] in ("track", "note")
            } <= done  # nothing forbids them
            own = [one for key, one in handed.items() if key in done]
            told = [point for one in own if one["kind"] == "track" for point in one["body"]["points"]]
            assert sorted(patrol.track) == sorted(told)
            ends = [one for one in own if one["kind"] == "patrol-finish"]
            assert len(ends) == (patrol.finished_at is not None)
            if patrol.finished_at is not None:  # whatever came in whatever order, the result is that of all of it
                assert patrol.result["fixes"] == len(read_track([point[:4] for point in patrol.track]).time_s)
            notes = [piece.pk for piece in patrol.pieces.filter(kind="note")]
            if not self.shuffled:
                assert notes == sorted(notes, key=lambda key: self.acknowledged[key]["seq"])
            assert pieces.first_broken(patrol) is None

    def _cases_are_possible(self) -> None:
        for case in Case.objects.filter(reporter__in=self.people):
            moves = list(case.moves.all())
            assert sealing.first_broken(case, moves) == ""
            assert evidence.first_broken(case) is None
            assert {(move.action, move.from_state, move.to_state) for move in moves} <= _KNOWN_MOVES
            for before, after in itertools.pairwise(moves):
                assert before.to_state == after.from_state
