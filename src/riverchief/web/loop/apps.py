"""The app of the loop pages."""

from django.apps import AppConfig


class LoopConfig(AppConfig):
    """Events, links, provenance and schedules."""

    name = "riverchief.web.loop"
    label = "loop"
    verbose_name = "闭环 Loop"
