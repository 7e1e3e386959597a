"""Open data over HTTP: without an account, limited, kept for ten minutes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from riverchief.ground.citizens import rules
from riverchief.web import context
from riverchief.web.public import opendata, senders

router = Router(auth=None)


def _kept(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = f"public, max-age={opendata.KEEP_S}"
    answer["Access-Control-Allow-Origin"] = "*"  # public to every page, and no cookie is read
    return answer


@router.get("/", summary="What is open")
def about(request: HttpRequest) -> dict[str, Any]:
    """Whether this installation publishes its data, under which licence, and where they are."""
    config = context.config()
    return {
        "open_data": bool(config.open_data),
        "licence": config.open_licence,
        "simulated": bool(config.simulated),
        "columns": list(opendata.COLUMNS),
        "formats": {
            kind: f"/api/v1/open/sections{end}"
            for kind, end in (("json", ""), ("csv", ".csv"), ("geojson", ".geojson"))
        },
        "units": {"lon": "°, WGS 84", "lat": "°, WGS 84", "class": "1 to 6, 6 worse than Ⅴ, 0 none", "days": "d"},
    }


@router.get("/sections", summary="Classes of sections in a month")
def sections(request: HttpRequest, response: HttpResponse, month: str = "") -> dict[str, Any]:
    """Class, target and deciding items of every section in a month; of the newest whole month where none is named."""
    senders.asked(request, "open", rules().limits.lookups)
    found = opendata.sections(month)
    _kept(response)
    return found


@router.get("/sections.csv", summary="The same as CSV")
def sections_csv(request: HttpRequest, month: str = "") -> HttpResponse:
    """One row per section, UTF-8 with a byte-order mark."""
    senders.asked(request, "open", rules().limits.lookups)
    found = opendata.sections(month)
    answer = HttpResponse(opendata.as_csv(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="sections-{found["month"]}.csv"'
    return _kept(answer)


@router.get("/sections.geojson", summary="The same as GeoJSON")
def sections_geojson(request: HttpRequest, response: HttpResponse, month: str = "") -> dict[str, Any]:
    """One point per section."""
    senders.asked(request, "open", rules().limits.lookups)
    found = opendata.as_geojson(opendata.sections(month))
    _kept(response)
    return found
