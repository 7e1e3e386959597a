"""Reading the files of a HEC-RAS model: plan, geometry, steady flow."""

from __future__ import annotations

from math import isfinite
from pathlib import Path

from riverchief.base.errors import InputError
from riverchief.govern.twin.importers.hecras.flow import read_flow
from riverchief.govern.twin.importers.hecras.rows import HecRas, RasReach, RasSection, Unmapped
from riverchief.govern.twin.importers.hecras.sections import Draft
from riverchief.govern.twin.importers.hecras.structures import StructureDraft
from riverchief.govern.twin.importers.hecras.text import Lines
from riverchief.govern.twin.steady.model import Junction
from riverchief.govern.twin.steady.solve import Regime

FOOT_M = 0.3048
"""International foot [m]. State-plane coordinates in survey feet differ by 2e-6, far below what levels are good for."""

_REGIMES: dict[str, Regime] = {
    "Subcritical Flow": "subcritical",
    "Supercritical Flow": "supercritical",
    "Mixed Flow": "mixed",
}
_LATERAL, _SECTION = 6, 1
_KINDS = {2: "culvert", 3: "bridge", 4: "multiple opening", 5: "inline structure", 6: "lateral structure"}


def read(path: str | Path, flow: str | Path | None = None, *, metric: bool | None = None) -> HecRas:
    """A HEC-RAS model from its text files.

    Parameters
    ----------
    path : path
        A plan (`.p01`), whose geometry and flow file lie beside it, or a geometry file (`.g01`).
    flow : path, optional
        Steady flow file (`.f01`) for a geometry file.
    metric : bool, optional
        Whether the files are in SI units; without it the project file (`.prj`) beside them says so, and where there is
        none they count as feet and cfs, which is marked.

    Raises
    ------
    InputError
        Naming the file and line that cannot be read.
    """
    path = Path(path)
    regime: Regime = "subcritical"
    model = HecRas()
    if path.suffix.lower().startswith(".p"):
        path, flow, regime = _plan(path, model)
    unit = _unit_m(path, model, metric)
    _geometry(Lines(path), model, unit)
    if flow is not None:
        read_flow(Lines(Path(flow)), model, unit, regime)
    return model


def _plan(path: Path, model: HecRas) -> tuple[Path, Path | None, Regime]:
    """Geometry file, flow file and regime of a plan."""
    lines = Lines(path)
    found: dict[str, str] = {}
    regime: Regime = "subcritical"
    for key, value in lines:
        if key in {"Geom File", "Flow File"}:
            found[key] = value
        elif not key and value in _REGIMES:
            regime = _REGIMES[value]
        elif key == "Friction Slope Method" and value not in {"", "1"}:
            model.unmapped.append(
                Unmapped(
                    lines.name, lines.number, f"friction slope method {value}", "friction is of the mean conveyance"
                )
            )
        elif key == "Encroach Param" and lines.number_in(value.split(",")[0]) not in {-1.0, 0.0}:
            model.unmapped.append(
                Unmapped(lines.name, lines.number, "encroachment", "encroachments are not taken over")
            )
    if "Geom File" not in found:
        raise InputError(f"{path.name} names no geometry file; is it a HEC-RAS plan?", file=path.name)
    given = found.get("Flow File", "")
    if given and not given.lower().startswith("f"):
        model.unmapped.append(Unmapped(lines.name, 1, f"flow file {given}", "only steady flow files (.f01) are read"))
        given = ""
    flow = path.with_suffix(f".{given}") if given else None
    return path.with_suffix(f".{found['Geom File']}"), flow, regime


def _unit_m(path: Path, model: HecRas, metric: bool | None) -> float:
    """One unit of length of the files in metres."""
    if metric is None:
        for project in sorted(path.parent.glob(f"{path.stem}.prj")):
            text = project.read_text("utf-8", errors="replace")
            if "SI Units" in text or "English Units" in text:
                metric = "SI Units" in text
        if metric is None:
            model.unmapped.append(
                Unmapped(path.name, 0, "units", "no project file says them; lengths count as feet, discharges as cfs")
            )
    return 1.0 if metric else FOOT_M


def _geometry(lines: Lines, model: HecRas, unit_m: float) -> None:
    """Reaches, sections, structures and junctions."""
    reader = _Geometry(lines, model, unit_m)
    for key, value in lines:
        reader.line(key, value)
    reader.close()
    reader.nodes()
    if not model.reaches:
        raise InputError(f"{lines.name} has no reach; is it a HEC-RAS geometry file?", file=lines.name)
    for reach in model.reaches:
        if not reach.sections:
            raise InputError(
                f"{lines.name}: reach {reach.code} has no CrossSection.", file=lines.name, reach=reach.code
            )


class _Geometry:
    """The state of reading a geometry file: the reach, and the section or structure whose block goes on."""

    def __init__(self, lines: Lines, model: HecRas, unit_m: float) -> None:
        self.lines, self.model, self.unit_m = lines, model, unit_m
        self.open: Draft | StructureDraft | None = None
        self.lengths = [0.0, 0.0, 0.0]
        self.junction: dict[str, list[str]] = {}
        self.ends: list[tuple[str, list[str], list[str]]] = []

    def line(self, key: str, value: str) -> None:
        """Take one line."""
        match key:
            case "Geom Title":
                self.model.title = value
            case "River Reach":
                self.close()
                river, _, name = value.partition(",")
                self.model.reaches.append(RasReach(river.strip(), name.strip()))
            case "Junct Name":
                self.close()
                self.junction = {"name": [value], "up": [], "down": [], "ways": [], "flags": []}
            case "Junct Desc" if self.junction:
                self.junction["flags"] = value.split(",")
            case "Up River,Reach" | "Dn River,Reach" | "Junc L&A" if self.junction:
                place = {"U": "up", "D": "down", "J": "ways"}[key[0]]
                self.junction[place].append(value)
            case "Type RM Length L Ch R":
                self.close()
                self._begin(value)
            case "Storage Area" | "Connection" | "Pump Station":
                self.close()
                self._unmapped(
                    f"{key.lower()} {value.split(',', maxsplit=1)[0].strip()}", "only reaches are taken over"
                )
            case "BEGIN DESCRIPTION:" | "":
                self._plain(key, value)
            case _ if self.open is not None:
                self.open.take(self.lines, key, value)

    def _plain(self, key: str, value: str) -> None:
        if "BEGIN DESCRIPTION" in (key or value):
            for _, text in self.lines:
                if "END DESCRIPTION" in text:
                    break
        elif isinstance(self.open, StructureDraft):
            self.open.take(self.lines, key, value)

    def _unmapped(self, element: str, why: str, line: int | None = None) -> None:
        self.model.unmapped.append(Unmapped(self.lines.name, line or self.lines.number, element, why))

    def _begin(self, value: str) -> None:
        parts = [p.strip() for p in value.split(",")] + [""] * 5
        kind = int(self.lines.number_in(parts[0])) if parts[0] else 0
        if not self.model.reaches:
            raise self.lines.error("a CrossSection stands before any reach.")
        if kind == _SECTION:
            # of the last section of a reach the lengths may be missing; it has no way to go
            self.lengths = [v if isfinite(v) else 0.0 for v in map(self.lines.number_in, parts[2:5])]
            self.open = Draft(parts[1])
        elif kind in {2, 3, 5}:
            self.open = StructureDraft(kind, parts[1], len(self.model.reaches[-1].sections) - 1)
        else:
            what = _KINDS.get(kind, f"element of type {kind}")
            why = "water over it is not counted" if kind == _LATERAL else "it is left out"
            self._unmapped(f"{what} at {parts[1]} of {self.model.reaches[-1].code}", why)

    def close(self) -> None:
        """End the block that is open."""
        if isinstance(self.open, Draft):
            a, b, c = (length * self.unit_m for length in self.lengths)
            expansion, contraction = self.open.losses
            cut = self.open.made(self.lines, self.unit_m)
            self.model.reaches[-1].sections.append(RasSection(self.open.name, cut, (a, b, c), contraction, expansion))
        elif self.open is not None:
            made = self.open.made(self.lines, self.unit_m)
            for line, element, why in self.open.notes:
                self._unmapped(f"{element} of {self.open.title}", why, line)
            if made is None or made.after < 0:
                self._unmapped(f"{_KINDS[self.open.kind]} {self.open.title}", "its deck or crest is missing")
            else:
                self.model.reaches[-1].crossings.append(made)
        self.open = None
        if self.junction:
            self._junction()
            self.junction = {}

    def _junction(self) -> None:
        name = f"junction {self.junction['name'][0]}"
        up, down = (["/".join(p.strip() for p in v.split(",")[:2]) for v in self.junction[k]] for k in ("up", "down"))
        ways = [self.lines.fields(v, 2) for v in self.junction["ways"]]
        many = up if len(up) >= len(down) else down
        momentum = len(self.junction["flags"]) > 1 and self.junction["flags"][1].strip() not in {"", "0"}
        if momentum:
            self._unmapped(name, "its second flag is taken for the balance of momentum; the format is not documented")
        self.model.junctions.append(
            Junction(
                name,
                {code: way[0] * self.unit_m for code, way in zip(many, ways, strict=False) if way[0] > 0},
                {code: way[1] for code, way in zip(many, ways, strict=False) if abs(way[1]) > 0},
                momentum,
            )
        )
        self.ends.append((name, up, down))

    def nodes(self) -> None:
        """Give every reach its nodes: the junctions' names, else its own ends."""
        above = {code: name for name, _, down in self.ends for code in down}
        below = {code: name for name, up, _ in self.ends for code in up}
        for reach in self.model.reaches:
            reach.from_node = above.get(reach.code, f"{reach.code}:start")
            reach.to_node = below.get(reach.code, f"{reach.code}:end")
