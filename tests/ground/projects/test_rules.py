"""The limits as they ship."""

from riverchief.ground.projects.rules import rules


def test_no_limit_pretends_to_be_confirmed():
    assert {name for name, one in rules().items() if not one["confirmed"]} == {"photo", "survival", "preservation"}
    assert all(rules()[name]["note_zh"] and rules()[name]["note_en"] for name in ("survival", "preservation"))
