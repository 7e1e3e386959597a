from riverchief.basins import Fault


def test_a_fault_reads_like_a_compilers_message_and_sorts_by_place():
    far = Fault("stations.csv", 12, "far_from_reach", "it is 3,000 m away.")
    whole = Fault("rivers.csv", 0, "missing_file", "rivers.csv is missing.")
    assert str(far) == "stations.csv:12: far_from_reach: it is 3,000 m away."
    assert str(whole) == "rivers.csv: missing_file: rivers.csv is missing."
    assert sorted([far, whole]) == [whole, far]
    assert far.as_json() == {
        "file": "stations.csv", "line": 12, "code": "far_from_reach", "sentence": "it is 3,000 m away.",
    }  # fmt: skip
