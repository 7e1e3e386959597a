"""`riverchief decode`: what is in the bytes of a field station."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from riverchief.base.errors import InputError
from riverchief.cli import app, emit
from riverchief.cloud.protocols import Message, StreamDecoder, as_json

_CHUNK_BYTES = 1 << 16


@app.command("decode")
def decode(
    file: str = typer.Argument(help="File with the bytes, or - for standard input.", metavar="FILE"),
    hexadecimal: bool = typer.Option(False, "--hex", help="The file holds hexadecimal text; blanks do not count."),
    as_lines: bool = typer.Option(False, "--json", help="One JSON object per line and event."),
) -> None:
    """Decode raw bytes of HJ 212 and SL 651 stations; the protocol is found by itself, frame by frame.

    Frames that are not valid are shown with their reason; the exit code is 0 whenever the file could be read.

    Example: echo 7E7E01001234567812342F0008020003591011155111036BCA | riverchief decode - --hex --json
    """
    data = _read(file)
    if hexadecimal:
        data = _from_hex(data, file)
    console = Console(markup=False, highlight=False, emoji=False)
    count = 0
    for message in _messages(data):
        count += 1
        if as_lines:
            emit(as_json(message))
        else:
            _show(console, message)
    if not as_lines:
        console.print(f"{count} event{'' if count == 1 else 's'} in {len(data)} bytes")


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise InputError(
            f"decode was asked to read {file!r} and could not: {error.strerror}. Give a file with the bytes, or -.",
            file=file,
        ) from error


def _from_hex(text: bytes, file: str) -> bytes:
    """Bytes of hexadecimal text, with blanks anywhere."""
    digits = b"".join(text.removeprefix(b"\xef\xbb\xbf").split())
    try:
        return bytes.fromhex(digits.decode("ascii"))
    except ValueError as error:
        bad = next((k for k, byte in enumerate(digits) if byte not in b"0123456789abcdefABCDEF"), None)
        found = f"{len(digits)} digits, an odd number" if bad is None else f"{chr(digits[bad])!r} as digit {bad + 1}"
        raise InputError(
            f"decode --hex was asked to read {file!r}, but found {found}: give pairs of hexadecimal digits, "
            "or leave --hex out for raw bytes.",
            file=file,
        ) from error


def _messages(data: bytes) -> Iterator[Message]:
    decoder = StreamDecoder()
    for start in range(0, len(data), _CHUNK_BYTES):
        yield from decoder.feed(data[start : start + _CHUNK_BYTES])
    yield from decoder.flush()


def _show(console: Console, message: Message) -> None:
    """One message as a table of its readings under a line that says what it is."""
    verdict = "valid" if message.valid else f"not valid: {message.reason}"
    parts = (f"{message.protocol} {message.dialect}".strip(), message.kind, message.device, verdict)
    console.print(
        _plain(" · ".join(part for part in parts if part)), style="bold" if message.valid else "red", soft_wrap=True
    )
    for defect in message.defects:
        console.print(_plain(f"  defect: {defect}"), style="yellow", soft_wrap=True)
    if not message.readings:
        return
    table = Table("code", "property", "value", "unit", "flag", "Beijing time", "period", "statistic")
    table.columns[5].no_wrap = True
    for value in message.readings:
        table.add_row(
            _plain(value.code),
            value.property or "",
            "" if value.value is None else str(value.value),
            value.unit or "",
            value.flag.name.lower(),
            f"{value.time:%Y-%m-%d %H:%M:%S}" if value.time else "",
            value.period.value,
            value.statistic,
        )
    console.print(table)


def _plain(text: str) -> str:
    """Text of a stranger without what would steer the terminal."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
