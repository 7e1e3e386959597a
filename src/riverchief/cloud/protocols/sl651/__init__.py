"""SL 651-2014 in its HEX/BCD encoding: rain, level, flow and water-quality stations of hydrology.

    7E7E 01 0012345678 1234 32 002B 02  serial, time, F1F1 station class, F0F0 time, elements …  03 CRC

`frame` finds and checks the envelope, `body` reads what is in it, `hourly` says which five minutes a group of an
hourly report is, `writing` goes the other way. What the elements mean is data: `elements.csv` and `tables.toml`.
"""

from riverchief.cloud.protocols.sl651.frame import HEAD, HEAD_BYTES, NAME, explain, read
from riverchief.cloud.protocols.sl651.writing import acknowledge, encode_keep_alive, encode_report

__all__ = [
    "HEAD",
    "HEAD_BYTES",
    "NAME",
    "acknowledge",
    "encode_keep_alive",
    "encode_report",
    "explain",
    "read",
]
