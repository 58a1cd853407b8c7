"""What a client is told when something is not done: always an OperationOutcome."""

from __future__ import annotations

import json
from typing import Any, Final

_CODES: Final = {
    400: "invalid", 401: "login", 403: "forbidden", 404: "not-found", 405: "not-supported",
    406: "not-supported", 409: "conflict", 410: "deleted", 412: "conflict", 413: "too-long",
    415: "not-supported", 422: "processing", 428: "required", 429: "throttled", 500: "exception",
    502: "transient", 503: "transient", 504: "timeout",
}  # fmt: skip


class Refused(Exception):
    """An interaction that is not done.

    Args:
        status: the HTTP status.
        words: what a person reads; the server's own words, in no language but its own.
        where: a FHIRPath to the element, "" where none is meant.
        headers: further headers of the answer.
    """

    def __init__(
        self, status: int, words: str, where: str = "", headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(words)
        self.status = status
        self.words = words
        self.where = where
        self.headers = headers or {}

    def outcome(self) -> dict[str, Any]:
        """The resource that says so."""
        return outcome(self.status, self.words, self.where)

    def text(self) -> str:
        """The resource as JSON."""
        return json.dumps(self.outcome(), ensure_ascii=False)


def outcome(status: int, words: str, where: str = "") -> dict[str, Any]:
    """An OperationOutcome with one issue."""
    issue: dict[str, Any] = {
        "severity": "error" if status >= 400 else "information",
        "code": _CODES.get(status, "informational" if status < 400 else "processing"),
        "diagnostics": words,
    }
    if where:
        issue["expression"] = [where]
    return {"resourceType": "OperationOutcome", "issue": [issue]}
