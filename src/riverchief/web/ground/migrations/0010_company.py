"""An index of the few patrols that have company."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ground", "0009_projects"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="patrol",
            index=models.Index(
                condition=models.Q(("companions", []), _negated=True), fields=["started_at"], name="patrol_with_company"
            ),
        ),
    ]
