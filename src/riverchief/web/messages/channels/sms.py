"""Text messages (短信) through any gateway that takes one HTTP request: address, header, body, and what means success.

The body is a table whose values may hold {phone} (+86…), {local_phone} (eleven digits), {text}, {code} and {key}; a
gateway with templates takes {code} or the fields of the text, one without takes {text}.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from riverchief.base.errors import InputError
from riverchief.web.messages.channels import Letter, Receipt, Undelivered, web

WHO = "the SMS gateway"
_FIELD = re.compile(r"\{(\w+)\}")
_FORMATS = ("json", "form", "query")


def _filled(template: Any, values: dict[str, str]) -> Any:
    if isinstance(template, dict):
        return {key: _filled(one, values) for key, one in template.items()}
    if isinstance(template, list):
        return [_filled(one, values) for one in template]
    template = web.secret(template)
    if not isinstance(template, str):
        return template
    return _FIELD.sub(lambda found: values.get(found.group(1), ""), template)


@dataclass(frozen=True)
class Sms:
    """One gateway."""

    url: str
    method: str
    headers: dict[str, str]
    format: str
    body: dict[str, Any]
    success: re.Pattern[str]
    reference: re.Pattern[str] | None

    def send(self, address: str, letter: Letter) -> str:
        """Send to a number in E.164."""
        fields = dict(letter.fields)
        values = {**fields, "phone": address, "local_phone": address.removeprefix("+86"), "text": letter.text}
        body = _filled(self.body, values)
        place = {"json": "json", "form": "data", "query": "params"}[self.format]
        answer = web.ask(WHO, self.method, self.url, headers=_filled(self.headers, values), **{place: body})
        if not self.success.search(answer.text):
            raise Undelivered(f"{WHO} refused the message: {answer.text[:160]}", lasting=False)
        found = self.reference.search(answer.text) if self.reference else None
        return found.group(1)[:120] if found else ""

    def receipt(self, reference: str, address: str) -> Receipt:
        """A gateway of this kind tells no more than that it took the message."""
        return "sent"


def make(settings: dict[str, Any]) -> Sms:
    """The gateway of `[sms]` in riverchief.toml."""
    known = {"method": "POST", "headers": {}, "format": "json", "body": {"phone": "{local_phone}", "text": "{text}"}}
    given = web.read("sms", settings, ("url", "success"), {**known, "reference": ""})
    if given["format"] not in _FORMATS:
        raise InputError(f"format of sms is {given['format']!r}; give one of {', '.join(_FORMATS)}.")
    try:
        success = re.compile(given["success"])
        reference = re.compile(given["reference"]) if given["reference"] else None
    except re.error as error:
        raise InputError(f"success or reference of sms is no regular expression: {error}.") from None
    return Sms(given["url"], given["method"], given["headers"], given["format"], given["body"], success, reference)
