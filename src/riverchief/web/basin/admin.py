"""The admin of the registry: every kind of thing, with its history, and Excel in and out."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from import_export.admin import ImportExportModelAdmin
from import_export.resources import modelresource_factory
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import ModelAdmin
from unfold.contrib.import_export.forms import ExportForm, ImportForm

from riverchief.web.basin import models, registry
from riverchief.web.basin.sign_models import Sign


class RegistryAdmin(SimpleHistoryAdmin, ModelAdmin, ImportExportModelAdmin):
    """One kind of thing of the registry."""

    import_form_class = ImportForm
    export_form_class = ExportForm
    search_fields = ("code", "name_zh", "name_en")
    list_per_page = 50

    def save_model(self, request: Any, obj: Any, form: Any, change: Any) -> None:
        """Save, and let the engines read the registry again."""
        super().save_model(request, obj, form, change)
        registry.touch()

    def after_import(self, *args: Any, **kwargs: Any) -> None:
        """Let the engines read the registry again after an Excel was read."""
        super().after_import(*args, **kwargs)
        registry.touch()


COLUMNS: dict[type[Model], tuple[tuple[str, ...], tuple[str, ...]]] = {
    models.River: (("code", "name_zh", "name_en"), ()),
    models.Region: (("code", "name_zh", "name_en", "lon", "lat"), ()),
    models.Reach: (
        ("code", "name_zh", "river", "length_m", "velocity_ms", "flow_m3s", "assumed"),
        ("river", "assumed"),
    ),
    models.Station: (("code", "name_zh", "kind", "reach", "chainage_m", "protocol", "device"), ("kind", "protocol")),
    models.Section: (("code", "name_zh", "level", "target_class", "reach", "chainage_m", "boundary"), ("level",)),
    models.Facility: (("code", "name_zh", "kind", "reach", "chainage_m", "permit"), ("kind",)),
    Sign: (("code", "name_zh", "reach", "chainage_m", "state", "since", "until"), ("state",)),
    models.Camera: (("code", "name_zh", "reach", "chainage_m", "still_url", "every_s"), ("region",)),
    models.Chief: (("code", "name_zh", "level", "region", "assumed"), ("level",)),
    models.Project: (("code", "name_zh", "board", "start_planned", "end_planned", "end_actual"), ("board",)),
}

for _model, (_display, _filter) in COLUMNS.items():
    admin.site.register(
        _model,
        type(
            f"{_model.__name__}Admin",
            (RegistryAdmin,),
            {
                "__doc__": _model.__doc__,
                "list_display": _display,
                "list_filter": _filter,
                "resource_classes": [modelresource_factory(model=_model)],
            },
        ),
    )


@admin.register(models.Responsibility)
class ResponsibilityAdmin(RegistryAdmin):
    """Who answers for which stretch, and since when."""

    list_display = ("chief", "reach", "from_m", "to_m", "start", "end")
    list_filter = ("chief__level",)
    search_fields = ("chief__name_zh", "chief__code", "reach__code")
    resource_classes = (modelresource_factory(model=models.Responsibility),)


@admin.register(models.PermitLimit)
class PermitLimitAdmin(RegistryAdmin):
    """Limits of discharge permits with their clauses; a changed one judges from its `valid_from` on."""

    list_display = ("facility", "property", "period", "limit", "unit", "document", "valid_from", "confirmed")
    list_filter = ("period", "confirmed")
    search_fields = ("facility", "property", "document")
    resource_classes = (modelresource_factory(model=models.PermitLimit),)
