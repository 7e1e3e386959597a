"""A play is taken up where the field's own log of acknowledgements ends."""

import json
from datetime import UTC, datetime

from riverchief.web.play import WITNESS, last_acknowledged

T0 = 1_778_515_200


def test_a_folder_that_was_never_played_on_has_no_end(tmp_path):
    assert last_acknowledged(tmp_path) is None
    (tmp_path / "simulate").mkdir()
    (tmp_path / WITNESS).write_text("", encoding="utf-8")
    assert last_acknowledged(tmp_path) is None


def test_stations_begin_after_the_last_that_is_known_of_the_slowest(tmp_path):
    (tmp_path / "simulate").mkdir()
    lines = [
        {"station": "a", "time_s": T0, "acked_at": "2026-05-11T16:00:09+00:00"},
        {"station": "b", "time_s": T0, "acked_at": "2026-05-11T16:00:05+00:00"},
        {"station": "a", "time_s": T0 + 900, "acked_at": "2026-05-11T16:15:20+00:00"},
    ]
    text = "\n".join(json.dumps(line) for line in lines) + '\n{"station": "a", "time_s": 17785'
    (tmp_path / WITNESS).write_text(text, encoding="utf-8")
    since, last = last_acknowledged(tmp_path)
    assert since.timestamp() == T0 + 1
    assert last == datetime(2026, 5, 11, 16, 15, 20, tzinfo=UTC)
