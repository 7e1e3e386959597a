import pytest

from riverchief.base.errors import UnknownName
from riverchief.cloud.standards.air.indices import level_of
from riverchief.cloud.standards.air.wording import AirReason, air_sentence, item_name

WHY = (AirReason("decides", "pm25", 75.0, 114), AirReason("missing", "o3_8h"))


def test_sentences_in_both_languages():
    assert air_sentence(114, level_of(114), WHY, "zh") == "AQI 114（轻度污染）：PM2.5 75 µg/m³；缺项未参评：臭氧8小时。"
    assert (
        air_sentence(114, level_of(114), WHY, "en")
        == "AQI 114 (lightly polluted): PM2.5 75 µg/m³; missing, left out: ozone 8 h"
    )


def test_nothing_is_said_about_a_level_where_there_is_none():
    assert air_sentence(-1, None, (AirReason("no_edition"),), "en") == (
        "no index can be given; no edition was in force on that day"
    )
    assert air_sentence(60, None, WHY, "zh", withheld=True).startswith("缺项且其余项目AQI为60，不发布（NA）")


def test_names_carry_their_average():
    assert (item_name("co", "zh"), item_name("so2_24h", "en")) == ("一氧化碳", "sulphur dioxide 24 h")


def test_another_language_is_refused():
    with pytest.raises(UnknownName, match="language 'fr'"):
        air_sentence(1, level_of(1), (), "fr")


def test_a_reason_as_json_says_only_what_it_knows():
    assert AirReason("missing", "o3").as_dict() == {"kind": "missing", "key": "o3"}
