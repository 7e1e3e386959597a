"""Reports as bytes: every station in its own dialect, by the codecs' encoders."""

from __future__ import annotations

from dataclasses import dataclass

from riverchief.base.basin import Station
from riverchief.base.errors import UnknownName
from riverchief.base.time import from_epoch
from riverchief.cloud.protocols import hj212, sl651
from riverchief.cloud.protocols.messages import Item
from riverchief.simulate.link import Outgoing
from riverchief.simulate.stations import Report

_SYSTEM = {"outfall": "32"}  # ST of HJ 212: 32 surface-water pollution source, 21 surface water
_LATE_S = 120  # a report that leaves later than this is a back-filled one
_SERIALS = 65_535


@dataclass
class Encoder:
    """Makes frames for one station; counts its serial numbers.

    Raises
    ------
    UnknownName
        For a protocol that no encoder speaks.
    """

    station: Station
    _count: int = 0

    def __post_init__(self) -> None:
        if self.station.protocol not in ("hj212", "sl651"):
            raise UnknownName("protocol", self.station.protocol, ("hj212", "sl651"))

    def encode(self, report: Report) -> Outgoing:
        """The frame of a report; stamps are local time, values in the protocol's units."""
        self._count += 1
        items = [Item(shown.property, shown.value, shown.flag) for shown in report.readings]
        at, sent_at = from_epoch(report.time_s), from_epoch(report.due_s)
        if self.station.protocol == "hj212":
            frame = hj212.encode_upload(
                items,
                device=self.station.device,
                at=at,
                # QN names the request: reports that leave in one second after an outage differ in the millisecond
                sent_at=sent_at.replace(microsecond=self._count % 1_000 * 1_000),
                dialect=self.station.dialect,
                system=_SYSTEM.get(self.station.kind, "21"),
                back_filled=report.due_s - report.time_s > _LATE_S,
            )
        else:
            frame = sl651.encode_report(
                items,
                station=self.station.device,
                observed_at=at,
                sent_at=sent_at,
                serial=(self._count - 1) % _SERIALS + 1,
                station_class="Q" if self.station.kind == "water_quality" else "H",
            )
        return Outgoing(report, frame)
