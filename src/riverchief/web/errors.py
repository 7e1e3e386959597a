"""The one place where domain errors become HTTP."""

from __future__ import annotations

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from riverchief.base.errors import InputError, NotAllowed, NotFound, RiverError, RuleError, TooMany, WrongState
from riverchief.web.accounts.devices import was_cut_off

log = logging.getLogger("riverchief.api")

STATUS: tuple[tuple[type[RiverError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (WrongState, 409),
    (TooMany, 429),
    (RuleError, 409),
    (InputError, 400),
    (RiverError, 503),
)


def body(code: str, sentence: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
    """What every error looks like on the wire."""
    return {"code": code, "sentence": sentence, "data": data or {}}


def register(api: NinjaAPI) -> None:
    """Let the API answer domain errors with their code, sentence and data."""

    def on_river_error(request: HttpRequest, error: RiverError) -> HttpResponse:
        status = next(status for kind, status in STATUS if isinstance(error, kind))
        return api.create_response(request, body(error.code, error.sentence, error.data), status=status)

    def on_validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
        first = error.errors[0] if error.errors else {"loc": (), "msg": "not understood"}
        where = ".".join(str(part) for part in first["loc"])
        sentence = f"{where}: {first['msg']}. Mend this field and send again."
        faults = [{"where": [str(part) for part in e["loc"]], "what": e["msg"]} for e in error.errors]
        return api.create_response(request, body("input.fields", sentence, {"faults": faults}), status=422)

    def on_stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        if was_cut_off(request):
            sentence = "This device was cut off. Sign in again if it is yours; what it holds is sent afterwards."
            return api.create_response(request, body("session.cut_off", sentence), status=401)
        return api.create_response(request, body("session.none", "Nobody is signed in. Sign in first."), status=401)

    def on_http(request: HttpRequest, error: HttpError) -> HttpResponse:
        if isinstance(error.__cause__, RiverError):  # what reading the body said, which knows more than that it failed
            return on_river_error(request, error.__cause__)
        code = {400: "input.body", 403: "session.token"}.get(error.status_code, f"http.{error.status_code}")
        sentence = {
            400: f"{error}: the body is not JSON in UTF-8. Mend it and send again.",
            403: "The request came without the X-CSRFToken header of this session; load the page again.",
        }.get(error.status_code, str(error))
        return api.create_response(request, body(code, sentence), status=error.status_code)

    def on_fault(request: HttpRequest, error: Exception) -> HttpResponse:
        log.error("%s %s failed", request.method, request.path, exc_info=error)
        sentence = "The platform failed at this; its log says how. Try again, and tell the administrator when it was."
        return api.create_response(request, body("ours.fault", sentence, {"path": request.path}), status=500)

    api.add_exception_handler(RiverError, on_river_error)  # type: ignore[arg-type]
    api.add_exception_handler(ValidationError, on_validation)  # type: ignore[arg-type]
    api.add_exception_handler(AuthenticationError, on_stranger)  # type: ignore[arg-type]
    api.add_exception_handler(HttpError, on_http)  # type: ignore[arg-type]
    api.add_exception_handler(Exception, on_fault)  # type: ignore[arg-type]


def no_such_address(request: HttpRequest) -> HttpResponse:
    """Answer for an address under /api that no route has."""
    sentence = f"There is no {request.path[:200]} here; /api/v1/docs lists what there is."
    return JsonResponse(body("not_found", sentence), status=404)


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: Any) -> HttpResponse:
    """Answer for a name that is locked after too many wrong passwords."""
    sentence = "This name is locked after too many wrong passwords. Try again in a quarter of an hour."
    return JsonResponse(body("session.locked", sentence), status=429)
