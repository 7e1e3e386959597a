"""Write docs/validation/water-class.md: published classes of real tables against ours, rule by rule.

Run from the checkout, with the real data beside it: .venv/bin/python benchmarks/verify_water_class.py
Exit code 1 when a floor is missed, 2 when the data are not there.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from stamp import written

from riverchief.cloud.cnemc import parse_row
from riverchief.cloud.standards.water.classes import assess, class_number
from riverchief.cloud.tables.table import RAW_PREFIX, Record, Table, read_table
from riverchief.cloud.tables.water import Agreement, agreement, judge_table, read_tp_rules

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data" / "water_quality"
TARGET = ROOT / "docs" / "validation" / "water-class.md"
SHANXI = "shanxi_4h_2021-04.csv"
NATION = "national_daily_2020-05_2020-12.csv.gz"
HEJIN = "fen_hejin_bridge_daily_2020-05_2021-04.csv"
HERE = "王庄桥南"

HEAD = f"""# Water class: our verdicts against the published ones

{written("benchmarks/verify_water_class.py")}
Real tables of the national automatic stations (CNEMC, as
collected in jikin001/water_quality), rows with status 正常 and a published class. The edition is GB 3838-2002.
"Rule file" means that the phosphorus column, river or lake, comes by section from a file (`section_tp_rule.csv`, which
was itself derived from published classes): it is not in the tables, and `riverchief assess water` says where it took it
from. Without it the river column is used everywhere, and the share falls as the fourth line shows.

"""
REASONS = """
## Why a published class is not ours

Reasons, as far as the tables themselves tell:

- **rounding**: a printed value stands so close to a limit that the unrounded one may lie beyond it;
- **held over**: the published class is that of the section's reading before. It explains what is odd about
  the 00:00 rows: the class looks as if it had been given to the values of 20:00 and kept when those of 00:00 arrived.
  The verdict here always belongs to the values in its own row;
- **other column**: the section follows the other phosphorus column than the one that was used;
- **between updates**: several sections at one and the same stamp have a class that none of their values give, and no
  other day has any such: the page was read while classes and values were being renewed. The four of the national file
  all stand at 2020-11-04 08:00, the one of them that is "held over" too;
- **unexplained**: none of these.
"""


@dataclass(frozen=True)
class Case:
    name: str
    result: Agreement
    floor: float
    off_midnight: bool

    @property
    def share(self) -> float:
        r = self.result
        return r.agreed_off_midnight / r.compared_off_midnight if self.off_midnight else r.agreed / r.compared


def without_raw(table: Table) -> Table:
    """The same table as if the unrounded columns were not there."""
    columns = {name: at for name, at in table.columns.items() if not name.startswith(RAW_PREFIX)}
    return Table(table.path, columns, table.header, table.records, table.encoding, table.newline, table.unknown)


def load(name: str) -> Table:
    return read_table(DATA / name, ())


def values(table: Table, record: Record) -> dict[str, float]:
    row = parse_row(table, record, for_store=False)
    return {v.property: v.value for v in row.values if v.value is not None}


def evidence(table: Table, rules: dict[tuple[str, str], str]) -> list[str]:
    """Rows of the national file on which a rule alone makes the difference."""
    counts: Counter[tuple[str, bool]] = Counter()
    for one, record in zip(judge_table(table, rules), table.records, strict=True):
        published = class_number(one.published)
        if one.not_judged or not published:
            continue
        verdict, v = one.verdict, values(table, record)
        rest = max((c for code, c in verdict.item_class.items() if code not in {"ph", "do"}), default=0)
        others = max(rest, verdict.item_class["do"])
        if verdict.item_class["ph"] == 6 and others < 6:
            counts["ph", published == 6] += 1
        if verdict.item_class["do"] > max(rest, 1) and v["do"] < 7.5 and _saturation(v) >= 0.9:
            counts["saturation", published == verdict.class_] += 1
        tn = assess({"tn": v.get("tn", np.nan)}, on=np.datetime64("2020-06-01"), tp_rule="lake", items=("tn",)).class_
        if tn > verdict.class_:
            counts["tn", published == verdict.class_] += 1
    texts = {
        "ph": "pH outside 6..9, every other item better than 劣Ⅴ: published 劣Ⅴ",
        "saturation": "DO under 7.5 mg/L but at least 90 % saturated, and deciding: published by mg/L alone",
        "tn": "TN in a worse class of the lake column than the verdict: published without TN",
    }
    return [f"| {text} | {counts[k, True]:,} of {counts[k, True] + counts[k, False]:,} |" for k, text in texts.items()]


def _saturation(v: dict[str, float]) -> float:
    """Share of the saturation of fresh water at sea level, by the customary 468 / (31.6 + T) mg/L."""
    return v["do"] * (31.6 + v["water_temperature"]) / 468


def figures(cases: list[Case]) -> list[str]:
    lines = ["| table | all rows | outside 00:00 | floor | |", "|---|---|---|---|---|"]
    for c in cases:
        r = c.result
        verdict = "kept" if c.share >= c.floor else "**missed**"
        lines.append(
            f"| {c.name} | {r.agreed:,} of {r.compared:,} = {r.agreed / r.compared:.3%} "
            f"| {r.agreed_off_midnight:,} of {r.compared_off_midnight:,} = "
            f"{r.agreed_off_midnight / r.compared_off_midnight:.3%} "
            f"| {c.floor:.2%}{' outside 00:00' if c.off_midnight else ''} | {verdict} |"
        )
    return lines


def listing(result: Agreement) -> list[str]:
    lines = ["| line | section | time | published | here | decided by | reason |", "|---|---|---|---|---|---|---|"]
    for m in result.mismatches:
        midnight = "00:00, " if m.midnight else ""
        lines.append(
            f"| {m.line} | {m.section} | {m.time} | {m.published} | {m.judged} | {', '.join(m.deciding)} "
            f"| {midnight}{m.reason.replace('_', ' ')} |"
        )
    return lines


def main() -> int:
    if not DATA.is_dir():
        print(f"real data not here: {DATA} does not exist; nothing was written", file=sys.stderr)
        return 2
    rules = read_tp_rules(DATA / "section_tp_rule.csv")
    nation, shanxi = load(NATION), load(SHANXI)
    four_hourly = judge_table(shanxi)
    here = [one for one in four_hourly if one.row.section == HERE]
    same = sum(class_number(one.published) == one.verdict.class_ for one in here)
    raw = agreement(nation, judge_table(nation, rules))
    cases = [
        Case("Shanxi, four-hourly, rounded values", agreement(shanxi, four_hourly), 0.992, off_midnight=True),
        Case("nation, daily, unrounded values, rule file", raw, 0.9997, off_midnight=False),
        Case(
            "nation, daily, rounded values, rule file",
            agreement(without_raw(nation), judge_table(without_raw(nation), rules)),
            0.995,
            off_midnight=False,
        ),
        Case("nation, daily, unrounded values, river column", agreement(nation, judge_table(nation)), 0.94, False),
        Case("Fen at 河津大桥, daily", agreement(load(HEJIN), judge_table(load(HEJIN))), 0.999, off_midnight=False),
    ]
    text = HEAD + "\n".join(figures(cases))
    text += f"\n\n{HERE} (Fen, Lingshi): {same} of {len(here)} published classes, the rows of 00:00 among them.\n"
    text += "\n## Rows on which one rule makes the difference\n\nNational daily file, unrounded values.\n\n"
    text += "| rule | rows that follow it |\n|---|---|\n" + "\n".join(evidence(nation, rules)) + "\n"
    text += REASONS + "\n## Shanxi: every mismatch\n\n" + "\n".join(listing(cases[0].result)) + "\n"
    text += "\n## Nation, unrounded values and rule file: every mismatch\n\n" + "\n".join(listing(raw)) + "\n"
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(text, encoding="utf-8")
    print("\n".join(figures(cases)))
    print(f"{HERE} {same} of {len(here)}; written: {TARGET.relative_to(ROOT)}")
    return int(same != len(here) or any(c.share < c.floor for c in cases))


if __name__ == "__main__":
    sys.exit(main())
