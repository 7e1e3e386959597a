"""What the simulated world knows about substances: where its analysers raise the alarm, and how its water loses them.

The limits are those of GB 3838-2002 table 1. They are typed here a second time on purpose: a station's own alarm
setting and the simulator must not depend on the code that judges the readings.
"""

from __future__ import annotations

from riverchief.base.errors import UnknownName

# property → upper limit [mg/L] of classes I … V
LIMITS: dict[str, tuple[float, float, float, float, float]] = {
    "codmn": (2, 4, 6, 10, 15),
    "cod": (15, 15, 20, 30, 40),
    "bod5": (3, 3, 4, 6, 10),
    "nh3n": (0.15, 0.5, 1.0, 1.5, 2.0),
    "tp": (0.02, 0.1, 0.2, 0.3, 0.4),
    "copper": (0.01, 1.0, 1.0, 1.0, 1.0),
    "zinc": (0.05, 1.0, 1.0, 2.0, 2.0),
    "fluoride": (1.0, 1.0, 1.0, 1.5, 1.5),
    "selenium": (0.01, 0.01, 0.01, 0.02, 0.02),
    "arsenic": (0.05, 0.05, 0.05, 0.1, 0.1),
    "mercury": (0.00005, 0.00005, 0.0001, 0.001, 0.001),
    "cadmium": (0.001, 0.005, 0.005, 0.005, 0.01),
    "chromium6": (0.01, 0.05, 0.05, 0.05, 0.1),
    "lead": (0.01, 0.01, 0.05, 0.05, 0.1),
    "cyanide": (0.005, 0.05, 0.2, 0.2, 0.2),
    "phenol": (0.002, 0.002, 0.005, 0.01, 0.1),
    "petroleum": (0.05, 0.05, 0.05, 0.5, 1.0),
    "surfactant": (0.2, 0.2, 0.2, 0.3, 0.3),
    "sulphide": (0.05, 0.1, 0.2, 0.5, 1.0),
}
TP_LAKE = (0.01, 0.025, 0.05, 0.1, 0.2)

# loss of first order [1/day], lowest and highest that a river of this world is given; 0 for what is not named
DECAY_PER_DAY: dict[str, tuple[float, float]] = {
    "codmn": (0.05, 0.20),
    "cod": (0.05, 0.20),
    "bod5": (0.15, 0.40),
    "nh3n": (0.10, 0.35),
    "tp": (0.02, 0.10),
    "tn": (0.02, 0.08),
    "phenol": (0.10, 0.40),
    "petroleum": (0.05, 0.20),
    "cyanide": (0.10, 0.40),
}
REAERATION_PER_DAY = (0.5, 1.5)

# oxygen that the loss of 1 g takes [g]; 4.57 g for nitrification of 1 g of ammonia nitrogen (stoichiometry)
OXYGEN_DEMAND: dict[str, float] = {"codmn": 1.0, "nh3n": 4.57}

# salts that come with the waste: conductivity [µS/cm] per mg/L
CONDUCTIVITY: dict[str, float] = {"nh3n": 12.0, "codmn": 1.5, "sulphate": 1.6, "chloride": 2.8}

FIVE = ("water_temperature", "ph", "do", "ec", "turbidity")
"""The five parameters (五参数) that need no reagent and are measured every 5 to 60 min."""

CODMN_PER_COD = 0.3
"""Permanganate index of a discharge of which only COD is known, per unit of COD; typical of sewage."""


def limit(name: str, target_class: int, tp_rule: str = "river") -> float | None:
    """Upper limit [mg/L] of a property for a class 1 … 5; None where the standard has none for rivers."""
    if not 1 <= target_class <= 5:
        raise UnknownName("class", str(target_class), ["1", "2", "3", "4", "5"])
    if name == "tp" and tp_rule == "lake":
        return TP_LAKE[target_class - 1]
    return LIMITS[name][target_class - 1] if name in LIMITS else None
