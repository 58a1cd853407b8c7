"""An upstream over HTTP for a test, with short limits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from clinic_desk.services.sync.upstream_settings import UpstreamSettings
from clinic_desk.upstream.http_upstream import HttpUpstream, http_upstream
from clinic_desk.upstream.wire_limits import WireLimits

LIMITS = WireLimits(connect_s=5, silence_s=5, deadline_s=10, reply_bytes=1 << 20, retry_after_s=900)


@contextmanager
def upstream_at(
    url: str, *, secret: str | None = None, limits: dict[str, Any] | None = None, **settings: Any
) -> Iterator[HttpUpstream]:
    """The upstream at a base URL; closed afterwards."""
    made = http_upstream(UpstreamSettings(url, **settings), lambda: secret, replace(LIMITS, **limits or {}))
    try:
        yield made
    finally:
        made.close()
