from riverchief import basins


def add(folder, code, upper, lower, points):
    with (folder / "reaches.csv").open("a", encoding="utf-8") as file:
        file.write(f"{code},qingxi,支流,Branch,{upper},{lower},2000,1,0.4,5,0.5,,true\n")
    path = folder / "reaches.geojson"
    feature = f'{{"type": "Feature", "properties": {{"code": "{code}"}}, "geometry": {{"type": "LineString", "coordinates": {points}}}}}'
    path.write_text(path.read_text(encoding="utf-8").replace("\n]}", f",\n{feature}\n]}}"), encoding="utf-8")
    with (folder / "responsibilities.csv").open("a", encoding="utf-8") as file:
        file.write(f"ch-city,{code},0,2000,2025-01-01,\n")


def test_every_ring_is_named_once(folder):
    add(folder, "back", "n3", "n2", [[112.08, 37.07], [112.15, 37.15]])
    add(folder, "self", "n9", "n9", [[112.30, 37.20], [112.30, 37.22]])
    found = [f for f in basins.check(folder) if f.code == "cycle"]
    assert [(f.line, f.sentence.split(" form")[0]) for f in found] == [(4, "reaches qx3, back"), (6, "reaches self")]


def test_a_branch_that_ends_on_a_node_of_another_name_is_a_gap(folder):
    add(folder, "branch", "n8", "n_1", [[112.24, 37.23], [112.22, 37.23]])
    found = basins.check(folder)
    assert [(f.file, f.line, f.code) for f in found] == [("reaches.csv", 5, "gap")]
    assert "give both the same node" in found[0].sentence


def test_a_branch_that_joins_is_no_fault(folder):
    add(folder, "branch", "n8", "n1", [[112.24, 37.23], [112.22, 37.23]])
    assert basins.check(folder) == []
    assert [basins.read(folder).network.nodes[i] for i in basins.read(folder).network.confluences] == ["n1"]
