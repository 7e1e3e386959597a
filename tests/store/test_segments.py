"""The bytes of a segment: packing and finding records are inverse, and garbage is never taken for one."""

from hypothesis import given
from hypothesis import strategies as st

from riverchief.store.segments import HEAD, MARK, SegmentIndex, head, pack, record_at, records, recover, segment_path

frames = st.lists(st.tuples(st.integers(0, 2**48), st.text(max_size=20), st.binary(max_size=60)), max_size=8)


@given(frames, st.binary(max_size=30))
def test_records_are_found_again_also_behind_garbage(frames, garbage):
    data = head(1)
    for number, (at_ms, peer, raw) in enumerate(frames, 1):
        data += garbage + MARK[:2] + pack(number, at_ms, peer, raw)
    found = [(r.frame_no, r.at_ms, r.peer, r.raw) for r in records(data)]
    assert found == [(number, *frame) for number, frame in enumerate(frames, 1)]


@given(st.binary(max_size=60), st.integers(0, 10_000), st.integers(1, 255))
def test_one_changed_byte_is_always_seen(raw, place, flip):
    data = bytearray(pack(7, 1000, "p", raw))
    data[place % len(data)] ^= flip
    assert record_at(bytes(data), 0) is None


def test_a_frame_that_holds_a_record_is_still_one_frame():
    inner = pack(9, 5, "inner", b"not me")
    found = list(records(head(1) + pack(1, 1, "outer", inner)))
    assert [(r.frame_no, r.raw) for r in found] == [(1, inner)]


def test_a_segment_that_was_cut_while_it_was_made_is_taken_away(tmp_path):
    path = segment_path(tmp_path, 5)
    path.write_bytes(head(5)[:9])
    assert recover(path, None) == (0, None)
    assert not path.exists()


def test_whole_records_that_nobody_was_told_of_are_cut_too(tmp_path):
    path = segment_path(tmp_path, 1)
    one = pack(1, 1, "", b"told")
    path.write_bytes(head(1) + one + pack(2, 1, "", b"not told"))
    assert recover(path, 1) == (HEAD.size + len(one), 1)
    assert path.stat().st_size == HEAD.size + len(one)


def test_an_index_grows_with_its_file(tmp_path):
    path = segment_path(tmp_path, 1)
    one, two = pack(1, 1, "", b"one"), pack(2, 1, "", b"two")
    path.write_bytes(head(1) + one + two[:7])
    index = SegmentIndex(path)
    index.extend()
    assert (index.last_no, index.get(2)) == (1, None)
    path.write_bytes(head(1) + one + two)
    index.extend()
    assert index.get(2).raw == b"two"
    assert index.get(1).raw == b"one"
