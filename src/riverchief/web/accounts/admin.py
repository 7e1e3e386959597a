"""The admin of accounts: people, and the audit chain to read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from riverchief.web.accounts.models import AuditEntry, User


@admin.register(User)
class PersonAdmin(UserAdmin, ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Somebody who signs in."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "name_zh", "role", "region", "chief", "is_active")
    list_filter = ("role", "is_active")
    search_fields = ("username", "name_zh", "name_en", "phone")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Who", {"fields": ("name_zh", "name_en", "phone", "email", "role", "region", "chief")}),
        ("Access", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
    )


@admin.register(AuditEntry)
class AuditAdmin(ModelAdmin):
    """The audit chain, to read only."""

    list_display = ("at", "who", "what", "subject")
    list_filter = ("what",)
    search_fields = ("who", "subject")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Entries come from what people do."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Entries stay as they are."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Entries stay."""
        return False
