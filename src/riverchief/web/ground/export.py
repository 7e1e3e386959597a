"""A case as one archive that an outsider can check: steps, evidence with files, audit lines, signed by the platform."""

from __future__ import annotations

import io
import json
import os
import zipfile
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from riverchief import __version__
from riverchief.base.errors import NotAllowed
from riverchief.web import context
from riverchief.web.accounts.models import AuditEntry, Role, User, audit
from riverchief.web.ground import cases, evidence, sealing
from riverchief.web.ground.models import Case, Move
from riverchief.web.wire import iso

KEY_FILE = "export.key"
FORMAT = 1
STAMP = (1980, 1, 1, 0, 0, 0)  # of every member: the archive's times are those in it
EXPORTING = (Role.SYSTEM, Role.PREFECTURE, Role.COUNTY, Role.AUDITOR)


def _key(folder: Path) -> Ed25519PrivateKey:
    """The installation's own key, made on first use and kept in the data folder; of two who make it one is kept."""
    path = folder / KEY_FILE
    if not path.exists():
        made = Ed25519PrivateKey.generate()
        raw = made.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        part = folder / f"{KEY_FILE}.{os.getpid()}.part"
        part.touch(mode=0o600)
        part.write_bytes(raw)
        try:
            os.link(part, path)
        except FileExistsError:
            pass
        finally:
            part.unlink()
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())


def public_key() -> str:
    """The key that exports are checked with, 64 hexadecimal digits."""
    raw = _key(context.config().folder).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return raw.hex()


def fingerprint() -> str:
    """The first 16 digits of the SHA-256 of the public key, to be read out over the telephone."""
    return sha256(bytes.fromhex(public_key())).hexdigest()[:16]


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def archive(case: Case, user: User) -> bytes:
    """The case as a zip with everything in it to check it, and what checks it.

    Raises
    ------
    NotAllowed
        For somebody who is neither of an office nor an auditor.
    """
    if user.role not in EXPORTING:
        raise NotAllowed(
            f"{user.username} ({user.role}) exports no cases; an office or an auditor does.", role=user.role
        )
    audit(context.clock(), user.username, "export-case", case.pk)
    pieces = list(case.evidence.all())
    store = context.store().files
    held = {
        "case.json": _json(
            {
                **cases.brief(case, context.now()),
                "evidence_seal": case.evidence_seal,
                "moves_seal": case.moves_seal,
                "exported_at": iso(context.now()),
                "exported_by": user.username,
                "riverchief": __version__,
            }
        ),
        "moves.json": _json([_link(sealing.entry_of(m), m) for m in Move.objects.filter(case=case)]),
        "evidence.json": _json([_link(evidence.entry_of(e), e) for e in pieces]),
        "audit.json": _json([_line(e) for e in AuditEntry.objects.filter(subject=case.pk).order_by("id")]),
        "verify.py": files("riverchief.web.ground").joinpath("verify.py").read_bytes(),
        **{f"files/{e.sha256}": store.read(e.sha256) for e in pieces},
    }
    sums = {name: sha256(data).hexdigest() for name, data in held.items()}
    manifest = _json({"format": FORMAT, "case": case.pk, "files": sums})
    key = _key(context.config().folder)
    signature = f"key: {public_key()}\nsignature: {key.sign(manifest).hex()}\n".encode()
    return _zip({**held, "manifest.json": manifest, "signature.txt": signature})


def _link(entry: dict[str, Any], sealed: Any) -> dict[str, Any]:
    return {"entry": entry, "previous": sealed.previous, "hash": sealed.hash}


def _line(entry: AuditEntry) -> dict[str, Any]:
    return {
        "id": entry.pk,
        "at": entry.at.isoformat(),
        "who": entry.who,
        "what": entry.what,
        "subject": entry.subject,
        "data": entry.data,
        "previous": entry.previous,
        "hash": entry.hash,
    }


def _zip(held: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in held.items():
            info = zipfile.ZipInfo(name, STAMP)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            packed.writestr(info, data)
    return out.getvalue()
