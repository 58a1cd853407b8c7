"""The walk itself: the main job from IIN to slip, then every screen, each with a picture."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from clinic_desk.ui.clinic_window import ClinicWindow
from clinic_desk.ui.main_window import MainWindow
from clinic_desk.ui.tour.areas import AREAS
from clinic_desk.ui.tour.cast import Cast
from clinic_desk.ui.tour.hands import Hands


@dataclass(slots=True)
class Walked:
    """What the walk leaves."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    number: str = ""
    referral_id: str = ""
    keys_after_iin: int = 0


class Walk:
    """Drives a window that is already open and at rest.

    Attributes:
        window: the window.
        clinic: the open clinic behind it.
        hands: what presses the keys.
    """

    def __init__(
        self,
        window: MainWindow,
        clinic: ClinicWindow,
        hands: Hands,
        folder: Path,
        observer: Callable[[str, MainWindow], object],
    ) -> None:
        self._observer = observer
        self.window = window
        self.clinic = clinic
        self.hands = hands
        self._folder = folder
        self.walked = Walked()

    def main_job(self, cast: Cast) -> None:
        """From a scanned IIN to the slip in the printer's queue; the keys after the IIN are counted."""
        hands = self.hands
        self.step("start", lambda: None)
        self.step("card", lambda: hands.scan(cast.insured_iin))
        before = len(hands.pressed)
        editor = self.clinic.editor()
        issued: list[Any] = []
        editor.issued.connect(issued.append)
        self.step("referral-empty", lambda: hands.press("F8"))
        self.step("referral-service", lambda: self._typed(cast.typed_service))
        self.step("referral-diagnosis", lambda: self._typed(cast.typed_diagnosis))
        self.step("referral-filled", lambda: hands.press(cast.reason_key))
        self.step("issued", lambda: self._finish(issued))
        self.walked.keys_after_iin = len(hands.pressed) - before
        self.walked.number = issued[0].number
        self.walked.referral_id = issued[0].referral_id

    def screens(self, cast: Cast) -> None:
        """Every other screen."""
        hands, window = self.hands, self.window
        self.step("referrals", lambda: self.go("referrals"))
        self.step("search", lambda: hands.type(cast.surname_start), first="Ctrl+K")
        self.step("search-nothing", lambda: hands.type("ывапр"), first="Ctrl+K")
        self.step("card-uninsured", lambda: hands.scan(cast.uninsured_iin), first="Esc")
        self.step("referral-uninsured", lambda: self._refused(cast))
        self.step("card-unchecked", lambda: hands.scan(cast.unchecked_iin), first="Esc")
        self.step("insurance-answer", lambda: hands.press("F5"))
        self.step("register", lambda: hands.press("F2"), first="Esc")
        self.step("register-duplicates", lambda: self._register(cast))
        self.step("import", lambda: self.go("import"), first="Esc")
        self.step("import-preview", lambda: self._import(cast))
        self.step("settings", lambda: self.go("settings"))
        window.focus_omnibox()
        self.step("keys", lambda: hands.press("F1"))
        hands.press("Esc")
        for area in AREAS:
            area(self, cast)

    def go(self, section: str) -> None:
        """The section is in front, by the key it has now."""
        self.hands.press(f"Ctrl+{self.window.sections.index(section) + 1}")

    def _put_toast_away(self) -> None:
        """A toast of the last step would lie on the picture of this one, which comes sooner than a person."""
        if self.window.toasts.toast is not None:
            self.window.toasts.toast.leave()

    def _typed(self, text: str) -> None:
        self.hands.type(text)
        self.hands.press("Enter")

    def _finish(self, issued: list[Any]) -> None:
        self.hands.press("Ctrl+Enter")
        self.hands.wait_for("issue", lambda: bool(issued))

    def _refused(self, cast: Cast) -> None:
        self.hands.press("F8")
        self._typed(cast.typed_service)
        self._typed(cast.typed_diagnosis)
        self.hands.press(cast.reason_key)

    def _register(self, cast: Cast) -> None:
        fields = self.clinic.register_page().fields
        for text, place in (
            (cast.twin_surname, fields.surname),
            (cast.twin_given_name, fields.given_name),
            (cast.twin_birth_date, fields.birth_date),
        ):
            place.edit.setFocus()
            self.hands.type(text)

    def _import(self, cast: Cast) -> None:
        from clinic_desk.domain.imports.kinds import ImportKind
        from clinic_desk.ui.imports.flow_state import Step
        from clinic_desk.ui.imports.import_page import ImportPage

        page = self.window.page("import")
        assert isinstance(page, ImportPage)  # noqa: S101 - the section's own page
        page.flow.choose_kind(ImportKind.SUPPLIERS)
        # A file chooser belongs to the system and differs from one to the other: the file is handed over.
        page.flow.open_file(cast.supplier_list)
        # Known headings need no person: then the rows come at once.
        self.hands.wait_for("columns", lambda: page.flow.step is not Step.FILE)
        if page.flow.step is Step.COLUMNS:
            self.hands.press("Ctrl+Enter")
        self.hands.wait_for("rows", lambda: page.flow.step is Step.ROWS)

    def step(self, name: str, act: Callable[[], object], *, first: str = "") -> None:
        """After the key `first`, `act` is done and a picture of that name is taken, once all is at rest."""
        pressed = len(self.hands.pressed)
        self._put_toast_away()
        if first:
            self.hands.press(first)
        start = time.perf_counter()
        act()
        self.hands.rest()
        elapsed = (time.perf_counter() - start) * 1000
        QApplication.processEvents()
        file = f"{len(self.walked.steps) + 1:02d}-{name}.png"
        self.window.grab().save(str(self._folder / file))
        self._observer(name, self.window)
        self.walked.steps.append(
            {"name": name, "png": file, "keys": self.hands.pressed[pressed:], "ms": round(elapsed, 1)}
        )
