import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("ground", "0003_seals"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sender",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("weight", models.FloatField(default=0.0, help_text="reports lately, halved every hour")),
                ("weighed_at", models.DateTimeField()),
                ("window_from", models.DateTimeField()),
                ("window_count", models.IntegerField(default=0, help_text="reports taken since window_from")),
                ("held_until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Spent",
            fields=[
                ("name", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_index=True)),
                ("until", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="ReleasedPhoto",
            fields=[
                ("key", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("side", models.CharField(help_text="before, after", max_length=8)),
                ("sha256", models.CharField(help_text="of the public copy", max_length=64)),
                ("by", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
                (
                    "evidence",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="released", to="ground.evidence"
                    ),
                ),
            ],
            options={
                "ordering": ["at"],
            },
        ),
        migrations.CreateModel(
            name="SurveyAnswer",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("region", models.CharField(blank=True, db_index=True, max_length=12)),
                ("reach", models.CharField(blank=True, max_length=64)),
                ("chainage_m", models.FloatField(default=0.0)),
                ("lon", models.FloatField(blank=True, null=True)),
                ("lat", models.FloatField(blank=True, null=True)),
                ("confidential", models.BooleanField(default=False)),
                ("assignees", models.TextField(default=",", help_text="usernames between commas")),
                (
                    "joint_regions",
                    models.TextField(default=",", help_text="12-digit codes of the other counties, between commas"),
                ),
                ("sign", models.CharField(max_length=64)),
                ("month", models.CharField(max_length=7)),
                ("device", models.CharField(help_text="keyed hash of a number that the browser drew", max_length=32)),
                ("sender", models.CharField(help_text="keyed hash of the address", max_length=32)),
                ("answers", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
                "indexes": [models.Index(fields=["month", "sender"], name="public_surv_month_a6fcf8_idx")],
                "constraints": [
                    models.UniqueConstraint(fields=("device", "month", "sign"), name="one_answer_per_device_and_month")
                ],
            },
        ),
        migrations.CreateModel(
            name="CitizenReport",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("region", models.CharField(blank=True, db_index=True, max_length=12)),
                ("reach", models.CharField(blank=True, max_length=64)),
                ("chainage_m", models.FloatField(default=0.0)),
                ("lon", models.FloatField(blank=True, null=True)),
                ("lat", models.FloatField(blank=True, null=True)),
                ("confidential", models.BooleanField(default=False)),
                ("assignees", models.TextField(default=",", help_text="usernames between commas")),
                (
                    "joint_regions",
                    models.TextField(default=",", help_text="12-digit codes of the other counties, between commas"),
                ),
                ("receipt", models.CharField(max_length=12, unique=True)),
                ("kind", models.CharField(max_length=32)),
                ("words", models.TextField(blank=True)),
                ("sign", models.CharField(blank=True, max_length=64)),
                ("source", models.CharField(default="page", help_text="page, open311", max_length=8)),
                ("at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        default="waiting", help_text="waiting, case, merged, rejected, spam", max_length=8
                    ),
                ),
                ("words_digest", models.CharField(blank=True, max_length=16)),
                ("photos", models.JSONField(default=list, help_text="SHA-256 of the originals")),
                ("reason", models.TextField(blank=True, help_text="why it was not taken up, as the citizen reads it")),
                ("decided_by", models.CharField(blank=True, max_length=150)),
                ("decided_at", models.DateTimeField(null=True)),
                ("case", models.CharField(blank=True, db_index=True, max_length=64)),
                ("stars", models.IntegerField(help_text="1 to 5", null=True)),
                ("stars_words", models.TextField(blank=True)),
                ("rated_at", models.DateTimeField(null=True)),
                (
                    "again_words",
                    models.TextField(blank=True, help_text="why the citizen asked for it to be taken up again"),
                ),
                ("again_at", models.DateTimeField(null=True)),
                (
                    "sender",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="reports",
                        to="public.sender",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["state", "region"], name="public_citi_state_979f9c_idx"),
                    models.Index(fields=["sign", "at"], name="public_citi_sign_e9d402_idx"),
                ],
            },
        ),
    ]
