"""The app of the basin pages."""

from django.apps import AppConfig


class BasinConfig(AppConfig):
    """The registry of one basin."""

    name = "riverchief.web.basin"
    label = "basin"
    verbose_name = "流域 Basin"
