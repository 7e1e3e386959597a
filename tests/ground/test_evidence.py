"""The chain of evidence: no change, loss, insertion or move goes unnoticed."""

import copy
import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riverchief.base.errors import InputError
from riverchief.ground.evidence import Link, append, canonical, genesis, seal, verify

CASE = "case-01KB4T8M9QZX5V7N2R3W6Y1ABC"
values = (
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
)
entries = st.dictionaries(
    st.sampled_from(["kind", "sha256", "by", "at", "text", "lon", "lat"]),
    values | st.lists(values, max_size=3),
    min_size=1,
)


def chain_of(items, case=CASE):
    chain = []
    for entry in items:
        chain.append(append(chain, entry, case))
    return chain


def test_a_seal_by_hand():
    entry = {"text": "已清理", "kind": "note", "lon": 111.5}
    body = '{"kind":"note","lon":111.5,"text":"已清理"}'.encode()
    assert canonical(entry) == body
    first = hashlib.sha256(b"riverchief evidence of " + CASE.encode()).hexdigest()
    assert genesis(CASE) == first
    link = append([], entry, CASE)
    assert link.hash == hashlib.sha256(first.encode() + b"\n" + body).hexdigest()
    assert append([link], entry, CASE).previous == link.hash


@given(st.lists(entries, max_size=6))
def test_an_untouched_chain_holds(items):
    chain = chain_of(items)
    assert verify(chain, CASE) is None
    assert verify(chain, CASE, head=chain[-1].hash if chain else genesis(CASE)) is None


@given(st.lists(entries, min_size=1, max_size=6), st.data())
def test_any_change_of_an_entry_names_that_entry(items, data):
    chain = chain_of(items)
    index = data.draw(st.integers(0, len(chain) - 1))
    other = data.draw(entries.filter(lambda e: canonical(e) != canonical(chain[index].entry)))
    tampered = copy.copy(chain)
    tampered[index] = replace(chain[index], entry=other)
    broken = verify(tampered, CASE)
    assert broken is not None
    assert broken.index == index
    assert "was changed after it was sealed" in broken.why
    # whoever also forges the seal breaks the next link, or the kept head
    tampered[index] = Link(other, chain[index].previous, seal(other, chain[index].previous))
    forged = verify(tampered, CASE, head=chain[-1].hash)
    assert forged is not None
    assert forged.index == index + 1


@given(st.lists(entries, min_size=2, max_size=6, unique_by=canonical), st.data())
def test_loss_insertion_and_order_are_noticed(items, data):
    chain = chain_of(items)
    head = chain[-1].hash
    at = data.draw(st.integers(0, len(chain) - 1))
    removed = verify(chain[:at] + chain[at + 1 :], CASE, head=head)
    assert removed is not None
    assert removed.index == at
    extra = append(chain[:at], {"kind": "forged"}, CASE)
    assert verify([*chain[:at], extra, *chain[at:]], CASE, head=head).index == at + 1
    a, b = sorted(data.draw(st.lists(st.integers(0, len(chain) - 1), min_size=2, max_size=2, unique=True)))
    swapped = list(chain)
    swapped[a], swapped[b] = swapped[b], swapped[a]
    assert verify(swapped, CASE).index == a


def test_a_chain_cannot_be_moved_to_another_case_or_cut_short():
    chain = chain_of([{"kind": "note"}, {"kind": "photo"}])
    assert "does not follow the case" in verify(chain, "case-01KB4T8M9QZX5V7N2R3W6Y1ABD").why
    assert verify(chain[:1], CASE) is None
    assert verify(chain[:1], CASE, head=chain[-1].hash).why.endswith("its end is gone")


def test_what_is_no_json_is_refused():
    with pytest.raises(InputError, match="evidence cannot be sealed"):
        append([], {"lon": float("nan")}, CASE)
    with pytest.raises(InputError, match="bytes is not JSON serializable"):
        append([], {"raw": b"x"}, CASE)
    assert verify([Link({"raw": b"x"}, genesis(CASE), "0" * 64)], CASE).index == 0
