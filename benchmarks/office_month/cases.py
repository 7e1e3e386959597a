"""Cases: up the ladder, handled with evidence, verified and closed by another, confirmed by a second person."""

from __future__ import annotations

import io
from typing import Any

from office_month.desk import API, Month, office_of


def ladder(month: Month) -> None:
    """What the worker does every quarter of an hour about cases that are late."""
    from riverchief.web.ground import cases
    from riverchief.web.loop.links import LINKS
    from riverchief.web.loop.worker import run_link

    cases.escalate_overdue()
    for link in LINKS:
        if link.name in ("draft-letter", "score-chief"):
            while run_link(link):
                pass


def assignee(month: Month, case: str) -> Any:
    """The chief who has to solve a case, signed in."""
    told = month.get(month.client("prefecture"), f"/ground/cases/{case}")["case"]
    return month.client(f"u-{told['assigned_to']}")


def photo(n: int) -> bytes:
    """A small picture; no two are alike."""
    from PIL import Image

    out = io.BytesIO()
    Image.effect_mandelbrot((320, 240), (-2, -1.5, 1, 1.5), 30 + n).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def solve(month: Month, case: str, n: int, *, fails_first: bool = False) -> None:
    """Handled with evidence by its chief; the chief cannot verify it."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    chief = assignee(month, case)
    month.post(chief, f"/ground/cases/{case}/notes", text="已清理，现场恢复原状。")
    picture = SimpleUploadedFile("after.jpg", photo(n), "image/jpeg")
    chief.post(f"{API}/ground/cases/{case}/evidence", {"files": [picture]})
    month.post(chief, f"/ground/cases/{case}/actions", action="handle", note="已整改到位")
    refused = month.post(chief, f"/ground/cases/{case}/actions", ok=False, action="verify", note="属实")
    assert "may not verify" in refused["sentence"], refused
    if fails_first:
        office = month.client("prefecture")
        month.post(office, f"/ground/cases/{case}/actions", action="fail", reason="堤脚仍有残留")
        month.post(chief, f"/ground/cases/{case}/notes", text="残留已清运。")
        month.post(chief, f"/ground/cases/{case}/actions", action="handle", note="再次整改到位")


def close(month: Month, case: str, county: str) -> None:
    """Verified and closed by the county's office; who closed it cannot confirm it."""
    office = month.client(office_of(county))
    month.post(office, f"/ground/cases/{case}/actions", action="verify", note="现场复核属实")
    month.post(office, f"/ground/cases/{case}/actions", action="close")


def confirm(month: Month, case: str, county: str) -> None:
    """A second person of the office confirms, a day later."""
    own = month.post(month.client(office_of(county)), f"/ground/cases/{case}/actions", ok=False, action="confirm")
    assert "may not confirm" in own["sentence"], own
    month.post(month.client(office_of(county, True)), f"/ground/cases/{case}/actions", action="confirm")
