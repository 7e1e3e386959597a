"""Messages of an application's robot in Feishu (飞书): a tenant's token, then a text; it tells who read it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from riverchief.web.messages.channels import Letter, Receipt, web

HOST = "https://open.feishu.cn"
CODES = web.Codes(
    "Feishu",
    frozenset({99991661, 99991663, 99991664, 99991671}),
    {
        10003: "app_id or app_secret is wrong; copy them anew from the application's page.",
        10014: "app_secret is wrong; copy it anew from the application's page.",
        99991672: "the application lacks the permission to send messages; give it im:message and publish it.",
        230001: "a parameter is wrong; check the person's user_id.",
        230006: "the application has no robot; switch that ability on and publish it.",
        230013: "the person is outside of the robot's range; add them to it.",
        230053: "the person has refused the robot's messages.",
    },
    {
        99991400: "too many requests for now; it is tried again.",
        230020: "too many messages to this person for now; it is tried again.",
    },
)


@dataclass
class Feishu:
    """One application of one enterprise."""

    host: str
    app_id: str
    app_secret: str
    id_type: str

    def __post_init__(self) -> None:
        self.token = web.Token(self._fetch)

    def _fetch(self) -> tuple[str, float]:
        url = f"{self.host}/open-apis/auth/v3/tenant_access_token/internal"
        body = web.ask_json("Feishu", "POST", url, json={"app_id": self.app_id, "app_secret": self.app_secret})
        if body.get("code", 0) != 0:
            raise CODES.refuse(int(body["code"]), str(body.get("msg", "")))
        return str(body["tenant_access_token"]), float(body.get("expire", 7200))

    def _call(self, method: str, path: str, query: dict[str, str], body: Any = None) -> dict[str, Any]:
        def call(token: str) -> dict[str, Any]:
            headers = {"Authorization": f"Bearer {token}"}
            return _ask(method, f"{self.host}/open-apis/im/v1/messages{path}", headers, query, body)

        return web.with_token(self.token, CODES, "code", call)

    def send(self, address: str, letter: Letter) -> str:
        """Send to a person's id."""
        text = f"{letter.text}\n{letter.link}" if letter.link else letter.text
        body = {
            "receive_id": address,
            "msg_type": "text",
            "content": json.dumps({"text": text}, ensure_ascii=False),
            "uuid": letter.key[:50],
        }
        answer = self._call("POST", "", {"receive_id_type": self.id_type}, body)
        return str((answer.get("data") or {}).get("message_id", ""))

    def receipt(self, reference: str, address: str) -> Receipt:
        """What it took was delivered; who read it is among those it names."""
        answer = self._call("GET", f"/{reference}/read_users", {"user_id_type": self.id_type})
        return "read" if (answer.get("data") or {}).get("items") else "delivered"


def _ask(method: str, url: str, headers: dict[str, str], query: dict[str, str], body: Any) -> dict[str, Any]:
    """One call; Feishu answers a refused token with status 400 or 401 and its own code in the body."""
    import httpx

    from riverchief.web.messages.channels import Undelivered

    try:
        answer = httpx.request(method, url, headers=headers, params=query, json=body, timeout=web.TIMEOUT_S)
        found = answer.json()
    except httpx.TimeoutException:
        raise Undelivered(f"Feishu did not answer within {web.TIMEOUT_S:g} s; it is tried again.") from None
    except (httpx.HTTPError, ValueError) as error:
        raise Undelivered(f"Feishu cannot be reached or understood ({type(error).__name__}).") from None
    if not isinstance(found, dict) or "code" not in found:
        raise Undelivered(f"Feishu answered {answer.status_code}: {answer.text[:160]}")
    return found


def make(settings: dict[str, Any]) -> Feishu:
    """The application of `[channels.feishu]`."""
    given = web.read("channels.feishu", settings, ("app_id", "app_secret"), {"host": HOST, "id_type": "user_id"})
    return Feishu(given["host"].rstrip("/"), given["app_id"], given["app_secret"], given["id_type"])
