"""The walk through the districts: loads, a street on its way to another district, the move and its undo."""

from __future__ import annotations

from typing import Any

from clinic_desk.ui.districts.districts_page import DistrictsPage
from clinic_desk.ui.tour.cast import Cast


def walk_districts(walk: Any, _cast: Cast) -> None:
    """A street of the first district goes to another one and comes back."""
    hands = walk.hands
    walk.step("districts", lambda: walk.go("districts"))
    page = walk.window.page("districts")
    assert isinstance(page, DistrictsPage)  # noqa: S101 - the section's own page

    def choose() -> None:
        hands.press("Ctrl+M")
        hands.press("Space")
        page.dialog.view.target.edit.setFocus()
        hands.type("9")
        hands.press("Enter")

    def move() -> None:
        hands.press("Ctrl+Enter")
        hands.wait_for("district-moved", lambda: not page.dialog.view.is_open)

    walk.step("district-move", choose)
    walk.step("district-moved", move)
    hands.press("Ctrl+Z")
    walk.step("district-moves", page.show_moves)
    hands.press("Esc")
