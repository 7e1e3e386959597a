"""The demo's installation: a shipped basin, users of every role, and a clock that may run faster than the wall."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from riverchief.base import regions
from riverchief.base.basin import Basin
from riverchief.base.readings import Flag, SeriesKey
from riverchief.base.time import ScaledClock, local_day, write_clock
from riverchief.base.units import PROPERTIES
from riverchief.ground.assignment import KEEPERS
from riverchief.simulate.history import INTERVAL_S, MAINTENANCE, NORMAL, STOPPED, Floats, Past, Times
from riverchief.simulate.stations import FieldStation
from riverchief.store import Row, Store
from riverchief.web.config import Config
from riverchief.web.setup import migrate, open_platform, write_settings

PASSWORD = "riverchief-demo"  # noqa: S105  printed on the demo's sign-in page; a real installation has no such user
USERS_FILE = "demo-users.json"
WRITE_ROWS = 20_000

PUBLIC = {
    "open_data": True,
    "office_phone": "0000-0000000（演示）",
    "open_licence": "演示数据，不作任何用途 Demo data, for no use",
}
_FLAGS = {NORMAL: Flag.OK, MAINTENANCE: Flag.MAINTENANCE, STOPPED: Flag.STOPPED}


def prepare(folder: Path, basin: Basin, clock: ScaledClock, **settings: object) -> Config:
    """Make the data folder of a demo: settings, clock, tables, basin, users. Run again, it keeps what is there.

    Returns
    -------
    Config
        The settings of the folder.
    """
    # days pass in minutes here: what is made of every one of them would leave no time for anything else
    write_settings(folder, simulated=True, scheduled_reports=["monthly"], **{**PUBLIC, **settings})
    write_clock(folder, clock)
    config = open_platform(folder)
    migrate()
    from riverchief.web.basin import folder as registry
    from riverchief.web.basin.models import BasinInfo

    if not BasinInfo.objects.filter(code=basin.code, version=basin.version).exists():
        registry.load(basin, folder, clock)
    _users(folder, basin)
    _leave(basin, local_day(clock.now()))
    from riverchief.web.cloud import energy
    from riverchief.web.govern.sheet_examples import enter_examples

    enter_examples(basin, clock.now())
    energy.enter_examples(basin, clock.now())
    from riverchief.web.ground import project_examples

    project_examples.enter_examples(basin, clock.now())
    from riverchief.web.govern import target_seed

    target_seed.seed(basin, local_day(clock.now()).year, clock.now())
    return config


def free_port(host: str, wanted: int) -> int:
    """The port that is wanted where nobody listens on it, else any free one."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except (OSError, OverflowError):
                continue
            return int(probe.getsockname()[1])
    raise AssertionError("unreachable: port 0 is always free")


def load_history(store: Store, pasts: Iterable[Past], known_at: datetime) -> Iterator[int]:
    """Write the simulated past of stations into the store; it is no news, so nobody is alarmed by it.

    Yields
    ------
    int
        How many readings have been written so far, after each batch.
    """
    waiting: list[Row] = []
    written = 0
    for past in pasts:
        flags = [_FLAGS[status] for status in past.status]
        for code, values in past.values.items():
            kept = PROPERTIES[code]
            key = SeriesKey(past.section.station, code)
            number = store.observations.series_id(key, unit=kept.unit, interval_s=INTERVAL_S)
            rounded = values.round(kept.decimals).tolist()
            waiting += [
                Row(number, time_s, value if value == value else None, flag)  # noqa: PLR0124  nan: none
                for time_s, value, flag in zip(past.time_s.tolist(), rounded, flags, strict=True)
            ]
        if len(waiting) >= WRITE_ROWS:
            written += _write(store, waiting, known_at)
            waiting = []
            yield written
    if waiting:
        yield written + _write(store, waiting, known_at)


def load_gauges(store: Store, pasts: Iterable[tuple[FieldStation, Times, Floats]], known_at: datetime) -> int:
    """Write the simulated past of gauges into the store; how many readings that were."""
    written, kept = 0, PROPERTIES["flow"]
    for station, times, flow in pasts:
        key = SeriesKey(station.station.code, kept.code)
        number = store.observations.series_id(key, unit=kept.unit, interval_s=station.station.interval_s[kept.code])
        values = flow.round(kept.decimals).tolist()
        rows = [
            Row(number, time_s, value if value == value else None)  # noqa: PLR0124  nan: none
            for time_s, value in zip(times.tolist(), values, strict=True)
        ]
        written += _write(store, rows, known_at)
    return written


def _write(store: Store, rows: list[Row], known_at: datetime) -> int:
    store.observations.write(rows, known_at=known_at, who="demo", why="simulated past", feed=False)
    return len(rows)


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
    add("prefecture-2", "prefecture", "市河长办（复核）", "Prefecture office, second person", basin.region, shown=True)
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
        role = chief.level if chief.level in KEEPERS else "chief"
        shown = role == "chief" and chief.level not in levels_shown
        levels_shown.add(chief.level)
        add(f"{role}-{chief.code}", role, chief.name_zh, chief.name_en, chief.region, chief.code, shown=shown)
    return people


def _leave(basin: Basin, today: date) -> None:
    """One village chief on leave for some days from the demo's first, so that a deputy is to be seen."""
    from riverchief.web.basin import registry
    from riverchief.web.basin.models import Leave

    village = [chief for chief in basin.chiefs if chief.level == "village"]
    if len(village) < 2 or basin.leaves or Leave.objects.exists():
        return
    deputy, chief = village[-2:]
    Leave.objects.create(
        chief_id=chief.code, deputy_id=deputy.code, start=today, end=today + timedelta(days=5), reason="演示 demo"
    )
    registry.touch()


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
                phone=f"+86100{n:08d}" if person["chief"] else "",  # of no network: nobody is called by it
                password=hashed,
                is_staff=person["role"] in ("system", "prefecture"),
                is_superuser=person["role"] == "system",
            )
            for n, person in enumerate(people, 1)
            if person["username"] not in known
        ]
    )
    told = [{**person, "password": PASSWORD} for person in people]
    (folder / USERS_FILE).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
