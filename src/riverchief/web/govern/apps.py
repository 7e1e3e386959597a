"""The app of the govern pages."""

from django.apps import AppConfig


class GovernConfig(AppConfig):
    """Traces and scores."""

    name = "riverchief.web.govern"
    label = "govern"
    verbose_name = "治 Govern"
