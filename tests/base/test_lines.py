"""Where keys stand in a file's text, also beside texts over several lines that look like keys."""

import pytest

from riverchief.base.lines import Lines, Spot

TEXT = '''# a sheet
code = "x"
note = """
[[item]]
formula = "none of it"
"""

[[item]]
code = "a"
formula   =  "1 + b"

[[item]]
code = 'b'
  weight = 3
formula = """2
+ 3"""

[ other ]
code = "z"
'''


@pytest.mark.parametrize(
    ("table", "index", "key", "spot"),
    [
        ("", 0, "code", Spot(2, 9)), ("", 0, "note", Spot(3)), ("item", 0, "", Spot(8)), ("item", 0, "code", Spot(9, 9)),
        ("item", 0, "formula", Spot(10, 15)), ("item", 1, "code", Spot(13, 9)), ("item", 1, "weight", Spot(14)),
        ("item", 1, "formula", Spot(15)), ("item", 1, "target", Spot(12)), ("other", 0, "code", Spot(19, 9)),
        ("item", 7, "code", Spot(1)), ("", 0, "nothing", Spot(1)),
    ],
)  # fmt: skip
def test_a_key_is_found_where_it_stands(table, index, key, spot):
    assert Lines(TEXT).at(table, index, key) == spot
    line = TEXT.splitlines()[spot.line - 1]
    if spot.column is not None:
        assert line[spot.column - 2] in "\"'"
