"""The demo's installation: a shipped basin, users of every role, and a clock that may run faster than the wall."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from riverchief import basins
from riverchief.base import regions
from riverchief.base.basin import Basin
from riverchief.base.time import ScaledClock, write_clock
from riverchief.web.config import Config
from riverchief.web.setup import migrate, open_platform, write_settings

PASSWORD = "riverchief-demo"  # noqa: S105  printed on the demo's sign-in page; a real installation has no such user
USERS_FILE = "demo-users.json"


def prepare(folder: Path, basin_name: str, clock: ScaledClock, **settings: object) -> tuple[Config, Basin]:
    """Make the data folder of a demo: settings, clock, tables, basin, users. Run again, it keeps what is there.

    Returns
    -------
    Config, Basin
        The settings of the folder, and the basin that was loaded.
    """
    write_settings(folder, simulated=True, **settings)
    write_clock(folder, clock)
    config = open_platform(folder)
    migrate()
    from riverchief.web.basin import folder as registry
    from riverchief.web.basin.models import BasinInfo

    basin = basins.read(basins.named(basin_name))
    if not BasinInfo.objects.filter(code=basin.code, version=basin.version).exists():
        registry.load(basin, folder, clock)
    _users(folder, basin)
    return config, basin


def skip_history() -> None:
    """Let the worker begin after what is in the store already: history is not news."""
    from riverchief.web import context
    from riverchief.web.loop.models import LinkCursor
    from riverchief.web.loop.worker import TAIL

    LinkCursor.objects.update_or_create(
        link=TAIL, defaults={"position": context.store().observations.last_arrival() or 0}
    )


def _people(basin: Basin) -> list[dict[str, Any]]:
    """One user for every chief and county, and one of each other role for the basin's own region."""
    county_level = [r for r in basin.regions if len(regions.prefix(r.code)) == 6]
    people: list[dict[str, Any]] = []

    def add(username: str, role: str, zh: str, en: str, region: str, chief: str = "", shown: bool = False) -> None:
        full = regions.normalise(region) if region else ""
        people.append(
            {
                "username": username,
                "role": role,
                "name_zh": zh,
                "name_en": en,
                "region": full,
                "chief": chief,
                "shown": shown,
            }
        )

    add("system", "system", "系统管理员", "System administrator", "", shown=True)
    add("prefecture", "prefecture", "市河长办", "Prefecture office", basin.region, shown=True)
    for i, county in enumerate(county_level):
        suffix = regions.prefix(county.code)
        add(
            f"county-{suffix}",
            "county",
            f"{county.name_zh}河长办",
            f"{county.name_en} office",
            county.code,
            shown=i == 0,
        )
        add(f"guard-{suffix}", "guard", f"{county.name_zh}巡河员", f"{county.name_en} guard", county.code, shown=i == 0)
    add("department", "department", "生态环境局经办", "Environment bureau officer", basin.region, shown=True)
    add("police", "police", "河道警长", "River police", basin.region, shown=True)
    add("auditor", "auditor", "审计", "Auditor", "", shown=True)
    add("citizen", "citizen", "公众", "Citizen", "", shown=True)
    levels_shown: set[str] = set()
    for chief in basin.chiefs:
        shown = chief.level not in levels_shown
        levels_shown.add(chief.level)
        add(f"chief-{chief.code}", "chief", chief.name_zh, chief.name_en, chief.region, chief.code, shown=shown)
    return people


def _users(folder: Path, basin: Basin) -> None:
    from django.contrib.auth.hashers import make_password

    from riverchief.web.accounts.models import User

    people = _people(basin)
    known = set(User.objects.values_list("username", flat=True))
    hashed = make_password(PASSWORD)  # one hash for all: hundreds of slow ones would hold up the demo
    User.objects.bulk_create(
        [
            User(
                **{k: v for k, v in person.items() if k != "shown"},
                password=hashed,
                is_staff=person["role"] in ("system", "prefecture"),
                is_superuser=person["role"] == "system",
            )
            for person in people
            if person["username"] not in known
        ]
    )
    told = [{**person, "password": PASSWORD} for person in people]
    (folder / USERS_FILE).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
