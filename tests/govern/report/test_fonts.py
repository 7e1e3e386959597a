import pytest
import typst

from riverchief.govern.report.fonts import LATIN, Fonts, NoFont, check, fonts_of, missing


@pytest.fixture
def bare():
    """A machine without any font."""
    return Fonts((LATIN,), (LATIN,), typst.Fonts(include_system_fonts=False, include_embedded_fonts=True))


def test_without_a_chinese_font_the_characters_are_named_with_what_to_install(bare):
    with pytest.raises(NoFont, match="apt-get install fonts-noto-cjk") as caught:
        check(["晋中 Jinzhong 7.2 mg/L"], bare)
    assert caught.value.data["characters"] == ["中", "晋"]


def test_latin_letters_need_no_font_of_the_machine(bare):
    assert missing(["Monthly bulletin: −5.2 µg/m³, 12 °C – “quoted”…"], bare) == []


def test_a_character_that_no_font_has_is_found_on_any_machine(chinese):
    assert missing(["晋中", "\U0010fffd"], fonts_of()) == ["\U0010fffd"]
