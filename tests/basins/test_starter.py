import re
from pathlib import Path

import pytest

from riverchief import basins
from riverchief.base.errors import InputError


def test_the_starter_passes_the_check_and_explains_every_file(tmp_path):
    path = basins.init("my-river", tmp_path)
    assert basins.check(path) == []
    basin = basins.read(path)
    assert basin.code == "my-river"
    assert all(r.assumed for r in basin.reaches)
    readme = (path / "README.md").read_text(encoding="utf-8")
    for file in path.iterdir():
        assert file.name in readme or file.name == "README.md"


@pytest.mark.parametrize("name", ["", "My River", "../x", "河", "a" * 41])
def test_a_name_that_cannot_be_a_code_is_refused(tmp_path, name):
    with pytest.raises(InputError, match="small letters, digits and hyphens"):
        basins.init(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(InputError, match="is not empty"):
        basins.init("mine", tmp_path)
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["notes.txt"]


DOCS = Path(__file__).resolve().parents[2] / "docs" / "tutorials"


@pytest.mark.parametrize("page", ["your-own-river.md", "your-own-river.zh-CN.md"])
def test_the_tutorial_leads_to_a_basin_without_faults_and_shows_the_fault_it_promises(page, tmp_path):
    text = (DOCS / page).read_text(encoding="utf-8")
    path = basins.init("baishui", tmp_path)
    (path / "basin.toml").write_text(re.search(r"```toml\n(.*?)```", text, re.DOTALL)[1], encoding="utf-8")
    blocks = re.findall(r"```(?:csv|json) (\S+)\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 12
    for file, body in blocks:
        (path / file).write_text(body, encoding="utf-8")
    assert [str(fault) for fault in basins.check(path)] == []
    assert len(basins.read(path).network.confluences) == 1
    reaches = (path / "reaches.csv").read_text(encoding="utf-8")
    (path / "reaches.csv").write_text(reaches.replace(",9600,", ",9.6,"), encoding="utf-8")
    found = [str(fault) for fault in basins.check(path)]
    assert found[0] in text
    assert {"off_network"} <= {fault.split(": ")[1] for fault in found[1:]}
