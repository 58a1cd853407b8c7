"""A store with one rotten page far from its beginning opens, and the window says so by itself."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from clinic_desk.bootstrap import make_practice_clinic, open_profile
from clinic_desk.profile.directory import ProfileChoice
from clinic_desk.profile.kind import ProfileKind
from clinic_desk.services.clock import FixedClock
from clinic_desk.texts import Language
from clinic_desk.ui import program as programs
from clinic_desk.ui.tour.hands import Hands

NOW = dt.datetime(2026, 11, 23, 4, 41, tzinfo=dt.UTC)
PAGE = 4096


class Kept:
    def read(self) -> dict[str, Any]:
        return {}

    def write(self, language: str, theme: str, scale: int) -> None:
        pass


class Opener:
    def __init__(self, folder: Path) -> None:
        self.choice = ProfileChoice(folder / "practice", ProfileKind.PRACTICE)
        self._state = folder / "state"

    def open(self, ask: object) -> Any:
        return open_profile(self.choice, clock=FixedClock(NOW), state=self._state)

    def prepare(self, profile: Any, progress: Any, cancelled: Any) -> None:
        make_practice_clinic(profile, 300, progress, cancelled)


@pytest.mark.parametrize("is_damaged", [False, True])
def test_a_rotten_page_is_told_without_being_asked(
    tmp_path: Path, is_damaged: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    opener = Opener(tmp_path)
    made = opener.open(None)
    opener.prepare(made, lambda done, total: None, lambda: False)
    made.close()
    store = opener.choice.path / "clinic.db"
    content = bytearray(store.read_bytes())
    if is_damaged:
        middle = len(content) // PAGE // 2 * PAGE
        content[middle + 100 : middle + 110] = bytes(10)
        store.write_bytes(content)
    monkeypatch.setattr(programs, "CHECK_AFTER_MS", 0)
    program = programs.make_program(opener, language=Language.RU, is_practice=True, kept=Kept())
    program.window.show()
    hands = Hands(program.window, program.jobs)
    try:
        hands.wait_for("clinic", lambda: program.clinic is not None, patience_s=60)
        hands.rest()
        banner = program.window.findChild(QWidget, "shell_banner_damaged")
        assert (banner is not None and banner.isVisible()) is is_damaged
    finally:
        program.end()
        program.window.close()
