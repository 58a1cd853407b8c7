"""Turns the switches of a running authority from another process; knows no server of its own.

The address and the token lie in the authority's folder, which belongs to one person.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.durable_file import UnreadableJson, read_json_object
from clinic_desk.practice_authority.rules import rule_lines
from clinic_desk.services.sync.practice_switches import Push, Switch
from clinic_desk.texts import Language, Texts

ADDRESS_FILE: Final = "address.json"
_SWITCHES: Final = "/practice/switches"
_TICK: Final = "/practice/tick"
_TIMEOUT_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class AuthorityAddress:
    """Where an authority answers: its FHIR base, the door of its switches, and the token for it."""

    base: str
    control: str
    token: str


def address_in(folder: Path) -> AuthorityAddress:
    """The address that a running authority left in its folder.

    Raises:
        ClinicDeskError: `practice_server.unreachable`, none runs there.
    """
    try:
        found = read_json_object(folder / ADDRESS_FILE)
        return AuthorityAddress(str(found["base"]), str(found["control"]), str(found["token"]))
    except (OSError, UnreadableJson, KeyError) as error:
        raise ClinicDeskError("practice_server.unreachable") from error


def answering_in(folder: Path) -> AuthorityAddress | None:
    """The address of an authority that runs in the folder; None where none does, whatever it left behind."""
    try:
        address = address_in(folder)
        SwitchClient(lambda: address).positions()
    except ClinicDeskError:
        return None
    return address


class SwitchClient:
    """`PracticeSwitches` over HTTP; `find` says where the authority is, at each call anew."""

    def __init__(self, find: Callable[[], AuthorityAddress]) -> None:
        self._find = find

    def positions(self) -> frozenset[Switch]:
        """See `PracticeSwitches`."""
        said = self._ask("GET", _SWITCHES, None)["switches"]
        return frozenset(switch for switch in Switch if said.get(switch.value))

    def turn(self, switch: Switch, *, is_on: bool) -> None:
        """See `PracticeSwitches`."""
        self.set(switch.value, is_on=is_on)

    def push(self, what: Push) -> int:
        """See `PracticeSwitches`."""
        if what is Push.DECIDE:
            return int(self.decide()["steps"])
        said = self.set(what.value)
        return int(said.get("changed", said.get("lost", 1)))

    def rules(self, language: str) -> list[tuple[str, str, str]]:
        """See `PracticeSwitches`."""
        return rule_lines(Texts(Language(language)))

    def set(self, name: str, *, is_on: bool = True, **more: Any) -> dict[str, Any]:
        """Turns a switch by its name; `value` and `times` as in `faults`.

        Raises:
            ClinicDeskError: `practice_server.unreachable`, or `practice_server.unknown_switch`.
        """
        return self._ask("POST", _SWITCHES, {"name": name, "on": is_on, **more})

    def decide(self) -> dict[str, Any]:
        """Everything that waits for a decision takes its next step; how many `steps` there were."""
        return self._ask("POST", _TICK, {})

    def _ask(self, method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        address = self._find()
        place = urlsplit(address.control)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=_TIMEOUT_S)
        try:
            headers = {"authorization": f"Bearer {address.token}", "content-type": "application/json"}
            text = None if body is None else json.dumps(body)
            connection.request(method, path, text, headers)
            answer = connection.getresponse()
            said: dict[str, Any] = json.loads(answer.read())
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise ClinicDeskError("practice_server.unreachable") from error
        finally:
            connection.close()
        if answer.status == http.client.BAD_REQUEST:
            raise ClinicDeskError("practice_server.unknown_switch")
        if answer.status != http.client.OK:
            raise ClinicDeskError("practice_server.unreachable")
        return said
