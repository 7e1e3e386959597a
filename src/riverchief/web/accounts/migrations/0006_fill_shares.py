"""Shares of the records that were there before shares were rows of their own."""

from django.db import migrations

BATCH = 2_000


def fill(apps, schema_editor):
    """One row for every name and county that a record carries; who made a patrol sees it by that."""
    Share = apps.get_model("accounts", "Share")
    for model in apps.get_models():
        columns = {field.name for field in model._meta.fields}
        if not {"assignees", "joint_regions"} <= columns:
            continue
        maker = "by" if model._meta.label_lower == "ground.patrol" else ""
        found = model.objects.order_by().exclude(assignees__in=("", ","), joint_regions__in=("", ","))
        rows = []
        for record in found.only("pk", "assignees", "joint_regions", *([maker] if maker else [])).iterator():
            made_by = getattr(record, maker) if maker else ""
            wanted = {(name, "") for name in record.assignees.split(",") if name and name != made_by}
            wanted |= {("", code) for code in record.joint_regions.split(",") if code}
            label = model._meta.label_lower
            rows += [Share(model=label, record=record.pk, username=n, region=c) for n, c in sorted(wanted)]
            if len(rows) >= BATCH:
                Share.objects.bulk_create(rows, ignore_conflicts=True)
                rows = []
        Share.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_shares"),
        ("cloud", "0003_air"),
        ("sky", "0001_initial"),
        ("govern", "0004_targets"),
        ("ground", "0005_ledger"),
        ("public", "0001_initial"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
