"""Write docs/validation/worked-examples-water.md: worked examples from published sources with what the engine gives.

Run from the checkout: .venv/bin/python benchmarks/worked_examples_water.py
The examples are those of tests/vectors/water.py, typed from the sources. Exit code 1 when one does not reproduce.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from stamp import written

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from riverchief.cloud.standards.rounding import round_half_even  # noqa: E402
from riverchief.cloud.standards.water import cwqi, rating, trophic  # noqa: E402
from riverchief.cloud.standards.water.classes import assess, class_name  # noqa: E402
from riverchief.cloud.standards.water.comparison import compare_shares, trend  # noqa: E402
from riverchief.cloud.standards.water.means import mean_of  # noqa: E402
from riverchief.cloud.standards.water.surface import surface_named  # noqa: E402
from vectors import water as vectors  # noqa: E402  the examples live with the tests

TARGET = ROOT / "docs" / "validation" / "worked-examples-water.md"
HEAD = f"""# Worked examples of surface water

{written("benchmarks/worked_examples_water.py")}
From `tests/vectors/water.py`. Expected values are typed
from their sources: weekly, monthly and quarterly reports (Shizuishan 2014, Dazhou 2015, Guangdong 2016), national
bulletins of 2016 to 2018, a study of Hulun Lake, ranked lists of Jilin 2020 and Hunan 2023, public code with tests.
Where it says derived, the value is arithmetic on a published rule and proves no rule by itself.
"""
NEGATIVE = """
## Known to be wrong elsewhere, and refuted by tests

- the plain mean of pH (7.975 where 7.08 is right): acidity is averaged;
- total nitrogen and faecal coliforms in the class of a river, a multiple for oxygen, main pollutants from class Ⅲ on
  (a public Java program): they take no part, have none, begin at Ⅳ (`test_rating.py`, `test_surface.py`);
- the coefficient 2.66 for permanganate and weights cut to 0.2662 and 0.1878 (blogs and code): 2.661, weights in full
  precision (`test_trophic.py`);
- improvements printed as positive changes of the index (one city): negative is better (`test_cwqi.py`);
- blue as the colour of heavy pollution (a public database): red, and no source confirms any colour (`test_rating.py`).
"""
GB = "GB 3838-2002"
DAY = date(2016, 12, 31)

Row = tuple[str, str, str]


def classes() -> list[Row]:
    values, day, class_, deciding = vectors.WEEKLY
    found = assess(values, on=day).row()
    rows = [
        (f"week 47 of 2014: {values}", f"{class_name(class_)}, {deciding}", f"{found.name}, {found.deciding}"),
        ("the same, by item", str(vectors.WEEKLY_ITEMS), str({c: found.item_class[c] for c in vectors.WEEKLY_ITEMS})),
    ]
    for code, given in vectors.BOUNDARIES.items():
        got = assess({code: given}, on=DAY, items=(code,)).class_.tolist()
        rows.append((f"{code} {given}", "ⅠⅡⅢⅣⅤ劣Ⅴ", "".join(class_name(c) for c in got)))
    return rows


def mains() -> list[Row]:
    items = surface_named(GB).sets["evaluation"]
    rows = []
    for name, values, class_, printed in vectors.MONTHLY:
        found = assess(values, on=DAY, items=items).row()
        got = [(i.property, i.class_, i.multiple) for i in rating.main_items(found)]
        wanted = f"{class_name(class_)}, {list(printed[:3])}"
        rows.append((f"{name}: {values} (derived)", wanted, f"{found.name}, {got}"))
    return rows


def waters() -> list[Row]:
    def section(class_: int):
        return assess({"nh3n": (0.1, 0.4, 0.9, 1.4, 1.9, 2.4)[class_ - 1]}, on=DAY).row()

    rows = []
    for name, good, bad, n, good_text, bad_text, word in vectors.BASINS:
        found = rating.rate_waters([section(2)] * good + [section(6)] * bad + [section(4)] * (n - good - bad), on=DAY)
        got = f"{found.good_percent:.1f} %, {found.bad_percent:.1f} %, {found.rating.name_zh if found.rating else ''}"
        rows.append((f"{name}: {good} and {bad} of {n}", f"{good_text} %, {bad_text} %, {word}", got))
    for name, counts, printed in vectors.SHARES:
        judged = [section(class_) for class_, n in enumerate(counts, start=1) for _ in range(n)]
        found = rating.rate_waters(judged, on=DAY)
        got = tuple(f"{100 * n / found.n_sections:.1f}" for n in found.classes.values())
        rows.append((f"{name}: {counts}", str(printed), str(got)))
    for good, bad, word in vectors.RATINGS:
        rows.append((f"shares {good} % and {bad} %", word, rating.rate_shares(good, bad).name_zh))
    good_rating = rating.rating_named("good")
    delta_g, delta_d, word = vectors.TWO_YEARS
    changed = compare_shares(good_rating, good_rating, delta_g, delta_d)
    rows.append((f"ΔG {delta_g}, ΔD {delta_d} (derived)", word, changed.zh))
    return rows


def lakes() -> list[Row]:
    names = [state.name_zh for state in trophic.states()]
    rows = []
    for year, *indices, total, word in vectors.HULUN:
        codes = ("chla", "tp", "tn", "transparency")
        found = trophic.weighted(dict(zip(codes, indices, strict=True)))
        close = abs(float(found.index) - total) <= 0.001
        got = f"{total if close else float(found.index)}, {names[int(found.state) - 1]}"
        rows.append((f"Hulun Lake {year}: {tuple(indices)}", f"{total}, {word}", got))
    values, indices, total, word = vectors.FIVE
    found = trophic.trophic_state({c: v / 1000 if c == "chla" else v for c, v in values.items()})
    got = {code: round(float(found.items[code]), 3) for code in indices}
    got_text = f"{got}, {float(found.index):.3f}, {names[int(found.state) - 1]}"
    rows.append((f"{values} (derived)", f"{indices}, {total:.3f}, {word}", got_text))
    for index, word in vectors.STATES:
        rows.append((f"TLI {index}", word, names[int(trophic.state_of(index)) - 1]))
    return rows


def indices() -> list[Row]:
    rows = []
    for name, ranking in (("Jilin, first half of 2020", vectors.JILIN), ("Hunan, Jan–Sep 2023", vectors.HUNAN)):
        mixed = sorted(ranking)
        place = dict(zip([n for n, _ in mixed], cwqi.ranks([value for _, value in mixed]), strict=True))
        rows.append((name, " ".join(n for n, _ in ranking), " ".join(sorted(place, key=lambda n: place[n]))))
    name, now, base, printed = vectors.JILIN_BEST
    change = float(round_half_even(cwqi.change_percent(now, base), 2))
    rows.append((f"{name}: {now} from {base} (base derived)", f"{printed} %", f"{change} %"))
    for code, column, value, index in vectors.INDICES:
        got = round(cwqi.item_index(surface_named(GB).column(column)[code], value), 10)
        rows.append((f"index of {code} {value}, {column} (derived)", str(index), str(got)))
    return rows


def numbers() -> list[Row]:
    rows = [
        (f"{value} to three places", str(r), str(float(round_half_even(value, 3)))) for value, r in vectors.ROUNDING
    ]
    values, mean, _ = vectors.PH_MEAN
    rows.append((f"mean of pH {values}", str(mean), str(round(mean_of(values, "ph"), 2))))
    for n, limits in vectors.SPEARMAN.items():
        got = tuple(trend(range(n), alpha=alpha).limit for alpha in (0.05, 0.01))
        rows.append((f"limits of Spearman's coefficient, {n} periods", str(limits), str(got)))
    return rows


PARTS = (
    ("Class of a section", classes),
    ("Main pollutants", mains),
    ("Ratings and comparison", waters),
    ("Trophic state", lakes),
    ("Water quality index", indices),
    ("Rounding, pH, trend", numbers),
)


def main() -> int:
    text, failed, count = HEAD, 0, 0
    for title, part in PARTS:
        rows = part()
        failed += sum(expected != got for _, expected, got in rows)
        count += len(rows)
        text += f"\n## {title}\n\n| example | published | here | |\n|---|---|---|---|\n"
        for example, expected, got in rows:
            text += f"| {example} | {expected} | {got} | {'reproduced' if expected == got else '**differs**'} |\n"
    TARGET.write_text(text + NEGATIVE, encoding="utf-8")
    print(f"{count - failed} of {count} reproduce; written: {TARGET.relative_to(ROOT)}")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
