"""The small basin with the four air stations of the demo, for tests."""

from dataclasses import replace

from riverchief import basins
from riverchief.base.basin import Basin


def with_air() -> Basin:
    """The basin `mini`, and the air stations of `jinzhong` put into its first county."""
    mini = basins.read(basins.named("mini"))
    air = [
        replace(one, region="149901", assumed=True)
        for one in basins.read(basins.named("jinzhong")).stations
        if one.kind == "air"
    ]
    return replace(mini, stations=(*mini.stations, *air))
