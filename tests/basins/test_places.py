from riverchief import basins


def test_two_kilometres_are_the_limit(folder, edit):
    edit(folder / "sections.csv", "112.2043,37.2071", "112.2043,37.2191")  # 0.012° north is 1.3 km
    assert basins.check(folder) == []
    edit(folder / "sections.csv", "112.2043,37.2191", "112.2443,37.1771")
    assert [f.code for f in basins.check(folder)] == ["far_from_reach"]


def test_an_air_station_needs_a_position_and_no_address(folder, edit):
    row = "air-1,空气站,Air,air,,,112.7,37.7,1499,hj212,2017,AIR0001,,,,true\n"
    with (folder / "stations.csv").open("a", encoding="utf-8") as file:
        file.write(row)
    with (folder / "station_intervals.csv").open("a", encoding="utf-8") as file:
        file.write("air-1,pm25,3600\n")
    assert basins.check(folder) == []
    assert basins.read(folder).stations[-1].place is None
    edit(folder / "stations.csv", ",,112.7,37.7", ",,,")
    assert [(f.line, f.code) for f in basins.check(folder)] == [(6, "missing_value")]
