"""The queue: one row for each thing that somebody is told, with what became of it; and what groups are told."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from riverchief.web.accounts.models import User

QUEUED, SENT, DELIVERED, READ, FAILED = "queued", "sent", "delivered", "read", "failed"


class Message(models.Model):
    """What one person is told about one thing: it stands under the bell at once, and goes out over one channel.

    The text is a key with parameters; it becomes words in the receiver's language when it is sent or read.
    """

    visibility = "via:to"

    id = models.CharField(max_length=64, primary_key=True)
    to = models.ForeignKey(User, models.CASCADE, related_name="messages")
    key = models.CharField(max_length=48, help_text="which text")
    params = models.JSONField(default=dict)
    subject = models.CharField(max_length=80, blank=True, help_text="id of what it is about")
    severity = models.IntegerField(default=1, help_text="1 minor … 3 gravest")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="when it is sent, tried again, or asked about")
    state = models.CharField(max_length=12, default=QUEUED)
    channel = models.CharField(max_length=16, blank=True, help_text="over which it went last; empty: the bell alone")
    given_up = models.JSONField(default=list, help_text="channels that failed")
    tries = models.IntegerField(default=0, help_text="on the present channel")
    attempts = models.JSONField(default=list, help_text="channel, at, ok, why")
    why = models.TextField(blank=True)
    reference = models.CharField(max_length=120, blank=True, help_text="how the channel calls it")
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    dedupe_key = models.CharField(max_length=200, unique=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["state", "due_at"])]


class RobotPost(models.Model):
    """A line for a group's robot; lines that wait go out together."""

    visibility = "internal"

    robot = models.CharField(max_length=64)
    text = models.TextField()
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=12, default=QUEUED)
    tries = models.IntegerField(default=0)
    why = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    dedupe_key = models.CharField(max_length=200, unique=True)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["robot", "state"], name="post_robot_state")]
