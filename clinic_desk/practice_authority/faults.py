"""What can be made to go wrong on purpose: the state of the switches and what each does to a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from clinic_desk.practice_authority.problems import Refused

OUTAGE: Final = "outage"
SLOW: Final = "slow"
LOST_REPLIES: Final = "lost_replies"
THROTTLED: Final = "throttled"
FAILING: Final = "failing"
GARBAGE: Final = "garbage"
LOCKED: Final = "locked"

USUAL_VALUES: Final[Mapping[str, str]] = {
    OUTAGE: "refused",
    SLOW: "2",
    LOST_REPLIES: "writes",
    THROTTLED: "5",
    FAILING: "500",
    GARBAGE: "",
    LOCKED: "",
}
"""Every switch with its value when none is said: an outage refuses connections (or answers "503"), slowness
is seconds a request, replies are lost to "writes" or to "all", throttling is the Retry-After, failing the
status, and who is locked out is told to sign in."""

PAGE: Final = (
    "<!DOCTYPE html><html><head><title>Proxy</title></head>"
    "<body><h1>The page cannot be shown</h1></body></html>"
)
"""What a proxy puts in the place of an answer."""


class UnknownSwitch(ValueError):
    """No such switch, or a value it cannot take."""


@dataclass(slots=True)
class _Position:
    value: str
    times: int | None


class Faults:
    """The positions of all switches."""

    def __init__(self) -> None:
        self._on: dict[str, _Position] = {}

    def set(self, name: str, *, is_on: bool, value: str = "", times: int | None = None) -> None:
        """Turns a switch; with `times` it turns itself off after so many requests.

        Raises:
            UnknownSwitch: see there.
        """
        if name not in USUAL_VALUES:
            raise UnknownSwitch(name)
        if not is_on:
            self._on.pop(name, None)
            return
        value = value or USUAL_VALUES[name]
        _check(name, value)
        self._on[name] = _Position(value, times)

    def take(self, name: str) -> str | None:
        """The value if the switch is on for this request, None if it is off."""
        position = self._on.get(name)
        if position is None:
            return None
        if position.times is not None:
            position.times -= 1
            if position.times <= 0:
                del self._on[name]
        return position.value

    def value(self, name: str) -> str | None:
        """The value if the switch is on, and nothing is counted."""
        position = self._on.get(name)
        return None if position is None else position.value

    def state(self) -> dict[str, Any]:
        """Every switch with what it is set to; None is off."""
        return {
            name: None
            if (position := self._on.get(name)) is None
            else {"value": position.value, "times": position.times}
            for name in USUAL_VALUES
        }

    def refuse(self) -> None:
        """Answers in place of the server when a switch says so.

        Raises:
            Refused: with the status the switch stands for.
        """
        if self.value(OUTAGE) == "503":
            self.take(OUTAGE)
            raise Refused(503, "The service is being maintained", headers={"retry-after": "1"})
        seconds = self.take(THROTTLED)
        if seconds is not None:
            raise Refused(429, "Too many requests", headers={"retry-after": seconds})
        status = self.take(FAILING)
        if status is not None:
            raise Refused(int(status), "The server has a fault")
        if self.take(LOCKED) is not None:
            raise Refused(401, "Sign in first", headers={"www-authenticate": 'Bearer realm="locked"'})


def _check(name: str, value: str) -> None:
    if name == OUTAGE and value not in {"refused", "503"}:
        raise UnknownSwitch(f"{name} {value}")
    if name == LOST_REPLIES and value not in {"writes", "all"}:
        raise UnknownSwitch(f"{name} {value}")
    if name == THROTTLED and not (value.isascii() and value.isdecimal()):
        raise UnknownSwitch(f"{name} {value}")
    if name == FAILING and value not in {"500", "502", "503", "504", "403", "404", "409", "408", "425"}:
        raise UnknownSwitch(f"{name} {value}")
    if name == SLOW:
        try:
            seconds = float(value)
        except ValueError:
            raise UnknownSwitch(f"{name} {value}") from None
        if not 0 <= seconds <= 600:
            raise UnknownSwitch(f"{name} {value}")
