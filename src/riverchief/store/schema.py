"""The tables of `obs.sqlite`, measured in the layout study of the project: `hot` takes writes, `obs` serves reads.

`t` is epoch seconds UTC, `v` the value in the unit of its series (NULL = none), `known_ms` when this store came to
know the value [ms since 1970 UTC]. `hot` is keyed by time, so that a tick of all series is one place on disk; `obs`
by series, so that a year of one series is. No key is ever in both.
"""

from __future__ import annotations

VERSION = 1

SCHEMA = """
CREATE TABLE IF NOT EXISTS series(
    id INTEGER PRIMARY KEY, place TEXT NOT NULL, property TEXT NOT NULL, period TEXT NOT NULL,
    unit TEXT NOT NULL, interval_s INTEGER NOT NULL, UNIQUE(place, property, period)) STRICT;

CREATE TABLE IF NOT EXISTS hot(
    t INTEGER, series_id INTEGER, v REAL, flag INTEGER NOT NULL, revision INTEGER NOT NULL,
    frame_no INTEGER, known_ms INTEGER NOT NULL, source_id INTEGER NOT NULL,
    PRIMARY KEY(t, series_id)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS obs(
    series_id INTEGER, t INTEGER, v REAL, flag INTEGER NOT NULL, revision INTEGER NOT NULL,
    frame_no INTEGER, known_ms INTEGER NOT NULL, source_id INTEGER NOT NULL,
    PRIMARY KEY(series_id, t)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS latest(
    series_id INTEGER PRIMARY KEY, t INTEGER NOT NULL, v REAL, flag INTEGER NOT NULL, revision INTEGER NOT NULL,
    frame_no INTEGER, known_ms INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS day(
    series_id INTEGER, d INTEGER, n INTEGER NOT NULL, n_bad INTEGER NOT NULL, total REAL NOT NULL,
    min REAL, max REAL, PRIMARY KEY(series_id, d)) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS sources(
    id INTEGER PRIMARY KEY, who TEXT NOT NULL, why TEXT NOT NULL, document TEXT NOT NULL,
    UNIQUE(who, why, document)) STRICT;
CREATE TABLE IF NOT EXISTS edits(
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, series_id INTEGER NOT NULL, t INTEGER NOT NULL,
    old_v REAL, old_flag INTEGER, old_revision INTEGER, old_frame_no INTEGER, old_known_ms INTEGER,
    old_source_id INTEGER,
    new_v REAL, new_flag INTEGER NOT NULL, revision INTEGER NOT NULL,
    source_id INTEGER NOT NULL, at_ms INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS edits_of_reading ON edits(series_id, t);

CREATE TABLE IF NOT EXISTS quarantine(
    id INTEGER PRIMARY KEY, series_id INTEGER NOT NULL, t INTEGER NOT NULL, v REAL, flag INTEGER NOT NULL,
    frame_no INTEGER, known_ms INTEGER NOT NULL, source_id INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS quarantine_of_reading ON quarantine(series_id, t);

CREATE TABLE IF NOT EXISTS arrivals(
    seq INTEGER PRIMARY KEY AUTOINCREMENT, series_id INTEGER NOT NULL, t INTEGER NOT NULL, v REAL,
    flag INTEGER NOT NULL, revision INTEGER NOT NULL, frame_no INTEGER, known_ms INTEGER NOT NULL) STRICT;

CREATE TABLE IF NOT EXISTS watermark(name TEXT PRIMARY KEY, frame_no INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS archived(
    month TEXT PRIMARY KEY, file TEXT NOT NULL, first_t INTEGER NOT NULL, end_t INTEGER NOT NULL,
    n INTEGER NOT NULL, sha256 TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS device_health(
    device TEXT PRIMARY KEY, place TEXT NOT NULL, frames INTEGER NOT NULL, invalid INTEGER NOT NULL,
    checksum_failures INTEGER NOT NULL, readings INTEGER NOT NULL, refused INTEGER NOT NULL, resent INTEGER NOT NULL,
    last_seen_ms INTEGER NOT NULL, last_peer TEXT NOT NULL, last_frame_no INTEGER NOT NULL,
    last_reason TEXT NOT NULL) STRICT;
"""

# of each connection, not of the file: the keys that one write looks up
TEMPORARY = """
CREATE TEMP TABLE IF NOT EXISTS incoming(series_id INTEGER, t INTEGER, PRIMARY KEY(series_id, t)) WITHOUT ROWID"""
