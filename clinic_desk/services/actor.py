"""Who acts, and at which window."""

from __future__ import annotations

from dataclasses import dataclass

from clinic_desk.domain.clinic import Desk


@dataclass(frozen=True, slots=True)
class Actor:
    """The registrar at a desk; `user` is what records and papers name."""

    user: str
    desk: Desk
