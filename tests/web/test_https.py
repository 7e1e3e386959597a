"""HTTPS for phones, run for real: certificate checked, signed in, an event heard; by ourselves and through Caddy."""

import contextlib
import os
import ssl
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from cryptography import x509

from riverchief.base.errors import InputError
from riverchief.web import caddy, tls
from riverchief.web.config import read_config
from riverchief.web.demo import free_port
from riverchief.web.supervisor import Supervisor

NOW = datetime(2026, 11, 21, tzinfo=UTC)
STARTS_WITHIN_S = 90
MAKE = """
import sys
from pathlib import Path
from riverchief import basins
from riverchief.base.time import SystemClock
from riverchief.web.setup import migrate, open_platform
folder = Path(sys.argv[1])
open_platform(folder)
migrate()
from riverchief.web.basin import folder as registry
from riverchief.web.accounts.models import User
registry.load(basins.read(basins.named("mini")), folder, SystemClock())
User.objects.create_user("walker", password="a long enough one", role="guard", region="149901000000")
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("https")
    # a site of its own on its own folder: the server that other tests are run on is not for it to write to
    own = {name: value for name, value in os.environ.items() if name != "RIVERCHIEF_DATABASE_URL"}
    subprocess.run([sys.executable, "-c", MAKE, str(path)], check=True, timeout=120, env=own)
    return path


@contextlib.contextmanager
def running(folder, monkeypatch, has_caddy):
    monkeypatch.setattr(caddy, "found", lambda: has_caddy)
    monkeypatch.delenv("RIVERCHIEF_DATABASE_URL", raising=False)
    host = f"127.0.0.1:{free_port('127.0.0.1', 8943)}"
    lines = [
        f'https = "{host}"',
        *(f"{name} = {free_port('127.0.0.1', 0)}" for name in ("port", "live_port", "gateway_port")),
    ]
    (folder / "riverchief.toml").write_text("\n".join(lines))
    supervisor = Supervisor(read_config(folder))
    supervisor.start()
    try:
        yield supervisor, f"https://{host}"
    finally:
        supervisor.stop()


def reached(url, root):
    """A client that trusts nothing but the root, once the site answers it."""
    give_up_at = time.monotonic() + STARTS_WITHIN_S
    while True:
        with contextlib.suppress(httpx.HTTPError, OSError, ssl.SSLError):
            client = httpx.Client(
                base_url=url, verify=ssl.create_default_context(cafile=str(root())), trust_env=False, timeout=20
            )
            if client.get("/api/v1/session").status_code == 200:
                return client
            client.close()
        assert time.monotonic() < give_up_at, "the site did not answer over HTTPS"
        time.sleep(0.3)


def walk_in(client):
    """Sign in, file a report, hear of it: over one origin."""
    session = client.get("/api/v1/session").json()
    assert session["live_url"] == "/live"
    headers = {
        "X-CSRFToken": session["csrf"],
        "Origin": str(client.base_url).rstrip("/"),
        "Referer": str(client.base_url),
    }
    given = {"username": "walker", "password": "a long enough one"}
    inside = client.post("/api/v1/session", json=given, headers=headers)
    assert inside.status_code == 200, inside.text
    assert "Secure" in inside.headers["set-cookie"]
    headers["X-CSRFToken"] = inside.json()["csrf"]
    with client.stream("GET", "/live") as events:
        assert events.headers["content-type"].startswith("text/event-stream")
        report = {"lon": 112.2284, "lat": 37.2482, "note": "seen from a phone", "severity": 1}
        filed = client.post("/api/v1/ground/cases", json=report, headers=headers)
        assert filed.status_code == 200, filed.text
        heard = next(line for line in events.iter_lines() if filed.json()["id"] in line)
    assert '"kind": "case"' in heard
    assert client.get("/root.crt").headers["content-type"] == "application/x-x509-ca-cert"
    told = client.get("/api/v1/session/install").json()
    assert (told["root"], len(told["fingerprint"])) == (True, 95)


def test_with_our_own_certificate(folder, monkeypatch):
    with running(folder, monkeypatch, "") as (supervisor, url):
        assert {child.name for child in supervisor.children} == {"web", "worker", "gateway"}
        with contextlib.closing(reached(url, lambda: tls.root_file(folder))) as client:
            walk_in(client)
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(url, trust_env=False, timeout=20)


def test_through_caddy(folder, monkeypatch):
    found = caddy.found()
    if not found:
        why = "Caddy is not on this machine (the extra `https` brings it); the test runs where it is"
        if os.environ.get("RIVERCHIEF_NO_SKIP") == "1":
            pytest.fail(why)
        pytest.skip(why)
    with running(folder, monkeypatch, found) as (supervisor, url):
        assert [child.name for child in supervisor.children][-1] == "caddy"
        with contextlib.closing(reached(url, lambda: caddy.root_file(supervisor.config))) as client:
            walk_in(client)


def test_a_certificate_is_kept_renewed_in_time_and_made_anew_for_another_name(tmp_path):
    certificate, key = tls.certify(tmp_path, "rivers.example.cn", NOW)
    first, root = certificate.read_bytes(), tls.root_file(tmp_path).read_bytes()
    assert key.stat().st_mode & 0o077 == 0
    assert tls.certify(tmp_path, "rivers.example.cn", NOW + timedelta(days=300))[0].read_bytes() == first
    assert tls.certify(tmp_path, "rivers.example.cn", NOW + timedelta(days=380))[0].read_bytes() != first
    assert tls.root_file(tmp_path).read_bytes() == root
    tls.certify(tmp_path, "192.0.2.7", NOW)
    assert tls.root_file(tmp_path).read_bytes() != root
    with pytest.raises(InputError, match="for whom"):
        tls.certify(tmp_path, "", NOW)


@pytest.mark.parametrize("host", ["rivers.example.cn", "192.0.2.7", "2001:db8::7"])
def test_the_root_vouches_for_this_site_and_no_other(tmp_path, host):
    certificate, _ = tls.certify(tmp_path, host, NOW)
    root = x509.load_pem_x509_certificate(tls.root_file(tmp_path).read_bytes())
    leaf = x509.load_pem_x509_certificate(certificate.read_bytes())
    leaf.verify_directly_issued_by(root)
    limits = root.extensions.get_extension_for_class(x509.NameConstraints)
    assert limits.critical
    assert len(limits.value.permitted_subtrees) == 1
    assert (leaf.not_valid_after_utc - leaf.not_valid_before_utc).days <= 398


@pytest.mark.parametrize(
    ("host", "public"),
    [("rivers.example.cn", True), ("192.168.1.4", False), ("::1", False), ("rivers.local", False), ("rivers", False)],
)
def test_caddy_asks_an_authority_only_for_names_that_can_be_public(tmp_path, host, public, monkeypatch):
    monkeypatch.setenv("RIVERCHIEF_HTTPS", f"[{host}]" if ":" in host else host)
    config = read_config(tmp_path)
    assert config.https_host == host
    assert caddy.is_public(host) is public
    assert ("tls internal" in caddy.caddyfile(config)) is not public
