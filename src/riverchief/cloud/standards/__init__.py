"""标准: readings in; the class of an edition chosen by the observation's date, its inputs and why, out.

`water` judges sections, lakes and periods; `air` hours, days and years; `flow` ecological flow; `discharge` outfalls.
"""

from riverchief.cloud.standards import air, discharge, flow, water

__all__ = ["air", "discharge", "flow", "water"]
