"""The screens of attachment in the whole window, over a small clinic in a real encrypted store."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from clinic_desk.domain.address import street_key
from clinic_desk.domain.attachment import AttachmentCase, SeenDocument
from clinic_desk.domain.clinic import District, DistrictKind
from clinic_desk.domain.ids import DistrictId, OperationId, StreetId
from clinic_desk.domain.iin import Sex
from clinic_desk.domain.patient import AttachmentBasis, Patient
from clinic_desk.domain.streets import Street
from clinic_desk.services.attachment_rows import AttachmentForm, ConsentForm
from clinic_desk.services.identity import new_id
from clinic_desk.storage.search import SqlPatientSearch
from clinic_desk.ui.attachment.application_page import ApplicationPage
from clinic_desk.ui.attachment.application_view import ApplicationView
from clinic_desk.ui.attachment.section import AttachmentSection
from clinic_desk.ui.clinic_window import ClinicWindow
from clinic_desk.ui.kit import Jobs, UiText
from clinic_desk.ui.main_window import MainWindow
from tests.assembled import assembled
from tests.services.fakes import FakePrinter, FakeRenderer
from tests.ui import keys
from tests.ui.people_desk import PeopleDesk, settle

OTHER, CHILDREN = DistrictId("f" * 32), DistrictId("a" * 32)
ADDRESS = "Абай көшесі, 5-үй"


@dataclass
class Office:
    """A window on the clinic, a pair of hands, and what the window told."""

    desk: PeopleDesk
    window: MainWindow
    clinic: ClinicWindow
    words: UiText
    jobs: Jobs
    qtbot: QtBot
    printer: FakePrinter
    renderer: FakeRenderer
    told: list[str] = field(default_factory=list)
    pressed: int = 0

    @property
    def section(self) -> AttachmentSection:
        return self.clinic.attachment()

    @property
    def page(self) -> ApplicationPage:
        return self.section.application

    @property
    def view(self) -> ApplicationView:
        return self.page.view

    def person(self, **how: Any) -> Patient:
        return self.desk.person(**{"is_here": False, "address": ADDRESS, **how})

    def open(self, patient: Patient) -> None:
        """The person's card, then F4."""
        self.clinic.show_patient(patient.id)
        self.settle()
        self.key(Qt.Key.Key_F4)
        self.settle()
        self.pressed = 0

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        target = QApplication.focusWidget() or self.window
        QTest.keyClick(target, key, modifiers)
        self.pressed += 1

    def type(self, text: str) -> None:
        """Each character as a key of its own, to whatever has the focus."""
        for character in text:
            target = QApplication.focusWidget()
            assert target is not None
            keys.press(target, character)
            keys.release(target, character)
            self.pressed += 1

    def enter(self, times: int = 1) -> None:
        for _ in range(times):
            self.key(Qt.Key.Key_Return)
            self.settle()

    def finish(self) -> None:
        self.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    def settle(self) -> None:
        """The pauses of the page are over and nothing is under way."""
        for _ in range(3):
            self.qtbot.wait(70)
            settle(self.qtbot, self.jobs)

    def focused(self) -> str:
        widget = QApplication.focusWidget()
        return widget.objectName() if widget is not None else ""

    def cases(self, patient: Patient) -> list[AttachmentCase]:
        with self.desk.store.read() as work:
            return work.attachments.of_patient(patient.id)

    def patient(self, patient: Patient) -> Patient:
        return self.desk.services.patients.card(patient.id).patient

    def set_norm(self, people: int, folder: Path) -> None:
        """The administrator's file with other norms is in force."""
        services = self.desk.services
        document = dict(services.rule_imports.document("district_norms", services.clock.today()))
        document["rows"] = [row | {"norm": people} for row in document["rows"]]
        path = folder / "district_norms.json"
        path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
        candidate = services.rule_imports.read(path)
        services.rule_imports.apply(services.rule_imports.preview(candidate), self.desk.actor)

    def send(self, patient: Patient, **changed: Any) -> AttachmentCase:
        """An application sent at another window."""
        with self.desk.store.read() as work:
            district = next(d.id for d in work.clinic.districts() if d.number == "12")
        values: dict[str, Any] = {
            "basis": AttachmentBasis.RESIDENCE,
            "district_id": district,
            "consent": ConsentForm(),
            "documents": (SeenDocument("identity_document"),),
        }
        form = AttachmentForm(patient.id, **{**values, **changed})
        return self.desk.services.attachments.send(form, OperationId(new_id()), self.desk.actor)[0].case

    def accept(self, case: AttachmentCase, on: dt.date | None = None) -> AttachmentCase:
        return self.desk.services.attachment_answers.accept(case.id, self.desk.actor, "Р-1", on)[0]


def furnish(desk: PeopleDesk) -> None:
    """A second adult district, one for children, and a street of the first."""
    with desk.store.write() as work:
        own = work.clinic.districts()[0]
        work.clinic.put_district(District(OTHER, "9", DistrictKind.GENERAL))
        work.clinic.put_district(District(CHILDREN, "3", DistrictKind.PEDIATRIC))
        work.districts.put_street(
            Street(StreetId(new_id()), "Абай көшесі", street_key("Абай көшесі"), own.id)
        )
        work.commit()


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    crashes: list[BaseException] = []
    made = Jobs(crashes.append)
    yield made
    assert made.shutdown(10)
    assert crashes == []


@pytest.fixture
def make_office(qtbot: QtBot, jobs: Jobs, words: UiText) -> Iterator[Callable[[PeopleDesk], Office]]:
    desks: list[PeopleDesk] = []

    def make(desk: PeopleDesk) -> Office:
        desks.append(desk)
        renderer, printer = FakeRenderer(), FakePrinter()
        desk.services = assembled(
            desk.store,
            desk.clock,
            search=SqlPatientSearch(desk.store),
            renderer=renderer,
            printer=printer,
        )
        desk.services.rule_imports.load()
        window = MainWindow(words)
        qtbot.addWidget(window)
        clinic = ClinicWindow(window, words, jobs, desk.services, None)  # type: ignore[arg-type]
        window.listen_to_keys()
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        office = Office(desk, window, clinic, words, jobs, qtbot, printer, renderer)
        show = window.show_toast

        def tell(text: str, undo: Any = None) -> Any:
            office.told.append(text)
            return show(text, undo)

        window.show_toast = tell  # type: ignore[method-assign]
        clinic.begin()
        office.settle()
        return office

    yield make
    for desk in desks:
        desk.close()


@pytest.fixture
def office(make_office: Callable[[PeopleDesk], Office], tmp_path: Path) -> Office:
    desk = PeopleDesk.open(tmp_path)
    furnish(desk)
    return make_office(desk)


def visible(root: QWidget, name: str) -> bool:
    """Whether the part of that name is on the screen."""
    part = root.findChild(QWidget, name)
    return part is not None and part.isVisible()


BORN_CHILD, BOY = dt.date(2018, 3, 14), Sex.MALE
