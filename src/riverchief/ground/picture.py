"""The page `docs/reference/case-states.md`, drawn from the table of states; a test compares the two."""

from __future__ import annotations

from riverchief.ground.closure import GOOD_READINGS, SILENCE, WATCH
from riverchief.ground.marks import MARKS
from riverchief.ground.states import TABLE, Need, Relation, State

NAMES_ZH: dict[str, str] = {
    State.DRAFT: "草稿",
    State.REPORTED: "已上报",
    State.ACCEPTED: "已受理",
    State.DISPATCHED: "已派单",
    State.HANDLED: "已处理",
    State.VERIFIED: "已核查",
    State.CLOSED: "已销号",
    State.RETURNED: "已退回",
    State.REJECTED: "不予受理",
    State.REOPENED: "已重开",
    State.REFERRED: "请示中",
    State.COORDINATING: "协调中",
    State.PAUSED: "已暂停",
    State.MERGED: "已并案",
    "submit": "上报",
    "accept": "受理",
    "reject": "不予受理",
    "dispatch": "派单",
    "return": "退回",
    "handle": "处理",
    "verify": "核查通过",
    "fail": "核查不通过",
    "fly_again": "复飞",
    "close": "销号",
    "confirm": "确认销号",
    "reopen": "重开",
    "ask_above": "请示上级",
    "instruct": "批示",
    "withdraw": "撤回请示",
    "ask_others": "请求协调",
    "coordinate": "协调完成",
    "pause": "暂停",
    "resume": "恢复",
    "extend": "延期",
    "merge": "并案",
    "split": "拆分",
    "follow_up": "回访",
    "classify": "认定类型",
    "join_county": "增加参办县",
    "leave_county": "移出参办县",
    "add_part": "参办县反馈",
    "letter_issued": "发函",
    "letter_answered": "复函",
    "letter_withdrawn": "撤函",
    "hand_over": "移送",
    "enforcement": "执法结果",
    "hotline_answered": "答复热线",
    Relation.REPORTER: "上报人",
    Relation.OFFICE: "河长办",
    Relation.ASSIGNEE: "承办人",
    Relation.VERIFIER: "核查人",
    Relation.SECOND: "第二人",
    Relation.SUPERIOR: "上级",
    Relation.PLATFORM: "平台",
    Relation.CITIZEN: "市民",
    Relation.JOINT: "参办县河长办",
    Relation.ADDRESSEE: "收函人",
    Relation.ENFORCER: "执法人员",
    Need.NOTE: "说明",
    Need.REASON: "理由",
    Need.EVIDENCE: "证据",
    Need.ASSIGNEE: "承办人",
    Need.DAYS: "天数",
    Need.INTO: "并入的事件",
    Need.PARTS: "拆出的部分",
    Need.CLOSURE: "读数判定",
}

_INTRO = """# The case: states and transitions 事件状态

This page is drawn from the table in `riverchief.ground.states`; a test fails when they differ.
本页由程序中的状态表生成,两者不一致时测试不通过。

```mermaid
"""

_NOTES = f"""
Who is who:

- **verifier** 核查人: somebody of the river chief's office or of a department who is neither assignee nor handler.
- **second** 第二人: like a verifier, and not the person who closed the case.
- **superior** 上级: the office of the prefecture. What the province answers to it, it enters itself.
- **platform** 平台: a rule of the platform, on the readings it names.
- **citizen** 市民: whoever holds the receipt of a report that became this case, within the days that the place sets.

- **joint** 参办县河长办: the office of another county that takes part in a joint case 联合事件. One county leads
  牵头; the others see the case and add their part.
- **addressee** 收函人: the person to whom a letter about the case was written.
- **enforcer** 执法人员: an officer of a department, or the river police.

A split 拆分 opens a case for every part that is named; the first goes on with what is left of it.

While a case is paused its clock stands 暂停期间不计时限. An extension counts as the time limit does, in hours or
working days. A merged case is closed by the one it goes on as 并案后随主案办理.

Closed is provisional 销号先为暂定. {GOOD_READINGS} readings in a row at or under the limit confirm it; after \
{SILENCE.total_seconds() / 3600:.0f} h without any reading a second person may. One reading above the limit within \
{WATCH.total_seconds() / 3600:.0f} h of the closing (or later, while nothing has confirmed it) reopens the case and is \
named in it. `closure` in the table stands for that decision and its readings.
"""


_MARKS_TEXT = """What is written on a case without moving it. A mark is sealed in the same chain as the moves.
记载不改变事件状态,与状态变更同链封存。
"""


def mermaid() -> str:
    """The table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    direction TB", f"    [*] --> {State.DRAFT}"]
    lines += [f"    {state} : {state} {NAMES_ZH[state]}" for state in State]
    arrows = dict.fromkeys((row.start, row.end, row.action) for row in TABLE)
    lines += [f"    {start} --> {end} : {action} {NAMES_ZH[action]}" for start, end, action in arrows]
    return "\n".join(lines)


def as_markdown() -> str:
    """The whole page."""
    rows = [
        "| action 操作 | from 原状态 | to 新状态 | who 谁可以 | needs 需要 |",
        "|---|---|---|---|---|",
    ]
    for row in TABLE:
        who = ", ".join(f"{relation} {NAMES_ZH[relation]}" for relation in row.who)
        needs = ", ".join(f"{need} {NAMES_ZH[need]}" for need in row.needs) or "–"
        action = f"`{row.action}` {NAMES_ZH[row.action]}"
        rows.append(
            f"| {action} | {row.start} {NAMES_ZH[row.start]} | {row.end} {NAMES_ZH[row.end]} | {who} | {needs} |"
        )
    return f"{_INTRO}{mermaid()}\n```\n\n" + "\n".join(rows) + "\n" + _NOTES + _marks()


def _marks() -> str:
    """What is written on a case and moves it nowhere."""
    rows = ["| mark 记载 | who 谁可以 | needs 需要 |", "|---|---|---|"]
    for mark in MARKS:
        who = ", ".join(f"{relation} {NAMES_ZH[relation]}" for relation in mark.who)
        needs = ", ".join(f"{need} {NAMES_ZH[need]}" for need in mark.needs) or "–"
        rows.append(f"| `{mark.action}` {NAMES_ZH[mark.action]} | {who} | {needs} |")
    return "\n## Marks 记载\n\n" + _MARKS_TEXT + "\n" + "\n".join(rows) + "\n"
