"""The part of the walk about insurance: seven people, each with another panel, and the whole plan of one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from clinic_desk.ui.tour.cast import Cast

if TYPE_CHECKING:
    from clinic_desk.ui.tour.walk import Walk

PANELS: Final = {
    "panel-diabetes": "uninsured_diabetes",
    "panel-tuberculosis": "uninsured_tuberculosis",
    "panel-child": "child",
    "panel-level-de": "level_de",
    "panel-third-month": "third_month",
    "panel-prepaid": "prepaid",
    "panel-never-checked": "never_checked",
}
"""The pictures of the panels by whom they show."""


def walk_insurance(walk: Walk, cast: Cast) -> None:
    """Scans each of the seven; then the plan of the one without insurance."""
    hands = walk.hands
    for name, role in PANELS.items():
        walk.step(name, partial(hands.scan, cast.roles[role]), first="Esc")
    hands.press("Esc")
    hands.scan(cast.roles["uninsured_diabetes"])
    walk.step("plan", lambda: hands.press("Ctrl+G"))
    hands.press("Esc")
