"""Group robots (群机器人): lines that wait are merged into one post, so that a group gets less than 20 a minute."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx

from riverchief.base.errors import InputError, UnknownName
from riverchief.web import context
from riverchief.web.messages import rules
from riverchief.web.messages.channels import Undelivered, web
from riverchief.web.messages.models import FAILED, QUEUED, SENT, RobotPost

KINDS = ("wecom", "dingtalk", "feishu")
EVERY_S = 3.5  # the strictest of the three takes 20 posts a minute
POST_BYTES = 1800
CODES = {
    "wecom": web.Codes("the WeCom robot", frozenset(), {93000: "the robot's key is wrong or it left the group."},
                       {45009: "more than 20 posts in a minute; it is tried again."}),
    "dingtalk": web.Codes("the DingTalk robot", frozenset(), {300005: "the robot's token is wrong."},
                          {310000: "the signature or a keyword is missing; check secret and security settings.",
                           410100: "more than 20 posts in a minute; it is tried again."}),
    "feishu": web.Codes("the Feishu robot", frozenset(), {19001: "the robot's address is wrong."},
                        {19021: "the signature is wrong or too old; check the secret and this server's clock.",
                         9499: "too many posts; it is tried again.", 11232: "too many posts; it is tried again."}),
}  # fmt: skip


@dataclass(frozen=True)
class Robot:
    """One robot of one group: which counties' matters it tells, and which kinds of events (all where none is named)."""

    name: str
    kind: str
    url: str
    secret: str = ""
    regions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def wants(self, kind: str, region: str) -> bool:
        """Whether this group is told."""
        near = not self.regions or any(region.startswith(one.rstrip("0")) for one in self.regions)
        return near and (not self.kinds or kind in self.kinds)


def configured() -> tuple[Robot, ...]:
    """The robots of `[[robots]]`.

    Raises
    ------
    UnknownName, InputError
        For a setting or kind that is not known, or a name given twice.
    """
    found = []
    for row in context.config().robots:
        given = web.read("robots", row, ("name", "kind", "url"), {"secret": "", "regions": [], "kinds": []})
        if given["kind"] not in KINDS:
            raise UnknownName("kind of robot", given["kind"], KINDS)
        given |= {"regions": tuple(given["regions"]), "kinds": tuple(given["kinds"])}
        found.append(Robot(**given))
    if len({robot.name for robot in found}) < len(found):
        raise InputError("two robots have the same name; give each its own.")
    return tuple(found)


def signature(kind: str, secret: str, at_s: float) -> dict[str, str]:
    """What a signed robot wants beside the message: DingTalk in the address, Feishu in the body."""
    stamp = str(int(at_s * 1000)) if kind == "dingtalk" else str(int(at_s))
    text = f"{stamp}\n{secret}".encode()
    # DingTalk signs the text with the secret; Feishu takes the text as the key of an empty message
    digest = (
        hmac.new(secret.encode(), text, hashlib.sha256) if kind == "dingtalk" else hmac.new(text, b"", hashlib.sha256)
    )
    return {"timestamp": stamp, "sign": base64.b64encode(digest.digest()).decode()}


def post(robot: Robot, text: str, at_s: float) -> None:
    """Let a robot say something.

    Raises
    ------
    Undelivered
        When it did not.
    """
    query: dict[str, str] = {}
    body: dict[str, Any] = {"msgtype": "text", "text": {"content": text}}
    signed = signature(robot.kind, robot.secret, at_s) if robot.secret and robot.kind != "wecom" else {}
    if robot.kind == "feishu":
        body = {"msg_type": "text", "content": {"text": text}, **signed}
    else:
        query = signed
    codes = CODES[robot.kind]
    # these addresses carry their key as a query of their own, which must stay
    url = httpx.URL(robot.url).copy_merge_params(query)
    answer = web.ask_json(codes.who, "POST", str(url), json=body)
    code = int(answer.get("errcode", answer.get("code", 0)) or 0)
    if code != 0:
        raise codes.refuse(code, str(answer.get("errmsg") or answer.get("msg") or ""))


def merged(lines: list[str]) -> tuple[str, int]:
    """As many lines as fit into one post, and how many those are; never none."""
    said: list[str] = []
    size = 0
    for line in lines:
        size += len(line.encode()) + 1
        if said and size > POST_BYTES:
            break
        said.append(line)
    return "\n".join(said), len(said)


@dataclass
class Speaker:
    """Lets every robot say what waits for it, not more often than it may."""

    spoke_s: dict[str, float] = field(default_factory=dict)
    monotonic: Callable[[], float] = time.monotonic

    def speak(self) -> int:
        """One post for each robot that may speak and has something to say; how many posts that were."""
        return sum(self._one(robot) for robot in configured())

    def _one(self, robot: Robot) -> int:
        now = context.now()
        if self.monotonic() - self.spoke_s.get(robot.name, -EVERY_S) < EVERY_S:
            return 0
        waiting = list(RobotPost.objects.filter(robot=robot.name, state=QUEUED, due_at__lte=now)[:40])
        if not waiting:
            return 0
        self.spoke_s[robot.name] = self.monotonic()
        text, n = merged([line.text for line in waiting])
        told = RobotPost.objects.filter(pk__in=[line.pk for line in waiting[:n]])
        try:
            post(robot, text, now.timestamp())
        except Undelivered as error:
            waits = rules.retry_after_s()
            tries = waiting[0].tries + 1
            over = error.lasting or tries > len(waits)
            due_at = now if over else now + timedelta(seconds=waits[tries - 1])
            told.update(state=FAILED if over else QUEUED, tries=tries, why=error.sentence, due_at=due_at)
        else:
            told.update(state=SENT, sent_at=now, why="")
        return 1
