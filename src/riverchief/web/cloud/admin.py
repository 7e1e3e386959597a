"""The admin of air: measures with their inspections, grades, warnings, dust days."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin, TabularInline

from riverchief.web.cloud import models


class InspectionInline(TabularInline):
    """Inspections under their measure."""

    model = models.AirInspection
    extra = 0


@admin.register(models.AirMeasure)
class AirMeasureAdmin(ModelAdmin):
    """What is done about the air."""

    list_display = ("name_zh", "kind", "region", "state", "done", "target", "unit", "assumed")
    list_filter = ("kind", "state", "assumed")
    search_fields = ("name_zh", "name_en", "address_zh")
    inlines = (InspectionInline,)


@admin.register(models.AirGrade)
class AirGradeAdmin(ModelAdmin):
    """Performance grades of enterprises."""

    list_display = ("facility", "name_zh", "grade", "valid_from", "document", "assumed")
    list_filter = ("grade", "assumed")
    search_fields = ("facility", "name_zh")


@admin.register(models.AirWarning)
class AirWarningAdmin(ModelAdmin):
    """Warnings of heavy pollution."""

    list_display = ("level", "first_day", "last_day", "document", "assumed")
    list_filter = ("level", "assumed")


@admin.register(models.DustDay)
class DustDayAdmin(ModelAdmin):
    """Days under sand and dust."""

    list_display = ("day", "document", "assumed")
    list_filter = ("assumed",)
