"""The one place where domain errors become HTTP."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError

from riverchief.base.errors import InputError, NotAllowed, NotFound, RiverError, RuleError, WrongState

STATUS: tuple[tuple[type[RiverError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (WrongState, 409),
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
        return api.create_response(request, body("session.none", "Nobody is signed in. Sign in first."), status=401)

    api.add_exception_handler(RiverError, on_river_error)  # type: ignore[arg-type]
    api.add_exception_handler(ValidationError, on_validation)  # type: ignore[arg-type]
    api.add_exception_handler(AuthenticationError, on_stranger)  # type: ignore[arg-type]
