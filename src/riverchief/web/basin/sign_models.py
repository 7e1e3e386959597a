"""The public signs of the registry."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from simple_history.models import HistoricalRecords

from riverchief.web.basin.models import AtPlace


class Sign(AtPlace):
    """A public sign at the bank (公示牌), with the QR code that leads to its page."""

    published: ClassVar = {"state__in": ("standing", "damaged")}

    state = models.CharField(max_length=16, default="standing", help_text="standing, damaged, removed")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True, help_text="first day without it")
    about_zh = models.TextField(blank=True, help_text="the river and its culture, as the page tells it")
    about_en = models.TextField(blank=True)
    photo = models.CharField(max_length=64, blank=True, help_text="SHA-256 of a file of the data folder")
    history = HistoricalRecords()
