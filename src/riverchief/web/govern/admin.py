"""The admin of targets: set, changed and looked up; outlooks and records are to be read only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from riverchief.web.govern.models import OutlookResult, SkillRecord, Target, TwinCycle


@admin.register(Target)
class TargetAdmin(ModelAdmin):
    """A target."""

    list_display = (
        "name_zh",
        "kind",
        "place",
        "region",
        "period_start",
        "period_end",
        "issuer",
        "confirmed",
        "assumed",
    )
    list_filter = ("kind", "confirmed", "assumed")
    search_fields = ("id", "name_zh", "name_en", "place", "issuer", "document")
    autocomplete_fields = ("parent",)


class _ReadOnly(ModelAdmin):
    """What the platform says of itself: nobody edits it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nothing is added by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed by hand."""
        return False


@admin.register(OutlookResult)
class OutlookAdmin(_ReadOnly):
    """What was said about a target on a day."""

    list_display = ("target", "day", "state", "probability", "met")
    list_filter = ("state", "met")


@admin.register(SkillRecord)
class SkillAdmin(_ReadOnly):
    """A record of past months."""

    list_display = ("day", "at")


@admin.register(TwinCycle)
class TwinCycleAdmin(_ReadOnly):
    """A cycle of the river's twin."""

    list_display = ("at", "state", "took_s", "memory_mb", "modes")
    list_filter = ("state",)
