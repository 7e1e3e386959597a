"""Steady flow files of HEC-RAS: discharges by reach and station, boundaries by reach and profile."""

from __future__ import annotations

from math import isfinite

import numpy as np

from riverchief.govern.twin.importers.hecras.rows import Case, Floats, HecRas, RasReach, Unmapped, code
from riverchief.govern.twin.importers.hecras.text import Lines
from riverchief.govern.twin.river import Boundary, FreeFall, LevelBoundary, NormalDepth, RatingBoundary, constant
from riverchief.govern.twin.steady.solve import Regime


def read_flow(lines: Lines, model: HecRas, unit_m: float, regime: Regime) -> None:
    """Add the profiles of a flow file to the model."""
    names: list[str] = []
    count = 1
    changes: dict[str, list[tuple[str, list[float]]]] = {}
    boundaries: dict[int, list[Boundary]] = {}
    place: tuple[RasReach, int] | None = None
    for key, value in lines:
        match key:
            case "Number of Profiles":
                count = max(lines.count(value), 1)
            case "Profile Names":
                names = [n.strip() for n in value.split(",")]
            case "River Rch & RM":
                river, reach, station = [*value.split(","), "", ""][:3]
                flows = [q * unit_m**3 for q in lines.numbers(count)]
                changes.setdefault(code(river, reach), []).append((station.strip(), flows))
            case "Boundary for River Rch & Prof#":
                river, reach, number = [*value.split(","), "", ""][:3]
                found = [r for r in model.reaches if r.code == code(river, reach)]
                place = (found[0], int(lines.number_in(number))) if found else None
            case "Up Type" | "Dn Type" if place:
                boundary = _boundary(lines, key[:2], int(np.nan_to_num(lines.number_in(value))), place[0], unit_m)
                if boundary is not None:
                    boundaries.setdefault(place[1], []).append(boundary)
            case "Storage Area Elev" | "Observed WS" | "Known WS" | "Initial Flow Split":
                if key == "Storage Area Elev":
                    lines.numbers(count)
                model.unmapped.append(
                    Unmapped(lines.name, lines.number, f"{key} {value.split(',')[0].strip()}", "left out")
                )
    for k in range(count):
        flows_by_row = {r.code: _by_row(lines, model, r, changes, k) for r in model.reaches}
        name = names[k] if k < len(names) and names[k] else f"profile {k + 1}"
        model.cases.append(Case(name, flows_by_row, _ends(boundaries, k + 1), regime))


def _ends(boundaries: dict[int, list[Boundary]], profile: int) -> tuple[Boundary, ...]:
    """Boundaries of a profile; a node without one has that of the first, which a model may write for all."""
    found = {b.node: b for b in boundaries.get(1, [])} | {b.node: b for b in boundaries.get(profile, [])}
    return tuple(found.values())


def _boundary(lines: Lines, end: str, kind: int, reach: RasReach, unit_m: float) -> Boundary | None:
    """What stands after `Up Type=` or `Dn Type=`: 1 level, 2 critical, 3 uniform, 4 rating curve."""
    node = reach.from_node if end == "Up" else reach.to_node
    match kind:
        case 1 | 3:
            key, value = next(lines)
            wanted = f"{end} {'Known WS' if kind == 1 else 'Slope'}"
            number = lines.number_in(value)
            if key != wanted or not isfinite(number):
                raise lines.error(
                    f"the {end} boundary of {reach.code} is announced with {wanted}=, {key}={value} follows."
                )
            return LevelBoundary(node, constant(number * unit_m)) if kind == 1 else NormalDepth(node, number)
        case 2:
            return FreeFall(node)
        case 4:
            _, value = next(lines)
            pairs = np.array(lines.numbers(2 * lines.count(value))).reshape(-1, 2)
            if len(pairs) < 2:
                raise lines.error(f"the rating curve of {reach.code} has {len(pairs)} points; it needs two.")
            # which column is which the file does not say: levels lie above the bed, discharges begin anywhere
            bed = (reach.sections[0] if end == "Up" else reach.sections[-1]).cut.bed_m / unit_m
            first = (pairs[:, 0] >= bed).all() and (
                not (pairs[:, 1] >= bed).all() or np.ptp(pairs[:, 0]) < np.ptp(pairs[:, 1])
            )
            levels, flows = (pairs[:, 0], pairs[:, 1]) if first else (pairs[:, 1], pairs[:, 0])
            return RatingBoundary(node, levels * unit_m, flows * unit_m**3)
    return None


def _by_row(
    lines: Lines, model: HecRas, reach: RasReach, changes: dict[str, list[tuple[str, list[float]]]], profile: int
) -> Floats:
    """The discharge at every section of a reach: each change holds from its station on [m³/s]."""
    flow = np.full(len(reach.sections), np.nan)
    stations = [_plain(s.station) for s in reach.sections]
    for station, values in changes.get(reach.code, []):
        wanted = _plain(station)
        if wanted in stations:
            flow[stations.index(wanted) :] = values[profile]
        elif model.cases == []:
            model.unmapped.append(
                Unmapped(
                    lines.name, lines.number, f"discharge at {station} of {reach.code}", "there is no such section"
                )
            )
    if not np.isfinite(flow).all():
        raise lines.error(
            f"reach {reach.code} has no discharge at its upper end; give one at {reach.sections[0].station}."
        )
    return flow


def _plain(station: str) -> str:
    """A station as both files write it: 84816. is 84816, 5.990 is 5.99, the star of interpolated ones is left out."""
    text = station.strip().rstrip("*")
    try:
        return f"{float(text):.6f}"
    except ValueError:
        return text
