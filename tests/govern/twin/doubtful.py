"""A small river with a tributary for tests of ensembles: two floods, a tracer, a storage, a weir."""

import numpy as np

from riverchief.govern import twin
from riverchief.govern.twin import ensemble as ens

HOUR_S = 3600.0


def river(*, weir: bool = False, dx_m: float = 500.0) -> twin.River:
    made = twin.River("small")
    time_s = np.arange(0.0, 10 * 86400.0 + 1, HOUR_S)

    def flood(base, peak, day):
        x = np.maximum(time_s / 86400.0 - day, 0.0) / 0.4
        return base + (peak - base) * (x * np.exp(1.0 - x)) ** 3

    bed = 30.0
    shapes = [twin.trapezoid(20, 2, 0.03, bed_m=bed, depth_m=8), twin.trapezoid(20, 2, 0.03, bed_m=bed - 10, depth_m=8)]
    made.reach("up", [0.0, 10_000.0], shapes, dx_m=dx_m, from_node="head", to_node="meet")
    shapes = [
        twin.trapezoid(25, 2, 0.03, bed_m=bed - 10, depth_m=8),
        twin.trapezoid(30, 2, 0.03, bed_m=bed - 18, depth_m=8),
    ]
    made.reach("down", [0.0, 10_000.0], shapes, dx_m=dx_m, from_node="meet", to_node="end")
    shapes = [
        twin.trapezoid(8, 2, 0.035, bed_m=bed - 4, depth_m=6),
        twin.trapezoid(8, 2, 0.035, bed_m=bed - 10, depth_m=6),
    ]
    made.reach("side", [0.0, 6_000.0], shapes, dx_m=dx_m, from_node="spring", to_node="meet")
    made.inflow("head", twin.Series(time_s, flood(10.0, 90.0, 0.5) + flood(0.0, 50.0, 2.0)), node="head", cod=10.0)
    made.inflow("spring", twin.Series(time_s, flood(2.0, 25.0, 0.8)), node="spring", cod=25.0)
    made.inflow("works", 0.5, at=("down", 3000.0), cod=60.0)
    if weir:
        made.storage("meet", [bed - 10, bed - 2], [2e5, 3e5])
        made.structure(twin.Weir("w", bed - 15.0, 30.0), at=("down", 5000.0))
    made.boundary(twin.NormalDepth("end", 8e-4))
    return made


def model(
    *, weir: bool = False, control: twin.Control = twin.AUTOMATIC, dx_m: float = 500.0, dispersion=0.0
) -> twin.Model:
    return twin.Model(river(weir=weir, dx_m=dx_m), control=control, dispersion=dispersion)


SPREAD = ens.Spread(
    inflow=ens.AR1(0.2, 12 * HOUR_S),
    load=ens.LogNormal(0.2),
    roughness=ens.LogNormal(0.15),
    decay=ens.LogNormal(0.3),
    dispersion=ens.LogNormal(0.3),
)


def members(
    count: int = 16, *, seed: int = 1, spread: ens.Spread = SPREAD, warm_s: float = 6 * HOUR_S, **kw
) -> ens.Members:
    made = model(**kw)
    start = made.run(made.start(0.0), warm_s, warm_s).state
    return ens.draw(made, count, start, spread, seed=seed, decay_per_s={"cod": 2e-6})
