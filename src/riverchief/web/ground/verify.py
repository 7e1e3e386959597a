"""Check an exported case: every file, every chain of seals, every audit line, and the signature over all of it.

    python3 verify.py [FOLDER] [--key HEX]

It stands alone: the standard library of Python 3.8 or later, no network, nothing of the platform that wrote the export.
FOLDER is where the archive was unpacked, this script's own by default. --key is the platform's public key as its open
address gives it (64 hexadecimal digits); without it the key in the archive is used, whose fingerprint you must compare.

Exit code 0: everything holds. 1: something does not; each fault is a line. 2: there is no export here.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any, Tuple

Point = Tuple[int, int, int, int]

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def sha256(data: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def canonical(value: Any) -> bytes:
    """UTF-8 JSON, keys sorted, no blanks: the bytes that were sealed."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


# ------------------------------------------------------------------ Ed25519 (RFC 8032), verification only


def recover_x(y: int, sign: int) -> int | None:
    """The x of a point of the curve from its y, or None."""
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT % P
    if (x * x - x2) % P:
        return None
    return P - x if (x & 1) != sign else x


def decode_point(data: bytes) -> Point | None:
    """A point from its 32 bytes, in extended coordinates, or None."""
    number = int.from_bytes(data, "little")
    y = number & ((1 << 255) - 1)
    x = recover_x(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % P)


def add(a: Point, b: Point) -> Point:
    """The sum of two points."""
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    x, z, w, y = f - e, h - g, h + g, f + e
    return (x * z % P, w * y % P, z * w % P, x * y % P)


def multiply(n: int, point: Point) -> Point:
    """A point n times."""
    result = (0, 1, 1, 0)
    while n > 0:
        if n & 1:
            result = add(result, point)
        point = add(point, point)
        n >>= 1
    return result


def equal(a: Point, b: Point) -> bool:
    """Whether two points are one."""
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def base_point() -> Point:
    """The point that all keys are multiples of."""
    y = 4 * pow(5, P - 2, P) % P
    x = recover_x(y, 0) or 0
    return (x, y, 1, x * y % P)


def signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature is that of the key over the message."""
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r = decode_point(key), decode_point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= Q:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % Q
    return equal(multiply(s, base_point()), add(r, multiply(h, a)))


# ------------------------------------------------------------------ what is checked


def check_signature(folder: Path, told_key: str) -> tuple[list[str], str]:
    """The signature over the manifest; with the key that is known from elsewhere where it is given."""
    manifest = (folder / "manifest.json").read_bytes()
    try:
        written = (folder / "signature.txt").read_bytes()
        lines = written.decode("ascii").split("\n")
        parts = dict(line.split(": ", 1) for line in lines if line)
        key, signature = bytes.fromhex(parts["key"]), bytes.fromhex(parts["signature"])
        plain = f"key: {key.hex()}\nsignature: {signature.hex()}\n".encode() == written
    except (OSError, ValueError, KeyError) as error:
        return [f"signature.txt cannot be read: {error}"], ""
    faults = [] if plain else ["signature.txt is not as it was written"]
    if told_key and told_key.lower() != key.hex():
        faults.append("signature.txt names another key than the platform's: this export is not the platform's")
    if not signed(key, manifest, signature):
        faults.append("manifest.json was changed after it was signed, or signature.txt was")
    return faults, sha256(key)[:16]


def check_files(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """Every file of the archive against the manifest, and none beside them."""
    faults = []
    known = manifest.get("files", {})
    for name in sorted(known):
        path = folder / name
        if not path.is_file():
            faults.append(f"{name} is missing")
        elif sha256(path.read_bytes()) != known[name]:
            faults.append(f"{name} was changed")
    allowed = set(known) | {"manifest.json", "signature.txt"}
    present = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    faults += [f"{name} does not belong to the export" for name in sorted(present - allowed)]
    return faults


def check_chain(name: str, links: list[dict[str, Any]], first: str, head: str) -> list[str]:
    """A chain of seals: each over its entry and the seal before; its end as it was kept."""
    previous = sha256(f"riverchief evidence of {first}".encode())
    for number, link in enumerate(links, 1):
        if link["previous"] != previous:
            return [f"{name}: entry {number} does not follow the one before it"]
        if sha256(previous.encode("ascii") + b"\n" + canonical(link["entry"])) != link["hash"]:
            return [f"{name}: entry {number} was changed after it was sealed"]
        previous = link["hash"]
    if head and head != previous:
        return [f"{name}: its end is gone"]
    return []


def check_audit(entries: list[dict[str, Any]]) -> list[str]:
    """Every audit line against its own hash; other lines stand between them, so they do not follow each other."""
    faults = []
    for entry in entries:
        content = [entry[k] for k in ("previous", "at", "who", "what", "subject", "data")]
        text = json.dumps(content, ensure_ascii=False, sort_keys=True)
        if sha256(text.encode()) != entry["hash"]:
            faults.append(f"audit line {entry['id']} was changed")
    return faults


def check(folder: Path, told_key: str = "") -> tuple[list[str], str]:
    """Everything that does not hold, a line each, and the fingerprint of the key."""
    faults, mark = check_signature(folder, told_key)
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        faults += check_files(folder, manifest)
        case = json.loads((folder / "case.json").read_text(encoding="utf-8"))
        moves = json.loads((folder / "moves.json").read_text(encoding="utf-8"))
        evidence = json.loads((folder / "evidence.json").read_text(encoding="utf-8"))
        audit = json.loads((folder / "audit.json").read_text(encoding="utf-8"))
        faults += check_chain("moves", moves, "moves of " + case["id"], case["moves_seal"])
        faults += check_chain("evidence", evidence, case["id"], case["evidence_seal"])
        for number, link in enumerate(evidence, 1):
            path = folder / "files" / link["entry"]["sha256"]
            if not path.is_file() or sha256(path.read_bytes()) != link["entry"]["sha256"]:
                faults.append(f"evidence: the file of entry {number} is not the one that was sealed")
        if moves and moves[-1]["entry"]["to"] != case["state"]:
            faults.append(f"case.json: no step led to {case['state']}")
        faults += check_audit(audit)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        faults.append(f"the export cannot be read: {error!r}")
    return faults, mark


def main() -> int:
    """Check the folder that is named, and say what does not hold."""
    parser = argparse.ArgumentParser(description="Check an exported case of riverchief.")
    parser.add_argument("folder", nargs="?", default=str(Path(__file__).resolve().parent))
    parser.add_argument("--key", default="", help="public key of the platform, 64 hexadecimal digits")
    given = parser.parse_args()
    folder = Path(given.folder)
    if not (folder / "manifest.json").is_file():
        print(f"{folder} holds no export: there is no manifest.json")
        return 2
    faults, mark = check(folder, given.key)
    for fault in faults:
        print("FAULT", fault)
    if faults:
        return 1
    print("holds: every file, step, piece of evidence and audit line is as it was sealed")
    if not given.key:
        print(f"signed with a key of fingerprint {mark}; compare it with the platform's, or give --key")
    return 0


if __name__ == "__main__":
    sys.exit(main())
