"""A phone of a test: makes records as the queue does, and hands them in."""

import hashlib
import json

from django.core.files.uploadedfile import SimpleUploadedFile

from riverchief.base.ids import new_id
from riverchief.web.ground.phone.records import PREFIX

RECORDS, FILES = "/api/v1/ground/phone/records", "/api/v1/ground/phone/files"
BANK = {"lon": 112.2284, "lat": 37.2482, "system": "wgs84"}


def sha256(data):
    return hashlib.sha256(data if isinstance(data, bytes) else data.encode()).hexdigest()


class Handset:
    """One person's phone; `client` is the browser that is signed in on it."""

    def __init__(self, client, clock, device="device-1"):
        self.client, self.clock, self.device, self.seq = client, clock, device, 0
        self.user = client.user.username

    def record(self, kind, body, *, parent=None, file=None, key=None, **other):
        """The text of a record, and its id."""
        self.seq += 1
        told = {
            "id": key or new_id(PREFIX[kind], self.clock.now()),
            "user": self.user,
            "device": self.device,
            "seq": self.seq,
            "kind": kind,
            "parent": parent,
            "body": body,
            "file": file and {"sha256": sha256(file), "size": len(file), "mime": "image/jpeg"},
            "at": self.clock.now().isoformat(),
            "clock": "platform",
            **other,
        }
        return json.dumps(told), told["id"]

    def send(self, *texts, user=None, sent_at=None):
        """The response of the platform to some records."""
        given = {
            "user": user or self.user,
            "device": self.device,
            "sent_at": (sent_at or self.clock.now()).isoformat(),
            "records": list(texts),
        }
        return self.client.post(RECORDS, given, content_type="application/json")

    def answers(self, *texts, **more):
        """The receipts of some records."""
        response = self.send(*texts, **more)
        assert response.status_code == 200, response.content
        return response.json()["answers"]

    def states(self, *texts):
        return [answer["state"] for answer in self.answers(*texts)]

    def file(self, data, told=None):
        given = {"user": self.user, "sha256": told or sha256(data), "file": SimpleUploadedFile("x", data)}
        return self.client.post(FILES, given)

    def start(self, **body):
        return self.record("patrol-start", {"started_at": self.clock.now().isoformat(), **body})

    def track(self, patrol, points):
        return self.record("track", {"points": points, "system": "wgs84", "n": len(points)}, parent=patrol)[0]

    def finish(self, patrol, after_s=1800, **body):
        from datetime import timedelta

        at = (self.clock.now() + timedelta(seconds=after_s)).isoformat()
        return self.record("patrol-finish", {"finished_at": at, **body}, parent=patrol)[0]

    def walk(self, first=0, count=60, accuracy_m=5.0):
        """Points along the bank, one each half minute, 26 m apart."""
        t = self.clock.now().timestamp()
        return [
            [t + 30 * i, round(112.2284 + 0.0003 * i, 7), 37.2482, accuracy_m + i % 3, 0.9, 0]
            for i in range(first, first + count)
        ]
