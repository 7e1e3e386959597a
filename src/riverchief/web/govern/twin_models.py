"""What the twin keeps of its cycles: one row each, its files lie in the data folder's `twin/`."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class TwinCycle(models.Model):
    """One cycle of the river's twin (孪生运行): readings in, the river now and three days ahead out."""

    visibility = "open"

    id = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(help_text="the instant that it holds for")
    state = models.CharField(max_length=8, default="queued", help_text="queued, running, done, failed")
    took_s = models.FloatField(null=True, help_text="from reading the readings to writing the files [s]")
    memory_mb = models.FloatField(null=True, help_text="most that its process held [MB]")
    modes = models.JSONField(default=list, help_text="in what it falls short: no_flow, no_level, first_guess …")
    facts = models.JSONField(default=dict, help_text="cells, steps, balance, fits, factors on inflows")
    said = models.JSONField(default=dict, help_text="what it forecast at the gauges, to be scored")
    skill = models.JSONField(default=list, help_text="how forecasts have done up to then, by station and lead")
    error = models.JSONField(default=dict, help_text="code and sentence, where it failed")

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [models.Index(fields=["state", "at"])]

    def __str__(self) -> str:
        return self.id
