import re

from riverchief.base.readings import Flag, Period
from riverchief.cloud.protocols import Message, StreamDecoder, Value, acknowledge, codec
from riverchief.cloud.protocols.messages import Damage


class Beacon:
    """A protocol of another package: @ and one digit."""

    NAME = "beacon"
    HEAD = re.compile(rb"@[0-9]")
    HEAD_BYTES = 2

    def read(self, data, start, *, final):
        if len(data) < start + 3:
            return Damage(None) if final else None
        if data[start + 2] != ord("!"):
            return Damage(3)
        digit = float(chr(data[start + 1]))
        value = Value("level", "level", digit, "m", Flag.OK, None, Period.INSTANT)
        return Message(
            "beacon", "1", True, None, "b", "level", (value,), (), bytes(data[start : start + 3]), wants_ack=True
        )

    def explain(self, raw):
        return Message("beacon", "1", False, "tail: no !", "b", "damaged", (), (), raw)

    def acknowledge(self, message, now):
        return b"thanks" + message.raw


class Point:
    name = "beacon"

    def load(self):
        return Beacon()


def test_the_own_codecs_come_first():
    assert [one.NAME for one in codec.codecs()][:2] == ["hj212", "sl651"]


def test_another_package_brings_a_codec_by_entry_point(monkeypatch):
    asked = []
    monkeypatch.setattr(codec, "entry_points", lambda group: asked.append(group) or [Point()])
    codec.codecs.cache_clear()
    try:
        decoder = StreamDecoder()
        messages = decoder.feed(b"@7!xx@5?") + decoder.flush()
        assert asked == ["riverchief.codecs"]
        assert [message.raw for message in messages] == [b"@7!", b"xx", b"@5?"]
        assert [message.valid for message in messages] == [True, False, False]
        assert acknowledge(messages[0], None) == b"thanks@7!"
    finally:
        codec.codecs.cache_clear()
