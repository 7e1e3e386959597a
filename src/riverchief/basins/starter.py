"""A small folder to begin with: one river, two reaches, one of each thing, and a page that says what to change."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from riverchief.base.basin import (
    Basin,
    Chief,
    Facility,
    Project,
    Reach,
    Region,
    Responsibility,
    River,
    Section,
    Station,
)
from riverchief.base.errors import InputError
from riverchief.base.places import Interval, Place
from riverchief.basins.folder import write
from riverchief.basins.tables import BASIN_FILE, LINES_FILE, TABLES

_TOWN = "990101000000"  # 99 is no province: a place to be replaced
_LINES = (
    ((112.00, 37.10), (111.99, 37.08), (111.97, 37.07), (111.96, 37.05)),
    ((111.96, 37.05), (111.94, 37.04), (111.93, 37.02), (111.91, 37.01)),
)

README = """# {name}

这是一个流域文件夹，用表格软件和 QGIS 就能编辑。先把示例换成你的河，再运行检查：
This is a basin folder; a spreadsheet and QGIS edit it. Replace the example by your river, then check it:

    riverchief basin check {name}

| 文件 file | 内容 what |
|---|---|
| {basin_file} | 名称、行政区、版本、坐标系 name, region, version, coordinate system |
{tables}
| {lines_file} | 每个河段一条线，从上游画到下游 one line per reach, drawn downstream |

1. `rivers.csv`, `reaches.csv`, `reaches.geojson`：先河流、河段和线。同名节点把河段连起来。
   Rivers, reaches and lines first. Reaches that share a node are joined.
2. `regions.csv`, `chiefs.csv`, `responsibilities.csv`：行政区、河长、责任段。Regions, chiefs, who answers for what.
3. `sections.csv`, `stations.csv`, `station_intervals.csv`：断面、站点、测什么。Sections, stations, what they measure.
4. `facilities.csv`, `facility_pollutants.csv`：排污口等。Outfalls and the like.

只知道经纬度时，`reach` 和 `chainage_m` 可以留空，检查时会算出最近的河段。
Where only lon and lat are known, leave `reach` and `chainage_m` empty; the nearest reach is taken.

表格请存为“CSV UTF-8”；行政区划代码和设备号列请设为“文本”。
Save tables as “CSV UTF-8”; make columns of region codes and devices text.
"""


def starter(name: str) -> Basin:
    """A basin of one river, two reaches and one of each thing, all of it assumed."""
    start = date(2026, 1, 1)
    reaches = tuple(
        Reach(
            code=f"river-{i + 1}", river="river", name_zh=f"示例河第{i + 1}段", name_en=f"Example River, reach {i + 1}",
            from_node=f"n{i}", to_node=f"n{i + 1}", length_m=7_500.0, flow_m3s=3.0, velocity_ms=0.4, width_m=15.0,
            depth_m=0.5, line=line, source="example", assumed=True,
        )
        for i, line in enumerate(_LINES)
    )  # fmt: skip
    return Basin(
        code=name,
        name_zh=name,
        name_en=name,
        region="990100000000",
        version="1",
        review_number="",
        rivers=(River("river", "示例河", "Example River"),),
        reaches=reaches,
        regions=(
            Region("990100000000", "示例县", "Example County", 111.95, 37.06),
            Region(_TOWN, "示例镇", "Example Town", 111.97, 37.06),
        ),
        sections=(
            Section("section-1", "示例断面", "Example section", Place("river-2", 5_000.0), 111.9247, 37.0174,
                    "county", 3, _TOWN, station="station-1"),
        ),
        stations=(
            Station("station-1", "示例水质站", "Example station", "water_quality", Place("river-2", 5_000.0),
                    111.9247, 37.0174, _TOWN, "hj212", "2017", "DEMO0001", {"ph": 900, "do": 900, "nh3n": 14_400}),
        ),
        facilities=(
            Facility("outfall-1", "outfall", "示例排污口", "Example outfall", Place("river-1", 3_000.0),
                     111.9864, 37.0782, _TOWN, 0.02, {"cod": 60.0, "nh3n": 5.0}),
        ),
        chiefs=(Chief("chief-1", "张三（示例）", "Example Chief", "county", "990100000000"),),
        responsibilities=tuple(
            Responsibility("chief-1", Interval(reach.code, 0.0, reach.length_m, start)) for reach in reaches
        ),
        projects=(
            Project("project-1", "示例项目", "示例河岸整治", "Example bank works", _TOWN, Place("river-1", 6_000.0),
                    start, date(2026, 12, 31), start, None),
        ),
        notes="Example made by riverchief init; replace everything. 示例，请全部替换。",
    )  # fmt: skip


def init(name: str, folder: Path) -> Path:
    """Make the starter folder `folder`/`name`, which passes `check`.

    Raises
    ------
    InputError
        For a name that is not letters, digits and hyphens, or a folder that already holds something.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", name):
        raise InputError(f"{name!r} cannot be a basin's code; use small letters, digits and hyphens.", name=name)
    path = folder / name
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise InputError(f"{path} is not empty; choose another name or folder.", path=str(path))
    write(starter(name), path)
    tables = "\n".join(f"| {table.file} | {table.what} |" for table in TABLES)
    text = README.format(name=name, tables=tables, basin_file=BASIN_FILE, lines_file=LINES_FILE)
    (path / "README.md").write_text(text, encoding="utf-8")
    return path
