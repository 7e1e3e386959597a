"""What has changed since the last report: classes, ratings, new exceedances, targets, cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from riverchief.govern.report.facts import Facts, Part, Said
from riverchief.govern.report.wording import MISSING, class_name, said

Row = Mapping[str, Any]


def compared(now: Facts, before: Facts) -> list[dict[str, Any]]:
    """Rows of the part `changes`: what is different in the facts of two reports, gravest kind first."""
    found: list[dict[str, Any]] = []
    for name, key, compare in _COMPARISONS:
        new, old = now.part(name), before.part(name)
        if new is None or old is None:
            continue
        known = {_key(row, key): row for row in old.rows}
        for row in new.rows:
            found += compare(row, known.get(_key(row, key)))
        here = {_key(row, key) for row in new.rows}
        if name == "dischargers":
            found += [_gone(row) for label, row in known.items() if label not in here]
    return found


def part_of_changes(now: Facts, before: Facts | None, *, kept: bool) -> Part:
    """The part `changes` of a report.

    Parameters
    ----------
    now, before : Facts
        Of this report, and of the one before (None: there is none).
    kept : bool
        An earlier report was kept; else `before` was computed from the data for this comparison.
    """
    if before is None:
        return Part("changes", missing=_said("没有可比较的上期数据。", "There is no earlier period to compare with."))
    rows = compared(now, before)
    title = {language: before.span.title(language) for language in ("zh", "en")}
    base = (
        _said(f"与{title['zh']}的报告相比。", f"Against the report of {title['en']}.")
        if kept
        else _said(
            f"上期报告未存档，与按{title['zh']}数据重新计算的结果相比。",
            f"No earlier report was kept; against {title['en']} computed anew from its data.",
        )
    )
    if rows:
        return Part("changes", rows=rows, said=(base,))
    return Part("changes", said=(base,), missing=_said("没有变化。", "Nothing has changed."))


def _said(zh: str, en: str) -> Said:
    return {"zh": zh, "en": en}


def _key(row: Row, columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(said(row.get(column), "zh") for column in columns)


def _class(row: Row, old: Row | None) -> Iterator[dict[str, Any]]:
    if old is None:
        return
    new_class, old_class = row.get("class") or 0, old.get("class") or 0
    if new_class != old_class:
        word = _moved(new_class, old_class)
        yield _row(
            _said("断面类别", "Class"),
            row,
            {language: class_name(old_class, language) for language in ("zh", "en")},
            {language: class_name(new_class, language) for language in ("zh", "en")},
            _said(
                f"{word['zh']}（超标项目：{said(row.get('deciding'), 'zh')}）",
                f"{word['en']} (over: {said(row.get('deciding'), 'en')})",
            )
            if new_class and said(row.get("deciding"), "zh") != MISSING
            else word,
        )
    fresh = [code for code in row.get("_over", ()) if code not in old.get("_over", ())]
    if fresh:
        names = row.get("_over_names", {})
        zh, en = ("、".join(names[c]["zh"] for c in fresh), ", ".join(names[c]["en"] for c in fresh))
        yield _row(
            _said("新增超标", "New exceedance"),
            row,
            None,
            _said(zh, en),
            _said(f"{zh}由达到目标变为超过目标限值", f"{en} now misses the target's limit"),
        )


def _moved(new: int, old: int) -> Said:
    if not new:
        return _said("本期不能评价", "cannot be judged now")
    if not old:
        return _said("上期不能评价", "could not be judged before")
    step = abs(new - old)
    if new < old:
        return _said(f"好转{step}个类别", f"better by {step} class{'es' if step > 1 else ''}")
    return _said(f"变差{step}个类别", f"worse by {step} class{'es' if step > 1 else ''}")


def _rating(row: Row, old: Row | None) -> Iterator[dict[str, Any]]:
    if old is not None and row.get("rating") != old.get("rating"):
        yield _row(
            _said("河流评价", "Rating of a river"),
            row,
            old.get("rating"),
            row.get("rating"),
            _said("水质状况变化", "its state of water quality has changed"),
        )


def _discharger(row: Row, old: Row | None) -> Iterator[dict[str, Any]]:
    if old is None:
        yield _row(
            _said("新增超许可", "Newly over permit"),
            row,
            None,
            row.get("property"),
            _said("本期出现", "new this period"),
        )


def _gone(row: Row) -> dict[str, Any]:
    return _row(
        _said("不再超许可", "No longer over permit"),
        row,
        row.get("property"),
        None,
        _said("本期未再出现", "not seen this period"),
    )


def _target(row: Row, old: Row | None) -> Iterator[dict[str, Any]]:
    if old is not None and row.get("state") != old.get("state"):
        yield _row(
            _said("目标研判", "Outlook of a target"),
            row,
            old.get("state"),
            row.get("state"),
            _said("研判变化", "its outlook has changed"),
        )


def _row(what: Said, row: Row, before: Any, after: Any, told: Said) -> dict[str, Any]:
    found = {"what": what, "name": row.get("name"), "before": before, "after": after, "told": told}
    return {**found, "_query": row["_query"]} if row.get("_query") else found


_Compare = Callable[[Row, Row | None], Iterator[dict[str, Any]]]
_COMPARISONS: tuple[tuple[str, tuple[str, ...], _Compare], ...] = (
    ("sections", ("name",), _class),
    ("ratings", ("name",), _rating),
    ("dischargers", ("name", "property"), _discharger),
    ("targets", ("name",), _target),
)
