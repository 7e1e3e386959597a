"""E-mail, by Django, through the server that `[channels.email]` names."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from typing import Any

from django.core.mail import EmailMessage, get_connection

from riverchief.web.messages.channels import Letter, Receipt, Undelivered, web


@dataclass(frozen=True)
class Mail:
    """One mail server and sender."""

    sender: str
    options: dict[str, Any]

    def send(self, address: str, letter: Letter) -> str:
        """Send to an address."""
        text = f"{letter.text}\n\n{letter.link}" if letter.link else letter.text
        connection = get_connection("django.core.mail.backends.smtp.EmailBackend", **self.options)
        try:
            EmailMessage(letter.title, text, self.sender, [address], connection=connection).send()
        except smtplib.SMTPRecipientsRefused:
            raise Undelivered(
                f"the mail server refuses {address}; correct it on the person's page.", lasting=True
            ) from None
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise Undelivered(f"the mail server did not take it: {error}") from None
        return ""

    def receipt(self, reference: str, address: str) -> Receipt:
        """Mail tells no more."""
        return "sent"


def make(settings: dict[str, Any]) -> Mail:
    """The server of `[channels.email]`."""
    known = {"port": 587, "username": "", "password": "", "use_tls": True, "use_ssl": False, "timeout": web.TIMEOUT_S}
    given = web.read("channels.email", settings, ("host", "sender"), known)
    return Mail(given.pop("sender"), given)
