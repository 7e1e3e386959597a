"""What every record with a place has in common, so that the one visibility function can judge it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from riverchief.base.places import Place


class Scoped(models.Model):
    """A record with an id, a region, an address on the network and its confidentiality."""

    visibility = "scoped"

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

    @property
    def place(self) -> Place:
        """The address on the network."""
        return Place(self.reach, self.chainage_m)

    def assign(self, username: str) -> None:
        """Let one more person see this record as theirs."""
        if f",{username}," not in self.assignees:
            self.assignees += f"{username},"
