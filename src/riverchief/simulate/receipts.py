"""Acknowledgements as a station sees them: bytes from the centre in, keys of what it has safely got out (sans-IO)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_HJ_HEAD = re.compile(rb"##(\d{3,4})")
_HJ_CODE = re.compile(rb"CN=(901[34])")
_HJ_NUMBER = re.compile(rb"QN=(\d{13,17})")
_SL_START = re.compile(rb"\x7e\x7e(?!\x7e)")
_SL_HEAD, _SL_TAIL = 14, 3  # bytes before the body, and from the end character on
_EOT, _ACK, _ESC = 0x04, 0x06, 0x1B
_MOST = 4_096  # a centre's answer is far shorter; more than this unread is noise


@dataclass(frozen=True)
class Receipt:
    """The centre has what carried this key; it may ask to hang up (SL 651 EOT)."""

    key: str
    hang_up: bool = False


def hj212_key(frame: bytes) -> str:
    """What an HJ 212 acknowledgement repeats: the request number QN; empty for devices that send none."""
    number = _HJ_NUMBER.search(frame)
    return number[1].decode() if number else ""


def sl651_key(frame: bytes) -> str:
    """What an SL 651 acknowledgement repeats: function code and serial number of a HEX frame that goes up."""
    return f"{frame[10]:02X}-{frame[14:16].hex().upper()}"


@dataclass
class Receipts:
    """Reads what the centre sends on one connection; call `feed` with whatever arrives."""

    protocol: str
    _held: bytearray = field(default_factory=bytearray, repr=False)

    def feed(self, data: bytes) -> list[Receipt]:
        """Acknowledgements that are complete now, in their order; anything else is passed over."""
        self._held += data
        found = self._hj212() if self.protocol == "hj212" else self._sl651()
        del self._held[:-_MOST]
        return found

    def _hj212(self) -> list[Receipt]:
        found = []
        while head := _HJ_HEAD.search(self._held):
            end = head.end() + int(head[1]) + 4  # length counts the segment; four characters of CRC follow
            if len(self._held) < end:
                break
            segment = bytes(self._held[head.end() : end - 4])
            del self._held[:end]
            if _HJ_CODE.search(segment):
                # 2005 puts the QN into CP, 2017 before it: either is the first in the frame
                number = _HJ_NUMBER.search(segment)
                found.append(Receipt(number[1].decode() if number else ""))
        return found

    def _sl651(self) -> list[Receipt]:
        found = []
        while head := _SL_START.search(self._held):
            start = head.start()
            if len(self._held) < start + _SL_HEAD:
                break
            length = int.from_bytes(self._held[start + 11 : start + 13], "big") & 0x0FFF
            end = start + _SL_HEAD + length + _SL_TAIL
            if len(self._held) < end:
                break
            frame = bytes(self._held[start:end])
            del self._held[:end]
            last = frame[-_SL_TAIL]
            # the high four bits of the length say that it comes down; NAK and ENQ acknowledge nothing
            if frame[11] >> 4 == 8 and last in (_EOT, _ACK, _ESC):
                found.append(Receipt(f"{frame[10]:02X}-{frame[14:16].hex().upper()}", hang_up=last == _EOT))
        return found
