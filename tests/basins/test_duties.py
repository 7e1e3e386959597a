from riverchief import basins


def test_a_handover_is_no_overlap_and_no_gap(folder, edit):
    rows = folder / "responsibilities.csv"
    edit(rows, "ch-shangchuan,qx1,0,11800,2025-01-01,", "ch-shangchuan,qx1,0,11800,2025-01-01,2026-07-01")
    with rows.open("a", encoding="utf-8") as file:
        file.write("ch-xiachuan,qx1,0,11800,2026-07-01,\n")
    assert basins.check(folder) == []


def test_a_stretch_that_nobody_took_over_is_named(folder):
    path = folder / "responsibilities.csv"
    text = path.read_text(encoding="utf-8")
    text = "\n".join(r + "2026-01-01" if ",qx3," in r else r for r in text.splitlines())
    path.write_text(text + "\nch-city,qx3,0,1000,2026-01-01,\n", encoding="utf-8")
    found = basins.check(folder)
    assert [(f.file, f.line, f.code) for f in found] == [("reaches.csv", 4, "uncovered")]
    assert "1,000 to 11,600 m of qx3" in found[0].sentence


def test_levels_may_overlap_and_a_basin_without_chiefs_is_no_fault(folder):
    for name in ("chiefs.csv", "responsibilities.csv", "terms.csv"):
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    assert basins.check(folder) == []
