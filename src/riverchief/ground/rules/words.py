"""Names for people, Chinese and English, of what a patrol rule speaks of."""

from __future__ import annotations

LEVEL_NAMES = {
    "province": ("省级河长", "Province chiefs"),
    "city": ("市级河长", "City chiefs"),
    "county": ("县级河长", "County chiefs"),
    "township": ("乡镇级河长", "Township chiefs"),
    "village": ("村级河长", "Village chiefs"),
}
PERIOD_NAMES = {
    "day": ("日", "day"),
    "working_day": ("个工作日", "working day"),
    "week": ("周", "week"),
    "ten_days": ("旬", "ten days"),
    "month": ("月", "month"),
    "quarter": ("季度", "quarter"),
    "half_year": ("半年", "half year"),
    "year": ("年", "year"),
}
MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
ALERT_NAMES = {"yellow": ("黄色", "yellow"), "orange": ("橙色", "orange"), "red": ("红色", "red")}
KIND_NAMES = {
    "walk": ("步行巡河", "a walk"),
    "drone": ("无人机巡河", "a drone flight"),
    "meeting": ("现场会", "a meeting on site"),
    "assistant": ("河长助理巡河", "an assistant's patrol"),
    "paper": ("纸质记录", "a paper record"),
}
CONDITION_NAMES = {"remote": ("位置偏远", "remote"), "good_water": ("水质良好", "of good water")}
