"""HEC-RAS: text geometry, steady flow and plan files in; a steady model, a river and what did not map, out."""

from riverchief.govern.twin.importers.hecras.build import river, steady
from riverchief.govern.twin.importers.hecras.files import read
from riverchief.govern.twin.importers.hecras.rows import Case, HecRas, Unmapped

__all__ = ["Case", "HecRas", "Unmapped", "read", "river", "steady"]
