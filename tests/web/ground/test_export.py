"""An exported case holds outside of the platform, in a bare Python; and whatever is changed in it is found."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riverchief.web.ground import verify
from web.pictures import picture

COUNTY = "149901000000"
bounded = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


def post(client, path, **body):
    return client.post(f"/api/v1/ground/{path}", body, content_type="application/json")


@pytest.fixture
def export(person, tmp_path):
    """The archive of a case with moves, a mark, notes and a photograph; and the platform's key."""
    office, guard = person("county", region=COUNTY), person("guard", region=COUNTY)
    key = post(guard, "cases", lon=112.2284, lat=37.2482, note="岸边垃圾", severity=2).json()["id"]
    for action in ("accept", "dispatch"):
        post(office, f"cases/{key}/actions", action=action)
    post(office, f"cases/{key}/type", type="dumping", values={"material": "rubble", "volume_m3": 2.5})
    post(office, f"cases/{key}/notes", text="第一次查看")
    photo = SimpleUploadedFile("a.jpg", picture(112.2284, 37.2482), "image/jpeg")
    office.post(f"/api/v1/ground/cases/{key}/evidence", {"files": [photo]})
    content = office.get(f"/api/v1/ground/cases/{key}/export").content
    public = office.get("/api/v1/ground/seal-key").json()["key"]
    return content, public


def unpacked(content, folder):
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        packed.extractall(folder)
    return folder


def run(folder, *more):
    """verify.py of the archive, in a Python that sees nothing but its standard library."""
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), *more]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


def test_it_holds_in_a_bare_python_and_a_changed_line_is_found(export, tmp_path):
    content, key = export
    folder = unpacked(content, tmp_path / "a")
    done = run(folder, "--key", key)
    assert (done.returncode, done.stdout.startswith("holds: ")) == (0, True), done.stdout + done.stderr
    assert "fingerprint" in run(folder).stdout
    path = folder / "evidence.json"
    path.write_text(path.read_text().replace("第一次查看", "第一次没看"))
    found = run(folder, "--key", key)
    assert found.returncode == 1
    assert "FAULT evidence.json was changed" in found.stdout
    assert "FAULT evidence: entry 1 was changed after it was sealed" in found.stdout
    assert run(tmp_path, str(tmp_path / "none")).returncode == 2


def test_any_byte_that_is_changed_is_found(export, tmp_path):
    content, key = export
    folder = unpacked(content, tmp_path / "b")
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    assert verify.check(folder, key)[0] == []

    @bounded
    @given(st.sampled_from(names), st.data())
    def change(name, data):
        path = folder / name
        whole = path.read_bytes()
        at = data.draw(st.integers(0, len(whole) - 1))
        other = data.draw(st.integers(0, 255).filter(lambda value: value != whole[at]))
        path.write_bytes(whole[:at] + bytes([other]) + whole[at + 1 :])
        try:
            assert verify.check(folder, key)[0], f"byte {at} of {name}"
        finally:
            path.write_bytes(whole)

    change()


@pytest.mark.parametrize("name", ["moves.json", "evidence.json", "audit.json"])
def test_a_line_that_is_taken_out_is_found_even_where_the_sums_are_made_anew(export, tmp_path, name):
    """Somebody rewrites list and manifest; what was signed is not theirs to write."""
    content, key = export
    folder = unpacked(content, tmp_path / "c")
    (folder / name).write_text(json.dumps(json.loads((folder / name).read_text())[:-1]))
    remade(folder)
    assert "manifest.json was changed after it was signed, or signature.txt was" in verify.check(folder, key)[0]


def remade(folder):
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["files"] = {n: hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in manifest["files"]}
    path.write_text(json.dumps(manifest))


def test_an_archive_that_is_wholly_rewritten_and_signed_by_another_is_found(export, tmp_path):
    content, key = export
    folder = unpacked(content, tmp_path / "d")
    (folder / "audit.json").write_text("[]")
    remade(folder)
    other = Ed25519PrivateKey.generate()
    signature = other.sign((folder / "manifest.json").read_bytes()).hex()
    public = other.public_key().public_bytes_raw().hex()
    (folder / "signature.txt").write_text(f"key: {public}\nsignature: {signature}\n")
    assert verify.check(folder)[0] == [], "with the key that came with it, it is consistent"
    (fault,) = verify.check(folder, key)[0]
    assert "another key than the platform's" in fault


def test_a_file_that_is_slipped_in_is_found(export, tmp_path):
    content, key = export
    folder = unpacked(content, tmp_path / "e")
    (folder / "files" / "more.txt").write_text("x")
    assert verify.check(folder, key)[0] == ["files/more.txt does not belong to the export"]


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511))
def test_the_signature_is_checked_as_the_library_checks_it(seed, message, bit):
    """Our verification against an independent implementation of Ed25519, and against a signature with one bit turned."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert verify.signed(public, message, signature)
    assert not verify.signed(public, message + b"x", signature)
    turned = bytearray(signature)
    turned[bit // 8] ^= 1 << (bit % 8)
    assert not verify.signed(public, message, bytes(turned))


def test_who_may_export_and_that_it_is_written_down(person, export):
    from riverchief.web.accounts.models import AuditEntry
    from riverchief.web.ground.models import Case

    case = Case.objects.get()
    assert AuditEntry.objects.filter(what="export-case", subject=case.pk).count() == 1
    assert (
        person("guard", region=COUNTY, username="g2").get(f"/api/v1/ground/cases/{case.pk}/export").status_code == 403
    )
    assert person("county", region="149902000000").get(f"/api/v1/ground/cases/{case.pk}/export").status_code == 404
    assert person("auditor").get(f"/api/v1/ground/cases/{case.pk}/export").status_code == 200
