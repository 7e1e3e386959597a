"""A certificate of one's own for phones: a root that may only vouch for this one site, and a leaf that it vouches for.

A phone trusts the site once its owner has installed the root. The root is limited to the site's name, so whoever
steals its key can pretend to be this site and no other.
"""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from riverchief.base.errors import InputError

FOLDER = "tls"
ROOT_DAYS, LEAF_DAYS = 3650, 397  # phones refuse a leaf that is good for longer
RENEW = timedelta(days=30)
LEEWAY = timedelta(days=1)  # a phone's clock may be behind


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _limit(host: str) -> x509.GeneralName:
    """What the root may vouch for: the one address, or the name and what lies under it."""
    try:
        return x509.IPAddress(ipaddress.ip_network(host))
    except ValueError:
        return x509.DNSName(host)


def _write(path: Path, content: bytes, mode: int = 0o644) -> None:
    part = path.with_suffix(f"{path.suffix}.part")
    part.touch(mode=mode)
    part.write_bytes(content)
    part.replace(path)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _usage(*, signs_others: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_others,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_others,
        crl_sign=signs_others,
        encipher_only=False,
        decipher_only=False,
    )


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - LEEWAY)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _root(folder: Path, host: str, now: datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    certificate, key_file = folder / "root.crt", folder / "root.key"
    if certificate.exists() and key_file.exists():
        kept = x509.load_pem_x509_certificate(certificate.read_bytes())
        limits = kept.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
        if _limit(host) in limits and kept.not_valid_after_utc - now > timedelta(days=LEAF_DAYS):
            key = serialization.load_pem_private_key(key_file.read_bytes(), None)
            assert isinstance(key, ec.EllipticCurvePrivateKey)
            return kept, key
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"riverchief root for {host} {now:%Y-%m-%d}")])
    made = (
        _begun(name, name, key.public_key(), now, ROOT_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_others=True), critical=True)
        .add_extension(x509.NameConstraints([_limit(host)], None), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write(key_file, _pem(key), 0o600)
    _write(certificate, made.public_bytes(serialization.Encoding.PEM))
    (folder / "site.crt").unlink(missing_ok=True)
    return made, key


def certify(data: Path, host: str, now: datetime) -> tuple[Path, Path]:
    """Files of the site's certificate and key, made or renewed where needed; the root stays as long as it is good.

    Raises
    ------
    InputError
        When there is no host.
    """
    if not host:
        raise InputError("HTTPS for whom? Give the name or address by which phones reach this machine.")
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    root, root_key = _root(folder, host, now)
    certificate, key_file = folder / "site.crt", folder / "site.key"
    if certificate.exists() and key_file.exists():
        kept = x509.load_pem_x509_certificate(certificate.read_bytes())
        if kept.not_valid_after_utc - now > RENEW:
            return certificate, key_file
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
    made = (
        _begun(subject, root.subject, key.public_key(), now, LEAF_DAYS)
        .add_extension(x509.SubjectAlternativeName([_general(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_others=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    _write(key_file, _pem(key), 0o600)
    _write(certificate, made.public_bytes(serialization.Encoding.PEM))
    return certificate, key_file


def root_file(data: Path) -> Path:
    """Where the root lies that phones install."""
    return data / FOLDER / "root.crt"


def fingerprint(path: Path) -> str:
    """A root's SHA-256, in pairs, as phones show it; empty where there is no such file."""
    if not path.exists():
        return ""
    return x509.load_pem_x509_certificate(path.read_bytes()).fingerprint(hashes.SHA256()).hex(":").upper()
