"""The app of the ground pages."""

from django.apps import AppConfig


class GroundConfig(AppConfig):
    """Cases, patrols and evidence."""

    name = "riverchief.web.ground"
    label = "ground"
    verbose_name = "地 Ground"
