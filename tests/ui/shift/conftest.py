"""The page of a shift in a window of its own, over a desk where three papers became wrong."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinic_desk.domain.clinic import ClinicProfile
from clinic_desk.domain.ids import ReferralId
from clinic_desk.domain.insurance import InsuranceStatus
from clinic_desk.domain.patient import SlipLanguage
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.desk_settings import DeskSettings
from clinic_desk.services.sync.papers.contradictions import note_refused
from clinic_desk.ui.kit import ChangeNotifier, Jobs, UiText
from clinic_desk.ui.shift.shift_page import ShiftPage
from tests.assembled import assembled
from tests.services.desk import ACTOR, PERSON, DeskOverStore, MovableClock, form_of, iin
from tests.ui.people_desk import crash, settle

WORDS = "Услуга <b>не входит</b> в перечень"


@dataclass
class ShiftScreen:
    """What a test sees and presses."""

    qtbot: QtBot
    desk: DeskOverStore
    services: DeskServices
    jobs: Jobs
    page: ShiftPage
    told: list[str] = field(default_factory=list)
    undos: list[Any] = field(default_factory=list)
    heard: list[Any] = field(default_factory=list)

    def load(self) -> None:
        self.page.reload()
        settle(self.qtbot, self.jobs)
        self.page.view.table.setFocus()

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.page, key, modifiers)
        settle(self.qtbot, self.jobs)

    @property
    def states(self) -> list[str]:
        return [row.state.value for row in self.page.model.rows()]


def open_screen(qtbot: QtBot, desk: DeskOverStore, words: UiText) -> ShiftScreen:
    services = assembled(
        desk.store, desk.clock, numbering=desk.numbering, renderer=desk.renderer, printer=desk.printer
    )
    jobs = Jobs(crash)
    told: list[str] = []
    undos: list[Any] = []

    def tell(text: str, undo: Any = None) -> None:
        told.append(text)
        undos.append(undo)

    page = ShiftPage(services, jobs, words, ChangeNotifier(), tell)
    screen = ShiftScreen(qtbot, desk, services, jobs, page, told, undos)
    page.patient_wanted.connect(screen.heard.append)
    page.section_wanted.connect(screen.heard.append)
    page.replace_wanted.connect(lambda card, old: screen.heard.append((card.patient.id, old)))
    qtbot.addWidget(page)
    page.resize(1154, 708)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    screen.load()
    return screen


def _printed(desk: DeskOverStore, number: int, **changed: Any) -> ReferralId:
    person = desk.person(PERSON, iin=iin(f"8802144000{number}"), surname=f"Үлгі{number}", **changed)
    desk.insured(person.id)
    referral = desk.issue(form_of(person.id))
    desk.slips.print(referral.referral_id, ACTOR)
    return ReferralId(referral.referral_id)


@pytest.fixture
def empty_screen(qtbot: QtBot, desk: DeskOverStore, words: UiText) -> Iterator[ShiftScreen]:
    screen = open_screen(qtbot, desk, words)
    yield screen
    assert screen.jobs.shutdown(10)


@pytest.fixture
def screen(qtbot: QtBot, desk: DeskOverStore, words: UiText) -> Iterator[ShiftScreen]:
    """One refused with the server's words, one not insured whose holder reads Russian, one still waiting."""
    clinic = ClinicProfile("№5 емхана", "Поликлиника № 5", "Абай 1", "+77272550000")
    desk.settings.change(DeskSettings(clinic, ACTOR.desk), ACTOR)
    refused = _printed(desk, 1)
    uninsured = _printed(desk, 2, slip_language=SlipLanguage.RU)
    _printed(desk, 3)
    desk.clock.forward(minutes=38)
    with desk.store.write() as work:
        note_refused(work, refused, actor=ACTOR, at=desk.clock.now(), words=WORDS)
        work.commit()
    desk.insured(desk.referrals.get(uninsured).patient_id, InsuranceStatus.UNINSURED)
    screen = open_screen(qtbot, desk, words)
    yield screen
    assert screen.jobs.shutdown(10)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed, filled store that nobody changes."""
    from clinic_desk.storage.database import open_store
    from tests.services.desk import KEY, PROFILE_ID, fill

    path = tmp_path_factory.mktemp("shift") / "clinic.db"
    store = open_store(path, KEY, create=True, profile_id=PROFILE_ID, now=MovableClock().now)
    fill(store)
    store.close()
    return path


@pytest.fixture
def desk(template: Path, tmp_path: Path) -> Iterator[DeskOverStore]:
    shutil.copy2(template, tmp_path / "clinic.db")
    opened = DeskOverStore.open(tmp_path)
    yield opened
    opened.close()
