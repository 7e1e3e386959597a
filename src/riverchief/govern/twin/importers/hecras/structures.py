"""Bridges, culverts and weirs of a HEC-RAS geometry file: blocks of the types 2 to 5."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite, nan, pi

import numpy as np

from riverchief.govern.twin.importers.hecras.rows import RasCrossing, RasDeck, RasInner, RasPier
from riverchief.govern.twin.importers.hecras.text import Lines
from riverchief.govern.twin.steady.culverts import Barrel

_BOX = 2


@dataclass
class StructureDraft:
    """What a block says, as it is read; lengths in the file's unit."""

    kind: int
    station: str
    after: int
    name: str = ""
    deck: list[float] = field(default_factory=list)
    sides: list[list[float]] = field(default_factory=list)  # stations, roads, soffits up; the same down
    piers: list[tuple[float, float, list[float], list[float]]] = field(default_factory=list)
    coefficients: list[float] = field(default_factory=list)
    culverts: list[list[str]] = field(default_factory=list)
    crest: list[float] = field(default_factory=list)
    weir: list[float] = field(default_factory=list)
    inner: dict[str, list[float]] = field(default_factory=dict)
    notes: list[tuple[int, str, str]] = field(default_factory=list)  # line, element, why

    def take(self, lines: Lines, key: str, value: str) -> bool:
        """Read what belongs to the structure; whether the line did."""
        match key:
            case "BR U #Sta/Elev" | "BR D #Sta/Elev" | "BR U #Mann" | "BR D #Mann":
                self.inner[key] = lines.numbers(2 * lines.count(value))
            case "BR U Banks" | "BR D Banks":
                self.inner[key] = lines.fields(value, 2)
            case "Node Name":
                self.name = value
            case "#Inline Weir SE":
                self.crest = lines.numbers(2 * lines.count(value))
            case "BR Coef":
                self.coefficients = lines.fields(value, 12)
            case "Culvert" | "Multiple Barrel Culv":
                self.culverts.append([key, *value.split(",")])
            case "IW Gate Name" | "LW Gate Name":
                self.notes.append((lines.number, "gate", "gates of inline structures are not taken over"))
            case "":
                self._head(lines, value)
            case _:
                if not key.startswith("Pier Skew"):
                    return False
                self._pier(lines, value)
        return True

    def _head(self, lines: Lines, text: str) -> None:
        """Tables whose head has no `=`: the numbers follow on the next line."""
        if text.startswith("Deck Dist Width WeirC"):
            lines.at += 1
            self.deck = lines.fields(lines.lines[lines.at], 9)
            if isfinite(self.deck[3]) and self.deck[3]:
                self.notes.append((lines.number, "skew of the deck", "a bridge counts as square to the flow"))
            for count in self.deck[4:6]:
                self.sides += [lines.numbers(int(count) if isfinite(count) else 0) for _ in range(3)]
        elif text.startswith("IW Dist,WD,Coef"):
            lines.at += 1
            self.weir = lines.fields(lines.lines[lines.at], 5)
        elif text.startswith("IW Gate Name"):
            self.notes.append(
                (lines.number, "gate", "gates of inline structures are not taken over; only the crest counts")
            )

    def _pier(self, lines: Lines, value: str) -> None:
        parts = lines.fields(value, 5)
        up, down = int(np.nan_to_num(parts[2])), int(np.nan_to_num(parts[4]))
        widths, heights = lines.numbers(up), lines.numbers(up)
        lines.numbers(down)
        lines.numbers(down)
        if isfinite(parts[0]) and parts[0]:
            self.notes.append((lines.number, "skew of a pier", "piers count as square to the flow"))
        if len(set(widths)) > 1:
            self.notes.append((lines.number, "pier", "its width changes with height; its mean width counts"))
        if widths:
            self.piers.append((parts[1], parts[3], widths, heights))

    def made(self, lines: Lines, unit_m: float) -> RasCrossing | None:
        """The structure in metres; none where the file says too little of it."""
        root = unit_m**0.5
        if self.kind == 5:
            if len(self.crest) < 4:
                return None
            coefficient = self.weir[2] if self.weir and isfinite(self.weir[2]) else 2.6 * (0.3048 / unit_m) ** 0.5
            points = np.array(self.crest).reshape(-1, 2) * unit_m
            deck = RasDeck(points[:, 0], points[:, 1], np.full(len(points), nan))
            drowned = self.weir[4] if self.weir and isfinite(self.weir[4]) else 0.98
            return RasCrossing(
                self.station, self.title, "weir", self.after, 0.0, 0.0, coefficient * root, drowned, deck
            )
        if not self.deck or not self.sides or len(self.sides[0]) < 2:
            return None
        up, down = self._side(0, unit_m), self._side(3, unit_m) if len(self.sides[3]) > 1 else self._side(0, unit_m)
        c = self.coefficients + [nan] * 12
        width, distance, weir = (np.nan_to_num(self.deck[k]) for k in (1, 0, 2))
        return RasCrossing(
            self.station,
            self.title,
            "culvert" if self.culverts else "bridge",
            self.after,
            float(distance) * unit_m,
            float(width) * unit_m,
            float(weir) * root,
            self.deck[8] if isfinite(self.deck[8]) else 0.98,
            up,
            down,
            tuple(
                RasPier(a * unit_m, b * unit_m, float(np.mean(w)) * unit_m, max(h) * unit_m)
                for a, b, w, h in self.piers
            ),
            tuple(self._barrels(lines, unit_m)),
            sluice=c[6],
            submerged=c[7] if c[7] > 0 else 0.8,
            drag=c[9] if self._asked(1) else nan,
            yarnell=c[3] if self._asked(2) else nan,
            by_energy=bool(c[8]) and isfinite(c[8]),
            inner=(self._inner("U", unit_m), self._inner("D", unit_m)),
        )

    def _inner(self, side: str, unit_m: float) -> RasInner | None:
        """The section under the deck on one side, where the model has its own."""
        points, rough, banks = (self.inner.get(f"BR {side} {key}", []) for key in ("#Sta/Elev", "#Mann", "Banks"))
        if len(points) < 4:
            return None
        return RasInner(
            np.array(points).reshape(-1, 2) * unit_m,
            np.array(rough).reshape(-1, 2) * (unit_m, 1.0),
            np.array(banks if np.isfinite(banks).all() else []) * unit_m,
        )

    def _asked(self, method: int) -> bool:
        """Whether a low-flow method counts: the choice is 0 energy, 1 momentum, 2 Yarnell, 3 WSPRO, else highest."""
        c = self.coefficients + [nan] * 12
        choice = c[10]
        wanted = isfinite(c[method]) and c[method] != 0
        return bool(wanted and (choice == method or not isfinite(choice) or choice not in {0, 1, 2, 3}))

    @property
    def title(self) -> str:
        """Its name, or its station."""
        return self.name or f"structure at {self.station}"

    def _side(self, first: int, unit_m: float) -> RasDeck:
        station, road, soffit = (np.array(v) * unit_m for v in self.sides[first : first + 3])
        return RasDeck(station, road, soffit)

    def _barrels(self, lines: Lines, unit_m: float) -> list[Barrel]:
        """Culverts: shape, rise, span, length, n, Ke, Kx, chart, scale, then inverts and count."""
        found = []
        for kind, *parts in self.culverts:
            many = kind.startswith("Multiple")
            numbers = [lines.number_in(p) for p in parts[: 12 if many else 13]]
            numbers += [nan] * (13 - len(numbers))
            shape, rise, span, length, manning, entrance, leaving = numbers[:7]
            count, outlet = (numbers[11], numbers[10]) if many else (1, numbers[11])
            span = span if isfinite(span) and span > 0 else rise
            box = shape == _BOX
            if not box and shape != 1:
                self.notes.append(
                    (lines.number, f"culvert shape {shape:g}", "taken as an ellipse of its rise and span")
                )
            area = rise * span * (1.0 if box else pi / 4) * unit_m**2
            half = (rise + span) / 2
            perimeter = (2 * (rise + span) if box else pi * half) * unit_m
            height = rise * unit_m
            found.append(
                Barrel(
                    int(count) if isfinite(count) else 1,
                    height,
                    area / height,
                    area,
                    perimeter,
                    length * unit_m,
                    manning,
                    float(np.nan_to_num(entrance, nan=0.5)),
                    float(np.nan_to_num(leaving, nan=1.0)),
                    numbers[9] * unit_m,
                    outlet * unit_m,
                )
            )
        return found
