"""CrossSections of a HEC-RAS geometry file: one block of lines from `Type RM Length L Ch R = 1` on."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite

import numpy as np

from riverchief.govern.twin.geometry.section import CrossSection
from riverchief.govern.twin.importers.hecras.text import Lines
from riverchief.govern.twin.steady.divided import Block, DividedCrossSection, Ineffective, Levee


@dataclass
class Draft:
    """What a block says of a CrossSection, as it is read; lengths in the file's unit."""

    name: str
    points: list[float] = field(default_factory=list)
    manning: list[float] = field(default_factory=list)
    banks: list[float] = field(default_factory=list)
    ineffective: list[float] = field(default_factory=list)
    sided: dict[str, bool] = field(default_factory=dict)
    permanent: str = ""
    blocks: list[float] = field(default_factory=list)
    levees: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=lambda: [0.3, 0.1])

    def take(self, lines: Lines, key: str, value: str) -> bool:
        """Read what belongs to the section; whether the line did."""
        match key:
            case "#Sta/Elev":
                self.points = lines.numbers(2 * lines.count(value))
            case "#Mann":
                self.manning = lines.numbers(3 * lines.count(value), per_line=9)
            case "#XS Ineff":
                self.ineffective = lines.numbers(3 * lines.count(value), per_line=9)
                self.sided["ineffective"] = lines.fields(value, 2)[1] == 0
            case "#Block Obstruct":
                self.blocks = lines.numbers(3 * lines.count(value), per_line=9)
                self.sided["blocks"] = lines.fields(value, 2)[1] == 0
            case "Permanent Ineff":
                lines.at += 1
                self.permanent = lines.lines[lines.at] if lines.at < len(lines.lines) else ""
            case "Bank Sta" | "Banks":
                self.banks = lines.fields(value, 2)
            case "Levee":
                self.levees = lines.fields(",".join(value.split(",")[:6]), 6)
            case "Exp/Cntr":
                self.losses = lines.fields(value, 2)
            case _:
                return False
        return True

    def made(self, lines: Lines, unit_m: float) -> DividedCrossSection:
        """The section in metres."""
        points = np.array(self.points).reshape(-1, 2) * unit_m
        if len(points) < 2 or not self.manning:
            raise lines.error(
                f"CrossSection {self.name} has {len(points)} points and {len(self.manning) // 3} roughnesses; it needs "
                "#Sta/Elev with at least two points and #Mann."
            )
        rough = np.array(self.manning).reshape(-1, 3)
        ground = CrossSection(points[:, 0], points[:, 1], rough[:, 1], rough[:, 0] * unit_m, self.name)
        left, right = points[0, 0], points[-1, 0]
        banks = [
            b * unit_m if isfinite(b) else end
            for b, end in zip(self.banks or [left, right], (left, right), strict=True)
        ]
        flags = [self.permanent[k * 8 : k * 8 + 8].strip() in {"T", "-1"} for k in range(len(self.ineffective) // 3)]
        still = self._areas(self.ineffective, unit_m, left, right, "ineffective")
        return DividedCrossSection(
            ground,
            float(banks[0]),
            float(banks[1]),
            tuple(Ineffective(a, b, z, flags[k]) for k, a, b, z in still),
            self._levees(unit_m),
            tuple(Block(a, b, z) for _, a, b, z in self._areas(self.blocks, unit_m, left, right, "blocks")),
        )

    def _areas(
        self, values: list[float], unit_m: float, left: float, right: float, kind: str
    ) -> list[tuple[int, float, float, float]]:
        """Stretches (index, from, to, level) in metres; of two sided ones each reaches to its end of the section."""
        found = []
        for k, (a, b, z) in enumerate(np.array(values).reshape(-1, 3) * unit_m):
            begin, end = a, b
            if self.sided.get(kind):
                begin, end = (left, b) if k == 0 else (a, right)
            if isfinite(begin + end + z) and end > begin:
                found.append((k, float(begin), float(end), float(z)))
        return found

    def _levees(self, unit_m: float) -> tuple[Levee, ...]:
        """Levees of the left and right side: flag, station, crest each."""
        found = []
        for k, left in ((0, True), (3, False)):
            flag, station, crest = (self.levees + [0.0] * 6)[k : k + 3]
            if flag and isfinite(flag + station + crest):
                found.append(Levee(station * unit_m, crest * unit_m, left))
        return tuple(found)
