"""Recordings of speech: what they are, told by their first bytes, never by their name."""

from __future__ import annotations

from riverchief.base.errors import InputError

MOST_BYTES = 20_000_000
_MARKS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x1a\x45\xdf\xa3", "audio/webm"),
    (0, b"OggS", "audio/ogg"),
    (4, b"ftyp", "audio/mp4"),
    (8, b"WAVE", "audio/wav"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf1", "audio/aac"),
    (0, b"#!AMR", "audio/amr"),
)


def mime_type(data: bytes) -> str:
    """The media type of a recording.

    Raises
    ------
    InputError
        When it is none that a phone makes, or longer than MOST_BYTES.
    """
    if len(data) > MOST_BYTES:
        raise InputError(f"the recording has {len(data):,} bytes, the most is {MOST_BYTES:,}; speak less long.")
    for at, mark, mime in _MARKS:
        if data[at : at + len(mark)] == mark:
            return mime
    raise InputError("the file is no recording that a phone makes (WebM, Ogg, MP4, WAV, MP3, AAC, AMR).")
