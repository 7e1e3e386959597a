"""水质反应: concentrations and the water around them in; what they are a step later, by kinetics that are data, out."""

from riverchief.govern.twin.quality.expressions.grammar import parse
from riverchief.govern.twin.quality.heat import equilibrium_temperature_c, heat_exchange_wm2k
from riverchief.govern.twin.quality.kinetics import Constituent, Kinetics, Process, Rate
from riverchief.govern.twin.quality.oxygen import do_saturation_mgl, reaeration_per_day
from riverchief.govern.twin.quality.reactor import KineticsFault, Reactor
from riverchief.govern.twin.quality.reading import (
    ENVIRONMENT,
    KineticsFileError,
    names,
    parse_kinetics,
    read_kinetics,
)

__all__ = [
    "ENVIRONMENT",
    "Constituent",
    "Kinetics",
    "KineticsFault",
    "KineticsFileError",
    "Process",
    "Rate",
    "Reactor",
    "do_saturation_mgl",
    "equilibrium_temperature_c",
    "heat_exchange_wm2k",
    "names",
    "parse",
    "parse_kinetics",
    "read_kinetics",
    "reaeration_per_day",
]
