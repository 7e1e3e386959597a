"""Which phosphorus column counts at a section, found by its name however the table writes its province."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from riverchief.cloud.cnemc import TableRow

Rules = Mapping[tuple[str, str], str]


def columns_of(rows: Sequence[TableRow], rules: Rules | None) -> list[str | None]:
    """The column (`river` or `lake`) of each row's section, None where the rules do not know it.

    Province and section are looked for as they stand. Where a table has no province, or writes it shorter or longer
    (北京, 北京市), the section's name must point to one column only: two provinces with a section of the same name and
    different columns leave it open.
    """
    if not rules:
        return [None] * len(rows)
    by_section: dict[str, list[tuple[str, str]]] = {}
    for (province, section), column in rules.items():
        by_section.setdefault(section, []).append((province, column))
    known: dict[tuple[str, str], str | None] = {}
    for row in rows:
        place = row.province, row.section
        if place not in known:
            known[place] = rules.get(place) or _near(row.province, by_section.get(row.section, []))
    return [known[row.province, row.section] for row in rows]


def _near(province: str, candidates: Sequence[tuple[str, str]]) -> str | None:
    columns = {column for other, column in candidates if other.startswith(province) or province.startswith(other)}
    return columns.pop() if len(columns) == 1 else None
