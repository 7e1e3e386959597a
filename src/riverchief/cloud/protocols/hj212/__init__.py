"""HJ 212: pollution sources, air and water-quality stations (HJ/T 212-2005, HJ 212-2017, HJ 212-2025, HJ 1404-2024).

    ## 0101 QN=…;ST=21;CN=2011;PW=…;MN=…;Flag=5;CP=&&DataTime=…;w01018-Rtd=40.1,w01018-Flag=N&& 1C80 CR LF

`frame` finds and checks the envelope, `segment` reads its text, `values` turns the data area into readings, `writing`
goes the other way. What the codes mean is data: `tables.toml`.
"""

from riverchief.cloud.protocols.hj212.frame import HEAD, HEAD_BYTES, NAME, explain, read
from riverchief.cloud.protocols.hj212.writing import acknowledge, encode_frame, encode_upload

__all__ = ["HEAD", "HEAD_BYTES", "NAME", "acknowledge", "encode_frame", "encode_upload", "explain", "read"]
