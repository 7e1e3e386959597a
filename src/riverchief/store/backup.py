"""Backup and restore of a whole data folder while everything runs.

The order of copying makes the copy consistent. Business tables first, then observations, then files and archive, the
frame log last: each of them only points to what is copied after it, and what it points to is never deleted. Whatever
was acknowledged before the backup began is in the frame log by then, so it is in the copy too.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from riverchief import __version__
from riverchief.base.errors import InputError, StoreError
from riverchief.base.time import read_clock
from riverchief.store.archive import LOCK_FILE as ARCHIVE_LOCK
from riverchief.store.database import store_error
from riverchief.store.files import sync_folder
from riverchief.store.locks import exclusive
from riverchief.store.observations import OBS_FILE
from riverchief.store.segments import HEAD, records, segment_files

MANIFEST = "backup.json"
FORMAT = 1
_FRAMES, _ARCHIVE = "frames", "archive"
_NOT_COPIED = (".sqlite-wal", ".sqlite-shm", ".sqlite-journal", ".tmp", ".part", ".partial")
_IDLE_TRIES, _PAUSE_S = 20, 0.05
_CHUNK_BYTES = 1 << 20

Progress = Callable[[str], None]


def _silent(name: str) -> None:
    """Tell nobody."""


@dataclass
class BackupReport:
    """What a backup holds: files, bytes, the last frame, the last frame whose readings are in it, and what is wrong."""

    taken_at: str
    version: str = __version__
    format: int = FORMAT
    n_bytes: int = 0
    frames_to: int = 0
    decoded_to: int = 0
    problems: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)  # path → SHA-256


def backup(folder: Path | str, target: Path | str, *, progress: Progress = _silent) -> BackupReport:
    """Copy a data folder to `target` while gateway, worker and web go on.

    Parameters
    ----------
    folder
        The data folder.
    target
        A folder that is empty or does not exist yet, outside the data folder.
    progress
        Is told the name of each file before it is copied.

    Raises
    ------
    InputError
        When there is no data folder, or the target is not empty or lies inside.
    StoreError
        When something cannot be read, or the target cannot hold it.
    """
    folder, target = Path(folder).resolve(), Path(target).resolve()
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder; give the data folder to be backed up.")
    if target.is_relative_to(folder):
        raise InputError(f"{target} lies inside {folder}; choose a place outside, best on another disk.")
    _require_empty(target, "the backup")
    report = BackupReport(read_clock(folder).now().isoformat())
    try:
        target.mkdir(parents=True, exist_ok=True)
        (folder / _ARCHIVE).mkdir(exist_ok=True)
        with exclusive(folder / _ARCHIVE / ARCHIVE_LOCK, "a month is being archived, or another backup runs"):
            _copy_all(folder, target, report, progress)
        manifest = target / MANIFEST
        manifest.write_text(json.dumps(asdict(report), ensure_ascii=False, indent=1), encoding="utf-8")
        _sync(manifest)
        sync_folder(target)
    except OSError as error:
        raise StoreError(f"backup of {folder} to {target} failed: {error}. What is there is not a backup.") from error
    except sqlite3.Error as error:
        raise store_error(error, folder) from error
    return report


def _copy_all(folder: Path, target: Path, report: BackupReport, progress: Progress) -> None:
    _wait_for_decoding(folder)
    databases = sorted(folder.rglob("*.sqlite"), key=lambda path: (path.name == OBS_FILE, path))
    for path in databases:
        progress(_name(folder, path))
        _copy_database(path, _made(target / path.relative_to(folder)))
    report.decoded_to = _decoded_to(target / OBS_FILE)
    for path in _plain_files(folder):
        progress(_name(folder, path))
        with suppress(FileNotFoundError):  # a temporary file of somebody
            shutil.copy(path, _made(target / path.relative_to(folder)))
    _copy_frames(folder / _FRAMES, target / _FRAMES, report, progress)
    for path in sorted(p for p in target.rglob("*") if p.is_file()):
        _sync(path)
        report.files[_name(target, path)] = _sha256(path)
        report.n_bytes += path.stat().st_size


def _wait_for_decoding(folder: Path) -> None:
    """Let a running gateway store the readings of frames that were acknowledged before now."""
    if not (folder / OBS_FILE).exists():
        return
    logged = 0
    for path in reversed(segment_files(folder / _FRAMES)):
        found = [record.frame_no for record in records(path.read_bytes())]
        if found:
            logged = found[-1]
            break
    done, idle = _decoded_to(folder / OBS_FILE), 0
    while done < logged and idle < _IDLE_TRIES:  # no gateway runs, or its store is full: the log has them all the same
        time.sleep(_PAUSE_S)
        before, done = done, _decoded_to(folder / OBS_FILE)
        idle = idle + 1 if done == before else 0


def _copy_database(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source, timeout=30)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)  # in one step: one state of the file, while others write


def _decoded_to(path: Path) -> int:
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        row = connection.execute("SELECT max(frame_no) FROM watermark").fetchone()
    return int(row[0] or 0)


def _plain_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if inside[0] == _FRAMES or not path.is_file() or path.suffix == ".sqlite":
            continue
        if not path.name.endswith((*_NOT_COPIED, ARCHIVE_LOCK)):
            yield path


def _copy_frames(folder: Path, target: Path, report: BackupReport, progress: Progress) -> None:
    target.mkdir(exist_ok=True)
    for path in segment_files(folder):
        progress(f"{_FRAMES}/{path.name}")
        data = path.read_bytes()
        end = HEAD.size
        for record in records(data):
            if report.frames_to and record.frame_no != report.frames_to + 1:
                report.problems.append(f"frames {report.frames_to + 1} to {record.frame_no - 1} are missing")
            report.frames_to, end = record.frame_no, record.end
        (target / path.name).write_bytes(data[:end])
    if report.frames_to < report.decoded_to:
        report.problems.append(f"frames {report.frames_to + 1} to {report.decoded_to} are missing")


def restore(source: Path | str, folder: Path | str, *, progress: Progress = _silent) -> BackupReport:
    """Make a data folder from a backup; every file is checked against the backup's list.

    Parameters
    ----------
    source
        What `backup` wrote.
    folder
        The data folder to be made: empty or not there yet.
    progress
        Is told the name of each file before it is copied.

    Raises
    ------
    InputError
        When the source is no finished backup, or the folder is not empty.
    StoreError
        When a file of the backup is damaged or missing, or the folder cannot hold it; nothing is left then.
    """
    source, folder = Path(source).resolve(), Path(folder).resolve()
    report = _manifest(source)
    _require_empty(folder, "what is restored")
    partial = folder.with_name(f"{folder.name}.partial")
    _require_empty(partial, "what is restored")
    try:
        for name, sha256 in report.files.items():
            progress(name)
            path = _made(partial / name)
            shutil.copy(source / name, path)
            _require_same(path, sha256, source / name)
            _sync(path)
        partial.mkdir(parents=True, exist_ok=True)
        partial.replace(folder)
        sync_folder(folder.parent)
    except (OSError, StoreError) as error:
        shutil.rmtree(partial, ignore_errors=True)
        if isinstance(error, StoreError):
            raise
        raise StoreError(f"restoring {source} to {folder} failed: {error}. Nothing was left.") from error
    return report


def _manifest(source: Path) -> BackupReport:
    path = source / MANIFEST
    if not path.is_file():
        raise InputError(f"{source} is not a finished backup: it has no {MANIFEST}. Give a folder that backup wrote.")
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        report = BackupReport(**found)
    except (ValueError, TypeError) as error:
        raise InputError(f"{path} cannot be read as the list of a backup: {error}.") from error
    if report.format > FORMAT:
        raise InputError(f"{source} was written by riverchief {report.version}, which is newer; update the program.")
    return report


def _require_same(copy: Path, sha256: str, original: Path) -> None:
    if _sha256(copy) != sha256:
        raise StoreError(f"{original} is damaged: it is not what the backup wrote. Use another backup.")


def _require_empty(folder: Path, what: str) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} is not an empty folder; {what} goes to a new or an empty one.", folder=str(folder))


def _name(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
