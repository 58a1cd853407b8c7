"""F5 with an upstream: it is asked, and said so; out of reach the other ways are there at once."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinic_desk.domain.insurance import Channel, InsuranceStatus
from clinic_desk.domain.patient import NoIinReason
from clinic_desk.domain.sync.ops import OpKind, OpState, Receipt
from clinic_desk.services.insurance import RecordAnswer
from clinic_desk.services.sync.exchange.status import SyncState, SyncStatus
from clinic_desk.texts import Language
from clinic_desk.ui.kit import UiText
from tests.ui.patients.test_patient_page import Screen
from tests.ui.people_desk import NOW, settle

SHIFT = Qt.KeyboardModifier.ShiftModifier
WELL = SyncStatus(SyncState.ONLINE, NOW, last_success=NOW)
CUT = SyncStatus(SyncState.OFFLINE, NOW, last_success=NOW)


@pytest.fixture
def screen(qtbot: QtBot, tmp_path: Path, words: UiText) -> Iterator[Screen]:
    made = Screen(qtbot, tmp_path, words)
    yield made
    made.close()


def questions(screen: Screen, patient_id: str) -> int:
    with screen.desk.store.read() as work:
        ops = work.outbox.of_aggregate(patient_id)
    return sum(op.kind is OpKind.INSURANCE_ASK for op in ops)


def test_without_an_upstream_f5_writes_an_answer_down_as_before(screen: Screen) -> None:
    patient = screen.desk.person()
    screen.open(patient.id)
    assert screen.page.insurance.asking.isHidden()
    assert screen.page.insurance.check.words() == "Жауап жазу"
    screen.press(Qt.Key.Key_F5)
    assert screen.entry is not None
    assert questions(screen, patient.id) == 0


def test_connected_f5_asks_and_says_so_until_the_answer_is_here(screen: Screen) -> None:
    patient = screen.desk.person()
    screen.open(patient.id)
    screen.notifier.announce_exchange(WELL)
    panel = screen.page.insurance
    assert panel.check.words() == "Тексеру"
    assert panel.asking.label.text() == "Қазір серверден сұралады."
    heard: list[str] = []
    screen.page.answers.kept.connect(heard.append)
    screen.press(Qt.Key.Key_F5)
    settle(screen.qtbot, screen.jobs)
    assert screen.entry is None
    assert questions(screen, patient.id) == 1
    assert "сұралды, жауап күтілуде" in panel.asking.label.text()
    # Once more is the same question, and the key is not dead.
    screen.press(Qt.Key.Key_F5)
    settle(screen.qtbot, screen.jobs)
    assert questions(screen, patient.id) == 1
    services = screen.desk.services
    with screen.desk.store.write() as work:
        op = work.outbox.latest(patient.id, OpKind.INSURANCE_ASK)
        receipt = Receipt("CoverageEligibilityRequest", "7", "1")
        work.outbox.save(replace(op, state=OpState.ACCEPTED, receipt=receipt))
        work.commit()
    answer = RecordAnswer(
        patient.id, InsuranceStatus.UNINSURED, Channel.SERVICE, NOW + dt.timedelta(seconds=5)
    )
    _, change = services.insurance.record(answer, services.actor(), in_spite_of=["insurance_doubt.any"])
    screen.notifier.announce(change)
    settle(screen.qtbot, screen.jobs)
    assert panel.asking.label.text() == "Қазір серверден сұралады."
    assert heard == [patient.id]


def test_out_of_reach_f5_keeps_the_question_and_offers_the_other_ways(screen: Screen) -> None:
    patient = screen.desk.person()
    screen.open(patient.id)
    screen.notifier.announce_exchange(CUT)
    assert "Байланыссыз сұрау мүмкін емес" in screen.page.insurance.asking.label.text()
    screen.press(Qt.Key.Key_F5)
    assert screen.entry is not None
    settle(screen.qtbot, screen.jobs)
    assert questions(screen, patient.id) == 1
    assert "кезекке тұрды" in screen.page.insurance.asking.label.text()
    screen.page.answers.close()
    screen.words.set_language(Language.RU)
    assert "Вопрос в очереди с" in screen.page.insurance.asking.label.text()


@pytest.mark.parametrize("status", [WELL, CUT])
def test_the_way_by_hand_is_one_key_away(screen: Screen, status: SyncStatus) -> None:
    patient = screen.desk.person()
    screen.open(patient.id)
    screen.notifier.announce_exchange(status)
    screen.press(Qt.Key.Key_F5, SHIFT)
    assert screen.entry is not None
    screen.page.answers.close()
    screen.page.insurance.asking.by_hand.click()
    assert screen.entry is not None
    assert questions(screen, patient.id) == 0


def test_nobody_can_be_asked_about_a_person_without_an_iin(screen: Screen) -> None:
    patient = screen.desk.person(reason=NoIinReason.DOCUMENT_NOT_AT_HAND)
    screen.open(patient.id)
    screen.notifier.announce_exchange(WELL)
    assert screen.page.insurance.asking.isHidden()
    screen.press(Qt.Key.Key_F5)
    assert screen.entry is not None
