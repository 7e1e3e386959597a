import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("basin", "0003_registry"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalSign",
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
                ("state", models.CharField(default="standing", help_text="standing, damaged, removed", max_length=16)),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, help_text="first day without it", null=True)),
                ("about_zh", models.TextField(blank=True, help_text="the river and its culture, as the page tells it")),
                ("about_en", models.TextField(blank=True)),
                (
                    "photo",
                    models.CharField(blank=True, help_text="SHA-256 of a file of the data folder", max_length=64),
                ),
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
                "verbose_name": "historical sign",
                "verbose_name_plural": "historical signs",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Sign",
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
                ("state", models.CharField(default="standing", help_text="standing, damaged, removed", max_length=16)),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, help_text="first day without it", null=True)),
                ("about_zh", models.TextField(blank=True, help_text="the river and its culture, as the page tells it")),
                ("about_en", models.TextField(blank=True)),
                (
                    "photo",
                    models.CharField(blank=True, help_text="SHA-256 of a file of the data folder", max_length=64),
                ),
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
    ]
