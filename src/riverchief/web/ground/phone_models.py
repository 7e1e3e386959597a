"""What phones handed in: every record with what became of it, the files beside them, and the pieces of a patrol."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class PhoneRecord(models.Model):
    """One record as a phone wrote it, byte for byte; its SHA-256 is its key, so the same one again is the same row."""

    visibility = "own"

    sha256 = models.CharField(max_length=64, primary_key=True)
    record = models.CharField(max_length=64, blank=True, help_text="the id that the phone gave it")
    stands = models.BooleanField(help_text="the first one under its id; a later one with other content does not stand")
    user = models.CharField(max_length=150)
    region = models.CharField(max_length=12, blank=True)
    device = models.CharField(max_length=64, blank=True)
    seq = models.BigIntegerField(default=0)
    kind = models.CharField(max_length=16, blank=True)
    parent = models.CharField(max_length=64, blank=True)
    text = models.TextField(help_text="the record, JSON as it was written")
    state = models.CharField(max_length=8, default="held", help_text="held, applied, refused")
    code = models.CharField(max_length=48, blank=True)
    sentence = models.TextField(blank=True, help_text="why it is held or was refused")
    tries = models.IntegerField(default=0, help_text="how often the platform failed at it")
    at = models.DateTimeField(null=True, help_text="by the phone")
    clock = models.CharField(max_length=8, blank=True, help_text="platform, phone")
    skew_s = models.FloatField(null=True, help_text="the platform's clock less the phone's, when it was sent")
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-received_at", "-seq"]
        indexes: ClassVar = [models.Index(fields=["user", "state"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record"], condition=models.Q(stands=True), name="one_phone_record_stands_per_id"
            )
        ]

    def __str__(self) -> str:
        return f"{self.record} {self.state}"


class PhoneFile(models.Model):
    """A file that somebody's phone sent; only who sent it can make a record refer to it."""

    visibility = "own"

    user = models.CharField(max_length=150)
    region = models.CharField(max_length=12, blank=True)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    received_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-received_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "sha256"], name="one_phone_file_per_user_and_content")
        ]


class PatrolPiece(models.Model):
    """A photograph, recording or note of a patrol that belongs to no case; each carries the seal of the one before."""

    visibility = "via:patrol"

    id = models.CharField(max_length=64, primary_key=True)
    patrol = models.ForeignKey("ground.Patrol", models.CASCADE, related_name="pieces")
    position = models.IntegerField(help_text="place in the chain, from 0")
    kind = models.CharField(max_length=8, help_text="photo, voice, note")
    about = models.CharField(max_length=8, blank=True, help_text="company: shows those who walk along")
    text = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    told_at = models.DateTimeField(help_text="when it was made, by the phone")
    picture_hash = models.CharField(max_length=16, blank=True, help_text="perceptual, 64 bits in hexadecimal")
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["patrol", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["patrol", "position"], name="one_piece_per_position_of_a_patrol")
        ]
