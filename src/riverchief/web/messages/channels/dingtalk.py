"""Work notices of DingTalk (钉钉工作通知): a token by key and secret, then one message; it tells who read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from riverchief.web.messages.channels import Letter, Receipt, web

HOST = "https://oapi.dingtalk.com"
_NOTICES = "/topapi/message/corpconversation"
CODES = web.Codes(
    "DingTalk",
    frozenset({40001, 40014, 42001}),
    {
        33012: "there is no such userid; correct it on the person's page.",
        34001: "the userid is empty or wrong; correct it on the person's page.",
        40035: "a parameter is wrong; check agent_id.",
        40089: "key or secret is wrong; copy them anew from the application's page.",
        60011: "the application may not send notices; give it that permission.",
        60020: "this server's address is not among the application's trusted addresses; enter it there.",
    },
    {
        -1: "DingTalk is busy; it is tried again.",
        88: "DingTalk refused it for now; it is tried again.",
        90018: "too many requests for now; it is tried again.",
        143103: "the same person got the same text today; DingTalk sends it once a day.",
    },
)


@dataclass
class DingTalk:
    """One application of one enterprise."""

    host: str
    key: str
    secret: str
    agent_id: int

    def __post_init__(self) -> None:
        self.token = web.Token(self._fetch)

    def _fetch(self) -> tuple[str, float]:
        query = {"appkey": self.key, "appsecret": self.secret}
        body = web.ask_json("DingTalk", "GET", f"{self.host}/gettoken", params=query)
        if body.get("errcode", 0) != 0:
            raise CODES.refuse(int(body["errcode"]), str(body.get("errmsg", "")))
        return str(body["access_token"]), float(body.get("expires_in", 7200))

    def _call(self, action: str, asked: dict[str, Any]) -> dict[str, Any]:
        url = f"{self.host}{_NOTICES}/{action}"
        return web.with_token(
            self.token,
            CODES,
            "errcode",
            lambda token: web.ask_json("DingTalk", "POST", url, params={"access_token": token}, json=asked),
        )

    def send(self, address: str, letter: Letter) -> str:
        """Send to a userid."""
        message: dict[str, Any] = {"msgtype": "text", "text": {"content": letter.text}}
        if letter.link:
            card = {
                "title": letter.title,
                "markdown": letter.text,
                "single_title": letter.title,
                "single_url": letter.link,
            }
            message = {"msgtype": "action_card", "action_card": card}
        asked = {"agent_id": self.agent_id, "userid_list": address, "msg": message}
        return str(self._call("asyncsend_v2", asked).get("task_id", ""))

    def receipt(self, reference: str, address: str) -> Receipt:
        """Whether it arrived, and whether it was read."""
        body = self._call("getsendresult", {"agent_id": self.agent_id, "task_id": int(reference)})
        found = body.get("send_result") or {}
        if address in (found.get("read_user_id_list") or []):
            return "read"
        if address in (found.get("unread_user_id_list") or []):
            return "delivered"
        lost = ("invalid_user_id_list", "failed_user_id_list", "forbidden_user_id_list")
        return "failed" if any(address in (found.get(name) or []) for name in lost) else "sent"


def make(settings: dict[str, Any]) -> DingTalk:
    """The application of `[channels.dingtalk]`."""
    given = web.read("channels.dingtalk", settings, ("key", "secret", "agent_id"), {"host": HOST})
    return DingTalk(given["host"].rstrip("/"), given["key"], given["secret"], int(given["agent_id"]))
