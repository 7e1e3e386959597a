from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("govern", "0006_twin_measures"),
    ]

    operations = [
        migrations.AddField(
            model_name="trace",
            name="beside",
            field=models.JSONField(default=dict),
        ),
    ]
