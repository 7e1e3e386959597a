import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("basin", "0002_permits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("kind", models.CharField(help_text="change, import, hand-over", max_length=16)),
                ("edits", models.JSONField(default=list, help_text="rows with what they were and what they are to be")),
                ("extra", models.JSONField(default=dict, help_text="of a hand-over: from, to, day")),
                ("reason", models.TextField(blank=True)),
                ("region", models.CharField(help_text="region of the office that asks for it", max_length=12)),
                ("role", models.CharField(help_text="role of the office that asks for it", max_length=16)),
                ("by", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(default="open", help_text="open, approved, refused, withdrawn", max_length=12),
                ),
                ("decided_by", models.CharField(blank=True, max_length=150)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision", models.TextField(blank=True, help_text="words of who decided")),
            ],
            options={
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Layer",
            fields=[
                ("code", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("kind", models.CharField(help_text="management, redline, floodway", max_length=16)),
                ("name_zh", models.CharField(max_length=120)),
                ("name_en", models.CharField(blank=True, max_length=120)),
                ("document", models.TextField()),
                ("day", models.DateField(help_text="date of the document")),
                ("ask_zh", models.TextField(help_text="who must be asked")),
                ("ask_en", models.TextField(blank=True)),
                ("confirmed", models.BooleanField(default=False)),
                ("areas", models.JSONField(default=list, help_text="GeoJSON geometries with a name, WGS 84")),
                ("sha256", models.CharField(help_text="the file as it was uploaded", max_length=64)),
                ("by", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["kind", "code"],
            },
        ),
        migrations.AddField(
            model_name="facility",
            name="valid_from",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="facility",
            name="valid_to",
            field=models.DateField(blank=True, help_text="first day on which it is no longer there", null=True),
        ),
        migrations.AddField(
            model_name="historicalfacility",
            name="valid_from",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="historicalfacility",
            name="valid_to",
            field=models.DateField(blank=True, help_text="first day on which it is no longer there", null=True),
        ),
        migrations.AddField(
            model_name="historicalsection",
            name="valid_from",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="historicalsection",
            name="valid_to",
            field=models.DateField(blank=True, help_text="first day on which it is no longer there", null=True),
        ),
        migrations.AddField(
            model_name="section",
            name="valid_from",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="section",
            name="valid_to",
            field=models.DateField(blank=True, help_text="first day on which it is no longer there", null=True),
        ),
        migrations.CreateModel(
            name="Camera",
            fields=[
                ("code", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("name_zh", models.CharField(max_length=120)),
                ("name_en", models.CharField(blank=True, max_length=120)),
                ("position", models.IntegerField(default=0, help_text="order in the basin folder")),
                ("chainage_m", models.FloatField(blank=True, null=True)),
                ("lon", models.FloatField()),
                ("lat", models.FloatField()),
                ("region", models.CharField(blank=True, max_length=12)),
                ("assumed", models.BooleanField(default=True)),
                ("still_url", models.CharField(blank=True, max_length=500)),
                ("stream_url", models.CharField(blank=True, max_length=500)),
                ("every_s", models.IntegerField(default=3600)),
                ("section", models.CharField(blank=True, max_length=64)),
                ("valid_from", models.DateField(blank=True, null=True)),
                ("valid_to", models.DateField(blank=True, null=True)),
                (
                    "reach",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="basin.reach",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Culture",
            fields=[
                ("code", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("name_zh", models.CharField(max_length=120)),
                ("name_en", models.CharField(blank=True, max_length=120)),
                ("position", models.IntegerField(default=0, help_text="order in the basin folder")),
                ("chainage_m", models.FloatField(blank=True, null=True)),
                ("lon", models.FloatField()),
                ("lat", models.FloatField()),
                ("region", models.CharField(blank=True, max_length=12)),
                ("assumed", models.BooleanField(default=True)),
                ("kind", models.CharField(max_length=16)),
                ("fact_zh", models.TextField()),
                ("fact_en", models.TextField()),
                ("source", models.TextField(blank=True)),
                (
                    "reach",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="basin.reach",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "culture",
                "ordering": ["position", "code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("region", models.CharField(max_length=12)),
                ("giver", models.CharField(max_length=64)),
                ("taker", models.CharField(max_length=64)),
                ("day", models.DateField()),
                ("stretches", models.JSONField(default=list)),
                ("cases", models.JSONField(default=list, help_text="id and number of each case that was handed over")),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "draft",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="basin.draft"),
                ),
            ],
            options={
                "ordering": ["-day", "-id"],
            },
        ),
        migrations.CreateModel(
            name="HistoricalCamera",
            fields=[
                ("code", models.CharField(db_index=True, max_length=64)),
                ("name_zh", models.CharField(max_length=120)),
                ("name_en", models.CharField(blank=True, max_length=120)),
                ("position", models.IntegerField(default=0, help_text="order in the basin folder")),
                ("chainage_m", models.FloatField(blank=True, null=True)),
                ("lon", models.FloatField()),
                ("lat", models.FloatField()),
                ("region", models.CharField(blank=True, max_length=12)),
                ("assumed", models.BooleanField(default=True)),
                ("still_url", models.CharField(blank=True, max_length=500)),
                ("stream_url", models.CharField(blank=True, max_length=500)),
                ("every_s", models.IntegerField(default=3600)),
                ("section", models.CharField(blank=True, max_length=64)),
                ("valid_from", models.DateField(blank=True, null=True)),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reach",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="basin.reach",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical camera",
                "verbose_name_plural": "historical cameras",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalCulture",
            fields=[
                ("code", models.CharField(db_index=True, max_length=64)),
                ("name_zh", models.CharField(max_length=120)),
                ("name_en", models.CharField(blank=True, max_length=120)),
                ("position", models.IntegerField(default=0, help_text="order in the basin folder")),
                ("chainage_m", models.FloatField(blank=True, null=True)),
                ("lon", models.FloatField()),
                ("lat", models.FloatField()),
                ("region", models.CharField(blank=True, max_length=12)),
                ("assumed", models.BooleanField(default=True)),
                ("kind", models.CharField(max_length=16)),
                ("fact_zh", models.TextField()),
                ("fact_en", models.TextField()),
                ("source", models.TextField(blank=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reach",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="basin.reach",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical culture",
                "verbose_name_plural": "historical culture",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalLeave",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("start", models.DateField()),
                ("end", models.DateField()),
                ("reason", models.TextField(blank=True)),
                ("position", models.IntegerField(default=0, help_text="order in the basin folder")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "chief",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="basin.chief",
                    ),
                ),
                (
                    "deputy",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="basin.chief",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical leave",
                "verbose_name_plural": "historical leaves",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalTerm",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("start", models.DateField()),
                ("end", models.DateField(blank=True, null=True)),
                ("document", models.TextField(blank=True)),
                ("assumed", models.BooleanField(default=True)),
                ("position", models.IntegerField(default=0, help_text="order in the basin folder")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "chief",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="basin.chief",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical term",
                "verbose_name_plural": "historical terms",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Leave",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start", models.DateField()),
                ("end", models.DateField()),
                ("reason", models.TextField(blank=True)),
                ("position", models.IntegerField(default=0, help_text="order in the basin folder")),
                (
                    "chief",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="leaves", to="basin.chief"
                    ),
                ),
                (
                    "deputy",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="basin.chief"),
                ),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="Still",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("camera", models.CharField(db_index=True, max_length=64)),
                ("at", models.DateTimeField()),
                ("sha256", models.CharField(blank=True, help_text="empty where none came", max_length=64)),
                ("size", models.IntegerField(default=0)),
                ("why", models.JSONField(default=dict, help_text="code and sentence where none came")),
            ],
            options={
                "ordering": ["-at", "-id"],
                "indexes": [models.Index(fields=["camera", "-at"], name="basin_still_camera_92e932_idx")],
            },
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start", models.DateField()),
                ("end", models.DateField(blank=True, null=True)),
                ("document", models.TextField(blank=True)),
                ("assumed", models.BooleanField(default=True)),
                ("position", models.IntegerField(default=0, help_text="order in the basin folder")),
                (
                    "chief",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="terms", to="basin.chief"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
    ]
