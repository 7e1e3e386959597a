"""One byte stream in, messages out: the same for every codec, and the same however the bytes were sliced.

The stream is cut into stretches, and every byte but padding belongs to exactly one:

    frame      a head, and `read` gave a message             → that message
    damaged    a head, but the frame is not right            → `explain`; goes on one byte after its start,
                                                               so its stretch ends at the next head
    noise      no head                                       → ends at the next head

A frame is cut by its length field, never by looking for what ends it. A damaged length can therefore hold back what
follows, up to one frame's length; whoever owns the socket bounds the time by calling `flush` when it falls silent.
"""

from __future__ import annotations

from datetime import datetime

from riverchief.cloud.protocols import noise
from riverchief.cloud.protocols.codec import Codec, codecs
from riverchief.cloud.protocols.messages import Damage, Message

# No frame is longer: HJ 212 says its length in four digits, SL 651 in twelve bits. Noise is given out in such parts.
STRETCH_BYTES = 10_240


def detect(data: bytes) -> str | None:
    """The protocol of the first frame head in `data`; None where there is none yet."""
    found = [(match.start(), codec.NAME) for codec in codecs() if (match := codec.HEAD.search(data))]
    return min(found)[1] if found else None


def acknowledge(message: Message, now: datetime) -> bytes | None:
    """The acknowledgement that a station waits for, in its own dialect.

    Parameters
    ----------
    message : Message
        As the decoder gave it.
    now : datetime
        Aware; SL 651 sends it back as the clock of the centre.

    Returns
    -------
    bytes or None
        None where the message is not valid or nobody waits.
    """
    if not message.valid or not message.wants_ack:
        return None
    for codec in codecs():
        if message.protocol == codec.NAME:
            return codec.acknowledge(message, now)
    return None


class StreamDecoder:
    """Decode one stream of a station (or a file). The protocol is found per frame. It never raises on any bytes.

    >>> decoder = StreamDecoder()
    >>> frame = bytes.fromhex("7E7E01001234567812342F0008020003591011155111036BCA")
    >>> [message.kind for part in (frame[:9], frame[9:]) for message in decoder.feed(part)]
    ['heartbeat']
    """

    def __init__(self) -> None:
        self._codecs = codecs()
        self._look = max(codec.HEAD_BYTES for codec in self._codecs)
        self._buffer = bytearray()
        self._damaged: tuple[Codec, Damage] | None = None  # what stands at the buffer's start, once known as damaged
        # per codec: no head of it begins before this place in the buffer (and one may begin there)
        self._next_head = [0] * len(self._codecs)

    @property
    def pending(self) -> int:
        """Bytes held back until more come or `flush` is called [count]."""
        return len(self._buffer)

    @property
    def complete(self) -> bool:
        """What is held back is a whole frame without its line end: a `flush` would lose nothing and answer sooner."""
        codec = self._codec_at(0) if self._damaged is None else None
        return codec is not None and isinstance(codec.read(self._buffer, 0, final=True), Message)

    def feed(self, data: bytes) -> list[Message]:
        """Take bytes and give the messages that they complete."""
        self._buffer += data
        return self._drain(final=False)

    def flush(self) -> list[Message]:
        """Give what is held back as it stands, because nothing more will come; the decoder is empty after it."""
        return self._drain(final=True)

    def _drain(self, *, final: bool) -> list[Message]:
        messages: list[Message] = []
        at = 0
        while at < len(self._buffer):
            step = self._step(at, final=final)
            if step is None:
                break
            end, message = step
            if message is not None:
                messages.append(message)
            at, self._damaged = end, None
        self._next_head = [max(head - at, 0) for head in self._next_head]
        del self._buffer[:at]
        return messages

    def _step(self, at: int, *, final: bool) -> tuple[int, Message | None] | None:
        """Take the stretch that begins at `at`: where it ends and its message, or None to wait."""
        if self._damaged is None:
            # all bytes that a head can have must be there, lest the answer depend on the slicing
            if not final and len(self._buffer) - at < self._look:
                return None
            codec = self._codec_at(at)
            if codec is not None:
                result = codec.read(self._buffer, at, final=final)
                if result is None:
                    return None
                if isinstance(result, Message):
                    return at + len(result.raw), result
                self._damaged = codec, result
        return self._stretch(at, final=final)

    def _codec_at(self, at: int) -> Codec | None:
        return next((codec for codec in self._codecs if codec.HEAD.match(self._buffer, at)), None)

    def _stretch(self, at: int, *, final: bool) -> tuple[int, Message | None] | None:
        """Take damaged bytes or noise, up to the next head."""
        size = self._damaged[1].size if self._damaged else None
        limit = at + (STRETCH_BYTES if size is None else size)
        seen = len(self._buffer) if final else len(self._buffer) - self._look + 1
        end = min(self._first_head(k, at + 1, limit, seen) for k in range(len(self._codecs)))
        if end > seen or (end == seen and seen < limit and not final):
            return None
        raw = bytes(self._buffer[at:end])
        if self._damaged is not None:
            return end, self._damaged[0].explain(raw)
        return end, noise.message(raw, limit=STRETCH_BYTES) if raw.strip(noise.PADDING) else None

    def _first_head(self, k: int, start: int, limit: int, seen: int) -> int:
        """Where the first head of codec `k` begins, from `start`; at most `limit`, and `seen` where none is there yet.

        Every byte is searched once, however often this is asked.
        """
        place = max(self._next_head[k], start)
        if place < min(limit, seen):
            match = self._codecs[k].HEAD.search(self._buffer, place)
            self._next_head[k] = place = min(match.start(), seen) if match else seen
        return min(place, limit)
