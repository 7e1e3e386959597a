"""Write docs/validation/patrol-rules.md: every shipped patrol rule on a simulated year of 500 chiefs, with its time.

Run from the checkout: .venv/bin/python benchmarks/verify_rules.py [chiefs, default 500]
Exit code 1 when a back-test takes longer than its ceiling, or a chief fares otherwise than its habit must.
"""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path

from stamp import written

from riverchief.ground import rules
from riverchief.simulate.patrolyear import HABITS, patrol_year

TARGET = Path(__file__).resolve().parents[1] / "docs" / "validation" / "patrol-rules.md"
CEILING_S = 10.0
FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)


def held(ladder: rules.Backtest, habit: dict[str, str], flew: set[str]) -> dict[str, bool]:
    """What must come out for habits whose fate is known beforehand; the ladder accepts no flights."""
    fates = [fate for fate in ladder.fates if fate.level == "village" and fate.chief not in flew]
    share = {h: [len(f.missed) / f.periods for f in fates if habit[f.chief] == h] for h in HABITS}
    return {
        "who walks every week misses none": all(x == 0 for x in share["diligent"]),
        "who walks too short misses all": all(x == 1 for x in share["short"]),
        # 51 weeks lie wholly in 2025; the walks are on Wednesdays and Thursdays, 2 April to 30 October: 31 weeks
        "who walks April to October misses the 20 of 51 weeks that lie outside": all(
            abs(x - 20 / 51) < 1e-9 for x in share["seasonal"]
        ),
    }


def main(chiefs: int) -> int:
    rows = patrol_year("patrol-rules", chiefs)
    habit = {row["chief"]: row["habit"] for row in rows}
    flew = {row["chief"] for row in rows if any(patrol["kind"] == "drone" for patrol in row["patrols"])}
    years = rules.read_years(rows)
    in_force = rules.named()
    table, slowest, checks = "", 0.0, {}
    for code in rules.names():
        rule = rules.named(code)
        begun = time.process_time()
        got = rules.compare(rule, in_force, years, FIRST, LAST)
        seconds = time.process_time() - begun
        slowest = max(slowest, seconds)
        if code == in_force.code:
            checks = held(got.proposed, habit, flew)
        for k, (level, one) in enumerate(got.proposed.levels().items()):
            ends = (len(got.newly_fail), len(got.newly_pass), f"{seconds:.2f}") if k == 0 else ("", "", "")
            table += (
                f"| {rule.name_en if k == 0 else ''} | {level} | {one.chiefs} | {one.failing} ({one.failing_share:.0%}) | "
                f"{one.missed:,} of {one.periods:,} ({one.missed_share:.0%}) | {ends[0]} | {ends[1]} | {ends[2]} |\n"
            )
    counts = ", ".join(f"{sum(h == name for h in habit.values())} {name}" for name in HABITS)
    text = f"""# Patrol rules on a simulated year

{written(f"benchmarks/verify_rules.py {chiefs}")}

{chiefs} simulated chiefs ({counts}), {sum(len(row["patrols"]) for row in rows):,} patrols in 2025, levels in Zhejiang's proportions; the
simulator knows no rule. Every rule that ships is tried beside the one in force, `{in_force.code}`. A chief fails who missed at
least one period; periods are those that lie wholly in the year, and those within which all of the stretch is to be seen.
Levels of which a rule asks nothing are left out; their chiefs neither fail nor pass. One chief in five answers for a remote
stretch and now and then sends a drone, which only some rules accept.

| rule | level | chiefs | fail | periods missed | newly fail | newly pass | CPU s |
|---|---|---|---|---|---|---|---|
{table}
The time is for both rules together, the rule and the one in force; ceiling {CEILING_S:.0f} s.

Known beforehand, for village chiefs who sent no drone, under the rule in force:

"""
    text += "".join(f"- {what}: {'holds' if ok else 'DOES NOT HOLD'}\n" for what, ok in checks.items())
    TARGET.write_text(text, encoding="utf-8")
    print(text)
    return int(not (slowest < CEILING_S and all(checks.values())))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
