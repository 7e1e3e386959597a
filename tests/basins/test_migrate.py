from dataclasses import replace

import numpy as np
import pytest

from riverchief import basins
from riverchief.base.basin import Basin, Reach
from riverchief.base.places import Place


def bare(basin: Basin, reaches, version="2") -> Basin:
    empty = dict.fromkeys(("sections", "stations", "facilities", "chiefs", "responsibilities", "projects"), ())
    return replace(basin, reaches=tuple(reaches), version=version, **empty)


def split(reach: Reach, at: int) -> tuple[Reach, Reach]:
    """A reach cut at one of its vertices; each half has its share of the length."""
    half = [replace(reach, line=reach.line[: at + 1]), replace(reach, line=reach.line[at:])]
    from riverchief.base.geometry import to_local_m

    def drawn(line):
        xy = to_local_m([p[0] for p in line], [p[1] for p in line], line[0])
        return float(np.hypot(*np.diff(xy, axis=0).T).sum())

    share = drawn(half[0].line) / (drawn(half[0].line) + drawn(half[1].line))
    upper, lower = half
    upper = replace(upper, code=f"{reach.code}a", to_node=f"{reach.code}-mid", length_m=reach.length_m * share)
    lower = replace(lower, code=f"{reach.code}b", from_node=f"{reach.code}-mid", length_m=reach.length_m * (1 - share))
    return upper, lower


def test_onto_the_same_network_nothing_moves(mini):
    done = basins.migrate(mini, bare(mini, mini.reaches))
    assert (done.moved, done.lost) == ([], [])
    assert done.basin == replace(mini, version="2")


@pytest.mark.parametrize("name", ["mini", "jinzhong"])
def test_a_reach_cut_in_two_keeps_every_place_where_it_is(name, tmp_path):
    old = basins.read(basins.named(name))
    cut = next(r for r in old.reaches if len(r.line) >= 5)
    new = bare(old, [part for r in old.reaches for part in (split(r, 2) if r is cut else (r,))])
    done = basins.migrate(old, new)
    assert done.lost == []
    for kind in ("sections", "stations", "facilities"):
        for before, after in zip(getattr(old, kind), getattr(done.basin, kind), strict=True):
            if before.place is None or before.place.reach != cut.code:
                assert after == before
                continue
            assert after.place.reach.startswith(cut.code)
            point = done.basin.network.point(done.basin.network.index(after.place.reach), after.place.chainage_m)[0]
            was = old.network.point(old.network.index(cut.code), before.place.chainage_m)[0]
            assert point == pytest.approx(was, abs=0.002)
            assert any(m.code == before.code and m.old.startswith(cut.code) for m in done.moved)
    covered = sum(d.interval.to_m - d.interval.from_m for d in done.basin.responsibilities)
    assert covered == pytest.approx(sum(d.interval.to_m - d.interval.from_m for d in old.responsibilities), rel=1e-4)
    basins.write(done.basin, tmp_path)
    assert [str(f) for f in basins.check(tmp_path)] == []


def test_two_reaches_made_one_join_their_stretches(mini, tmp_path):
    a, b, c = mini.reaches
    joined = replace(a, code="qx12", to_node=b.to_node, length_m=a.length_m + b.length_m, line=(*a.line, *b.line[1:]))
    done = basins.migrate(mini, bare(mini, [joined, c]))
    assert done.lost == []
    shiqiao = next(s for s in done.basin.sections if s.code == "sec-shiqiao")
    assert shiqiao.place.reach == "qx12"
    assert shiqiao.place.chainage_m == pytest.approx(a.length_m + 3000, rel=0.03)  # two lengths share one line now
    basins.write(done.basin, tmp_path)
    assert [str(f) for f in basins.check(tmp_path)] == []


def test_what_lies_far_from_the_new_network_is_named_and_left_out(mini):
    a, b, _ = mini.reaches
    done = basins.migrate(mini, bare(mini, [a, b]))
    lost = {(x.kind, x.code) for x in done.lost}
    assert {("section", "sec-liuwan"), ("station", "st-liuwan"), ("project", "prj-2")} <= lost
    assert ("responsibility", "ch-nanan") in lost
    assert "sec-liuwan" not in {s.code for s in done.basin.sections}
    assert next(p for p in done.basin.projects if p.code == "prj-2").place is None
    assert all("new network" in x.why for x in done.lost)


def test_a_place_stays_on_its_river_though_another_one_is_nearer(mini):
    """A new branch is drawn 100 m from the station, which stands 200 m off its own redrawn river."""
    a, b, c = mini.reaches
    redrawn = replace(
        b, code="qx2-new", line=tuple((x, y - 0.002) if 0 < i < 5 else (x, y) for i, (x, y) in enumerate(b.line))
    )
    branch = replace(b, code="branch", river="other", from_node="m0", to_node="n1", length_m=3000.0,
                     line=((112.19, 37.201), (112.2044, 37.2079), b.line[0]))  # fmt: skip
    new = bare(mini, [a, redrawn, branch, c])
    new = replace(new, rivers=(*mini.rivers, replace(mini.rivers[0], code="other")))
    done = basins.migrate(mini, new)
    shiqiao = next(s for s in done.basin.stations if s.code == "st-shiqiao")
    assert shiqiao.place.reach == "qx2-new"
    assert isinstance(shiqiao.place, Place)
    moved = next(m for m in done.moved if m.code == "st-shiqiao")
    assert 50 < moved.distance_m < 400


@pytest.mark.parametrize("seed", range(4))
def test_a_new_survey_of_all_rivers_moves_addresses_and_leaves_no_gap_and_no_overlap(seed, tmp_path):
    """Every inner vertex shifted by about 50 m, vertices added, lengths 1 to 4 % longer; the confluences stay."""
    rng = np.random.default_rng(seed)
    old = basins.read(basins.named("jinzhong"))
    reaches = []
    for reach in old.reaches:
        line = np.array(reach.line)
        dense = np.insert(line, range(1, len(line)), (line[:-1] + line[1:]) / 2, axis=0)
        dense[1:-1] += rng.normal(0, 0.0004, (len(dense) - 2, 2))
        points = tuple((float(x), float(y)) for x, y in dense.round(6))
        reaches.append(replace(reach, line=points, length_m=reach.length_m * float(rng.uniform(1.01, 1.04))))
    done = basins.migrate(old, bare(old, reaches))
    assert done.lost == []
    for kind in ("sections", "stations", "facilities"):
        for before, after in zip(getattr(old, kind), getattr(done.basin, kind), strict=True):
            assert before.place is None or after.place.reach == before.place.reach, (kind, before.code)
    basins.write(done.basin, tmp_path)
    assert [str(f) for f in basins.check(tmp_path)] == []
