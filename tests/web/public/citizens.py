"""Somebody at the river, as tests play them: solves the puzzle as a browser does, and reads JPEG files byte by byte."""

import io
import struct

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from riverchief.ground.citizens import puzzle

PLACE = {"lon": 112.2284, "lat": 37.2482}
SIGN = "qx-shiqiao"


def solved(client, purpose="report", **meta):
    """Headers of a request that carries a solved puzzle."""
    set_ = client.get(f"/api/v1/public/puzzle?purpose={purpose}", **meta).json()
    numbers = puzzle.solve(set_["token"], set_["parts"], set_["bits"])
    return {"HTTP_X_PUZZLE": set_["token"], "HTTP_X_PUZZLE_SOLUTION": ",".join(map(str, numbers))}


def send(client=None, address="10.0.0.1", **given):
    """Report something; with a place, words and a kind unless others are given."""
    client = client or Client()
    fields = {"kind": "rubbish", "words": "垃圾堆在岸边", **PLACE, **given}
    fields = {key: value for key, value in fields.items() if value is not None}
    return client.post("/api/v1/public/reports", fields, REMOTE_ADDR=address, **solved(client, REMOTE_ADDR=address))


def private_photo():
    """A photograph, lying on its side, that says where, when and with what it was taken, three times over."""
    image = Image.new("RGB", (640, 480), (60, 110, 90))
    image.paste((200, 30, 30), (0, 0, 320, 240))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x0110], exif[0x0132] = 6, "SecretPhone", "X-9000", "2026:11:20 08:00:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (37.0, 14.0, 53.5), 3: "E", 4: (112.0, 13.0, 42.2)})
    exif.get_ifd(0x8769).update(
        {0x9003: "2026:11:20 08:00:00", 0xA433: "SecretPhone", 0x9286: b"ASCII\0\0\0private words"}
    )
    packet = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><owner>SecretOwner</owner></x:xmpmeta>'
    small = io.BytesIO()
    image.resize((64, 48)).save(small, "JPEG")
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, xmp=packet, comment=b"SecretComment", icc_profile=b"SecretProfile" * 20)
    # a maker's own preview after the end of the picture, as some telephones append it
    return out.getvalue() + b"SecretTrailer" + small.getvalue()


def segments(data):
    """Markers of a JPEG file with their contents, read by hand (ISO/IEC 10918-1, B.1.1)."""
    assert data[:2] == b"\xff\xd8"
    found, at = [], 2
    while data[at + 1] != 0xDA:
        length = struct.unpack(">H", data[at + 2 : at + 4])[0]
        found.append((data[at + 1], data[at + 4 : at + 2 + length]))
        at += 2 + length
    return found


def photo_file(data=None, name="river.jpg"):
    """As a form sends it."""
    return SimpleUploadedFile(name, data or private_photo(), "image/jpeg")
