"""The place's own sheet of the month, made official and printed."""

from __future__ import annotations

from office_month.desk import LANGUAGES, Month, text_of
from riverchief.base import regions

SHEET = """format = 1
code = "month-of-the-office"
version = "2026"
name_zh = "河长制月度考核表"
name_en = "Monthly sheet of the river chief system"
status = "confirmed"
document = "模拟文件〔2026〕1号（演示） simulated document 1 of 2026 (demo)"
subject = "office"
period = "month"
maximum = 100

[[input]]
name = "patrols_done"
name_zh = "有效巡河次数"
name_en = "valid patrols"
source = "patrols.done"

[[input]]
name = "patrols_planned"
name_zh = "计划巡河次数"
name_en = "patrols planned"

[[input]]
name = "cases_closed"
name_zh = "本月销号件数"
name_en = "cases closed in the month"
source = "cases.closed"

[[item]]
code = "patrols"
name_zh = "巡河履职"
name_en = "Patrols"
weight = 60
formula = "weight * min(1, patrols_done / patrols_planned)"

[[item]]
code = "closed"
name_zh = "问题销号"
name_en = "Cases closed"
kind = "figure"
formula = "cases_closed"

[[item]]
code = "file"
name_zh = "台账规范"
name_en = "Order of the ledger"
kind = "manual"
weight = 40
"""


def freeze_and_print(month: Month, walked: int, valid: int, closed: int) -> None:
    """The place's own sheet of the month, made official, and printed."""
    office = month.client("prefecture")
    region = regions.normalise(month.basin.region)
    path = "/govern/sheets/month-of-the-office"
    common = {"region": region, "period": "2026-11"}
    month.post(office, f"{path}/inputs", name="patrols_planned", value=walked, why="巡河计划（模拟）", **common)
    month.post(office, f"{path}/inputs", item="file", value=36, why="抽查两件缺整改前影像", **common)
    refused = month.post(office, "/govern/sheets/chief-monthly/freeze", ok=False, **common)
    month.same("sheet: a shipped example cannot be frozen", True, "cannot be frozen" in refused["sentence"])
    frozen = month.post(office, f"{path}/freeze", **common)
    points = round(60 * min(1, valid / walked) + 36, 2)
    told = month.get(office, f"/govern/frozen/{frozen['id']}")
    month.same("sheet: points, as reckoned by hand; its hash holds", [points, True], [told["points"], told["holds"]])
    counted_ = next(one["value"] for one in told["items"] if one["code"] == "closed")
    month.same("sheet: cases closed", closed, counted_)
    for language in LANGUAGES:
        for form in ("docx", "pdf", "xlsx"):
            name = f"sheet.{language}.{form}"
            month.keep(name, month.get(office, f"/govern/frozen/{frozen['id']}/files/{language}.{form}"))
            month.same(f"{name} has the points", True, f"{points:g}/100" in text_of(month.out / name))
