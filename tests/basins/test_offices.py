"""Terms and leave that contradict themselves are named with file and line."""

import pytest

from riverchief import basins

HEAD = {"terms.csv": "chief,start,end,document,assumed\n", "leaves.csv": "chief,start,end,deputy,reason\n"}


@pytest.mark.parametrize(
    ("file", "rows", "line", "code", "part"),
    [
        ("leaves.csv", "ch-nanan,2026-01-01,2026-01-05,ch-nanan,ill\n", 2, "own_deputy", "name another one"),
        ("leaves.csv", "ch-nanan,2026-01-05,2026-01-05,ch-liuwan,\n", 2, "end_before_start", "is not after start"),
        ("leaves.csv", "ch-nanan,2026-01-01,2026-01-05,ch-nobody,\n", 2, "unknown_chief", "is not in chiefs.csv"),
        (
            "leaves.csv",
            "ch-nanan,2026-01-01,2026-01-05,ch-liuwan,\nch-nanan,2026-01-04,2026-01-09,ch-city,\n",
            3,
            "overlap",
            "ends on 2026-01-05; this one begins on 2026-01-04",
        ),
        ("terms.csv", "ch-nanan,2025-01-01,,,true\nch-nanan,2026-01-01,,,true\n", 3, "overlap", "has no end"),
    ],
)
def test_one_fault_is_named(folder, file, rows, line, code, part):
    (folder / file).write_text(HEAD[file] + rows, encoding="utf-8")
    found = basins.check(folder)
    assert [(f.file, f.line, f.code) for f in found] == [(file, line, code)]
    assert part in found[0].sentence


def test_one_term_may_follow_another_on_the_same_day(folder):
    rows = "ch-nanan,2025-01-01,2026-01-01,,true\nch-nanan,2026-01-01,,,true\n"
    (folder / "terms.csv").write_text(HEAD["terms.csv"] + rows, encoding="utf-8")
    assert basins.check(folder) == []
