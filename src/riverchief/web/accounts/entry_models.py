"""Ways in: devices with their sessions, codes by text message, one-time links, and how somebody wants to be told."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Device(models.Model):
    """A browser or phone that is signed in as somebody: one session, which can be cut off."""

    visibility = "via:user"

    id = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="devices")
    session_key = models.CharField(max_length=40, db_index=True)
    system = models.CharField(max_length=16, blank=True, help_text="android, harmony, ios, windows, mac, linux")
    browser = models.CharField(max_length=16, blank=True, help_text="wechat, wecom, dingtalk, feishu, chrome …")
    model = models.CharField(max_length=60, blank=True, help_text="as the phone names itself")
    way = models.CharField(max_length=12, blank=True, help_text="password, code, link, passkey")
    address = models.CharField(max_length=45, blank=True)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    cut_off_at = models.DateTimeField(null=True)
    cut_off_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering: ClassVar = ["-last_seen"]


class CodeSent(models.Model):
    """Somebody asked for a code by text message, for a number that may or may not be known.

    The code itself is not kept: it follows from the id and the installation's secret.
    """

    visibility = "internal"

    id = models.CharField(max_length=64, primary_key=True)
    phone = models.CharField(max_length=32)
    address = models.CharField(max_length=45)
    at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["phone", "at"]), models.Index(fields=["address", "at"])]


class EntryLink(models.Model):
    """A link that an office made for somebody: good for one sign-in; only its hash is kept."""

    visibility = "via:user"

    id = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="entry_links")
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]


class Preferences(models.Model):
    """How somebody wants to read and be told; empty means as the installation does it."""

    visibility = "via:user"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="preferences")
    language = models.CharField(max_length=8, blank=True, help_text="zh-CN, en; empty: the browser's")
    large_type = models.BooleanField(default=False)
    quiet_from = models.TimeField(null=True, help_text="local time; nothing is sent from then on")
    quiet_to = models.TimeField(null=True)
    channels = models.JSONField(default=list, help_text="channels in the order in which they are tried")
    addresses = models.JSONField(default=dict, help_text="who this person is on a channel, by channel")
