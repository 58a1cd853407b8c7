"""What the rounds ask of a FHIR R4 server: one request, one reply. Adapters know HTTP, nobody else does.

Resources are plain JSON objects as `clinic_desk.fhir` makes and reads them. Every adapter and every fake
passes `tests/upstream/upstream_suite.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from clinic_desk.domain.errors import ClinicDeskError

Resource = Mapping[str, Any]
"""A FHIR resource as JSON: `resourceType` is always there."""
Query = Sequence[tuple[str, str]]
"""Search parameters in order, not yet percent-encoded."""


class WhyNoReply(StrEnum):
    """Why there is no answer that could be read; words under `sync.no_reply.<value>`."""

    NAME = "name"
    """The host's name leads nowhere."""
    CONNECT = "connect"
    CERTIFICATE = "certificate"
    TIMEOUT = "timeout"
    BROKEN = "broken"
    """The connection ended in the middle."""
    NOT_FHIR = "not_fhir"
    """Something answered that is no FHIR: a proxy's page, garbage, JSON with doubled keys or NaN."""
    TOO_LARGE = "too_large"
    REDIRECT = "redirect"
    """The server sent us elsewhere; nobody goes there."""
    SIGN_IN = "sign_in"
    """No token could be had: the keyring has no secret, or the sign-in service refused."""


class NoReply(ClinicDeskError):
    """Nothing usable came; it may have had its effect unless `is_untouched`. Code: `sync.no_reply`."""

    def __init__(self, why: WhyNoReply, *, is_untouched: bool = False) -> None:
        super().__init__("sync.no_reply", why=why.value)
        self.why = why
        self.is_untouched = is_untouched


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered, whatever its status.

    Args:
        status: HTTP status.
        body: the resource, Bundle or OperationOutcome; None when the body is empty.
        version: from ETag or `meta.versionId`, without `W/` and quotes; "" where none is given.
        location: `Type/id` from Location or Content-Location, "" where none is given.
        server_time: from the Date header, aware UTC.
        retry_after_s: from Retry-After, capped by the adapter.
    """

    status: int
    body: Resource | None = None
    version: str = ""
    location: str = ""
    server_time: dt.datetime | None = None
    retry_after_s: float | None = None

    @property
    def is_ok(self) -> bool:
        """True for 2xx."""
        return 200 <= self.status < 300


class UselessReply(Exception):
    """The upstream answered something else than it was asked; `reply` says what."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"status {reply.status}")
        self.reply = reply


class Upstream(Protocol):
    """A FHIR R4 server. Every call may raise NoReply and returns within the adapter's deadlines.

    Used by one thread at a time; `close` may come from any.
    """

    def capabilities(self) -> Reply:
        """GET metadata."""

    def create(self, resource: Resource, if_none_exist: str = "") -> Reply:
        """POST Type, conditional on a search (`identifier=system|value`) that finds nothing."""

    def update(self, resource: Resource, version: str) -> Reply:
        """PUT Type/id with If-Match of that version."""

    def read(self, resource_type: str, resource_id: str) -> Reply:
        """GET Type/id."""

    def versions(self, resource_type: str, resource_id: str) -> Reply:
        """GET Type/id/_history."""

    def search(self, resource_type: str, query: Query) -> Reply:
        """GET Type?query."""

    def history(self, resource_type: str, query: Query) -> Reply:
        """GET Type/_history?query."""

    def next_page(self, link: str) -> Reply:
        """GET a `next` link of a Bundle; below the same base only, else NoReply REDIRECT."""

    def transaction(self, bundle: Resource) -> Reply:
        """POST a transaction or batch Bundle."""

    def operation(self, resource_type: str, name: str, resource: Resource) -> Reply:
        """POST Type/$name."""

    def close(self) -> None:
        """Connections are closed; a call that is under way ends with NoReply."""
