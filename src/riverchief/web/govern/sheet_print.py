"""A sheet that was made official as a document for the level above: Word, Excel and PDF by the one engine of reports.

It says what was frozen, never what the same inputs would come to today.
"""

from __future__ import annotations

from typing import Any

from riverchief.base import regions
from riverchief.base.time import CHINA
from riverchief.govern import report as engine
from riverchief.govern import sheets
from riverchief.govern.report import Facts, Part, Said
from riverchief.web import context
from riverchief.web.accounts.models import User
from riverchief.web.govern.facts.scope import named, two
from riverchief.web.govern.models import FrozenSheet

KINDS: dict[str, Said] = {
    sheets.Kind.POINTS: two("得分项", "points"),
    sheets.Kind.DEDUCTION: two("扣分项", "deduction"),
    sheets.Kind.BONUS: two("加分项", "bonus"),
    sheets.Kind.VETO: two("否决项", "veto"),
    sheets.Kind.MANUAL: two("评分项", "given by people"),
    sheets.Kind.FIGURE: two("指标", "figure"),
}
DECIMALS = 4  # of a value that is not whole, before its last noughts are taken away


def facts(frozen: FrozenSheet) -> Facts:
    """What a frozen sheet says."""
    config, told, basin = context.config(), frozen.result, context.basin().basin
    place = next((one for one in basin.regions if regions.normalise(one.code) == frozen.region), basin)
    sheet = told["sheet"]
    return Facts(
        kind="sheet",
        period=frozen.period,
        region=frozen.region,
        region_name=named(place),
        issuer=two(f"{place.name_zh}河长制办公室", f"River Chief Office of {place.name_en or place.name_zh}"),
        address=f"http://{config.host}:{config.port}",
        as_of=frozen.at.astimezone(CHINA).isoformat(timespec="minutes")[:16],
        parts=(_result(frozen), _items(told), _inputs(told), _sources(frozen)),
        simulated=bool(config.simulated),
        number=two(f"{sheet['name_zh']}（{sheet['version']}）", f"{sheet['name_en']} ({sheet['version']})"),
    )


def _result(frozen: FrozenSheet) -> Part:
    told = frozen.result
    rows = [_row("依据文件", "Document", two(told["document"] or "—", told["document"] or "—"))]
    if told["points"] is not None:
        total = f"{told['points']:g} / {told['max']:g}"
        rows.append(_row("得分 / 满分", "Points / out of", two(total, total)))
    if told["grade"]:
        rows.append(_row("等次", "Grade", two(told["grade"]["name_zh"], told["grade"]["name_en"])))
    if told["vetoed"]:
        vetoes = [one for one in told["items"] if one["code"] in told["vetoed_by"]]
        zh, en = "、".join(one["name_zh"] for one in vetoes), ", ".join(one["name_en"] for one in vetoes)
        rows.append(_row("否决", "Cut by a veto", two(zh, en)))
    if frozen.why:
        rows.append(_row("更正原因", "Why it replaces an earlier one", two(frozen.why, frozen.why)))
    at = frozen.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    rows += [
        _row("定稿时间", "Made official", two(at, at)),
        _row("校验码", "Hash", two(frozen.hash[:32], frozen.hash[:32])),
    ]
    return Part("sheet_result", rows=rows)


def _row(zh: str, en: str, value: Said) -> dict[str, Any]:
    return {"item": two(zh, en), "value": value}


def _items(told: dict[str, Any]) -> Part:
    rows = [
        {
            "name": _name(one), "kind": KINDS[one["kind"]], "points": one["points"], "max": one["max"] or None,
            "why": _why(one),
        }
        for one in told["items"]
    ]  # fmt: skip
    return Part("sheet_items", rows=rows)


def _why(item: dict[str, Any]) -> Said:
    """How an item came to its points; of a person, with their name."""
    review = item["review"]
    if review is not None:
        zh, en = _person(review["who"])
        points = f"{review['points']:g}"
        return two(f"{zh}评定{points}分：{review['why']}", f"{en} gave {points} points: {review['why']}")
    return two(item["why_zh"], item["why_en"])


def _person(username: str) -> tuple[str, str]:
    user = User.objects.filter(username=username).first()
    zh = user.name_zh if user and user.name_zh else username
    return zh, (user.name_en if user and user.name_en else zh)


def _inputs(told: dict[str, Any]) -> Part:
    """Every input once, under the first item that uses it; the document of a fixed one, else who knew it."""
    seen: set[str] = set()
    rows = []
    for item in told["items"]:
        for one in item["inputs"]:
            if one["name"] in seen:
                continue
            seen.add(one["name"])
            rows.append({
                "item": _name(item), "name": _name(one), "value": one["value"], "unit": _unit(one["unit"]),
                "from": _from(one), "_decimals": _decimals(one["value"]),
            })  # fmt: skip
    if not rows:
        return Part("sheet_inputs", missing=two("没有填报或计算的数据。", "It uses no inputs."))
    return Part("sheet_inputs", rows=rows)


def _name(one: dict[str, Any]) -> Said:
    return two(one["name_zh"], one["name_en"] or one["name_zh"])


def _unit(unit: str) -> Said | None:
    return None if unit in ("", "1") else two(unit, unit)


def _decimals(value: float | None) -> int:
    return 0 if value is None else len(f"{value:.{DECIMALS}f}".rstrip("0").partition(".")[2])


def _from(one: dict[str, Any]) -> Said:
    if one["fixed"]:
        return two(one["document"] or "表内定值", one["document"] or "fixed in the sheet")
    if one["source"] and any(not record["id"].startswith("input-") for record in one["records"]):
        n = len(one["records"])
        return two(f"平台计算，{n}条记录", f"computed from {n} records")
    if one["source"] and not one["records"]:
        return two("平台计算", "computed")
    return two("填报", "entered") if not one["why"] else two(f"填报：{one['why_zh']}", f"entered: {one['why']}")


def _sources(frozen: FrozenSheet) -> Part:
    notes: list[dict[str, Any]] = [
        two(
            "本表定稿后不再改动；数据更正须另行定稿并写明原因。",
            "A sheet that was made official does not change; a correction is frozen anew, with its reason.",
        ),
        two("“—”表示没有数据，不是零。", "A dash means that there is no value; it is not zero."),
    ]
    told = frozen.result
    if not told["confirmed"]:
        notes.append({**two(told["banner_zh"], told["banner_en"]), "confirmed": False})
    return Part("sources", notes=notes)


def document(frozen: FrozenSheet, language: str, form: str) -> engine.Made:
    """A frozen sheet as a file.

    Raises
    ------
    UnknownName
        For a language or format that is not known.
    """
    return next(engine.make(facts(frozen), [language], [form], own=context.config().folder))
