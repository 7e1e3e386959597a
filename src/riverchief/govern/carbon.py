"""Energy and carbon of an enterprise, a fleet or a forest: amounts in; CO2 and coal equivalent out, with every factor.

Nothing is summed that cannot be opened: each line of an account has its amount, its factor, the document of the factor
and whether anybody confirmed it. What has no factor is named and left out of the sum, never counted as zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from riverchief.base import units
from riverchief.base.errors import InputError, UnknownName
from riverchief.cloud.standards.editions import Edition, edition_on, editions

STANDARD = "energy"
CO2_PER_CARBON = 44 / 12
MU_PER_HA = 15
SCOPES = (1, 2)


@dataclass(frozen=True, slots=True)
class Factor:
    """What a unit of an energy carrier emits and holds.

    Attributes
    ----------
    unit : str
        Of the amount: t, m³, kWh or GJ.
    co2_t : float
        CO2 per unit [t].
    heat_gj, coal_t : float or None
        Heat [GJ] and coal equivalent [t] per unit; None where nobody says.
    scope : int
        1 burnt within the boundary, 2 electricity or heat that was bought.
    confirmed : bool
        Whether it was checked against its document.
    """

    code: str
    name_zh: str
    name_en: str
    unit: str
    co2_t: float
    scope: int
    document: str
    confirmed: bool
    heat_gj: float | None = None
    coal_t: float | None = None
    note_zh: str = ""
    note_en: str = ""
    valid_from: date = date.min
    valid_to: date | None = None

    def valid(self, day: date) -> bool:
        """Whether it applies to a use of that day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Use:
    """An amount of an energy carrier that was used.

    Attributes
    ----------
    source : str
        Where the amount comes from: the id of a record, a bill, a meter.
    co2_t : float or None
        The user's own factor [t per unit of the table's factor] with its document; None takes the table's.
    """

    item: str
    amount: float
    unit: str
    day: date
    source: str = ""
    co2_t: float | None = None
    document: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an account: the use, its amount in the factor's unit, and what follows from it [t]."""

    use: Use
    factor: Factor
    amount: float
    co2_t: float
    coal_t: float | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A use that could not be counted, and why."""

    use: Use
    why_zh: str
    why_en: str


@dataclass(frozen=True)
class Account:
    """The carbon and energy of a boundary.

    Attributes
    ----------
    scope1_t, scope2_t, total_t : float
        CO2 of the lines [t].
    coal_t : float or None
        Coal equivalent of the lines that have one [t]; None where no line has.
    confirmed : bool
        Whether every factor used was confirmed.
    """

    lines: tuple[Line, ...]
    refused: tuple[Refused, ...]
    scope1_t: float
    scope2_t: float
    coal_t: float | None
    boundary_zh: str
    boundary_en: str
    confirmed: bool

    @property
    def total_t(self) -> float:
        """CO2 of both scopes [t]."""
        return self.scope1_t + self.scope2_t


def _factor(row: Mapping[str, Any], edition: Edition) -> Factor:
    heat = row.get("heat_gj")
    coal = row.get("coal_t")
    if coal is None and heat is not None:
        coal = heat / edition.body["coal_gj_per_t"]
    return Factor(
        code=row["code"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        unit=row["unit"],
        co2_t=row["co2_t"],
        scope=row["scope"],
        document=row["document"],
        confirmed=row["confidence"] != "C",
        heat_gj=heat,
        coal_t=coal,
        note_zh=row.get("note_zh", ""),
        note_en=row.get("note_en", ""),
        valid_from=row.get("valid_from", edition.valid_from),
        valid_to=row.get("valid_to"),
    )


@cache
def _factors(code: str) -> tuple[Factor, ...]:
    edition = next(e for e in editions(STANDARD) if e.code == code)
    return tuple(_factor(row, edition) for row in edition.body["factor"])


def factors_on(day: date) -> dict[str, Factor]:
    """Every factor that applies to a use of a day, by its code; empty before the first edition."""
    edition = edition_on(STANDARD, day)
    return {} if edition is None else {f.code: f for f in _factors(edition.code) if f.valid(day)}


def factor_on(item: str, day: date) -> Factor:
    """The factor of an energy carrier on a day.

    Raises
    ------
    UnknownName
        With the nearest known carrier.
    InputError
        When no edition was in force.
    """
    known = factors_on(day)
    if not known:
        raise InputError(f"no energy factors are known for {day}: the first edition begins later.", day=str(day))
    if item not in known:
        raise UnknownName("energy carrier", item, known)
    return known[item]


def account(uses: Sequence[Use]) -> Account:
    """The account of everything that was used within a boundary.

    Parameters
    ----------
    uses : sequence of Use
        Amounts of any units that can be turned into that of their factor.

    Returns
    -------
    Account
        Uses without a factor, with a negative amount or a foreign unit are refused with the reason; the rest counts.
    """
    lines: list[Line] = []
    refused: list[Refused] = []
    for use in uses:
        try:
            lines.append(_line(use))
        except InputError as error:
            refused.append(Refused(use, _why_zh(use, error), error.sentence))
    coal = [line.coal_t for line in lines if line.coal_t is not None]
    edition = edition_on(STANDARD, max((use.day for use in uses), default=date.max))
    return Account(
        lines=tuple(lines),
        refused=tuple(refused),
        scope1_t=sum(line.co2_t for line in lines if line.factor.scope == 1),
        scope2_t=sum(line.co2_t for line in lines if line.factor.scope == 2),
        coal_t=sum(coal) if coal else None,
        boundary_zh=edition.body["boundary_zh"] if edition else "",
        boundary_en=edition.body["boundary_en"] if edition else "",
        confirmed=all(line.factor.confirmed for line in lines),
    )


def _line(use: Use) -> Line:
    factor = factor_on(use.item, use.day)
    if not use.amount >= 0:
        raise InputError(f"{use.item} of {use.day}: the amount is {use.amount:g} {use.unit}, it must be 0 or more.")
    amount = use.amount * units.factor(use.unit, factor.unit)
    if use.co2_t is not None:
        factor = replace(factor, co2_t=use.co2_t, document=use.document, confirmed=bool(use.document))
    return Line(use, factor, amount, amount * factor.co2_t, None if factor.coal_t is None else amount * factor.coal_t)


def _why_zh(use: Use, error: InputError) -> str:
    if isinstance(error, UnknownName):
        return f"能源品种 {use.item} 没有因子"
    if not use.amount >= 0:
        return f"{use.item} 用量 {use.amount:g} {use.unit} 不能为负"
    return f"{use.item} 的单位 {use.unit} 不能换算，或当日没有生效的因子"


# ------------------------------------------------------------------ a fuel that replaces another


@dataclass(frozen=True, slots=True)
class Switch:
    """What burning one fuel instead of another of equal heat changes at the exhaust; nothing of the fuel's making.

    Attributes
    ----------
    replaced_t : float
        The other fuel that the same heat would have needed [t].
    co2_t, replaced_co2_t, saved_co2_t : float
        CO2 of both, and the difference [t]; negative where the new fuel emits more.
    """

    fuel: Factor
    replaced: Factor
    amount_t: float
    replaced_t: float
    co2_t: float
    replaced_co2_t: float
    confirmed: bool
    note_zh: str
    note_en: str

    @property
    def saved_co2_t(self) -> float:
        """CO2 that is not emitted at the exhaust [t]."""
        return self.replaced_co2_t - self.co2_t


def fuel_switch(amount_t: float, *, fuel: str = "methanol", replaces: str = "diesel", on: date) -> Switch:
    """What a fleet's fuel changes against the one it replaces, at equal heat.

    Parameters
    ----------
    amount_t : float
        Burnt of `fuel` [t], 0 or more.
    on : date
        Chooses the factors.

    Raises
    ------
    InputError, UnknownName
        For a negative amount, an unknown fuel, or one of which the heat is not known.
    """
    new, old = factor_on(fuel, on), factor_on(replaces, on)
    if not amount_t >= 0:
        raise InputError(f"{fuel}: the amount is {amount_t:g} t, it must be 0 or more.")
    for one in (new, old):
        if one.heat_gj is None or one.unit != "t":
            raise InputError(f"{one.code} has no heat per tonne here: fuels are compared at equal heat.", fuel=one.code)
    assert new.heat_gj is not None
    assert old.heat_gj is not None
    replaced_t = amount_t * new.heat_gj / old.heat_gj
    return Switch(
        fuel=new,
        replaced=old,
        amount_t=amount_t,
        replaced_t=replaced_t,
        co2_t=amount_t * new.co2_t,
        replaced_co2_t=replaced_t * old.co2_t,
        confirmed=new.confirmed and old.confirmed,
        note_zh=new.note_zh,
        note_en=new.note_en,
    )


# ------------------------------------------------------------------ what a forest takes up


def forest_co2_t(
    volume_m3: float, *, expansion: float, density_t_m3: float, root_ratio: float, carbon_fraction: float
) -> float:
    """CO2 bound in a stand by the volume method [t].

    Parameters
    ----------
    volume_m3 : float
        Stem volume [m³].
    expansion : float
        Biomass of the whole tree above ground over that of the stem (BEF).
    density_t_m3 : float
        Basic density of the wood [t/m³].
    root_ratio : float
        Biomass below ground over that above.
    carbon_fraction : float
        Carbon in dry biomass, about 0.47 to 0.52.

    Raises
    ------
    InputError
        For a factor that cannot be.

    Notes
    -----
    C = V BEF D (1 + R) CF, CO2 = C 44/12. Tables of BEF, D and R differ by species and are the user's.
    """
    given = {"volume_m3": volume_m3, "density_t_m3": density_t_m3, "root_ratio": root_ratio}
    for name, value in given.items():
        if not value >= 0:
            raise InputError(f"{name} is {value:g}, it must be 0 or more.", **{name: value})
    if not expansion >= 1:
        raise InputError(f"expansion is {expansion:g}: a whole tree weighs at least as much as its stem.")
    if not 0 < carbon_fraction < 1:
        raise InputError(f"carbon_fraction is {carbon_fraction:g}, a share between 0 and 1 is needed (about 0.5).")
    return volume_m3 * expansion * density_t_m3 * (1 + root_ratio) * carbon_fraction * CO2_PER_CARBON


def growth_co2_t(growth_m3: float, on: date) -> float:
    """CO2 taken up by stem growth [t], by the popular figure of 1.83 t per m³.

    Raises
    ------
    InputError
        When no edition was in force.
    """
    edition = edition_on(STANDARD, on)
    if edition is None:
        raise InputError(f"no energy factors are known for {on}: the first edition begins later.", day=str(on))
    return float(growth_m3 * edition.body["forest"]["co2_t_per_m3"])


def mu_to_ha(area_mu: float) -> float:
    """Hectares of an area in mu (亩)."""
    return area_mu / MU_PER_HA
