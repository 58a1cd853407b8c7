"""The other door, which no FHIR client uses: switches, steps by hand, and the rules for everybody to read."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from clinic_desk.practice_authority.authority import Authority
from clinic_desk.practice_authority.faults import OUTAGE, UnknownSwitch
from clinic_desk.practice_authority.rules_page import rules_page
from clinic_desk.texts import Language

SWITCHES: Final = "/practice/switches"
TICK: Final = "/practice/tick"
RULES: Final = "/practice/rules"

Doors = Callable[[bool], Awaitable[None]]
"""Opens the FHIR port, or shuts it so that connections are refused."""


class ControlSide:
    """Answers what comes in at the second port."""

    def __init__(self, authority: Authority, open_door: Doors) -> None:
        self._authority = authority
        self._open_door = open_door

    def app(self) -> Starlette:
        """The ASGI application."""
        return Starlette(
            routes=[
                Route(SWITCHES, self._switches, methods=["GET", "POST"]),
                Route(TICK, self._tick, methods=["POST"]),
                Route(RULES, self._rules),
            ]
        )

    async def _switches(self, request: Request) -> Response:
        if not self._is_known(request):
            return JSONResponse({"error": "token"}, 401)
        if request.method == "POST":
            try:
                asked = json.loads(await request.body())
                done = await self._turn(asked)
            except (UnknownSwitch, ValueError, KeyError, TypeError) as error:
                return JSONResponse({"error": str(error)}, 400)
            return JSONResponse({**self._authority.state(), **done})
        return JSONResponse(self._authority.state())

    async def _tick(self, request: Request) -> Response:
        if not self._is_known(request):
            return JSONResponse({"error": "token"}, 401)
        return JSONResponse({"steps": self._authority.decisions.tick()})

    async def _rules(self, request: Request) -> Response:
        """The rules as a page in the language asked for; they are no secret."""
        said = request.query_params.get("lang", "")
        known = {language.value for language in Language}
        language = Language(said) if said in known else self._authority.settings.language
        return HTMLResponse(rules_page(language))

    async def _turn(self, asked: dict[str, Any]) -> dict[str, Any]:
        name, is_on = str(asked["name"]), asked.get("on", True) is True
        authority = self._authority
        if name == "snapshot":
            return {"place": authority.take_snapshot()}
        if name == "restore":
            return {"lost": authority.restore_snapshot()}
        if name == "change_mind":
            return {"changed": authority.change_mind()}
        if name == "sign_out":
            authority.door.forget_tokens()
            return {}
        times = asked.get("times")
        authority.faults.set(
            name,
            is_on=is_on,
            value=str(asked.get("value") or ""),
            times=None if times is None else int(times),
        )
        if name == OUTAGE:
            await self._open_door(authority.faults.value(OUTAGE) != "refused")
        return {}

    def _is_known(self, request: Request) -> bool:
        said = request.headers.get("authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(said.encode(), self._authority.settings.token.encode())
