"""`riverchief import queue`: what is still on a phone, from the file that its queue exports."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from riverchief.base.errors import InputError, NotFound
from riverchief.cli import emit
from riverchief.cli.import_ import import_app

BATCH = 200


@import_app.command("queue")
def queue(
    file: Annotated[Path, typer.Argument(help="File that the phone's queue exported.")],
    user: Annotated[str, typer.Option("--user", help="Whose records they are.")],
    data: Annotated[Path, typer.Option("--data", help="Data folder of the installation.")] = Path("data"),
    as_json: Annotated[bool, typer.Option("--json", help="Print the answers as one JSON object.")] = False,
) -> None:
    """Take in what is still on a phone, through the same inbox as if the phone had sent it.

    Every record gets its answer: stored, held until its parent comes, or refused with the reason. The same file again,
    or the phone itself later, changes nothing.

    Example: riverchief import queue queue-wang.jsonl --user wang --data data
    """
    head, lines = _read(file)
    if head.get("user") != user:
        raise InputError(
            f"{file} holds the records of {head.get('user')!r}, not of {user!r}; name their owner with --user.",
            user=user,
        )
    from riverchief.web.setup import migrate, open_platform

    open_platform(data)
    migrate()
    from riverchief.web import context
    from riverchief.web.accounts.models import User, audit
    from riverchief.web.ground.phone import files, inbox

    owner = User.objects.filter(username=user).first()
    if owner is None:
        raise NotFound("user", user)
    answers = []
    for start in range(0, len(lines), BATCH):
        part = lines[start : start + BATCH]
        for line in part:
            if line["file"]:
                files.keep(owner, hashlib.sha256(line["file"]).hexdigest(), line["file"])
        answers += [one.as_dict() for one in inbox.take_in(owner, [line["record"] for line in part], None)]
    counts = Counter(one["state"] for one in answers)
    audit(context.clock(), "import", "phone-queue", user, records=len(answers), **counts)
    if as_json:
        emit(
            {
                "file": str(file),
                "user": user,
                "data": str(data),
                "counts": dict(sorted(counts.items())),
                "answers": answers,
            }
        )
        return
    for one in answers:
        typer.echo(f"{one['id'] or one['sha256'][:12]}  {one['state']}  {one['sentence']}".rstrip())
    typer.echo(", ".join(f"{n:,} {state}" for state, n in sorted(counts.items())) or "the file holds no record")


def _read(file: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Head and records of an exported queue.

    Raises
    ------
    InputError
        When it is no such file, or a line of it cannot be read; nothing is taken in then.
    """
    rows = list(_lines(file))
    if not rows or rows[0].get("riverchief") != "queue" or rows[0].get("version") != 1:
        raise InputError(f"{file} is no exported queue: its first line does not say so.", file=str(file))
    head, found = rows[0], []
    for number, row in enumerate(rows[1:], 2):
        try:
            content = base64.b64decode(row["file"], validate=True) if row["file"] else None
            found.append({"record": str(row["record"]), "file": content})
        except (KeyError, TypeError, binascii.Error) as error:
            raise InputError(f"{file}, line {number}: no record of a queue ({error!r}).", line=number) from None
    if head.get("records") != len(found):
        raise InputError(
            f"{file} says {head.get('records')} records and holds {len(found)}: it was cut off; export it again.",
            file=str(file),
        )
    return head, found


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read: {error}.", file=str(file)) from None
    for number, line in enumerate(text.splitlines(), 1):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise InputError(f"{file}, line {number}: no JSON ({error}).", line=number) from None
        if not isinstance(row, dict):
            raise InputError(f"{file}, line {number}: no JSON object.", line=number)
        yield row
