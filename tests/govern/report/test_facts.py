import json

import pytest

from govern.report import samples
from riverchief.base.errors import InputError, UnknownName
from riverchief.govern import report


def test_facts_come_back_from_json_as_they_were(facts):
    again = report.facts_from_dict(json.loads(json.dumps(facts.as_dict())))
    assert again.digest() == facts.digest()
    assert again.part("sections").rows[0]["class"] == 4


def test_the_digest_does_not_depend_on_the_order_of_keys(facts):
    turned = json.loads(json.dumps(facts.as_dict()), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    assert report.facts_from_dict(turned).digest() == facts.digest()
    assert samples.facts(signer="张三").digest() != facts.digest()


def test_a_column_that_no_part_has_is_named_with_its_row(facts):
    given = json.loads(json.dumps(facts.as_dict()))
    given["parts"][1]["rows"][2]["klass"] = 3
    with pytest.raises(InputError, match="row 3 of part sections has klass"):
        report.facts_from_dict(given)


def test_missing_fields_and_unknown_kinds_are_named(facts):
    given = json.loads(json.dumps(facts.as_dict()))
    with pytest.raises(UnknownName, match="did you mean 'monthly'"):
        report.facts_from_dict({**given, "kind": "montly"})
    del given["region"]
    with pytest.raises(InputError, match="lack region"):
        report.facts_from_dict(given)


def test_a_file_that_is_no_json_says_so(tmp_path):
    path = tmp_path / "facts.json"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="is not JSON"):
        report.read_facts(path)
    with pytest.raises(InputError, match="cannot be read"):
        report.read_facts(tmp_path / "absent.json")
