import pytest

from riverchief.base.errors import UnknownName
from riverchief.base.units import PROPERTIES
from riverchief.cloud.instruments import defaults, parse_settings

MINIMAL = """
[quality]
stuck_chance = 1e-7
stuck_least = 5
stuck_prior_pairs = 20
jump_window_s = 86400
jump_least = 3
jump_again = 3
witness_z = 3.0
silence_z = 6.0
[departure]
z = 4.5
joint_z = 4.5
ratio = 1.1
clear_z = 2.5
level_window_s = 129600
level_least = 4
history_least = 60
adapt_s = 604800
severity_ratio = [1.5, 3.0]
[discharge]
raise_after = 1
close_after = 2
clear_share = 0.95
[limit]
severity_multiple = [0.5, 1.0]
[alert]
raise_after = 1
close_after = 3
[property.tp]
noise_share = 0.03
noise_floor = 0.004
"""


def test_the_defaults_know_the_properties_that_stations_send():
    settings = defaults()
    assert {"water_temperature", "ph", "do", "ec", "turbidity", "codmn", "nh3n", "tp", "tn"} <= set(settings.traits)
    assert {c for c, t in settings.traits.items() if t.lead} == {"codmn", "cod", "nh3n", "tp"}
    for code, trait in settings.traits.items():
        assert trait.property == code
        assert trait.noise(PROPERTIES[code].low) >= 0
        assert trait.departure in {"", "up", "down"}
        assert trait.river_step is None or trait.pulse_s > 0
    assert settings.trait("level") is None


def test_noise_is_a_share_of_the_value_and_never_under_its_floor():
    trait = parse_settings(MINIMAL).traits["tp"]
    assert trait.noise([0.0, 0.1]).tolist() == pytest.approx([0.004, 0.005])  # 3-4-5 triangle


def test_a_file_of_settings_with_a_wrong_name_is_refused():
    with pytest.raises(UnknownName, match="did you mean 'tp'"):
        parse_settings(MINIMAL.replace("[property.tp]", "[property.tpp]"))
    with pytest.raises(TypeError, match="zz"):
        parse_settings(MINIMAL.replace("\nz = 4.5", "\nzz = 4.5"))
    with pytest.raises(UnknownName):
        defaults().trait("phosphorus")
