"""The section of districts over a small clinic: two general districts, a therapeutic and a pediatric one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinic_desk.domain.address import street_key
from clinic_desk.domain.clinic import District, DistrictKind, Doctor
from clinic_desk.domain.ids import DistrictId, DoctorId, StreetId
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.streets import Street
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import BulkKind
from clinic_desk.services.rule_book import RuleBook
from clinic_desk.services.rules_of_the_day import shipped_documents
from clinic_desk.storage.database import SqlStore, open_store
from clinic_desk.ui.districts.districts_page import DistrictsPage
from clinic_desk.ui.kit import ChangeNotifier, Jobs, UiText
from clinic_desk.ui.main_window import MainWindow
from tests.assembled import assembled
from tests.services.desk import KEY, MovableClock
from tests.services.test_redistricting import ADULT, CHILD
from tests.storage.examples import patient
from tests.ui.people_desk import crash, settle

DOCTOR = Doctor(DoctorId("5" * 32), "D1", PersonName.of("Оспанова", "Гүлнар", "Төлеген"), "ЖПД", "ВОП")
SEVEN = District(DistrictId("7" * 32), "7", DistrictKind.GENERAL, DOCTOR.id)
EIGHT = District(DistrictId("8" * 32), "8", DistrictKind.GENERAL, DOCTOR.id)
ADULTS = District(DistrictId("a" * 32), "15", DistrictKind.THERAPEUTIC)
CHILDREN = District(DistrictId("c" * 32), "19", DistrictKind.PEDIATRIC)
STREETS = ("Абай көшесі", "Гоголь көшесі")


@dataclass
class Section:
    """The page in a window, and what it said."""

    qtbot: QtBot
    store: SqlStore
    services: DeskServices
    jobs: Jobs
    window: MainWindow
    page: DistrictsPage
    told: list[str] = field(default_factory=list)
    undo: list[Callable[[], object]] = field(default_factory=list)

    def rest(self) -> None:
        # Typing is looked at after a moment.
        self.qtbot.wait(120)
        settle(self.qtbot, self.jobs)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(QApplication.focusWidget() or self.window, key, modifiers)
        self.rest()

    def type(self, text: str) -> None:
        self.qtbot.keyClicks(QApplication.focusWidget(), text)
        self.rest()

    def numbers(self) -> dict[str, int]:
        """How many people each district has."""
        return {
            row.district.number: row.load.people
            for row in self.services.districts.overview().rows
            if row.load.people
        }

    def streets(self, district: District) -> list[str]:
        """The streets that are listed for a district."""
        return [s.name for s in self.services.districts.streets(district.id).streets if s.parts]


def rules(norm: int) -> RuleBook:
    documents = dict(shipped_documents())
    table = documents["district_norms"]
    rows = [row | {"norm": norm} if row["kind"] == "general" else row for row in table["rows"]]
    return RuleBook(documents | {"district_norms": {**table, "rows": rows}})


def furnish(store: SqlStore) -> None:
    """District 7 has two streets of three houses, an adult and a child in each; 8 has one adult."""
    people = [
        replace(patient(born=born, district=SEVEN), address=f"{street}, {house}-үй", version=1)
        for street in STREETS
        for house in (1, 2, 3)
        for born in (ADULT, CHILD)
    ]
    people.append(replace(patient(born=ADULT, district=EIGHT), address="Достық, 1-үй", version=1))
    with store.write() as work:
        work.clinic.put_doctor(DOCTOR)
        for district in (SEVEN, EIGHT, ADULTS, CHILDREN):
            work.clinic.put_district(district)
        work.bulk.write(BulkKind.PATIENTS, people)
        for street in STREETS:
            work.districts.put_street(Street(StreetId(new_id()), street, street_key(street), SEVEN.id))
        work.commit()


@pytest.fixture
def norm() -> int:
    return 1700


@pytest.fixture
def section(tmp_path: Path, qtbot: QtBot, words: UiText, norm: int) -> Iterator[Section]:
    store = open_store(tmp_path / "clinic.db", KEY, create=True, profile_id="p" * 32)
    furnish(store)
    services = assembled(store, MovableClock(), rules=rules(norm))
    jobs = Jobs(crash)
    window = MainWindow(words)
    qtbot.addWidget(window)
    told: list[str] = []
    undo: list[Callable[[], object]] = []

    def tell(sentence: str, take_back: Callable[[], object] | None) -> None:
        told.append(sentence)
        undo.extend([take_back] if take_back else [])

    page = DistrictsPage(services, jobs, words, ChangeNotifier(), tell=tell)
    window.add_section("districts", "map-trifold", "shell.section.districts", lambda: page)
    window.show()
    window.activateWindow()
    window.listen_to_keys()
    window.show_section("districts")
    shown = Section(qtbot, store, services, jobs, window, page, told, undo)
    shown.rest()
    yield shown
    jobs.shutdown(5)
    store.close()
