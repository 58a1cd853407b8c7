"""How large the made-up polyclinic is unless asked otherwise."""

from __future__ import annotations

from typing import Final

PEOPLE: Final = 30_000
REFERRALS: Final = 900
