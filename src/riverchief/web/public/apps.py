"""The app of the public pages."""

from django.apps import AppConfig


class PublicConfig(AppConfig):
    """Citizens: reports, receipts, the survey, open data."""

    name = "riverchief.web.public"
    label = "public"
    verbose_name = "公众 Public"
