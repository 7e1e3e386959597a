"""The end of the audit chain is kept beside it, from the last entry that there is."""

from django.db import migrations, models


def keep(apps, schema_editor):
    last = apps.get_model("accounts", "AuditEntry").objects.order_by("-id").first()
    if last is not None:
        apps.get_model("accounts", "AuditHead").objects.create(pk=1, hash=last.hash)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hash", models.CharField(max_length=64)),
            ],
        ),
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]
