import numpy as np
import pytest

from govern.twin import doubtful
from riverchief.base.errors import InputError
from riverchief.govern import twin
from riverchief.govern.twin import ensemble as ens
from riverchief.govern.twin.ensemble import compiled

DAY_S = 86400.0
needs_compiler = pytest.mark.skipif(
    isinstance(compiled._library(), str), reason=f"no compiled kernel here: {compiled._library()}"
)


def difference(members, until_s, watch=None):
    watch = watch or ens.Watch.all(members.model)
    a = ens.run_members(members, until_s, 3600.0, watch, path="numba")
    b = ens.run_members(members, until_s, 3600.0, watch, path="compiled")
    assert (a.balance[:, 3:] == b.balance[:, 3:]).all(), "the two took other steps"
    return max(
        np.abs(getattr(a, name) - getattr(b, name)).max() / np.abs(getattr(a, name)).max()
        for name in ("level_m", "flow_m3s", "conc")
    )


def equal(count=8, **kw):
    """Members that doubt alike, so that a shared step is each one's own."""
    members = doubtful.members(count, **kw)
    like = {
        k: np.repeat(getattr(members, k)[:1], count, axis=0)
        for k in ("log_inflow", "log_load", "log_rough", "log_decay", "log_dispersion")
    }
    return members.moved(**like, spread=ens.Spread(inflow=ens.AR1(0.2)))


@needs_compiler
@pytest.mark.parametrize("weir", [False, True])
def test_members_of_one_step_sequence_agree_with_the_reference_to_round_off(weir):
    members = doubtful.members(11, weir=weir, control=twin.Control(120.0, 120.0, 0.05))
    assert difference(members, 0.25 * DAY_S + 0.5 * DAY_S) < 1e-11


@needs_compiler
def test_dispersion_agrees_as_well():
    assert difference(doubtful.members(8, dispersion=30.0, control=twin.Control(120.0, 120.0, 0.05)), DAY_S) < 1e-11


@needs_compiler
@pytest.mark.parametrize("weir", [False, True])
@pytest.mark.parametrize("control", [twin.AUTOMATIC, twin.Control(900.0, 900.0, 0.05)], ids=["automatic", "900 s"])
def test_long_steps_with_sub_steps_of_transport_agree_as_well(weir, control):
    assert difference(equal(weir=weir, control=control), 3 * DAY_S) < 1e-11


def everything():
    """Gates by series and by rule, a pump, an orifice, a rating curve, an abstraction, a tide that runs up the river."""
    river = twin.River("all")
    bed = 10.0
    for k in range(3):
        shapes = [twin.trapezoid(12, 1.5, 0.03, bed_m=bed - k), twin.trapezoid(12, 1.5, 0.03, bed_m=bed - k - 1)]
        river.reach(f"r{k}", [0.0, 2000.0], shapes, dx_m=250.0)
    river.storage("r0:end", [bed - 1, bed + 4], [5e4, 8e4])
    time_s = np.array([0.0, 0.2, 0.4, 1.0]) * DAY_S
    river.structure(
        twin.Gate("g", bed - 1, 6.0, twin.Series(time_s, np.array([0.5, 1.2, 0.3, 0.8]), True)),
        between=("r0:end", "r1:start"),
    )
    rule = twin.LevelRule("r1", 1500.0, bed + 0.5, 0.5, 3600.0, 0.05, 3.0)
    river.structure(twin.Gate("keeps", bed - 2, 8.0, twin.constant(1.0), rule=rule), between=("r1:end", "r2:start"))
    river.storage("pond", [bed - 3, bed], [2e4, 2e4])
    river.structure(twin.Pump("p", twin.constant(0.8), on_m=bed - 1.2, off_m=bed - 2.0), between=("pond", "r2:start"))
    river.inflow("rain", twin.Series(time_s, np.array([0.5, 3.0, 1.0, 0.2])), node="pond", cod=3.0)
    river.inflow("head", twin.Series(time_s, np.array([8.0, 20.0, 12.0, 6.0])), node="r0:start", cod=20.0)
    river.inflow("intake", -1.0, at=("r1", 1000.0))
    tide = np.arange(0, 1.01, 1 / 24) * DAY_S
    river.boundary(
        twin.LevelBoundary(
            "r2:end", twin.Series(tide, bed + 1.2 * np.sin(2 * np.pi * tide / (DAY_S / 2))), {"cod": 2.0}
        )
    )
    return twin.Model(river, control=twin.Control(60.0, 60.0, 0.05))


@needs_compiler
def test_structures_rules_and_backwards_water_agree():
    model = everything()
    start = model.start(0.0, level_m=11.0)
    members = ens.draw(model, 8, start, ens.Spread(inflow=ens.AR1(0.1), roughness=ens.LogNormal(0.1)), seed=2)
    like = {k: np.repeat(getattr(members, k)[:1], 8, axis=0) for k in ("log_inflow", "log_rough")}
    members = members.moved(**like)
    run = ens.run_members(members, 0.5 * DAY_S, 3600.0, ens.Watch.all(model), path="numba")
    assert run.flow_m3s.min() < -0.5, "the case has no water that runs backwards"
    assert difference(members, 0.5 * DAY_S) < 1e-9


@needs_compiler
def test_the_part_without_vector_instructions_agrees(monkeypatch):
    library = compiled._loaded(compiled._built(compiled.COMPILER, (*compiled.FLAGS, "-DPLAIN")))
    monkeypatch.setattr(compiled, "_library", lambda: library)
    assert difference(equal(control=twin.Control(600.0, 600.0, 0.05)), DAY_S) < 1e-11


@needs_compiler
def test_members_with_other_histories_go_on_together():
    members = doubtful.members(3)
    members.state.clock[1, 1] = 17.0
    run = ens.run_members(members, 0.5 * DAY_S, 3600.0, ens.Watch.all(members.model), path="compiled")
    assert np.abs(run.water_error).max() < 1e-12


@needs_compiler
def test_a_kernel_is_built_once():
    path = compiled._built(compiled.COMPILER)
    written = path.stat().st_mtime_ns
    assert compiled._built(compiled.COMPILER) == path
    assert path.stat().st_mtime_ns == written


def test_without_a_compiler_the_numba_path_runs_and_says_why(monkeypatch):
    monkeypatch.setattr(compiled, "COMPILER", "no-such-compiler")
    compiled._library.cache_clear()
    try:
        members = doubtful.members(2)
        run = ens.run_members(members, 0.3 * DAY_S, 3600.0, ens.Watch.at(members.model, [("up", 0.0)]))
        assert run.path == "numba"
        assert "no compiler (no-such-compiler)" in run.why
        with pytest.raises(InputError, match="no compiler"):
            ens.run_members(members, 0.3 * DAY_S, 3600.0, ens.Watch.all(members.model), path="compiled")
    finally:
        compiled._library.cache_clear()


@needs_compiler
def test_dispersion_by_a_formula_agrees_as_well():
    members = doubtful.members(3, dispersion="fischer", control=twin.Control(120.0, 120.0, 0.05))
    plain = ens.run_members(
        doubtful.members(3, control=members.model.control), 0.5 * DAY_S, 3600.0, ens.Watch.all(members.model)
    )
    run = ens.run_members(members, 0.5 * DAY_S, 3600.0, ens.Watch.all(members.model))
    assert run.path == "compiled"
    assert np.abs(run.conc - plain.conc).max() > 0.05, "the case disperses nothing"
    assert difference(members, 0.5 * DAY_S) < 1e-11
    assert np.abs(run.mass_error).max() < 1e-12


def test_rivers_with_loops_run_on_the_numba_path_and_say_so():
    river = twin.River("loop")
    shapes = [twin.trapezoid(10, 2, 0.03, bed_m=2.0), twin.trapezoid(10, 2, 0.03, bed_m=1.0)]
    river.reach("a", [0.0, 2000.0], shapes, dx_m=500.0, from_node="n", to_node="m")
    river.reach("b", [0.0, 2500.0], shapes, dx_m=500.0, from_node="n", to_node="m")
    river.inflow("q", 8.0, node="n")
    river.boundary(twin.LevelBoundary("m", twin.constant(2.5)))
    model = twin.Model(river)
    members = ens.draw(model, 2, model.start(0.0), ens.Spread(roughness=ens.LogNormal(0.1)))
    run = ens.run_members(members, 7200.0, 3600.0, ens.Watch.all(model))
    assert run.path == "numba"
    assert "loops" in run.why
    assert np.abs(run.water_error).max() < 1e-12
