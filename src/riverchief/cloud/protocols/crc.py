"""Checksums of the field protocols.

Both 16-bit checksums are linear over the two-element field, so Python's long integers compute them without a loop
over the bytes: about 2 µs for a usual frame, and a flood of false frame heads costs little.
"""

from __future__ import annotations

_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def _table_a001() -> tuple[int, ...]:
    """The 256 entries of the reflected polynomial 0xA001, one for each byte."""
    table = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
        table.append(crc)
    return tuple(table)


_TABLE = _table_a001()


def _hj212_starts() -> tuple[int, ...]:
    """The high byte 0xFF after 0 … 7 zero bytes; after eight it is 0xFF again."""
    starts = [0xFF]
    for _ in range(7):
        starts.append(_TABLE[starts[-1]] >> 8)
    return tuple(starts)


_STARTS = _hj212_starts()


def hj212(segment: bytes) -> int:
    """The checksum of an HJ 212 data segment (HJ 212-2017, Appendix A).

    Notes
    -----
    The appendix shifts the register right by eight *before* a byte is XORed in, so only its high byte lives on:
    one step is ``crc = T[high(crc) ^ byte]`` with the usual table T of 0xA001, from 0xFFFF. The map of the high byte
    is linear and its eighth power is the identity. Bytes eight places apart therefore count alike: the checksum of a
    segment is that of its eight-byte blocks (aligned at the end) XORed into one, and exchanging two characters that
    stand eight apart is never noticed.

    >>> f"{hj212(b'123456789'):04X}"
    '2F80'
    """
    if not segment:
        return 0xFFFF
    folded = int.from_bytes(segment, "big")
    width = 64
    while width < 8 * len(segment):
        width *= 2
    while width > 64:
        width //= 2
        folded = (folded >> width) ^ (folded & ((1 << width) - 1))
    high, crc = _STARTS[len(segment) % 8], 0
    for byte in folded.to_bytes(8, "big"):
        crc = _TABLE[high ^ byte]
        high = crc >> 8
    return crc


def modbus(data: bytes) -> int:
    """CRC-16/MODBUS, the checksum of SL 651-2014 (which stores it high byte first).

    Notes
    -----
    The generator is x¹⁶+x¹⁵+x²+1 = (x+1)(x¹⁵+x+1). Modulo the second factor x¹⁵ = x+1, and squaring keeps that:
    x^(15·2ᵏ) = x^(2ᵏ)+1. Each such step halves the degree of the message; the parity of its bits is the rest modulo
    the first factor, and joins in by the Chinese remainder theorem.

    >>> f"{modbus(b'123456789'):04X}"
    '4B37'
    """
    # the standard shifts the lowest bit of a byte in first
    rest = (int.from_bytes(data.translate(_REVERSED), "big") << 16) ^ (0xFFFF << (8 * len(data)))
    odd = rest.bit_count() & 1
    for step in range((rest.bit_length() // 15).bit_length(), -1, -1):
        while high := rest >> (15 << step):
            rest = (rest & ((1 << (15 << step)) - 1)) ^ (high << (1 << step)) ^ high
    if odd != rest.bit_count() & 1:
        rest ^= 0b1000_0000_0000_0011  # x¹⁵+x+1 has an odd number of terms
    low, high = rest & 0xFF, rest >> 8
    return _REVERSED[high] | _REVERSED[low] << 8


def szy206(data: bytes) -> int:
    """CRC-8 of SZY206-2016: polynomial x⁷+x⁶+x⁵+x²+1 as 0xE5, from 0, not reflected."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0xE5) & 0xFF if crc & 0x80 else crc << 1
    return crc


def swapped(crc: int) -> int:
    """The two bytes of a checksum in the other order."""
    return (crc & 0xFF) << 8 | crc >> 8
