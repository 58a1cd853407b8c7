"""The list of referrals: filters, keys, printing, cancelling, and rows that come when they are needed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from clinic_desk.domain.ids import OperationId, ServiceId
from clinic_desk.domain.referral import PrintState, ReferralStatus
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import ReferralFilter
from clinic_desk.services.referrals import ReferralForm
from clinic_desk.services.rows import Issued
from clinic_desk.services.slips import PrintAnswer
from clinic_desk.texts import Language
from clinic_desk.ui.kit import ChangeNotifier, Jobs, UiText
from clinic_desk.ui.referrals import referral_list
from clinic_desk.ui.referrals.referral_columns import status_chip
from clinic_desk.ui.referrals.referral_list import ReferralListPage
from clinic_desk.ui.referrals.referral_list_view import TILES
from tests.ui import keys
from tests.ui.referrals.small_clinic import (
    BLOOD,
    CARDIOLOGIST,
    DOCTOR,
    INSURED,
    MRI,
    NOW,
    UMIT,
    Clinic,
)


@dataclass
class AskingStandIn:
    """Answers the question why, or leaves it unanswered."""

    answer: str = ""
    asked: list[str] = field(default_factory=list)

    def ask(
        self, over: QWidget, title: str, label: str, on_answer: Callable[[str], object], **_rest: Any
    ) -> None:
        self.asked.append(str(_rest.get("text", "")))
        if self.answer:
            on_answer(self.answer)

    def show_error(self, over: QWidget, title: str, text: str) -> None:
        raise AssertionError(text)

    def confirm(self, *_args: Any, **_rest: Any) -> None:
        raise AssertionError("nobody is asked for a yes")


def issue(clinic: Clinic, service: ServiceId = CARDIOLOGIST, *, paper: bool = True) -> Issued:
    form = ReferralForm(
        INSURED, service, "I10", DOCTOR, "full_for_month", UMIT,
        reasons_given={"referral.already_living": "сынақ"}, wants_paper=paper,
    )  # fmt: skip
    return clinic.desk.referrals.issue(form, OperationId(new_id()), clinic.desk.actor())[0]


@dataclass
class Listed:
    page: ReferralListPage
    qtbot: QtBot
    jobs: Jobs
    notifier: ChangeNotifier
    dialogs: AskingStandIn
    words: UiText
    told: list[str]

    def settle(self) -> None:
        self.qtbot.wait(140)
        self.qtbot.waitUntil(lambda: not self.jobs.busy, timeout=5000)
        self.qtbot.wait(5)

    def numbers(self) -> list[str]:
        return [row.number for row in self.page.model.rows()]

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        target = QApplication.focusWidget()
        assert target is not None
        QTest.keyClick(target, key, modifiers)

    def tile(self, key: str) -> str:
        return self.page.view.tiles.tile(key).number()


@pytest.fixture
def listed(qtbot: QtBot, clinic: Clinic, jobs: Jobs, words: UiText) -> Listed:
    told: list[str] = []
    dialogs = AskingStandIn()
    notifier = ChangeNotifier()
    page = ReferralListPage(clinic.desk, jobs, words, notifier, dialogs=dialogs, tell=told.append)
    qtbot.addWidget(page)
    page.resize(1154, 708)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    return Listed(page, qtbot, jobs, notifier, dialogs, words, told)


def test_empty_list_says_what_to_do(listed: Listed) -> None:
    listed.page.on_shown()
    listed.settle()
    assert listed.page.view.empty.label.text() == listed.words.say("referral_list.empty")
    assert listed.page.view.table.isHidden()
    assert not listed.page.view.print_button.isEnabled()
    assert not listed.page.view.cancel_button.isEnabled()


def test_tiles_count_and_filter(listed: Listed, clinic: Clinic) -> None:
    first, second = issue(clinic), issue(clinic, BLOOD, paper=False)
    clinic.desk.slips.print(first.referral_id, clinic.desk.actor())
    third = issue(clinic, MRI)
    clinic.desk.referrals.move(second.referral_id, ReferralStatus.SENT, clinic.desk.actor())
    counted: list[int] = []
    listed.page.counted.connect(counted.append)
    listed.page.on_shown()
    listed.settle()
    assert listed.numbers() == [third.number, second.number, first.number]
    shown = {key: listed.tile(key) for key in ("all", "to_print", "issued", "sent", "closed")}
    assert shown == {"all": "3", "to_print": "1", "issued": "2", "sent": "1", "closed": "0"}
    assert counted == [1]
    for key, expected in (
        ("to_print", [third.number]),
        ("issued", [third.number, first.number]),
        ("sent", [second.number]),
        ("closed", []),
    ):
        listed.page.view.tiles.tile(key).click()
        listed.settle()
        assert listed.numbers() == expected
    assert listed.page.view.empty.label.text() == listed.words.say("referral_list.empty_filtered")
    assert listed.page.on_escape()
    listed.settle()
    assert len(listed.numbers()) == 3
    assert not listed.page.on_escape()


def test_row_says_everything_and_masks_the_iin(listed: Listed, clinic: Clinic) -> None:
    first = issue(clinic)
    listed.page.on_shown()
    listed.settle()
    spoken = [listed.page.model.index(0, column).data() for column in range(listed.page.model.columnCount())]
    text = " | ".join(spoken)
    patient = clinic.desk.patients.card(INSURED).patient
    assert patient.iin is not None
    assert patient.iin.digits not in text
    for part in (first.number, "23.11.2026 09:41", patient.name.full, "880214 ••", "Кардиолог кеңесі · I10",
                 "«Үміт-Кардио» орталығы", "23.12.2026", "МӘМС"):  # fmt: skip
        assert part in text
    listed.words.set_language(Language.RU)
    assert "Консультация: Кардиолог · I10" in listed.page.model.index(0, 2).data()


def test_number_filters_as_it_is_typed_anywhere_on_the_page(listed: Listed, clinic: Clinic) -> None:
    first, second = issue(clinic), issue(clinic, BLOOD)
    listed.page.on_shown()
    listed.settle()
    listed.page.view.table.setFocus()
    for character in first.number:
        target = QApplication.focusWidget()
        assert target is not None
        keys.press(target, character)
        keys.release(target, character)
    assert listed.page.view.number.text() == first.number
    listed.settle()
    assert listed.numbers() == [first.number]
    listed.key(Qt.Key.Key_Return)
    listed.settle()
    assert listed.page.view.table.hasFocus()
    listed.page.on_escape()
    listed.settle()
    assert set(listed.numbers()) == {first.number, second.number}


def test_older_answer_never_replaces_a_newer_one(
    listed: Listed, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = issue(clinic)
    issue(clinic, BLOOD)
    listed.page.on_shown()
    listed.settle()
    referrals, gate = clinic.desk.referrals, threading.Event()
    rows = type(referrals).rows

    def slow(self: object, wanted: ReferralFilter) -> object:
        if not wanted.text:
            gate.wait(5)
        return rows(referrals, wanted)

    monkeypatch.setattr(type(referrals), "rows", slow)
    listed.page.reload()
    listed.page.view.number.set_text(first.number)
    listed.page.reload()
    gate.set()
    listed.settle()
    assert listed.numbers() == [first.number]


def test_enter_opens_the_card(listed: Listed, clinic: Clinic) -> None:
    issue(clinic)
    wanted: list[str] = []
    listed.page.patient_wanted.connect(wanted.append)
    listed.page.on_shown()
    listed.settle()
    listed.page.view.table.setFocus()
    listed.key(Qt.Key.Key_Return)
    assert wanted == [INSURED]


def test_printing_again_makes_a_copy_and_says_so(listed: Listed, clinic: Clinic) -> None:
    first = issue(clinic)
    listed.page.on_shown()
    listed.settle()
    listed.page.view.table.setFocus()
    say = listed.words.say
    listed.key(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    listed.key(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    listed.settle()
    assert clinic.printer.pages == [first.number]
    assert clinic.paper.drawn[-1].copy_no == 0
    assert listed.told == [
        say("referral_list.printing_first", number=first.number),
        say("referral_list.printed", number=first.number),
    ]
    listed.settle()
    listed.told.clear()
    listed.page.print_selected()
    listed.settle()
    assert clinic.paper.drawn[-1].copy_no == 1
    assert listed.told == [
        say("referral_list.printing", number=first.number, n=1),
        say("referral_list.printed_copy", number=first.number, n=1),
    ]
    listed.settle()
    row = listed.page.selected()
    assert row is not None
    assert (row.print_state, row.copies_printed) == (PrintState.PRINTED, 2)


def test_printer_trouble_is_told(listed: Listed, clinic: Clinic) -> None:
    clinic.printer.answer = PrintAnswer.TIMED_OUT
    first = issue(clinic)
    listed.page.on_shown()
    listed.settle()
    listed.page.print_selected()
    listed.settle()
    assert listed.told[-1] == listed.words.say("referral.print.timed_out", number=first.number)
    assert listed.tile("to_print") == "1"


def test_cancelling_asks_why_and_keeps_the_words(listed: Listed, clinic: Clinic) -> None:
    first = issue(clinic)
    listed.page.on_shown()
    listed.settle()
    listed.page.view.table.setFocus()
    listed.key(Qt.Key.Key_Delete)
    listed.settle()
    assert len(listed.dialogs.asked) == 1
    assert first.number in listed.dialogs.asked[0]
    assert clinic.desk.referrals.get(first.referral_id).status is ReferralStatus.ISSUED
    listed.dialogs.answer = "пациент бас тартты"
    listed.key(Qt.Key.Key_Delete)
    listed.settle()
    assert clinic.desk.referrals.get(first.referral_id).status is ReferralStatus.CANCELLED
    with clinic.store.read() as work:
        assert work.referrals.history(first.referral_id)[-1].note == "пациент бас тартты"
    assert listed.told == [listed.words.say("referral_list.cancelled", number=first.number)]
    assert listed.tile("closed") == "1"
    assert not listed.page.view.cancel_button.isEnabled()
    listed.key(Qt.Key.Key_Delete)
    assert len(listed.dialogs.asked) == 2
    assert listed.told[-1] == listed.words.say("errors.errors.referral.forbidden_move")


def test_f5_and_changes_elsewhere_load_again_and_keep_the_chosen_row(listed: Listed, clinic: Clinic) -> None:
    first = issue(clinic)
    listed.page.on_shown()
    listed.settle()
    issue(clinic, BLOOD)
    listed.page.view.table.setFocus()
    listed.key(Qt.Key.Key_F5)
    listed.settle()
    row = listed.page.selected()
    assert len(listed.numbers()) == 2
    assert row is not None
    assert row.number == first.number
    issue(clinic, MRI)
    listed.notifier.announce(Change.of(Kind.REFERRAL))
    listed.settle()
    assert len(listed.numbers()) == 3
    listed.page.hide()
    issue(clinic)
    listed.notifier.announce(Change.of(Kind.REFERRAL))
    listed.settle()
    assert len(listed.numbers()) == 3
    listed.page.show()
    listed.page.on_shown()
    listed.settle()
    assert len(listed.numbers()) == 4


def test_scanned_referral_is_chosen_even_behind_a_filter(
    listed: Listed, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(referral_list, "PAGE_ROWS", 2)
    first = issue(clinic)
    for service in (BLOOD, MRI, BLOOD):
        issue(clinic, service)
    listed.page.on_shown()
    listed.settle()
    listed.page.view.tiles.tile("closed").click()
    listed.settle()
    listed.page.show_referral(first.referral_id)
    listed.settle()
    row = listed.page.selected()
    assert row is not None
    assert row.number == first.number
    assert listed.page.view.tiles.value() == "all"


def test_rows_come_as_they_are_needed(
    listed: Listed, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(referral_list, "PAGE_ROWS", 12)
    issued = [issue(clinic).number for _ in range(30)]
    listed.page.on_shown()
    listed.settle()
    assert len(listed.numbers()) < 30
    # Somebody issues one more while the list is being read in parts.
    newest = issue(clinic).number
    table = listed.page.view.table
    table.setFocus()
    for _ in range(3):
        table.select_row(listed.page.model.rowCount() - 1)
        table.verticalScrollBar().setValue(table.verticalScrollBar().maximum())
        listed.settle()
    assert listed.numbers() == issued[::-1]
    listed.page.reload()
    listed.settle()
    assert listed.numbers()[0] == newest


def test_everything_has_a_name(listed: Listed, clinic: Clinic) -> None:
    issue(clinic)
    listed.page.on_shown()
    listed.settle()
    view = listed.page.view
    for control in (
        view.number.edit, view.print_button, view.cancel_button, view.table, view.tiles.tile("all")
    ):  # fmt: skip
        assert control.accessibleName()
        assert control.objectName().startswith("referral_list_")


def _returned(clinic: Clinic, question: str) -> Issued:
    """A referral about which the supplier asks something."""
    issued = issue(clinic)
    with clinic.store.write() as work:
        known = work.referrals.get(issued.referral_id)
        assert known is not None
        for status, note in ((ReferralStatus.SENT, ""), (ReferralStatus.RETURNED, question)):
            known = work.referrals.save(replace(known, status=status), by="Бюро", at=NOW, note=note)
        work.commit()
    return issued


def test_a_question_is_quoted_and_answered(listed: Listed, clinic: Clinic) -> None:
    asked = _returned(clinic, "<b>Қай жағы?</b>" + "?" * 400)
    listed.page.on_shown()
    listed.settle()
    listed.page.view.table.setFocus()
    assert listed.page.view.answer_button.isVisible()
    assert listed.page.view.answer_button.accessibleName()
    listed.key(Qt.Key.Key_F7)
    listed.settle()
    assert "«<b>Қай жағы?</b>?" in listed.dialogs.asked[0]
    assert listed.dialogs.asked[0].endswith("?…»")
    assert clinic.desk.referrals.get(asked.referral_id).status is ReferralStatus.RETURNED
    listed.dialogs.answer = "Сол жағы"
    listed.key(Qt.Key.Key_F7)
    listed.settle()
    assert clinic.desk.referrals.get(asked.referral_id).status is ReferralStatus.SENT
    with clinic.store.read() as work:
        assert work.referrals.history(asked.referral_id)[-1].note == "Сол жағы"
    assert listed.told == [listed.words.say("referral_list.answered", number=asked.number)]
    assert clinic.desk.referrals.question(asked.referral_id) == ""


def test_nothing_is_answered_where_nobody_asks(listed: Listed, clinic: Clinic) -> None:
    issue(clinic)
    listed.page.on_shown()
    listed.settle()
    listed.page.view.table.setFocus()
    assert not listed.page.view.answer_button.isVisible()
    listed.key(Qt.Key.Key_F7)
    listed.settle()
    assert listed.dialogs.asked == []
    assert listed.told == [listed.words.say("referral_list.nothing_asked")]


def test_every_status_has_its_look_and_its_tile(words: UiText) -> None:
    looks = [status_chip(status, words) for status in ReferralStatus]
    assert all(chip.text and chip.icon for chip in looks)
    assert frozenset().union(*TILES.values()) == frozenset(ReferralStatus)
