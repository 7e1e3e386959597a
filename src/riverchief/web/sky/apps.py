"""The app of the sky pages."""

from django.apps import AppConfig


class SkyConfig(AppConfig):
    """Missions, photographs and findings."""

    name = "riverchief.web.sky"
    label = "sky"
    verbose_name = "天 Sky"
