"""What an .inp file is for the mapping: its units, its elements by name, and the remarks that gather on the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from riverchief.base.errors import InputError, UnknownName
from riverchief.govern.twin.importers import swmm_rows as rows
from riverchief.govern.twin.importers.swmm_inp import Inp
from riverchief.govern.twin.importers.swmm_rows import Remark, Row
from riverchief.govern.twin.river import River

N = TypeVar("N", bound=rows.Named)

NodeRow = rows.Junction | rows.Outfall | rows.StorageUnit | rows.Divider


class Names(dict[str, N]):
    """Rows by name, whichever way its letters are written: SWMM takes A and a for the same."""

    def __setitem__(self, name: str, row: N) -> None:
        super().__setitem__(name.upper(), row)

    def __getitem__(self, name: str) -> N:
        return super().__getitem__(name.upper())

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(name.upper())

    def maybe(self, name: str) -> N | None:
        """The row of a name, or None."""
        return self[name] if name in self else None  # noqa: SIM401  get would not fold the letters


@dataclass
class Case:
    """An .inp file on its way to a River.

    Attributes
    ----------
    inp : Inp
    river : River
        Filled as the mapping goes on.
    remarks : list of Remark
    level_m, flow_m3s : dict
        Level of every node and flow of every conduit at the start of the run.
    """

    inp: Inp
    river: River
    remarks: list[Remark] = field(default_factory=list)
    level_m: dict[str, float] = field(default_factory=dict)
    flow_m3s: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.nodes: Names[NodeRow] = Names()
        found: list[NodeRow] = [
            *self.inp.of(rows.Junction),
            *self.inp.of(rows.Outfall),
            *self.inp.of(rows.StorageUnit),
            *self.inp.of(rows.Divider),
        ]
        for row in found:
            if row.name in self.nodes:
                raise InputError(f"line {row.line}: node {row.name} is there twice; rename one.", line=row.line)
            self.nodes[row.name] = row
        self.curves = by_name(self.inp.of(rows.Curve))
        self.series = by_name(self.inp.of(rows.TimeSeries))
        self.patterns = by_name(self.inp.of(rows.Pattern))
        self.sections = by_name(self.inp.of(rows.XSection))
        self.transects = by_name(self.inp.of(rows.Transect))
        self.losses = by_name(self.inp.of(rows.Loss))
        self.start_s, self.end_s = self.inp.instant_s("START"), self.inp.instant_s("END")
        self.by_level = self.inp.option("LINK_OFFSETS") == "ELEVATION"

    def say(self, row: Row, section: str, why: str, instead: str) -> None:
        """Remember something that does not fit."""
        self.remarks.append(Remark(row.line, section, getattr(row, "name", ""), why, instead))

    def node(self, name: str, row: rows.Named) -> NodeRow:
        """The node a row names; raises with the row's line where there is none."""
        return self.find(self.nodes, "node", name, row)

    def curve(self, name: str, row: rows.Named) -> rows.Curve:
        """The curve a row names."""
        return self.find(self.curves, "curve", name, row)

    def ends(self, row: rows.LinkRow) -> tuple[str, str]:
        """The two nodes of a link as their own rows spell them."""
        return self.node(row.from_node, row).name, self.node(row.to_node, row).name

    def find(self, table: Names[N], kind: str, name: str, row: rows.Named) -> N:
        """What a row names in a table of the file."""
        if name not in table:
            raise UnknownName(f"line {row.line}, {row.name}: {kind}", name, [found.name for found in table.values()])
        return table[name]

    def invert_m(self, node: str, row: rows.Named) -> float:
        """Bottom of a node [m]."""
        return self.node(node, row).invert * self.inp.length_m

    def offset_m(self, node: str, offset: float | None, row: rows.Named) -> float:
        """Level of a link's end over a node, whichever way the file counts offsets [m]; never under the node."""
        bottom = self.invert_m(node, row)
        if offset is None:
            return bottom
        return max(offset * self.inp.length_m + (0.0 if self.by_level else bottom), bottom)


def by_name(found: Iterable[N]) -> Names[N]:
    """Rows by name; of two with the same name the later holds, as in SWMM."""
    made: Names[N] = Names()
    for row in found:
        made[row.name] = row
    return made
