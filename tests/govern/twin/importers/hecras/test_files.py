import numpy as np
import pytest

from govern.twin.importers.hecras.files import VALLEY, bridge, flow, geometry, lifted, section, written
from riverchief.base.errors import InputError
from riverchief.govern.twin.importers import hecras
from riverchief.govern.twin.river import FreeFall, LevelBoundary, NormalDepth, RatingBoundary

FOOT = 0.3048


def three(**more):
    return section("3", lifted(2)), section("2", lifted(1), **more), section("1", VALLEY)


def test_sections_come_in_metres_with_their_lengths_and_losses(tmp_path):
    model = hecras.read(written(tmp_path, geometry(*three(lengths=(90, 100, 120))), flow([1000])))
    (reach,) = model.reaches
    second = reach.sections[1]
    assert reach.code == "Mill Brook/Lower"
    assert [s.station for s in reach.sections] == ["3", "2", "1"]
    assert second.lengths_m == pytest.approx((90 * FOOT, 100 * FOOT, 120 * FOOT))
    assert (second.contraction, second.expansion) == (0.1, 0.3)
    assert (second.cut.left_bank_m, second.cut.right_bank_m) == pytest.approx((20 * FOOT, 30 * FOOT))
    assert second.cut.ground.manning.tolist() == [0.06, 0.03, 0.06]
    assert second.cut.bed_m == pytest.approx(1 * FOOT)


def test_a_metric_project_is_taken_as_it_is(tmp_path):
    model = hecras.read(written(tmp_path, geometry(*three()), flow([30]), units="SI Units"))
    assert model.reaches[0].sections[0].cut.bed_m == 2
    assert model.cases[0].flows_m3s["Mill Brook/Lower"] == pytest.approx(np.full(3, 30.0))
    assert not model.unmapped


def test_without_a_project_file_feet_are_assumed_and_said(tmp_path):
    plan = written(tmp_path, geometry(*three()), flow([30]))
    (tmp_path / "m.prj").unlink()
    model = hecras.read(plan)
    assert any(u.element == "units" and "feet" in u.why for u in model.unmapped)


def test_what_stands_on_a_section_is_read(tmp_path):
    extra = (
        "#XS Ineff= 2 ,-1\n       0      10      15      40      50      16\nPermanent Ineff=\n       F       T\n"
        "#Block Obstruct= 1 ,-1\n       5       8      30\n"
        "Levee=-1,12,14,-1,45,13,,\n"
    )
    cut = hecras.read(written(tmp_path, geometry(*three(extra=extra)), flow([30]))).reaches[0].sections[1].cut
    assert [(i.left_m / FOOT, i.right_m / FOOT, i.level_m / FOOT, i.permanent) for i in cut.ineffective] == [
        pytest.approx((0, 10, 15, False)), pytest.approx((40, 50, 16, True)),
    ]  # fmt: skip
    assert [(b.left_m / FOOT, b.right_m / FOOT, b.level_m / FOOT) for b in cut.blocks] == [pytest.approx((5, 8, 30))]
    assert [(v.station_m / FOOT, v.crest_m / FOOT, v.left) for v in cut.levees] == [
        pytest.approx((12, 14, True)), pytest.approx((45, 13, False)),
    ]  # fmt: skip


def test_ineffective_areas_of_two_sides_reach_to_the_ends(tmp_path):
    extra = "#XS Ineff= 2 , 0\n       0      10      15      40       0      16\n"
    cut = hecras.read(written(tmp_path, geometry(*three(extra=extra)), flow([30]))).reaches[0].sections[1].cut
    assert [(i.left_m / FOOT, i.right_m / FOOT) for i in cut.ineffective] == [
        pytest.approx((0, 10)), pytest.approx((40, 50)),
    ]  # fmt: skip


def test_a_bridge_comes_with_deck_piers_and_coefficients(tmp_path):
    piers = "Pier Skew, UpSta & Num, DnSta & Num=  ,25, 2 ,25, 2 , 0 , 0 , 0 ,,\n" + (
        "       2       2\n       0      12\n" * 2
    )
    inner = "BR U #Sta/Elev= 2\n       0      11      50      11\nBR U Banks=20,30\n"
    blocks = (
        section("3", lifted(2)), bridge("2.5", piers=piers, inner=inner, coefficients="-1 ,-1 ,-1 ,0.9, 0 ,,,0.7,-1,2,9,"),
        section("2", lifted(1)), section("1", VALLEY),
    )  # fmt: skip
    (found,) = hecras.read(written(tmp_path, geometry(*blocks), flow([30]))).reaches[0].crossings
    assert (found.name, found.kind, found.after) == ("Mill Road", "bridge", 0)
    assert (found.distance_m, found.width_m) == pytest.approx((30 * FOOT, 20 * FOOT))
    assert found.coefficient == pytest.approx(2.6 * FOOT**0.5)
    assert np.isnan(found.up.soffit_m).tolist() == [True, True, False, False, True, True]
    assert [(p.up_m / FOOT, p.width_m / FOOT, p.top_m / FOOT) for p in found.piers] == [pytest.approx((25, 2, 12))]
    assert (found.submerged, found.drag, found.yarnell, found.by_energy) == (0.7, 2.0, 0.9, True)
    assert found.inner[0].points[:, 1] / FOOT == pytest.approx([11, 11])
    assert found.inner[1] is None


def test_of_several_methods_only_the_chosen_counts(tmp_path):
    blocks = (
        section("3", lifted(2)), bridge("2.5", coefficients="-1 , 1 , 0 ,, 0 ,,,0.8,0,1.2,0,"), section("2", VALLEY),
    )  # fmt: skip
    (found,) = hecras.read(written(tmp_path, geometry(*blocks), flow([30]))).reaches[0].crossings
    assert np.isnan(found.drag)


def test_culverts_are_read_by_rise_and_span(tmp_path):
    text = bridge("2.5").replace("BR Coef", "Culvert=1,6,,50,0.013,0.5,1,1,1,2.5,25,2,25,Pipe , 0 ,5\nMultiple Barrel "
                                 "Culv=2,3,5,50,0.014,0.2,1,10,2,2.5,2.1, 2,Box , 0 ,5\n   20   28\nBR Coef")  # fmt: skip
    blocks = (section("3", lifted(2)), text, section("2", VALLEY))
    (found,) = hecras.read(written(tmp_path, geometry(*blocks), flow([30]))).reaches[0].crossings
    pipe, box = found.barrels
    assert found.kind == "culvert"
    assert pipe.area_m2 == pytest.approx(np.pi * 9 * FOOT**2)
    assert pipe.perimeter_m == pytest.approx(6 * np.pi * FOOT)
    assert (box.count, box.area_m2) == (2, pytest.approx(15 * FOOT**2))
    assert (pipe.inlet_m / FOOT, pipe.outlet_m / FOOT) == pytest.approx((2.5, 2.0))
    assert (box.inlet_m / FOOT, box.outlet_m / FOOT) == pytest.approx((2.5, 2.1))


def test_an_inline_weir_comes_with_its_crest(tmp_path):
    weir = (
        "Type RM Length L Ch R = 5 ,2.5,,,\nIW Pilot Flow=0\n#Inline Weir SE= 2\n       0       8      50       8\n"
        "IW Dist,WD,Coef,Skew,MaxSub,Min_El,Is_Ogee,SpillHt,DesHd\n10,20,3.2,0,0.95,, 0,,,\n"
        "IW Gate Name Wd,H,Inv,GCoef\nG,1,1,1\n\n"
    )
    model = hecras.read(written(tmp_path, geometry(section("3", lifted(2)), weir, section("2", VALLEY)), flow([30])))
    (found,) = model.reaches[0].crossings
    assert (found.kind, found.most_drowned) == ("weir", 0.95)
    assert found.coefficient == pytest.approx(3.2 * FOOT**0.5)
    assert [u.element for u in model.unmapped] == ["gate of structure at 2.5"]


def test_what_does_not_map_is_named_with_line_and_reason(tmp_path):
    more = "Type RM Length L Ch R = 6 ,2.7,,,\nLateral Weir Pos= 0\n\n"
    tail = "Storage Area=Pond            ,1,2\n"
    model = hecras.read(written(tmp_path, geometry(section("3", VALLEY), more, section("2", VALLEY), tail), flow([30])))
    assert [(u.file, u.element.split(" at ")[0]) for u in model.unmapped] == [
        ("m.g01", "lateral structure"), ("m.g01", "storage area Pond"),
    ]  # fmt: skip
    assert all(u.line > 1 and u.why for u in model.unmapped)


@pytest.mark.parametrize(
    ("end", "kind"),
    [("Dn Type= 1 \nDn Known WS=12", LevelBoundary), ("Dn Type= 2 ", FreeFall), ("Dn Type= 3 \nDn Slope=0.002", NormalDepth),
     ("Dn Type= 4 \nDn Rating Curve # Pts= 2\n       5       0      15    2000", RatingBoundary)],
)  # fmt: skip
def test_every_kind_of_boundary_is_read(tmp_path, end, kind):
    (boundary,) = hecras.read(written(tmp_path, geometry(*three()), flow([30], end))).cases[0].boundaries
    assert isinstance(boundary, kind)
    assert boundary.node == "Mill Brook/Lower:end"
    if kind is LevelBoundary:
        assert boundary.level_m.value[0] == pytest.approx(12 * FOOT)
    if kind is RatingBoundary:
        assert boundary.level_m == pytest.approx(np.array([5, 15]) * FOOT)
        assert boundary.flow_m3s == pytest.approx(np.array([0, 2000]) * FOOT**3)


def test_a_boundary_that_is_written_once_holds_for_every_profile(tmp_path):
    text = flow([100, 200])
    once = text[: text.index("Boundary", text.index("Boundary") + 1)]
    cases = hecras.read(written(tmp_path, geometry(*three()), once)).cases
    assert [[b.node for b in c.boundaries] for c in cases] == [["Mill Brook/Lower:end"]] * 2


def test_discharges_change_from_the_station_on(tmp_path):
    text = flow([100, 200]).replace(
        "Boundary", "River Rch & RM=Mill Brook,Lower           ,2\n     150     250\nBoundary", 1
    )
    cases = hecras.read(written(tmp_path, geometry(*three()), text)).cases
    assert [c.name for c in cases] == ["P1", "P2"]
    assert cases[1].flows_m3s["Mill Brook/Lower"] / FOOT**3 == pytest.approx([200, 250, 250])


def test_stations_are_the_same_however_they_are_written(tmp_path):
    cases = hecras.read(written(tmp_path, geometry(*three()), flow([100], station="3.00"))).cases
    assert cases[0].flows_m3s["Mill Brook/Lower"][0] > 0


def test_junctions_name_the_ends_of_their_reaches(tmp_path):
    junction = (
        "Junct Name=Meet\nJunct Desc=, 0 , 0 ,-1 ,0\nUp River,Reach=Mill Brook      ,Lower           \n"
        "Up River,Reach=Side            ,One             \nDn River,Reach=Main            ,Two             \n"
        "Junc L&A=50,0\nJunc L&A=70,30\n\n"
    )
    text = geometry(section("3", VALLEY), section("2", VALLEY)).replace("River Reach=", junction + "River Reach=", 1)
    for name in ("Side            ,One             ", "Main            ,Two             "):
        text += f"River Reach={name}\n" + section("9", VALLEY)
    (tmp_path / "m.g01").write_text(text, encoding="utf-8")
    model = hecras.read(tmp_path / "m.g01", metric=True)
    assert [(r.from_node, r.to_node) for r in model.reaches] == [
        ("Mill Brook/Lower:start", "junction Meet"), ("Side/One:start", "junction Meet"), ("junction Meet", "Main/Two:end"),
    ]  # fmt: skip
    (found,) = model.junctions
    assert found.lengths_m == {"Mill Brook/Lower": 50, "Side/One": 70}
    assert found.angles_deg == {"Side/One": 30}
    assert not found.momentum


@pytest.mark.parametrize(
    ("text", "said"),
    [("nothing\n", "no reach"), ("River Reach=a,b\n", "no CrossSection"),
     ("River Reach=a,b\nType RM Length L Ch R = 1 ,1,,,\n#Sta/Elev= 0\n\nRiver Reach=c,d\n", "0 points")],
)  # fmt: skip
def test_a_geometry_that_is_none_is_refused_with_the_reason(tmp_path, text, said):
    (tmp_path / "m.g01").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        hecras.read(tmp_path / "m.g01", metric=True)


def test_a_flow_file_without_a_discharge_for_a_reach_is_refused(tmp_path):
    with pytest.raises(InputError, match="Mill Brook/Lower has no discharge"):
        hecras.read(written(tmp_path, geometry(*three()), flow([30], station="2")))


@pytest.mark.parametrize("cut", [200, 400, 600, 800])
def test_a_file_that_is_cut_off_anywhere_never_crashes(tmp_path, cut):
    (tmp_path / "m.g01").write_text(geometry(*three())[:cut], encoding="utf-8")
    try:
        model = hecras.read(tmp_path / "m.g01", metric=True)
    except InputError as error:
        assert error.sentence
    else:
        assert model.reaches
