"""How long and how much: every call ends in time and no reply fills the memory."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from clinic_desk.domain.rule_tables import RuleTables


@dataclass(frozen=True, slots=True)
class WireLimits:
    """The limits of one call.

    Args:
        connect_s: for a connection and its certificate, each.
        silence_s: the longest silence in the middle of a reply, and before it.
        deadline_s: for the whole call, however lively the line is.
        reply_bytes: of a reply, after decompression.
        retry_after_s: the longest wait that a server may ask for.
    """

    connect_s: float
    silence_s: float
    deadline_s: float
    reply_bytes: int
    retry_after_s: float

    @classmethod
    def of(cls, tables: RuleTables, day: dt.date) -> WireLimits:
        """Those in force on `day`."""

        def value(name: str) -> int:
            return tables.limit(name).one_on(day).value

        return cls(
            value("upstream_connect_s"),
            value("upstream_silence_s"),
            value("upstream_deadline_s"),
            value("upstream_reply_kb") * 1024,
            value("upstream_retry_after_s"),
        )
