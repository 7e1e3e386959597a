"""From frames in the log to readings in the store: at least once, under keys that make it exactly once.

The number of the last frame whose readings are stored goes into the same transaction as the readings. What the log
has behind it after a crash is decoded again, in order. A station that got no acknowledgement sends the same bytes
again: that is a frame more in the log, and no reading more in the store, also where a correction came between.
"""

from __future__ import annotations

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from riverchief.base.errors import StoreError
from riverchief.base.readings import SeriesKey
from riverchief.base.time import Clock
from riverchief.cloud.protocols import Message, StreamDecoder
from riverchief.gateway.devices import Devices, device_name
from riverchief.gateway.naming import name_values
from riverchief.store import DeviceSeen, Row, Store
from riverchief.store.records import to_ms

WHO = "gateway"
BATCH_FRAMES = 2_000
RECENT_FRAMES = 65_536  # how far back a frame is known to have been sent before
# frames of one write are judged by one time of arrival, so they may not lie further apart than this
_SPAN = timedelta(seconds=300)

_log = logging.getLogger(__name__)


class Logged(NamedTuple):
    """A frame that is durable: its number, when and from whom it came, what it says, whose connection it was."""

    frame_no: int
    at: datetime
    peer: str
    message: Message
    device: str  # "<protocol>:<address>" of the connection's last valid frame, empty for none


class Storing:
    """Writes what frames say into the store; used by one thread at a time.

    Parameters
    ----------
    store
        Open; its frame log is this process's to write.
    clock
        Tells when readings become known.
    devices
        Which device stands for which station.
    """

    def __init__(self, store: Store, clock: Clock, devices: Devices) -> None:
        self._store = store
        self._clock = clock
        self._devices = devices
        self._series: dict[tuple[SeriesKey, int | None], int] = {}
        self._recent: OrderedDict[bytes, None] = OrderedDict()

    def undecoded(self) -> Iterator[list[Logged]]:
        """Batches of the frames that the log has and the store does not; also learns what was sent before."""
        done = self._store.observations.decoded_to()
        last = self._store.frames.open_for_writing()
        if last > done:
            _log.warning("frames %d to %d are in the log and not yet in the store: decoding them again", done + 1, last)
        batch: list[Logged] = []
        for frame in self._store.frames.since(max(done - RECENT_FRAMES, 0)):
            if frame.frame_no <= done:
                self._remember([_digest(frame.raw)])
                continue
            if frame.frame_no > last:
                break
            decoder = StreamDecoder()
            messages = [*decoder.feed(frame.raw), *decoder.flush()]
            batch += [Logged(frame.frame_no, frame.at, frame.peer, message, "") for message in messages]
            if len(batch) >= BATCH_FRAMES:
                yield batch
                batch = []
        if batch:
            yield batch

    def store(self, batch: list[Logged]) -> None:
        """Store what frames say, in their order, each write with its watermark.

        Raises
        ------
        StoreFull
            When no space is left. What was not stored stays to be stored: call again with the same batch.
        StoreError
            When the store cannot be written for another reason; the same holds.
        """
        self._devices.refresh()
        done = self._store.observations.decoded_to()
        for group in _by_arrival(logged for logged in batch if logged.frame_no > done):
            self._store_group(group)

    def _store_group(self, group: list[Logged]) -> None:
        rows: list[Row] = []
        seen: dict[str, DeviceSeen] = {}
        fresh: set[bytes] = set()
        for logged in group:
            name, added = self._seen_of(logged)
            digest = _digest(logged.message.raw)
            if logged.message.readings:
                if digest in self._recent or digest in fresh:
                    added = added._replace(resent=1)
                else:
                    taken, added = self._try_rows_of(logged, added)
                    rows += taken
            fresh.add(digest)
            seen[name] = _sum(seen[name], added) if name in seen else added
        report = self._store.observations.write(
            rows,
            known_at=self._clock.now(),
            received_at=group[-1].at,
            who=WHO,
            decoded_to=group[-1].frame_no,
            seen=list(seen.values()),
        )
        self._remember(fresh)  # only now: a write that failed is tried again with the same frames
        if report.refused:
            names = ", ".join(sorted(name for name, one in seen.items() if one.readings))
            _log.warning("readings refused among those of %s: %s", names, dict(report.refused))

    def _seen_of(self, logged: Logged) -> tuple[str, DeviceSeen]:
        message = logged.message
        if message.device:
            name = device_name(message.protocol, message.device)
        else:
            name = logged.device or f"peer:{logged.peer.rpartition(':')[0]}"
        protocol, _, address = name.partition(":")
        place = "" if protocol == "peer" else self._devices.of(protocol, address).place
        reason = message.reason or ""
        return name, DeviceSeen(
            name,
            place,
            frames=1,
            invalid=int(not message.valid),
            checksum_failures=int(reason.startswith("checksum")),
            last_seen_ms=to_ms(logged.at),
            last_peer=logged.peer,
            last_frame_no=logged.frame_no,
            last_reason=reason,
        )

    def _try_rows_of(self, logged: Logged, added: DeviceSeen) -> tuple[list[Row], DeviceSeen]:
        try:
            return self._rows_of(logged, added)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001  # see below
            # a message that our own code cannot take must not hold up all that come after it; its bytes are kept
            _log.exception("frame %d of %s cannot be stored", logged.frame_no, added.device)
            refused = len(logged.message.readings)
            return [], added._replace(refused=refused, last_reason=f"frame {logged.frame_no} failed: {error!r}")

    def _rows_of(self, logged: Logged, added: DeviceSeen) -> tuple[list[Row], DeviceSeen]:
        message = logged.message
        device = self._devices.of(message.protocol, message.device)
        named, n_timeless = name_values(message, device.place)
        rows = [
            Row(self._series_id(one.key, one.unit, device.interval_s), one.time_s, one.value, one.flag, logged.frame_no)
            for one in named
        ]
        # what the store will refuse as future is counted here by the same rule, for the device's own page
        limit_s = to_ms(logged.at) / 1000 + self._store.observations.future_tolerance_s
        n_future = sum(row.time_s > limit_s for row in rows)
        reason = f"{n_future} readings are in the future" if n_future else ""
        reason = f"{n_timeless} readings have no time" if n_timeless else reason
        added = added._replace(readings=len(rows) - n_future, refused=n_future + n_timeless)
        return rows, added._replace(last_reason=reason or added.last_reason)

    def _series_id(self, key: SeriesKey, unit: str, interval_s: int | None) -> int:
        known = self._series.get((key, interval_s))
        if known is None:
            known = self._store.observations.series_id(key, unit=unit, interval_s=interval_s)
            self._series[key, interval_s] = known
        return known

    def _remember(self, digests: Iterable[bytes]) -> None:
        for digest in digests:
            self._recent[digest] = None
            self._recent.move_to_end(digest)
        while len(self._recent) > RECENT_FRAMES:
            self._recent.popitem(last=False)


def _digest(raw: bytes) -> bytes:
    return hashlib.blake2b(raw, digest_size=16).digest()


def _by_arrival(batch: Iterable[Logged]) -> Iterator[list[Logged]]:
    group: list[Logged] = []
    for logged in batch:
        # the messages of one frame stay together, because the watermark counts frames
        if group and logged.at - group[0].at > _SPAN and logged.frame_no != group[-1].frame_no:
            yield group
            group = []
        group.append(logged)
    if group:
        yield group


def _sum(old: DeviceSeen, new: DeviceSeen) -> DeviceSeen:
    return new._replace(
        frames=old.frames + new.frames,
        invalid=old.invalid + new.invalid,
        checksum_failures=old.checksum_failures + new.checksum_failures,
        readings=old.readings + new.readings,
        refused=old.refused + new.refused,
        resent=old.resent + new.resent,
        last_reason=new.last_reason or old.last_reason,
    )
