"""The app of the cloud pages."""

from django.apps import AppConfig


class CloudConfig(AppConfig):
    """Verdicts, alerts and what watches the stations."""

    name = "riverchief.web.cloud"
    label = "cloud"
    verbose_name = "云 Cloud"
