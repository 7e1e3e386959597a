"""Write docs/validation/authenticity.md: which fakes are asked about for the right reason, and which honest walkers.

Simulated outings (marked as such) of `riverchief.simulate.walks` and `fakes`, frozen before there was a judge.
Run from the checkout: .venv/bin/python benchmarks/verify_authenticity.py [seeds per kind, default 100]
Exit code 1 when a kind of fakes is told less often, or a kind of honest outings asked more often, than the aim.
"""

from __future__ import annotations

import math
import sys
import time
from collections import Counter
from pathlib import Path

from rich.progress import track
from stamp import written

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from ground.authenticity.trials import RIGHT, rightly, trial  # noqa: E402
from riverchief.ground.authenticity import LOOKS  # noqa: E402
from riverchief.simulate.walks import HONEST  # noqa: E402

TARGET = ROOT / "docs" / "validation" / "authenticity.md"
FIRST = 100  # seeds below it chose the limits
FRESH = 200  # seeds from it on were looked at by nobody before the limits stood
TOLD_MIN, ASKED_MAX = 0.90, 0.05
BESIDE_THE_AIM = ("joint",)  # where nobody announces it
WORDS = {
    "plain": "a walk, nothing special",
    "canyon": "errors of tens of metres on parts of the way",
    "tunnel": "one to three gaps of 1 to 4 min",
    "pauses": "nine stops with photographs",
    "pocket": "three to six gaps of up to 7 min",
    "ride_home": "the ride home was recorded too",
    "fast": "1.9 to 2.7 m/s",
    "assistant": "with an assistant for 40 to 70 % of the way",
    "weekly": "the same bank in each of eight weeks before",
    "joint": "two chiefs side by side all the way",
    "straight": "a mock application, straight lines",
    "smooth": "a mock application along the river's line, half of them with noise added",
    "replay": "an older track of the same chief, cut, resampled, with noise, some stretched",
    "drive_by": "a car or an electric bicycle on the road by the bank",
    "shared": "two or three phones in one pocket",
    "photos": "an honest walk, photographs of another time or place or handed in before",
}


def trials(kind: str, seeds: range, **without: float) -> tuple[float, float, Counter[str], float]:
    """Share asked, share asked for the right reason, reasons found, milliseconds a patrol."""
    asked, right, found = 0, 0, Counter()
    begun = time.process_time()
    for seed in seeds:
        answer = trial(kind, seed, **without)
        asked += answer.asked
        right += kind in RIGHT and rightly(kind, answer)
        found.update(reason.kind for reason in answer.reasons)
    return asked / len(seeds), right / len(seeds), found, 1000 * (time.process_time() - begun) / len(seeds)


def table(rows: dict[str, Counter[str]], count: int) -> str:
    kinds = [kind for kind in LOOKS if any(found[kind] for found in rows.values())]
    text = "| outings | " + " | ".join(kinds) + " |\n|---" + "|---" * len(kinds) + "|\n"
    for name, found in rows.items():
        text += f"| {name} | " + " | ".join(f"{found[k] / count:.0%}" if found[k] else "–" for k in kinds) + " |\n"
    return text


Rows = dict[str, Counter[str]]


def honest_rows(count: int, rows: Rows, spent: list[float], missed: list[str]) -> tuple[str, dict[str, float]]:
    """The table of honest outings and the share of all that are asked; adds reasons, times [ms] and misses."""
    text, fresh_seeds, seeds = "", range(FRESH, FRESH + count), range(FIRST, FIRST + count)
    shares: dict[str, list[float]] = {"silent": [], "announced": [], "silent, fresh": [], "announced, fresh": []}
    for kind in track(HONEST, "honest"):
        asked, _, rows[kind], ms = trials(kind, seeds)
        spent.append(ms)
        told = trials(kind, seeds, announced=True)[0] if kind in BESIDE_THE_AIM else asked
        fresh = trials(kind, fresh_seeds)[0]
        fresh_told = trials(kind, fresh_seeds, announced=True)[0] if kind in BESIDE_THE_AIM else fresh
        for share, value in zip(shares.values(), (asked, told, fresh, fresh_told), strict=True):
            share.append(value)
        text += f"| {kind} | {WORDS[kind]} | {asked:.0%} | {told:.0%} | {fresh_told:.0%} |\n"
        if told > ASKED_MAX:
            missed.append(f"{kind}: {told:.0%} of honest outings are asked about")
    overall = {name: sum(values) / len(values) for name, values in shares.items()}
    if overall["announced"] > ASKED_MAX:
        missed.append(f"all honest outings: {overall['announced']:.1%} are asked about")
    return text, overall


def fake_rows(count: int, rows: Rows, spent: list[float], missed: list[str]) -> str:
    """The table of fakes; adds reasons, times [ms] and misses."""
    text, seeds = "", range(FIRST, FIRST + count)
    for kind in track(RIGHT, "fakes"):
        asked, right, rows[kind], ms = trials(kind, seeds)
        spent.append(ms)
        hidden = trials(kind, seeds, marked=False)[1]
        fresh = trials(kind, range(FRESH, FRESH + count), marked=False)[1]
        reasons = ", ".join(sorted(RIGHT[kind]))
        text += f"| {kind} | {WORDS[kind]} | {reasons} | {asked:.0%} | {right:.0%} | {hidden:.0%} | {fresh:.0%} |\n"
        if hidden < TOLD_MIN:
            missed.append(f"{kind}: {hidden:.0%} are told for the right reason without the phone's mark")
    return text


def main(count: int) -> int:
    rows: Rows = {}
    spent: list[float] = []
    missed: list[str] = []
    honest, overall = honest_rows(count, rows, spent, missed)
    fakes = fake_rows(count, rows, spent, missed)
    text = page(count, honest, fakes, overall, rows, spent, missed)
    TARGET.write_text(text, encoding="utf-8")
    print(text)
    return bool(missed)


def page(
    count: int, honest: str, fakes: str, overall: dict[str, float], rows: Rows, spent: list[float], missed: list[str]
) -> str:
    """The page, with what is asked beside the two tables."""
    seeds = range(FIRST, FIRST + count)
    blind = {kind: trials(kind, seeds, marked=False, claims=math.nan)[1] for kind in ("straight", "smooth")}
    even = {kind: trials(kind, seeds, claims=5.0)[0] for kind in ("plain", "pauses", "fast")}
    lied = trials("shared", seeds, announced=True)[0]
    verdict = (
        "The aim is reached where people who walk together announce it as the platform asks; where they do not, it is "
        f"missed: {overall['silent']:.1%} of all honest outings are asked then, because of `joint`."
        if not missed
        else "**The aim is missed:** " + "; ".join(missed) + "."
    )
    return f"""# Authenticity of patrols: who is asked, and who is not

{written(f"benchmarks/verify_authenticity.py {count}")}

**Simulated** outings, frozen by a digest before there was anything to judge them; the simulator shares no code with the
judge. The limits were chosen on seeds 0 to {FIRST - 1} of every kind; these are seeds {FIRST} to {FIRST + count - 1}, {count} outings a kind.
The aim: at least {TOLD_MIN:.0%} of the fakes asked about for the right reason, also when the phone's own mark of a mock location is
hidden; at most {ASKED_MAX:.0%} of the honest ones asked. {verdict}

| all honest outings, each kind with the same weight | seeds {FIRST} to {FIRST + count - 1} | seeds {FRESH} to {FRESH + count - 1} |
|---|---|---|
| asked, where the two of `joint` name each other with a photograph of both | {overall["announced"]:.1%} | {overall["announced, fresh"]:.1%} |
| asked, where nobody says anything | {overall["silent"]:.1%} | {overall["silent, fresh"]:.1%} |

## Fakes

| kind | what it is | right reasons | asked | asked, right reason | the same, mark hidden | mark hidden, seeds {FRESH}… |
|---|---|---|---|---|---|---|
{fakes}
## Honest outings

| kind | what it is | asked | asked, company announced | the same, seeds {FRESH}… |
|---|---|---|---|---|
{honest}
Two people side by side cannot be told from one person with two phones. They are asked, unless each has named the other from
an account of their own and a photograph of both was taken on the way; then the companion's track is not compared. What that
is worth against a liar: of `shared`, one person with the phones **and the passwords** of the others who names them all and
hands in a photograph, {lied:.0%} are asked. The photograph stands on the patrol's page for the office to look at; no machine looks at it.

## Reasons found, share of outings

{table(rows, count)}
`gaps` and `coverage` are circumstances: they take points off and ask nobody. No outing here covers too little; `coverage` is
tested by arithmetic alone.

## What this is worth

- One patrol takes {sum(spent) / len(spent):.0f} ms of one processor, the making of the outing included.
- Outings and judge were written by the same hand, the outings first: high figures say that the judge does what it was meant
  to, not that fakes in the field look like these. After a first look at these seeds `replay` was narrowed to moments on the
  move, for a reason of its own (people who stand at one place every week); no figure changed, no limit was moved.
- After the first publication of this page `even` went from 0.16 to 0.14, chosen on seeds 0 to 99: as many of `smooth` (97 of
  100) and all of `straight` are told there, and 3 instead of 6 of 1,000 honest walkers asked. On seeds 100 to 199 `assistant`
  fell from 4% to 2% by it, and `smooth` with its mark hidden from 99% to 94%. Seeds {FIRST} to {FIRST + count - 1} had been
  published by then, so seeds {FRESH} to {FRESH + count - 1}, which nobody had looked at, stand beside them.
- The receivers are modelled, not measured: no track of a real phone stands behind these figures, and nobody confirmed the
  limits. Real phones differ from the model most in how smooth their fixes and how varied their accuracies are.
- Told by the fixes alone, with neither mark nor accuracy: {blind["straight"]:.0%} of `straight`, {blind["smooth"]:.0%} of `smooth`. An application that invents
  an accuracy that changes as slowly as a real one, and sprinkles noise, goes unseen here.
- Honest walkers whose phone claims 5 m for every fix: {even["plain"]:.0%} of `plain`, {even["pauses"]:.0%} of `pauses`, {even["fast"]:.0%} of `fast` are asked. Where such phones
  are common, `constant` is to be set above 1 in the limits, and fewer invented paths are told.
- A replay is looked for among the tracks that are handed over; one of a track from elsewhere is not found.
"""


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
