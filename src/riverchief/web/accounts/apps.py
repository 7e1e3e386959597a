"""The app of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts, visibility and audit."""

    name = "riverchief.web.accounts"
    label = "accounts"
    verbose_name = "账户 Accounts"
