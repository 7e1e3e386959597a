"""存储: readings, raw frames and files in, durable and idempotent; the same out, also as known at a past time."""

from riverchief.store.backup import BackupReport, backup, restore
from riverchief.store.files import Files
from riverchief.store.folder import Store, open_store
from riverchief.store.frames import FrameLog, FrameRecord
from riverchief.store.observations import Observations
from riverchief.store.records import (
    Arrival,
    DayRow,
    DeviceHealth,
    DeviceSeen,
    Edit,
    LatestRow,
    Quarantined,
    Row,
    SeriesData,
    SeriesInfo,
    StoredReading,
    WriteReport,
)

__all__ = [
    "Arrival",
    "BackupReport",
    "DayRow",
    "DeviceHealth",
    "DeviceSeen",
    "Edit",
    "Files",
    "FrameLog",
    "FrameRecord",
    "LatestRow",
    "Observations",
    "Quarantined",
    "Row",
    "SeriesData",
    "SeriesInfo",
    "Store",
    "StoredReading",
    "WriteReport",
    "backup",
    "open_store",
    "restore",
]
