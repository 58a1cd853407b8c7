"""The referral dialog with each of the answers that the main walk does not meet."""

from __future__ import annotations

from typing import Any

from clinic_desk.ui.tour.cast import Cast

_TUBERCULOSIS = "A15.0"
_INFARCTION = "I21.0"


def walk_verdicts(walk: Any, cast: Cast) -> None:
    """Another payer by the diagnosis, the first day of the disease asked for, and an answer nobody has."""
    hands = walk.hands

    def chosen(diagnosis: str) -> None:
        hands.press("F8")
        for text in (cast.typed_service, diagnosis):
            hands.type(text)
            hands.press("Enter")
        hands.press(cast.reason_key)

    hands.scan(cast.roles["uninsured_tuberculosis"])
    walk.step("verdict-covered-other", lambda: chosen(_TUBERCULOSIS))
    hands.press("Esc")
    hands.scan(cast.roles["uninsured_diabetes"])
    walk.step("verdict-onset", lambda: chosen(_INFARCTION))
    hands.press("Esc")
    hands.scan(cast.roles["never_checked"])
    walk.step("verdict-unknown", lambda: chosen(cast.typed_diagnosis))
    hands.press("Esc")
