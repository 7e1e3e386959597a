"""Moves of cases are sealed, those that were made before as they stand now."""

from django.db import migrations, models

from riverchief.ground import evidence as chain


def seal(apps, schema_editor):
    case_model, move_model = apps.get_model("ground", "Case"), apps.get_model("ground", "Move")
    for case in case_model.objects.iterator():
        last = ""
        for move in move_model.objects.filter(case=case).order_by("id"):
            at = move.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            entry = {"action": move.action, "from": move.from_state, "to": move.to_state, "by": move.by}
            move.previous = last or chain.genesis(f"moves of {case.pk}")
            move.hash = last = chain.seal({**entry, "at": at, "note": move.note}, move.previous)
            move.save(update_fields=["previous", "hash"])
        case_model.objects.filter(pk=case.pk).update(moves_seal=last)


class Migration(migrations.Migration):
    dependencies = [("ground", "0002_clock_and_merge")]

    operations = [
        migrations.AddField(
            "case",
            "moves_seal",
            models.CharField(blank=True, default="", help_text="seal of the last move", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField("move", "previous", models.CharField(default="", max_length=64), preserve_default=False),
        migrations.AddField("move", "hash", models.CharField(default="", max_length=64), preserve_default=False),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
