import json

from cloud.protocols.samples import KEEP_ALIVE, TEST_REPORT, one
from riverchief.cloud.protocols import as_json


def test_json_of_a_message():
    shown = as_json(one(TEST_REPORT))
    assert list(shown) == [
        "protocol", "dialect", "valid", "reason", "device", "kind", "readings", "defects", "raw",
    ]  # fmt: skip
    assert shown["protocol"] == "sl651"
    assert shown["valid"] is True
    assert shown["reason"] is None
    assert shown["raw"] == TEST_REPORT.hex()
    assert shown["readings"][2] == {
        "code": "Z",
        "property": "level",
        "value": 0.127,
        "unit": "m",
        "flag": "test",
        "time": "2059-10-11T15:49:00+08:00",
        "period": "instant",
        "statistic": "rtd",
    }
    assert json.loads(json.dumps(shown)) == shown


def test_json_of_a_damaged_message_says_why():
    damaged = KEEP_ALIVE[:-1] + b"\x00"
    shown = as_json(one(damaged))
    assert shown["valid"] is False
    assert shown["reason"] == "checksum: frame says 6B00, its bytes give 6BCA"
    assert shown["device"] == "0012345678"
    assert shown["readings"] == []
