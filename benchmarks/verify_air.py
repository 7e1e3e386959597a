"""Write docs/validation/air.md: published air quality indices of real tables against ours, rule by rule.

Run from the checkout, with the real data beside it: .venv/bin/python benchmarks/verify_air.py
Exit code 1 when a published index with all its inputs is not reproduced, 2 when the data are not there.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from stamp import written

from riverchief.cloud.standards.air.aqi import assess_air, iaqi
from riverchief.cloud.standards.air.days import by_day, eight_hour_means
from riverchief.cloud.standards.air.indices import aqi_editions
from riverchief.cloud.tables.air import AirTable, judge_air, published_index, read_air
from riverchief.cloud.tables.airagreement import AirAgreement, agreement
from riverchief.cloud.tables.airdaily import place_days

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data" / "air_quality"
TARGET = ROOT / "docs" / "validation" / "air.md"
TABLES = {
    "Jinzhong, four stations, 2026-02-26 … 05-31, both editions": "jinzhong_hourly_2026-02-26_2026-05-31.csv.gz",
    "Jinzhong, five stations, 2020-04, HJ 633-2012": "jinzhong_hourly_2020-04.csv",
}
HEAD = f"""# Air quality index: ours against the published ones

{written("benchmarks/verify_air.py")}
Hourly values of the national stations in Jinzhong with the index
and the primary pollutant that the national centre published (collected in StorywithLove/workflow, Apache-2.0, and
zzy-95/data_crawl_national_air, MIT). A row agrees when the index and the set of primary pollutants are the same.

| table | rows with every item | agree | rows with an item missing and an index | index of the rest agrees | official slips |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Case:
    name: str
    air: AirTable
    result: AirAgreement


def load(name: str, file: str) -> Case:
    air = read_air(DATA / file)
    found = agreement(air, judge_air(air))
    assert found is not None
    return Case(name, air, found)


def printed(air: AirTable) -> np.ndarray:
    return np.array([-1 if (p := published_index(air, row)) is None else p for row in range(len(air.refused))])


def evidence(case: Case) -> list[str]:
    """Rows on which one rule alone makes the difference."""
    air, shown = case.air, printed(case.air)
    verdict = judge_air(air)
    there = (shown >= 0) & (verdict.aqi >= 0)
    old, new = (assess_air(air.values, on=e.edition.valid_from) for e in aqi_editions())
    differ = there & (old.aqi != new.aqi)
    first = np.datetime64("2026-03-01")
    midnight = np.array([at is not None and at.isoformat().startswith("2026-03-01T00:00") for at in air.times])
    lines = [
        _follow(
            "hours closing up to 2026-03-01 00:00, where the editions differ: the 2012 table",
            shown,
            old.aqi,
            differ & (air.days < first),
        ),
        _follow("of these the hour stamped 2026-03-01 00:00 itself", shown, old.aqi, there & midnight & differ),
        _follow(
            "hours from 2026-03-01 01:00, where the editions differ: the 2026 table",
            shown,
            new.aqi,
            differ & (air.days >= first),
        ),
    ]
    nearest = _nearest(air)
    lines.append(
        _follow(
            "index rounded up, where rounding to the nearest differs",
            shown,
            verdict.aqi,
            there & (nearest != verdict.aqi),
        )
    )
    ties = sum(verdict.primary(key).astype(int) for key in verdict.iaqi)
    agreeing = {m.line for m in case.result.mismatches}
    tied = np.flatnonzero(there & (ties > 1)).tolist()
    kept = sum(air.table.records[row].line not in agreeing for row in tied)
    lines.append(f"| several items at the maximum: all of them are primary | {kept:,} of {len(tied):,} |")
    quiet = np.flatnonzero(there & (verdict.aqi <= 50)).tolist()
    none = sum(air.table.records[row].line not in agreeing for row in quiet)
    lines.append(f"| index up to 50: no primary pollutant | {none:,} of {len(quiet):,} |")
    return [line for line in lines if line]


def _follow(rule: str, shown: np.ndarray, judged: np.ndarray, where: np.ndarray) -> str:
    return f"| {rule} | {int((shown == judged)[where].sum()):,} of {int(where.sum()):,} |" if where.any() else ""


def _nearest(air: AirTable) -> np.ndarray:
    """The index as if it were rounded to the nearest: what a careless program gives."""
    best = np.full(len(air.refused), -1)
    verdict = judge_air(air)
    for number, edition in enumerate(verdict.editions):
        where = verdict.edition_number == number
        for asked in edition.reports["hourly"]:
            value = air.values[asked.key]
            raw = np.rint(np.interp(value, asked.scale.values, asked.scale.indices))
            up = iaqi(edition.code, asked.scale.item, asked.scale.averaging, value)
            raw = np.where(up < 0, -1, np.where(value > asked.scale.values[-1], up, np.nan_to_num(raw, nan=-1)))
            best = np.where(where, np.maximum(best, raw), best)
    return best.astype(int)


def withheld(case: Case) -> list[str]:
    """What the report does where an item is missing: by what is missing, and by the index of the rest."""
    air, shown = case.air, printed(case.air)
    verdict = judge_air(air)
    absent = {key: verdict.missing(key) for key in verdict.iaqi}
    coarse_alone = absent["pm10"] & ~np.any(np.stack([a for k, a in absent.items() if k != "pm10"]), axis=0)
    some = np.any(np.stack(list(absent.values())), axis=0) & (verdict.aqi >= 0)
    lines = []
    for what, where in (("PM10 alone", coarse_alone & some), ("anything else", some & ~coarse_alone)):
        for rest, part in (("up to 100", verdict.aqi <= 100), ("above 100", verdict.aqi > 100)):
            rows = where & part
            if rows.any():
                lines.append(
                    f"| {what} | {rest} | {int((rows & (shown >= 0)).sum()):,} | {int((rows & (shown < 0)).sum()):,} |"
                )
    return lines


def days(case: Case) -> list[str]:
    """Our means against the running columns of the table, where every hour behind them is there."""
    lines = []
    for key, column in (
        ("pm10", "pm10_24h"),
        ("no2", "no2_24h"),
        ("so2", "so2_24h"),
        ("co", "co_24h"),
        ("o3_8h", "o3_8h"),
    ):
        at = case.air.columns.values.get(column)
        if at is None:
            continue
        same = whole = 0
        for place in place_days(case.air):
            if place.kind != "station":
                continue
            rows = [r for r in range(len(case.air.refused)) if case.air.place(r)[1] == place.station]
            grid = _grid(case.air, rows, at.at, place.days.days)
            hourly = _grid(case.air, rows, case.air.columns.values["o3" if key == "o3_8h" else key].at, place.days.days)
            full = ~np.isnan(hourly).any(axis=-1) & ~np.isnan(grid[:, 23])
            unit = 0.1 if key == "co" else 1.0
            same += int((np.abs(place.days.values[key] - grid[:, 23])[full] <= unit + 1e-9).sum())
            whole += int(full.sum())
        lines.append(f"| {column} at 24:00 | {same:,} of {whole:,} |")
    same = whole = 0
    at = case.air.columns.values.get("o3_8h_24h")
    if at is not None:
        for place in place_days(case.air):
            if place.kind == "station":
                rows = [r for r in range(len(case.air.refused)) if case.air.place(r)[1] == place.station]
                shown = _grid(case.air, rows, at.at, place.days.days)[:, 7:]
                means = eight_hour_means(_grid(case.air, rows, case.air.columns.values["o3"].at, place.days.days), 8)
                full = ~np.isnan(means) & ~np.isnan(shown)
                same += int((np.abs(means - shown)[full] <= 1.0).sum())
                whole += int(full.sum())
        lines.append(f"| o3_8h_24h (in truth the sliding 8 h mean), 08:00 to 24:00 | {same:,} of {whole:,} |")
    return lines


def _grid(air: AirTable, rows: list[int], at: int, span: np.ndarray) -> np.ndarray:
    times = np.array([int(t.timestamp()) for r in rows if (t := air.times[r]) is not None])
    values = np.array([float(air.table.records[r].fields[at] or "nan") for r in rows])
    return by_day(times, values, span)


def main() -> int:
    if not DATA.is_dir():
        print(f"real data not here: {DATA}")
        return 2
    cases = [load(name, file) for name, file in TABLES.items()]
    lines = [HEAD.rstrip("\n")]
    for case in cases:
        r = case.result
        lines.append(
            f"| {case.name} | {r.compared:,} | {r.agreed:,} = {100 * r.agreed / r.compared:.3f} % | {r.incomplete:,} "
            f"| {r.incomplete_agreed:,} | {len(r.mismatches)} |"
        )
    for case in cases:
        for m in case.result.mismatches:
            lines.append(
                f"- line {m.line} {m.station} {m.time}: published {m.published} {m.published_primary}, ours {m.judged} ({m.reason})"
            )
    lines += ["", "## Rows on which one rule makes the difference", ""]
    for case in cases:
        lines += [f"{case.name}:", "", "| rule | published rows that follow it |", "|---|---|", *evidence(case), ""]
    lines += [
        "## What the report does where an item is missing",
        "",
        "HJ 633-2026 clause 5.3 publishes an incomplete index only above 100. The hourly report of 2026 keeps to it, in the",
        "last days of the 2012 edition already; where PM10 alone is not shown (it is never shown below PM2.5) an index is",
        "published that rests on PM2.5. riverchief gives NA there, as the clause has it, and the summary counts such rows.",
        "The report of 2020 published indices of what was there.",
        "",
    ]
    for case in cases:
        lines += [
            f"{case.name}:",
            "",
            "| missing | index of the rest | published | not published |",
            "|---|---|---|---|",
            *withheld(case),
            "",
        ]
    lines += [
        "## Means against the table's own running columns",
        "",
        "Within one printed unit (the columns are means of unrounded hours), where every hour behind them is there.",
        "",
        "| column | agrees |",
        "|---|---|",
        *days(cases[0]),
    ]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    bad = [case for case in cases if case.result.agreed != case.result.compared]
    for case in cases:
        print(f"{case.name}: {case.result.agreed:,} of {case.result.compared:,}")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
