"""Making and opening a data folder: migrations, settings, users. Every step can be run again."""

from __future__ import annotations

import os
from pathlib import Path

import tomli_w

from riverchief.web.config import FILE, SETTINGS, Config, read_config


def write_settings(folder: Path, **values: object) -> None:
    """Write the settings that differ from their defaults into `riverchief.toml`."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in values.items() if value != SETTINGS[name].default}
    (folder / FILE).write_text(tomli_w.dumps(kept), encoding="utf-8")


def open_platform(folder: Path) -> Config:
    """Let this process work on a data folder: Django is set up for it."""
    import django

    folder.mkdir(parents=True, exist_ok=True)
    os.environ["RIVERCHIEF_DATA"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "riverchief.web.settings")
    django.setup()
    return read_config(folder)


def waiting_migrations() -> list[str]:
    """Names of what `migrate` would do to the business tables."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return [str(migration) for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def migrate() -> None:
    """Bring the business tables to this version."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
