"""The part of the walk about evidence of insurance: the list of checks, an answer written down from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clinic_desk.ui.tour.cast import Cast
    from clinic_desk.ui.tour.walk import Walk


def walk_evidence(walk: Walk, _cast: Cast) -> None:
    """Who is to be checked before tomorrow, and F5 on the first of them."""
    walk.step("checks", lambda: walk.go("checks"))
    walk.step("checks-answer", lambda: walk.hands.press("F5"))
    walk.hands.press("Esc")
