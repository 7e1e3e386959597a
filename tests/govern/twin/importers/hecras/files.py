"""HEC-RAS text files of small models, written for the tests by this module alone."""

from __future__ import annotations


def columns(values, per_line=10):
    texts = ["" if v is None else f"{v:g}" for v in values]
    return "\n".join(
        "".join(t.rjust(8) for t in texts[k : k + per_line]) for k in range(0, len(texts), per_line)
    )  # fmt: skip


def section(
    station, points, rough=((0, 0.06), (20, 0.03), (30, 0.06)), banks=(20, 30), lengths=(100, 100, 100), extra=""
):
    flat = [v for p in points for v in p]
    n = [v for x, m in rough for v in (x, m, 0)]
    return f"""Type RM Length L Ch R = 1 ,{station},{",".join(map(str, lengths))}
BEGIN DESCRIPTION:
#Sta/Elev= 99 is only talk
END DESCRIPTION:
#Sta/Elev= {len(points)}
{columns(flat)}
#Mann= {len(rough)} ,-1 , 0
{columns(n, 9)}
{extra}Bank Sta={banks[0]},{banks[1]}
XS Rating Curve= 0 ,0
Exp/Cntr=0.3,0.1

"""


VALLEY = ((0, 20), (0, 10), (20, 10), (20, 0), (30, 0), (30, 10), (50, 10), (50, 20))


def lifted(by, points=VALLEY):
    return tuple((x, z + by) for x, z in points)


def bridge(station, soffit=12, road=14, coefficients="-1 , 0 , 0 ,, 0 ,,,0.8,0,,0,", piers="", inner=""):
    stations, roads, soffits = (0, 10, 10, 40, 40, 50), (road,) * 6, (None, None, soffit, soffit, None, None)
    side = "\n".join(columns(v) for v in (stations, roads, soffits))
    return f"""Type RM Length L Ch R = 3 ,{station},,,
Node Name=Mill Road
Bridge Culvert--1,0,-1,-1, 0
Deck Dist Width WeirC Skew NumUp NumDn MinLoCord MaxHiCord MaxSubmerge Is_Ogee
30,20,2.6,0, 6, 6, , , 0.95, 0, 0,0,,
{side}
{side}
{piers}{inner}BR Coef={coefficients}
WSPro=,,,, 1 ,,,, 0 ,,,, 0 ,,,,-1 ,-1 ,-1 , 0 , 0 , 0 , 0 , 0

"""


def geometry(*blocks, title="Test"):
    body = "".join(blocks)
    return f"Geom Title={title}\nProgram Version=6.30\n\nRiver Reach=Mill Brook      ,Lower           \n{body}"


def flow(flows, end="Dn Type= 3 \nDn Slope=0.001", river="Mill Brook", reach="Lower           ", station="3"):
    return f"""Flow Title=t
Number of Profiles= {len(flows)}
Profile Names={",".join(f"P{k}" for k in range(1, len(flows) + 1))}
River Rch & RM={river},{reach},{station}
{columns(flows)}
""" + "".join(
        f"Boundary for River Rch & Prof#={river},{reach}, {k} \nUp Type= 0 \n{end}\n" for k in range(1, len(flows) + 1)
    )


def written(folder, geometry_text, flow_text, units="English Units", regime="Subcritical Flow"):
    """A project with its plan; gives the plan."""
    (folder / "m.prj").write_text(f"Proj Title=m\n{units}\n", encoding="utf-8")
    (folder / "m.g01").write_text(geometry_text, encoding="utf-8")
    (folder / "m.f01").write_text(flow_text, encoding="utf-8")
    plan = folder / "m.p01"
    plan.write_text(
        f"Plan Title=m\nGeom File=g01\nFlow File=f01\n{regime}\nFriction Slope Method= 1\n", encoding="utf-8"
    )
    return plan
