"""Application messages of WeCom (企业微信): a token by corpid and secret, then a text card or text to a userid.

WeCom tells of nobody whether they read a message of an application; what it took counts as sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from riverchief.web.messages.channels import Letter, Receipt, Undelivered, web

HOST = "https://qyapi.weixin.qq.com"
TEXT_BYTES, CARD_BYTES = 2048, 512
CODES = web.Codes(
    "WeCom",
    frozenset({40014, 42001, 41001}),
    {
        40013: "the corpid is wrong; copy it anew from the enterprise's own page.",
        40056: "the agentid is wrong; copy it anew from the application's page.",
        301002: "the application may not use this interface; check agentid and secret belong together.",
        60011: "the application may not see this person; add them to its visible range.",
        60020: "this server's address is not among the application's trusted addresses; enter it there.",
        60111: "there is no such userid; correct it on the person's page.",
        81013: "the person is unknown to the application or outside of its visible range.",
        82001: "the userid is empty or wrong; correct it on the person's page.",
        44004: "the text is empty.",
    },
    {
        -1: "WeCom is busy; it is tried again.",
        40001: "the secret is wrong; copy it anew from the application's page.",
        45009: "too many messages for now; it is tried again.",
        45033: "too many requests at once; it is tried again.",
    },
)


def cut(text: str, most_bytes: int) -> str:
    """A text of at most so many bytes in UTF-8, with … where it was cut."""
    raw = text.encode()
    return text if len(raw) <= most_bytes else raw[: most_bytes - 3].decode(errors="ignore") + "…"


@dataclass
class WeCom:
    """One application of one enterprise."""

    host: str
    corpid: str
    agentid: int
    secret: str

    def __post_init__(self) -> None:
        self.token = web.Token(self._fetch)

    def _fetch(self) -> tuple[str, float]:
        query = {"corpid": self.corpid, "corpsecret": self.secret}
        body = web.ask_json("WeCom", "GET", f"{self.host}/cgi-bin/gettoken", params=query)
        if body.get("errcode", 0) != 0:
            raise CODES.refuse(int(body["errcode"]), str(body.get("errmsg", "")))
        return str(body["access_token"]), float(body.get("expires_in", 7200))

    def send(self, address: str, letter: Letter) -> str:
        """Send to a userid."""
        message: dict[str, Any] = {"touser": address, "agentid": self.agentid, "enable_duplicate_check": 1}
        if letter.link:
            card = {
                "title": cut(letter.title, 128),
                "description": cut(letter.text, CARD_BYTES),
                "url": letter.link,
            }
            message |= {"msgtype": "textcard", "textcard": card}
        else:
            message |= {"msgtype": "text", "text": {"content": cut(letter.text, TEXT_BYTES)}}
        url = f"{self.host}/cgi-bin/message/send"
        body = web.with_token(
            self.token,
            CODES,
            "errcode",
            lambda token: web.ask_json("WeCom", "POST", url, params={"access_token": token}, json=message),
        )
        # it takes a message for many and says whom it could not reach; ours is for one
        if body.get("invaliduser") or body.get("unlicenseduser"):
            raise Undelivered(f"WeCom: {CODES.lasting[81013]}", lasting=True)
        return str(body.get("msgid", ""))

    def receipt(self, reference: str, address: str) -> Receipt:
        """WeCom tells no more."""
        return "sent"


def make(settings: dict[str, Any]) -> WeCom:
    """The application of `[channels.wecom]`."""
    given = web.read("channels.wecom", settings, ("corpid", "agentid", "secret"), {"host": HOST})
    return WeCom(given["host"].rstrip("/"), given["corpid"], int(given["agentid"]), given["secret"])
