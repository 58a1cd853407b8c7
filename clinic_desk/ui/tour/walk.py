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
from clinic_desk.ui.tour.hands import Hands


@dataclass(frozen=True, slots=True)
class Cast:
    """Made-up people of the practice clinic that the walk needs, and what is ordered for them.

    `typed_*` are what a registrar types: the shortest text that brings the wanted row to the top.
    """

    insured_iin: str
    insured_name: str
    uninsured_iin: str
    unchecked_iin: str
    surname_start: str
    typed_service: str
    typed_diagnosis: str
    reason_key: str
    twin_surname: str
    twin_given_name: str
    twin_birth_date: str
    supplier_list: Path


@dataclass(slots=True)
class Walked:
    """What the walk leaves."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    number: str = ""
    referral_id: str = ""
    keys_after_iin: int = 0


class Walk:
    """Drives a window that is already open and at rest."""

    def __init__(
        self,
        window: MainWindow,
        clinic: ClinicWindow,
        hands: Hands,
        folder: Path,
        observer: Callable[[str, MainWindow], object],
    ) -> None:
        self._observer = observer
        self._window = window
        self._clinic = clinic
        self._hands = hands
        self._folder = folder
        self.walked = Walked()

    def main_job(self, cast: Cast) -> None:
        """From a scanned IIN to the slip in the printer's queue; the keys after the IIN are counted."""
        hands = self._hands
        self._step("start", lambda: None)
        self._step("card", lambda: hands.scan(cast.insured_iin))
        before = len(hands.pressed)
        editor = self._clinic.editor()
        issued: list[Any] = []
        editor.issued.connect(issued.append)
        self._step("referral-empty", lambda: hands.press("F8"))
        self._step("referral-service", lambda: self._typed(cast.typed_service))
        self._step("referral-diagnosis", lambda: self._typed(cast.typed_diagnosis))
        self._step("referral-filled", lambda: hands.press(cast.reason_key))
        self._step("issued", lambda: self._finish(issued))
        self.walked.keys_after_iin = len(hands.pressed) - before
        self.walked.number = issued[0].number
        self.walked.referral_id = issued[0].referral_id

    def screens(self, cast: Cast) -> None:
        """Every other screen."""
        hands, window = self._hands, self._window
        self._step("referrals", lambda: hands.press("Ctrl+2"))
        self._step("search", lambda: hands.type(cast.surname_start), first="Ctrl+K")
        self._step("search-nothing", lambda: hands.type("ывапр"), first="Ctrl+K")
        self._step("card-uninsured", lambda: hands.scan(cast.uninsured_iin), first="Esc")
        self._step("referral-uninsured", lambda: self._refused(cast))
        self._step("card-unchecked", lambda: hands.scan(cast.unchecked_iin), first="Esc")
        self._step("insurance-answer", lambda: hands.press("F5"))
        self._step("register", lambda: hands.press("F2"), first="Esc")
        self._step("register-duplicates", lambda: self._register(cast))
        self._step("import", lambda: hands.press("Ctrl+3"), first="Esc")
        self._step("import-preview", lambda: self._import(cast))
        self._step("settings", lambda: hands.press("Ctrl+4"))
        window.focus_omnibox()
        self._step("keys", lambda: hands.press("F1"))
        hands.press("Esc")

    def _put_toast_away(self) -> None:
        """A toast of the last step would lie on the picture of this one, which comes sooner than a person."""
        if self._window.toasts.toast is not None:
            self._window.toasts.toast.leave()

    def _typed(self, text: str) -> None:
        self._hands.type(text)
        self._hands.press("Enter")

    def _finish(self, issued: list[Any]) -> None:
        self._hands.press("Ctrl+Enter")
        self._hands.wait_for("issue", lambda: bool(issued))

    def _refused(self, cast: Cast) -> None:
        self._hands.press("F8")
        self._typed(cast.typed_service)
        self._typed(cast.typed_diagnosis)
        self._hands.press(cast.reason_key)

    def _register(self, cast: Cast) -> None:
        fields = self._clinic.register_page().fields
        for text, place in (
            (cast.twin_surname, fields.surname),
            (cast.twin_given_name, fields.given_name),
            (cast.twin_birth_date, fields.birth_date),
        ):
            place.edit.setFocus()
            self._hands.type(text)

    def _import(self, cast: Cast) -> None:
        from clinic_desk.domain.imports.kinds import ImportKind
        from clinic_desk.ui.imports.flow_state import Step
        from clinic_desk.ui.imports.import_page import ImportPage

        page = self._window.page("import")
        assert isinstance(page, ImportPage)  # noqa: S101 - the section's own page
        page.flow.choose_kind(ImportKind.SUPPLIERS)
        # A file chooser belongs to the system and differs from one to the other: the file is handed over.
        page.flow.open_file(cast.supplier_list)
        # Known headings need no person: then the rows come at once.
        self._hands.wait_for("columns", lambda: page.flow.step is not Step.FILE)
        if page.flow.step is Step.COLUMNS:
            self._hands.press("Ctrl+Enter")
        self._hands.wait_for("rows", lambda: page.flow.step is Step.ROWS)

    def _step(self, name: str, act: Callable[[], object], *, first: str = "") -> None:
        pressed = len(self._hands.pressed)
        self._put_toast_away()
        if first:
            self._hands.press(first)
        start = time.perf_counter()
        act()
        self._hands.rest()
        elapsed = (time.perf_counter() - start) * 1000
        QApplication.processEvents()
        file = f"{len(self.walked.steps) + 1:02d}-{name}.png"
        self._window.grab().save(str(self._folder / file))
        self._observer(name, self._window)
        self.walked.steps.append(
            {"name": name, "png": file, "keys": self._hands.pressed[pressed:], "ms": round(elapsed, 1)}
        )
