"""Every collected frame of HJ 212 and SL 651 HEX: validity, station, values, defects, whole and cut at every byte."""

import random

from cloud.protocols.samples import decode, one
from riverchief.base.readings import Flag
from riverchief.cloud.protocols import REASONS, StreamDecoder

# how the collection names what is a block of twelve here, and how many of its units make one of ours
BLOCKS = {"DRP_0.1mm": ("DRP", 10), "DRZ1_cm": ("DRZ1", 1)}
# what it lists among the elements that is no measurement
NO_VALUE = {"obs_time", "DR_step", "manual", "config_raw", "picture_bytes", "newpw_ident", "events", "request_params"}


def expected_sl651(decoded):
    for name, value, *_ in decoded.get("elements", ()):
        if name in NO_VALUE:
            continue
        if name in BLOCKS:
            code, units = BLOCKS[name]
            yield from ((code, None if item is None else item / units) for item in value)
        elif name == "ZT_status":
            yield "ZT", int(value, 16)
        elif isinstance(value, list):
            yield from ((name, item) for item in value)
        else:
            yield name.removeprefix("?"), value


def expected_hj212(decoded):
    for item in decoded["cp"]:
        for key, text in item.items():
            code, _, suffix = key.rpartition("-")
            if suffix in ("Rtd", "Avg", "Min", "Max", "Cou"):
                yield code, suffix.lower(), text, item.get(f"{code}-Flag", "N")


def test_there_is_a_collection_to_test_against(rows):
    assert sum(row.protocol.startswith("HJ") for row in rows) == 35
    assert sum(row.protocol == "SL651-2014-HEX" for row in rows) == 83


def test_each_is_one_message_of_the_stated_validity_and_device(rows):
    for row in rows:
        message = one(row.raw)
        assert message.valid == row.valid, row.number
        assert message.raw == row.raw, row.number
        device = row.decoded["fields"]["MN"] if row.protocol.startswith("HJ") else row.decoded["station"]
        assert message.device == device, row.number
        if message.valid:
            assert message.reason is None
        else:
            assert message.reason.split(":")[0] in REASONS, message.reason
            assert message.readings == ()
            assert not message.wants_ack


def test_each_has_the_dialect_of_its_standard(rows):
    dialects = {
        "HJ/T212-2005": "2005",
        "HJ212-ext": "2005",
        "HJ212-2017": "2017",
        "HJ212-2025": "2025",
        "HJ1404/surface-water": "surface-water",
        "SL651-2014-HEX": "2014",
    }
    for row in rows:
        assert one(row.raw).dialect == dialects[row.protocol], row.number


def test_values_of_sl651_frames(rows):
    compared = 0
    for row in rows:
        if row.protocol == "SL651-2014-HEX" and row.valid:
            got = [(value.code, value.value) for value in one(row.raw).readings]
            assert got == list(expected_sl651(row.decoded)), row.number
            compared += len(got)
    assert compared > 300


def test_values_of_hj212_frames(rows):
    compared = 0
    for row in rows:
        if not (row.protocol.startswith("HJ") and row.valid):
            continue
        readings = one(row.raw).readings
        wanted = list(expected_hj212(row.decoded))
        assert [(value.code, value.statistic) for value in readings] == [item[:2] for item in wanted], row.number
        for value, (_, _, text, letter) in zip(readings, wanted, strict=True):
            in_litres_per_second = value.code == "B01"
            assert value.value == float(text) / (1000 if in_litres_per_second else 1)
            assert value.flag is {"N": Flag.OK, "D": Flag.FAULT}[letter]
            compared += 1
    assert compared == 52


def test_defects_of_valid_frames_are_those_that_were_found_by_others(rows):
    for row in rows:
        if row.valid:
            own = {defect for defect in one(row.raw).defects if not defect.startswith(("no line end", "line ends"))}
            assert own == set(row.decoded["defects"]), row.number


def test_a_wrong_checksum_is_called_that(rows):
    for row in rows:
        if not row.valid:
            reason = one(row.raw).reason
            wrong_length = any("length field implies" in defect for defect in row.decoded["defects"])
            assert reason.startswith("length: " if wrong_length else "checksum: "), (row.number, reason)
            variant = row.decoded["crc"].get("variant", "") if row.protocol.startswith("HJ") else ""
            assert ("plain CRC-16/MODBUS" in reason) == ("plain CRC-16/MODBUS" in variant), row.number
            assert ("swapped" in reason) == ("swapped" in variant), row.number


def test_no_message_depends_on_where_a_frame_was_cut(rows):
    for row in rows:
        whole = decode(row.raw)
        for cut in range(1, len(row.raw)):
            assert decode(row.raw, cut) == whole, (row.number, cut)


def test_a_frame_comes_byte_by_byte(rows):
    for row in rows:
        assert decode(row.raw, *([1] * len(row.raw))) == decode(row.raw), row.number


def test_all_of_them_in_one_stream_give_the_same_messages(rows):
    # a frame whose length claims more than it has holds back its successor only until its checksum fails
    together = decode(b"".join(row.raw for row in rows))
    valid = [message for message in together if message.valid]
    assert [message.raw for message in valid] == [row.raw for row in rows if row.valid]
    assert [m.readings for m in valid] == [one(row.raw).readings for row in rows if row.valid]


def test_good_frames_survive_whatever_stands_before_them(rows):
    good = next(row.raw for row in rows if row.protocol == "SL651-2014-HEX" and row.valid and len(row.raw) > 60)
    for row in rows:
        for cut in (1, 7, len(row.raw) // 2, len(row.raw) - 1):
            messages = decode(row.raw[:cut] + good)
            assert [message.raw for message in messages if message.valid][-1] == good, (row.number, cut)


def test_a_cut_frame_is_truncated_or_waits(rows):
    for row in rows:
        if not row.valid:
            continue
        for cut in (len(row.raw) // 3, len(row.raw) // 2, len(row.raw) - 7):
            decoder = StreamDecoder()
            assert decoder.feed(row.raw[:cut]) == []
            (message,) = decoder.flush()
            assert message.reason.startswith("truncated: "), (row.number, cut, message.reason)


def test_random_damage_never_raises_and_never_passes_as_the_same_message(rows):
    rng = random.Random(212)
    for row in rows:
        if not row.valid:
            continue
        before = one(row.raw)
        for _ in range(5):
            damaged = bytearray(row.raw)
            place = rng.randrange(2, len(row.raw) - 3)
            damaged[place] ^= 1 << rng.randrange(8)
            after = decode(bytes(damaged))
            # one wrong bit is always found by both checksums; of HJ 212 the case of the four digits may differ
            if not (row.protocol.startswith("HJ") and bytes(damaged).lower() == row.raw.lower()):
                assert before not in after
                assert all(not message.valid for message in after), (row.number, place)
