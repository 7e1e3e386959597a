import io
import re
import zipfile

import pytest

from riverchief.base.errors import InputError
from riverchief.govern.report import KINDS, kind_named, template_for
from riverchief.govern.report.kinds import COLUMN_KINDS, parts
from riverchief.govern.report.wording import LANGUAGES


def test_every_kind_is_made_of_known_parts_and_ends_with_its_sources():
    for kind in KINDS.values():
        assert set(kind.parts) <= set(parts()), kind.code
        first, last = {
            "ledger": ("ledger", "sources"),
            "letter": ("letter", "letter_demand"),
            "sheet": ("sheet_result", "sources"),
            "river": ("river_summary", "sources"),
            "duty": ("duty_summary", "sources"),
        }.get(kind.template, ("summary", "sources"))
        assert (kind.parts[0], kind.parts[-1]) == (first, last), kind.code
        assert all(kind.title[language] for language in LANGUAGES)


def test_every_part_has_words_in_both_languages_and_known_columns():
    for part in parts().values():
        assert all(part.title[language] and part.caption[language] for language in LANGUAGES), part.name
        assert all(column.kind in COLUMN_KINDS and column.zh and column.en for column in part.columns), part.name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_templates_show_every_column_of_every_part_of_their_kinds(kind, language):
    with zipfile.ZipFile(io.BytesIO(template_for(kind, language))) as archive:
        text = re.sub(r"<[^>]+>", "", archive.read("word/document.xml").decode())
    for name in kind_named(kind).parts:
        block = text[text.index(f"{{%p if {name} %}}") :]
        for column in parts()[name].columns:
            assert f"{{{{r r.{column.key}|link }}}}" in block, f"{kind}.{language}: {name}.{column.key}"
            assert column.header(language) in block


def test_a_period_of_another_length_is_refused():
    with pytest.raises(InputError, match="a monthly report needs a month such as 2026-10; '2026' is a year"):
        kind_named("monthly").period("2026")
    assert kind_named("monthly").period("2026-10").code == "2026-10"
