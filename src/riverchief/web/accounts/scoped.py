"""What every record with a place has in common, so that the one visibility function can judge it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models, transaction

from riverchief.base.places import Place


class Share(models.Model):
    """Who sees a record by name, one row each, so that a million records are not read through for one person.

    The record's own `assignees` and `joint_regions` are what holds; saving it writes these rows.
    """

    visibility = "internal"

    model = models.CharField(max_length=48, help_text="app.model of the record")
    record = models.CharField(max_length=64)
    username = models.CharField(max_length=150, blank=True, help_text="an assignee; empty for a county")
    region = models.CharField(max_length=12, blank=True, help_text="a county that takes part; empty for a person")

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["username", "model", "record"], name="share_of_person", condition=~models.Q(username="")
            ),
            models.Index(fields=["region", "model", "record"], name="share_of_county", condition=~models.Q(region="")),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record", "username", "region"], name="one_share_each")
        ]

    def __str__(self) -> str:
        return f"{self.record}: {self.username or self.region}"


class Scoped(models.Model):
    """A record with an id, a region, an address on the network and its confidentiality."""

    visibility = "scoped"
    maker: ClassVar[str] = ""  # the column with the username of who made it and always sees it, where there is one

    id = models.CharField(max_length=64, primary_key=True)
    region = models.CharField(max_length=12, blank=True, db_index=True)
    reach = models.CharField(max_length=64, blank=True)
    chainage_m = models.FloatField(default=0.0)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    confidential = models.BooleanField(default=False)
    assignees = models.TextField(default=",", help_text="usernames between commas")
    joint_regions = models.TextField(default=",", help_text="12-digit codes of the other counties, between commas")

    class Meta:
        abstract = True
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.id

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Keep the record, and by whom it is seen."""
        kept = None if update_fields is None else list(update_fields)
        with transaction.atomic(savepoint=False):  # whoever is killed in between leaves no record that its people miss
            super().save(*args, update_fields=kept, **kwargs)
            if kept is None or not {"assignees", "joint_regions"}.isdisjoint(kept):
                self._share()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Remove the record with its shares."""
        Share.objects.filter(record=self.pk).delete()
        return super().delete(*args, **kwargs)

    def _share(self) -> None:
        made_by = getattr(self, self.maker) if self.maker else ""
        wanted = {(name, "") for name in self.assignees.split(",") if name and name != made_by}
        wanted |= {("", code) for code in self.joint_regions.split(",") if code}
        had = {(row.username, row.region): row.pk for row in Share.objects.filter(record=self.pk)}
        if gone := [pk for key, pk in had.items() if key not in wanted]:
            Share.objects.filter(pk__in=gone).delete()
        if new := wanted - had.keys():
            label = self._meta.label_lower
            rows = [Share(model=label, record=self.pk, username=name, region=code) for name, code in sorted(new)]
            Share.objects.bulk_create(rows, ignore_conflicts=True)

    @property
    def place(self) -> Place:
        """The address on the network."""
        return Place(self.reach, self.chainage_m)

    def assign(self, username: str) -> None:
        """Let one more person see this record as theirs."""
        if f",{username}," not in self.assignees:
            self.assignees += f"{username},"
