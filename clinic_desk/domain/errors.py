"""Errors a person can act on.

Owns the base class; each module derives its own few. What a reader sees is made from the code
by the text catalogue (`errors.<code>`), never here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clinic_desk.domain.findings import Finding


class ClinicDeskError(Exception):
    """Something went wrong that the person at the desk, or the clinic's IT person, can act on.

    Attributes:
        code: stable ASCII code, dotted, the key of the sentence that is shown.
        params: plain values for the sentence; never names, IINs or file paths in logs.
    """

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params: dict[str, object] = params


class InvalidValue(ClinicDeskError):
    """A typed or imported value cannot be what it claims to be."""


class RuleBroken(ClinicDeskError):
    """A rule of the day forbids the act; `findings` says which and what is possible instead."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("rule.broken")
        self.findings: tuple[Finding, ...] = tuple(findings)


class Conflict(ClinicDeskError):
    """The record was changed by somebody else since it was read; nothing was written."""


class NotFound(ClinicDeskError):
    """The record that was asked for is not in the store."""


class Cancelled(ClinicDeskError):
    """The person stopped the work; nothing of it was applied."""

    def __init__(self) -> None:
        super().__init__("work.cancelled")
