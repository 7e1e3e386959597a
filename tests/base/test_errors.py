from riverchief.base.errors import BasinError, InputError, NotFound, RiverError, StoreError, StoreFull, UnknownName


def test_an_error_has_code_data_and_sentence():
    error = BasinError("folder x has 2 faults.", faults=[1, 2])
    assert (error.code, error.sentence, error.data) == ("input.basin", "folder x has 2 faults.", {"faults": [1, 2]})
    assert str(error) == error.sentence


def test_an_unknown_name_offers_the_nearest_or_what_there_is():
    assert "did you mean 'wangzhuang'?" in UnknownName("section", "wangzhang", ["wangzhuang", "haocun"]).sentence
    assert "known: a, b." in UnknownName("section", "zzz", ["b", "a"]).sentence
    assert "known: none." in UnknownName("section", "zzz", []).sentence


def test_the_tree_tells_whose_fault_it_is():
    assert issubclass(UnknownName, InputError)
    assert issubclass(StoreFull, StoreError)
    for kind in (InputError, NotFound, StoreError):
        assert issubclass(kind, RiverError)
    assert NotFound("case", "case-1").code == "not_found"
