"""The page on the case is drawn from the table."""

from pathlib import Path

from riverchief.ground.picture import NAMES_ZH, as_markdown, mermaid
from riverchief.ground.states import ACTIONS, TABLE, Need, Relation, State

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "case-states.md"


def test_the_page_in_the_docs_is_the_table():
    command = "python -c 'from riverchief.ground.picture import as_markdown; print(as_markdown(), end=\"\")'"
    assert PAGE.read_text(encoding="utf-8") == as_markdown(), f"{PAGE.name} is out of date; write it anew: {command}"


def test_every_transition_is_an_arrow_and_everything_has_its_chinese_name():
    picture = mermaid()
    for row in TABLE:
        assert f"{row.start} --> {row.end} : {row.action} " in picture
    for name in (*State, *ACTIONS, *Relation, *Need):
        assert NAMES_ZH[name]
