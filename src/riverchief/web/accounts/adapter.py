"""Accounts are given by an office; nobody signs up by themselves."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignup(DefaultAccountAdapter):  # type: ignore[misc]  # the base class comes untyped
    """Sign-in, second factors and passkeys by allauth, without open sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody registers themselves."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> Any:
        """Everybody begins with what they must do today."""
        return "/today"
