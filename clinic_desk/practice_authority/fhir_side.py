"""The FHIR side over HTTP: headers, addresses and content types around the interactions."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final, NoReturn
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from clinic_desk.practice_authority.authority import Authority, json_text
from clinic_desk.practice_authority.capability import SUBMIT, SUBMITTED, capability_statement
from clinic_desk.practice_authority.faults import GARBAGE, LOST_REPLIES, PAGE, SLOW
from clinic_desk.practice_authority.interactions import Answer
from clinic_desk.practice_authority.problems import Refused, outcome

ROOT: Final = "/fhir"
TOKEN_PATH: Final = "/oauth/token"  # noqa: S105 - an address
MOST_BYTES: Final = 8 * 1024 * 1024
_FHIR_JSON: Final = "application/fhir+json"
_TAKEN: Final = {"", _FHIR_JSON, "application/json", "text/json"}
_METHODS: Final = ["GET", "POST", "PUT", "DELETE", "PATCH"]

Hang = Callable[[Request], Awaitable[None]]
"""Ends the connection of a request without an answer."""


class FhirSide:
    """Answers what comes in at the FHIR port."""

    def __init__(self, authority: Authority, hang_up: Hang) -> None:
        self._authority = authority
        self._hang_up = hang_up

    def app(self) -> Starlette:
        """The ASGI application."""
        return Starlette(
            routes=[
                Route(ROOT, self._fhir, methods=_METHODS),
                Route(ROOT + "/{path:path}", self._fhir, methods=_METHODS),
                Route(TOKEN_PATH, self._token, methods=["POST"]),
            ]
        )

    async def _token(self, request: Request) -> Response:
        body = await request.body()
        status, answer = self._authority.door.give_token(request.headers.get("authorization", ""), body)
        return JSONResponse(dict(answer), status, {"cache-control": "no-store"})

    async def _fhir(self, request: Request) -> Response:
        faults = self._authority.faults
        body = await request.body()
        try:
            faults.refuse()
            seconds = faults.take(SLOW)
            if seconds is not None:
                await asyncio.sleep(float(seconds))
            if faults.take(GARBAGE) is not None:
                return Response(PAGE, 200, media_type="text/html")
            is_write = request.method != "GET"
            lost = faults.value(LOST_REPLIES)
            response = self._answer(request, body)
            if lost == "all" or (lost == "writes" and is_write):
                faults.take(LOST_REPLIES)
                await self._hang_up(request)
            return response
        except Refused as refused:
            return _response(refused.text(), refused.status, refused.headers)
        except UnicodeEncodeError:
            return _response(Refused(400, "A text has half a character in it").text(), 400, {})
        except Exception as error:
            # Nothing of it was kept; a client hears of it as of any other refusal.
            return _response(Refused(500, f"The server has a fault: {type(error).__name__}").text(), 500, {})

    def _answer(self, request: Request, body: bytes) -> Response:
        authority = self._authority
        parts = [part for part in request.path_params.get("path", "").split("/") if part]
        header = request.headers.get("authorization", "")
        authority.door.check(header, is_open=parts == ["metadata"])
        accepted = request.headers.get("accept", "")
        if accepted and not any(word in accepted for word in ("json", "*/*")):
            raise Refused(406, "Only JSON is offered")
        if len(body) > MOST_BYTES:
            raise Refused(413, f"A request has at most {MOST_BYTES} bytes")
        answer = self._route(request, parts, body)
        preference = request.headers.get("prefer", "")
        text = answer.body
        if answer.version is not None and request.method in {"POST", "PUT"}:
            if "return=minimal" in preference:
                text = ""
            elif "return=OperationOutcome" in preference:
                text = json_text(outcome(200, "Done"))
        return _response(text, answer.status, answer.version_headers(authority.base))

    def _route(self, request: Request, parts: list[str], body: bytes) -> Answer:  # noqa: PLR0911 - one an address
        method, one, headers = request.method, self._authority.one, request.headers
        match method, parts:
            case "GET", ["metadata"]:
                now = self._authority.store.now()
                return Answer(200, json_text(capability_statement(now, self._authority.base)))
            case "POST", []:
                brief = "return=minimal" in headers.get("prefer", "")
                return self._authority.bundles.carry_out(_resource(request, body), is_brief=brief)
            case "GET", [kind]:
                return one.search(kind, parse_qsl(request.url.query, keep_blank_values=True))
            case "POST", [kind, "_search"]:
                return one.search(kind, _form(request, body))
            case "POST", [kind]:
                return one.create(_resource(request, body), kind, headers.get("if-none-exist", ""))
            case "GET", [kind, "_history"]:
                return one.history(kind, "", parse_qsl(request.url.query, keep_blank_values=True))
            case "POST", [kind, operation] if (kind, operation) == (SUBMITTED, f"${SUBMIT}"):
                return self._authority.submit(_resource(request, body))
            case "GET", [kind, resource_id]:
                return one.read(kind, resource_id)
            case "PUT", [kind, resource_id]:
                return one.update(_resource(request, body), kind, resource_id, headers.get("if-match", ""))
            case "DELETE", [kind, resource_id]:
                return one.delete(kind, resource_id, headers.get("if-match", ""))
            case "GET", [kind, resource_id, "_history"]:
                return one.history(kind, resource_id, parse_qsl(request.url.query, keep_blank_values=True))
            case "GET", [kind, resource_id, "_history", version]:
                return one.vread(kind, resource_id, version)
        raise Refused(405, f"{method} is not offered at this address")


def _form(request: Request, body: bytes) -> list[tuple[str, str]]:
    inner = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    return parse_qsl(request.url.query, keep_blank_values=True) + inner


def _resource(request: Request, body: bytes) -> dict[str, Any]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _TAKEN:
        raise Refused(415, "Only JSON is taken")
    try:
        value = json.loads(body, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "This is not JSON") from error
    if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
        raise Refused(400, "A resource is expected", "resourceType")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("doubled key")
    return value


def _no_constant(text: str) -> NoReturn:
    raise ValueError(text)


def _response(text: str, status: int, headers: dict[str, str]) -> Response:
    return Response(text, status, headers, f"{_FHIR_JSON}; charset=utf-8" if text else None)
