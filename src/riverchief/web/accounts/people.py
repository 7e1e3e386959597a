"""Accounts from one workbook: hundreds of people by name, telephone number, role, region and the chief they are.

No password stands in a file: an account is made without a usable one, and its owner signs in by a code or a link.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from riverchief.base import phone, regions
from riverchief.base.basin import Basin
from riverchief.base.errors import InputError, NotAllowed
from riverchief.basins import parse, workbook
from riverchief.basins.faults import Fault
from riverchief.basins.parse import Row
from riverchief.basins.tables import Column, Table
from riverchief.web import context
from riverchief.web.accounts.models import Role, User, audit

SHEET = "账号"
_USERNAME = re.compile(r"[\w.@+-]{1,150}")
_NAME_MOST = 80
_BY_OFFICE = (Role.CHIEF, Role.GUARD, Role.POLICE, Role.DEPARTMENT)
GIVES: dict[str, tuple[str, ...]] = {
    Role.COUNTY: _BY_OFFICE,
    Role.PREFECTURE: (*_BY_OFFICE, Role.COUNTY),
    Role.SYSTEM: tuple(Role),
}


def looks_after(office: User, user: User) -> bool:
    """Whether an office may decide how somebody signs in: nobody may so become a colleague, or who may do more.

    A link, and a number to which codes are sent, let in whoever holds them. The caller has checked the region.
    """
    if office.role == Role.SYSTEM:
        return True
    plain = not (user.is_superuser or user.is_staff)
    return plain and user.role in (*GIVES.get(office.role, ()), Role.CITIZEN)


TABLE = Table(
    "accounts.csv",
    "accounts of people",
    ("phone",),
    (
        Column("username", "text", "name to sign in by; empty: the telephone number", False, may_lack=True),
        Column("name", "text", "name of the person"),
        Column("phone", "text", "telephone number; +86 where no country is given"),
        Column("role", "choice", "role on the platform", choices=tuple(Role.values)),
        Column("region", "region", "administrative region (行政区)"),
        Column("chief", "text", "code of the chief, policeman or guard in the registry", False, may_lack=True),
    ),
)


@dataclass
class People:
    """What an account sheet says: people to make or change, how many are so already, and its faults."""

    wanted: list[dict[str, str]] = field(default_factory=list)
    same: int = 0
    faults: list[Fault] = field(default_factory=list)


def template() -> bytes:
    """The empty sheet to fill in."""
    return workbook.write_tables({SHEET: (TABLE, [])})


def read(content: bytes, user: User, basin: Basin) -> People:
    """The people of a workbook's account sheet, held against accounts and registry; nobody where it has no such sheet.

    Raises
    ------
    InputError
        When the file is no workbook.
    """
    found = People()
    book = workbook.open_book(content)
    if SHEET not in book.sheetnames:
        return found
    needed = ("name", "phone", "role", "region")
    records = list(workbook.rows_of(book[SHEET], TABLE, found.faults, needed))
    if not records:
        return found
    header = [column.name for column in TABLE.columns]
    lines = iter([(1, header), *((line, [cells.get(name, "") for name in header]) for line, cells in records)])
    known = _Known.of(user, basin)
    for row in parse.typed(TABLE, lines, found.faults):
        _person(row, known, found)
    return found


@dataclass
class _Known:
    """What a row is held against, and the numbers, names and chiefs that were seen on which line."""

    by: User
    office: str
    regions: set[str]
    chiefs: dict[str, str]
    accounts: dict[str, User]
    phones: dict[str, str]
    held: dict[str, str]
    seen: dict[tuple[str, str], int] = field(default_factory=dict)

    @classmethod
    def of(cls, user: User, basin: Basin) -> _Known:
        accounts = {one.username: one for one in User.objects.all()}
        return cls(
            user,
            regions.normalise(user.region or basin.region),
            {regions.normalise(one.code) for one in basin.regions},
            {chief.code: chief.region for chief in basin.chiefs},
            accounts,
            {one.phone: name for name, one in accounts.items() if one.phone},
            {one.chief: name for name, one in accounts.items() if one.chief and one.role == Role.CHIEF},
        )


def _person(row: Row, known: _Known, found: People) -> None:
    """One row: a person to make or change, or what is wrong with it."""
    before = len(found.faults)
    number = _number(row, found.faults)
    name = row["username"] or (number.removeprefix("+86") if number else None)
    region = regions.normalise(row["region"]) if row["region"] else None
    found.faults += _faults(row, known, number, name, region)
    if len(found.faults) > before or name is None or number is None or None in (row["name"], row["role"], region):
        return
    wanted = {
        "username": name, "name_zh": row["name"], "phone": number, "role": row["role"], "region": str(region),
        "chief": row["chief"] or "",
    }  # fmt: skip
    account = known.accounts.get(name)
    if account is not None and all(getattr(account, key) == value for key, value in wanted.items()):
        found.same += 1
    else:
        found.wanted.append(wanted)


def _number(row: Row, faults: list[Fault]) -> str | None:
    if row["phone"] is None:
        return None
    try:
        return phone.normalise(row["phone"])
    except InputError as error:
        faults.append(row.fault("bad_phone", error.sentence, "phone", row["phone"]))
        return None


def _faults(row: Row, known: _Known, number: str | None, name: str | None, region: str | None) -> list[Fault]:
    told: list[Fault] = []

    def wrong(code: str, sentence: str, column: str, value: Any) -> None:
        told.append(row.fault(code, sentence, column, value))

    if name is not None and not _USERNAME.fullmatch(name):
        wrong("bad_value", f"username {name!r} holds more than letters, digits and @.+-_.", "username", name)
    elif name in known.chiefs and name != row["chief"]:  # cases are dispatched to codes and to usernames alike
        wrong("bad_value", f"username {name!r} is the code of a chief, whose cases it would be told.", "username", name)
    if row["name"] is not None and len(row["name"]) > _NAME_MOST:
        wrong("bad_value", f"the name has more than {_NAME_MOST} characters.", "name", row["name"])
    for column, value in (("phone", number), ("username", name), ("chief", row["chief"])):
        first = known.seen.setdefault((column, value), row.line) if value else row.line
        if first != row.line:
            wrong("duplicate_code", f"{column} {value!r} already stands on line {first}.", column, value)
    owner = known.phones.get(number or "")
    if owner is not None and owner != name:
        wrong("phone_taken", f"number {number} belongs to the account {owner} already.", "phone", number)
    if region is not None and region not in known.regions:
        wrong("unknown_region", f"region {row['region']} is not in the registry.", "region", row["region"])
    elif region is not None and not regions.contains(known.office, region):
        wrong("foreign_region", f"region {row['region']} lies outside of {known.office}.", "region", row["region"])
    if row["role"] is not None and row["role"] not in GIVES.get(known.by.role, ()):
        wrong(
            "role_not_given",
            f"an office of role {known.by.role} gives nobody the role {row['role']}.",
            "role",
            row["role"],
        )
    if row["chief"] is not None and row["chief"] not in known.chiefs:
        hint = parse.near(row["chief"], sorted(known.chiefs))
        wrong("unknown_chief", f"chief {row['chief']!r} is not in the registry; {hint}", "chief", row["chief"])
    elif row["chief"] is not None and not regions.contains(known.office, known.chiefs[row["chief"]]):
        where = known.chiefs[row["chief"]]
        wrong(
            "foreign_chief", f"chief {row['chief']!r} is of {where}, outside of {known.office}.", "chief", row["chief"]
        )
    holder = known.held.get(row["chief"] or "")
    if row["role"] == Role.CHIEF and holder is not None and holder != name:
        wrong("chief_taken", f"chief {row['chief']!r} has the account {holder} already.", "chief", row["chief"])
    if row["role"] == Role.CHIEF and row["chief"] is None and "chief" not in {f.column for f in told}:
        wrong("missing_value", "an account of a chief needs the chief's code in the registry.", "chief", "")
    account = known.accounts.get(name or "")
    if account is not None and not looks_after(known.by, account):
        wrong(
            "account_not_yours",
            f"account {name} has the role {account.role}; it is not yours to change.",
            "username",
            name,
        )
    elif account is not None and known.by.role != Role.SYSTEM:
        home = account.region or known.chiefs.get(account.chief, "")  # of whom nobody says where, the system's alone
        if not home or not regions.contains(known.office, home):
            wrong("account_not_yours", f"account {name} is of region {home or '-'}, not of yours.", "username", name)
    return told


def enter(people: Sequence[dict[str, str]], user: User) -> int:
    """Make or change these accounts; new ones have no usable password.

    Raises
    ------
    NotAllowed
        For somebody who is in no office.
    """
    if not user.is_office():
        raise NotAllowed(f"{user.username} ({user.role}) makes no accounts; an office of river chiefs does.")
    with transaction.atomic():
        for one in people:
            account = User.objects.filter(username=one["username"]).first() or User(username=one["username"])
            if account._state.adding:
                account.set_unusable_password()
            for key, value in one.items():
                setattr(account, key, value)
            account.save()
        audit(context.clock(), user.username, "enter-accounts", "", usernames=[one["username"] for one in people])
    return len(people)
