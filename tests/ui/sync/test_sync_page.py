"""The screen of the exchange over a real store: lists, keys, decisions, nothing sent by a reflex."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from clinic_desk.domain.clinic import Desk
from clinic_desk.domain.ids import ConflictId
from clinic_desk.domain.referral import ReferralStatus
from clinic_desk.domain.sync.conflicts import ConflictKind, FieldConflict, Side, SyncConflict
from clinic_desk.domain.sync.ops import LastAnswer, Op, OpKind, OpState, Receipt
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.sync.acts.author import signed
from clinic_desk.services.sync.deciding.attention_rows import ItemAct, ItemFilter
from clinic_desk.services.sync.down.arrived import SetAside
from clinic_desk.services.sync.down.set_aside import note_set_aside
from clinic_desk.services.sync.exchange.status import SyncState, SyncStatus
from clinic_desk.services.sync.ports import Shadow, SyncDay
from clinic_desk.texts import Language
from clinic_desk.ui.kit import ChangeNotifier, Jobs, ThemeName, UiText, look
from clinic_desk.ui.kit.measure import clipped_labels, untranslated
from clinic_desk.ui.sync.sync_page import SyncPage
from tests.assembled import assembled
from tests.services.conftest import desk, folder, template
from tests.services.desk import NOW, PERSON, DeskOverStore, form_of, iin
from tests.ui import keys
from tests.ui.people_desk import crash, nameless, settle

__all__ = ["desk", "folder", "template"]

CTRL = Qt.KeyboardModifier.ControlModifier
ENTER = Qt.Key.Key_Return
WORDS = "нет услуги в договоре"


class Worker:
    """Hears what the page asks of the exchange."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def now(self) -> None:
        self.heard.append("now")

    def pause(self) -> None:
        self.heard.append("pause")

    def resume(self) -> None:
        self.heard.append("resume")


class Answers:
    """Stands in for the dialogs: answers every question with these words."""

    def __init__(self) -> None:
        self.words = "ошибка в услуге"
        self.asked: list[str] = []

    def show_error(self, over: QWidget, title: str, text: str) -> None:
        raise AssertionError(text)

    def confirm(
        self, over: QWidget, title: str, text: str, yes: str, on_yes: Callable[[], object], **_: object
    ) -> None:
        self.asked.append(title)
        on_yes()

    def ask(
        self, over: QWidget, title: str, label: str, on_answer: Callable[[str], object], **_: object
    ) -> None:
        self.asked.append(title)
        on_answer(self.words)


class Chooser:
    """Saves where the test says."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def choose_list(self, over: QWidget, on_path: Callable[[Path], object]) -> None:
        raise AssertionError

    def choose_target(self, over: QWidget, name: str, on_path: Callable[[Path], object]) -> None:
        on_path(self.path / name)


class Screen:
    """The page in a window of its own: a refused referral, a difference, things that wait."""

    def __init__(self, qtbot: QtBot, desk: DeskOverStore, words: UiText, tmp_path: Path) -> None:
        self.desk, self.qtbot, self.words = desk, qtbot, words
        self.jobs, self.notifier = Jobs(crash), ChangeNotifier()
        self.worker, self.answers = Worker(), Answers()
        self.told: list[str] = []
        self.first = desk.person()
        desk.insured(self.first.id)
        self.issued = desk.issue(form_of(self.first.id))
        self.second = desk.person(iin=iin("79090940000"), surname="Мысалова", given_name="Гүлнар")
        self.page = SyncPage(
            assembled(desk.store, desk.clock),
            self.jobs,
            words,
            self.notifier,
            self.worker,
            self.told.append,
            chooser=Chooser(tmp_path),
            dialogs=self.answers,  # type: ignore[arg-type]
        )
        self.heard: list[object] = []
        for name in ("patient_wanted", "mend_wanted"):
            getattr(self.page, name).connect(self.heard.append)
        self.page.renew_wanted.connect(lambda: self.heard.append("renew"))
        qtbot.addWidget(self.page)
        self.page.resize(1150, 708)
        with qtbot.waitActive(self.page):
            self.page.show()
            self.page.activateWindow()

    def refuse(self) -> Op:
        with self.desk.store.write() as work:
            op = next(
                op for op in work.outbox.of_aggregate(self.first.id) if op.kind is OpKind.REFERRAL_ISSUE
            )
            answer = LastAnswer("refused", NOW, WORDS, 422)
            op = replace(op, state=OpState.REJECTED, attempts=1, first_sent_at=NOW, answer=answer)
            work.outbox.save(op)
            work.commit()
        return op

    def differ(self, kind: ConflictKind = ConflictKind.FIELDS) -> SyncConflict:
        phone = FieldConflict("phone", "", "+77010000000", "+77000000022", "Сәбитова Г.", NOW, "", "Ким В.")
        backed = FieldConflict(
            "address", "", "Сынақ, 1", "Мысал, 7", "Сәбитова Г.", NOW, "", "Ким В.", NOW, "identity_card"
        )
        fields = () if kind is ConflictKind.GONE else (phone, backed)
        with self.desk.store.write() as work:
            op = work.outbox.of_aggregate(self.second.id)[0]
            state = OpState.CONFLICT if kind is ConflictKind.FIELDS else OpState.HELD
            work.outbox.save(replace(op, state=state))
            conflict = SyncConflict(
                ConflictId("c" * 32), kind, self.second.id, NOW, "Patient", "7", op.op_id, fields
            )
            work.conflicts.add(conflict)
            work.commit()
        return conflict

    def set_aside(self, *places: str, version: str = "1") -> None:
        with self.desk.store.write() as work:
            note_set_aside(work, [SetAside(place, version, "birth_date") for place in places], NOW)
            work.commit()

    def load(self) -> None:
        self.page.reload()
        settle(self.qtbot, self.jobs)
        self.page.view.table.setFocus()

    def choose(self, state: OpState) -> None:
        rows = self.page.model.rows()
        number = next(number for number, row in enumerate(rows) if row.state is state)
        self.page.view.table.select_row(number)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.page, key, modifiers)
        settle(self.qtbot, self.jobs)

    def digit(self, text: str) -> None:
        keys.press(QApplication.focusWidget() or self.page, text)

    def op(self, op_id: str) -> Op:
        with self.desk.store.read() as work:
            found = work.outbox.get(op_id)  # type: ignore[arg-type]
        assert found is not None
        return found


@pytest.fixture
def screen(qtbot: QtBot, desk: DeskOverStore, words: UiText, tmp_path: Path) -> Iterator[Screen]:
    made = Screen(qtbot, desk, words, tmp_path)
    yield made
    assert made.jobs.shutdown(10)


def test_what_needs_a_person_comes_first_with_the_server_s_words(screen: Screen) -> None:
    screen.refuse()
    screen.load()
    rows = screen.page.model.rows()
    assert [row.state for row in rows] == ["rejected", "pending", "pending", "pending"]
    about = screen.page.model.cell(0, 1)
    assert screen.issued.number in about.text
    assert WORDS in about.second
    tiles = screen.page.view.tiles
    assert [tiles.tile(key).number() for key in ("waiting", "attention", "received")] == ["3", "1", "0"]
    assert WORDS in screen.page.view.item.answer.text()


def test_whoever_corrected_it_is_named_beside_who_did_it(screen: Screen) -> None:
    op = screen.refuse()
    other = Actor("Оспанова Б.", Desk("T3", "3", "Оспанова Б."))
    with screen.desk.store.write() as work:
        work.outbox.save(replace(op, payload=signed(op.payload, other, NOW)))
        work.commit()
    screen.load()
    screen.choose(OpState.REJECTED)
    first, second = screen.page.view.item.by.text().split("\n")
    assert op.actor in first
    assert "Оспанова Б. · T3" in second


def test_tiles_filter_and_escape_shows_all_again(screen: Screen) -> None:
    screen.refuse()
    with screen.desk.store.write() as work:
        work.sync_state.count_on(SyncDay(screen.desk.clock.today(), accepted=148, pulled=312))
        work.commit()
    screen.load()
    screen.page.view.tiles.tile(ItemFilter.ATTENTION.value).click()
    settle(screen.qtbot, screen.jobs)
    assert [row.state for row in screen.page.model.rows()] == ["rejected"]
    assert screen.page.view.tiles.tile("received").number() == "312"
    assert screen.page.on_escape()
    settle(screen.qtbot, screen.jobs)
    assert len(screen.page.model.rows()) == 4
    assert not screen.page.on_escape()


def test_enter_mends_what_was_refused_and_never_takes_back(screen: Screen) -> None:
    op = screen.refuse()
    screen.load()
    screen.choose(OpState.REJECTED)
    screen.press(ENTER)
    assert [row.op_id for row in screen.heard] == [op.op_id]  # type: ignore[attr-defined]
    screen.choose(OpState.PENDING)
    screen.press(ENTER)
    assert screen.heard[1] == screen.page.model.rows()[1].patient_id
    assert screen.answers.asked == []


def test_ctrl_r_sends_again_and_asks_for_a_round(screen: Screen) -> None:
    op = screen.refuse()
    screen.load()
    screen.press(Qt.Key.Key_R, CTRL)
    assert screen.op(op.op_id).state is OpState.PENDING
    assert screen.worker.heard == ["now"]


def test_delete_takes_back_with_a_reason(screen: Screen) -> None:
    op = screen.refuse()
    screen.load()
    screen.press(Qt.Key.Key_Delete)
    assert screen.op(op.op_id).reason == screen.answers.words
    assert screen.op(op.op_id).state is OpState.WITHDRAWN
    with screen.desk.store.read() as work:
        referral = work.referrals.get(screen.issued.referral_id)
    assert referral is not None
    assert referral.status is ReferralStatus.CANCELLED
    assert len(screen.told) == 1


def test_an_item_is_saved_to_a_file(screen: Screen, tmp_path: Path) -> None:
    op = screen.refuse()
    screen.load()
    screen.press(Qt.Key.Key_S, CTRL)
    (file,) = tmp_path.glob("*.json")
    (told,) = json.loads(file.read_text("utf-8"))["operations"]
    assert told["op_id"] == op.op_id


def test_a_file_that_cannot_be_written_is_told_and_loses_nothing(screen: Screen, tmp_path: Path) -> None:
    op = screen.refuse()
    screen.page.acts.chooser = Chooser(tmp_path / "nowhere")
    screen.load()
    screen.press(Qt.Key.Key_S, CTRL)
    assert len(screen.told) == 1
    assert screen.op(op.op_id).state is OpState.REJECTED


def test_a_difference_is_decided_by_digits_and_saved_once_all_are_chosen(screen: Screen) -> None:
    conflict = screen.differ()
    screen.load()
    screen.choose(OpState.CONFLICT)
    screen.press(ENTER)
    card = screen.page.view.conflict
    assert card.isVisible()
    # What a document backs is proposed, a word against a word is not.
    assert card.grid.choice() == {"address": Side.THEIRS}
    assert not card.save_button.isEnabled()
    screen.press(ENTER, CTRL)
    assert screen.told == []
    screen.digit("2")
    assert card.grid.choice() == {"phone": Side.THEIRS, "address": Side.THEIRS}
    screen.digit("3")
    assert card.grid.choice()["address"] is Side.MINE
    screen.press(ENTER, CTRL)
    with screen.desk.store.read() as work:
        decided = work.conflicts.get(conflict.id)
        patient = work.patients.get(screen.second.id)
    assert decided is not None
    assert decided.choice == {"phone": Side.THEIRS, "address": Side.MINE}
    assert patient is not None
    assert patient.phone is not None
    assert patient.phone.e164 == "+77000000022"
    assert not card.isVisible()
    assert screen.worker.heard == ["now"]


def test_a_decision_can_wait(screen: Screen) -> None:
    conflict = screen.differ()
    screen.load()
    screen.choose(OpState.CONFLICT)
    screen.press(ENTER)
    assert screen.page.on_escape()
    assert not screen.page.view.conflict.isVisible()
    assert screen.page.view.item.isVisible()
    with screen.desk.store.read() as work:
        assert [one.id for one in work.conflicts.open()] == [conflict.id]


def test_two_people_are_kept_apart_with_a_reason(screen: Screen) -> None:
    conflict = screen.differ(ConflictKind.DUPLICATE)
    screen.load()
    screen.choose(OpState.HELD)
    screen.press(ENTER)
    assert screen.page.view.conflict.refuse_button.isVisible()
    screen.press(Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier)
    with screen.desk.store.read() as work:
        decided = work.conflicts.get(conflict.id)
    assert decided is not None
    assert not decided.is_open


def test_what_is_gone_is_left_gone_with_a_reason(screen: Screen) -> None:
    conflict = screen.differ(ConflictKind.GONE)
    screen.load()
    screen.choose(OpState.HELD)
    screen.press(ENTER)
    card = screen.page.view.conflict
    assert card.refuse_button.isVisible()
    assert card.refuse_button.words() == screen.words.say("sync_screen.gone.leave")
    screen.press(Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier)
    assert screen.answers.asked == [screen.words.say("sync_screen.gone.leave_title")]
    with screen.desk.store.read() as work:
        decided = work.conflicts.get(conflict.id)
        assert work.patients.get(screen.second.id) is not None
    assert decided is not None
    assert (decided.is_open, decided.reason) == (False, screen.answers.words)
    assert screen.op(conflict.op_id).state is OpState.WITHDRAWN
    assert not card.isVisible()


def test_a_difference_of_fields_has_no_other_way_out(screen: Screen) -> None:
    screen.differ()
    screen.load()
    screen.choose(OpState.CONFLICT)
    screen.press(ENTER)
    assert not screen.page.view.conflict.refuse_button.isVisible()
    screen.press(Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier)
    assert screen.answers.asked == []


def test_what_could_not_be_read_is_counted_and_listed_in_a_file(screen: Screen, tmp_path: Path) -> None:
    screen.load()
    view = screen.page.view
    assert not view.unread.isVisible()
    screen.press(Qt.Key.Key_S, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert list(tmp_path.glob("*.json")) == []
    screen.set_aside("Patient/bad1", "Patient/bad2", "", "")
    screen.set_aside("Patient/bad2", version="2")
    screen.load()
    assert view.unread.isVisible()
    assert view.unread.label.text() == screen.words.say("sync_screen.unread", n=3)
    screen.press(Qt.Key.Key_S, CTRL | Qt.KeyboardModifier.ShiftModifier)
    (file,) = tmp_path.glob("*.json")
    listed = json.loads(file.read_text("utf-8"))["could_not_be_read"]
    assert [(one["where"], one["version"], one["why"]) for one in listed] == [
        ("Patient/bad1", "1", "birth_date"),
        ("", "1", "birth_date"),
        ("Patient/bad2", "2", "birth_date"),
    ]
    assert len(screen.told) == 1


def test_what_was_read_since_is_counted_no_more(screen: Screen) -> None:
    screen.set_aside("Patient/bad1", version="3")
    for version, n in (("2", 1), ("4", 0)):
        with screen.desk.store.write() as work:
            work.shadows.put([Shadow("Patient", "bad1", version, "2026-11-23T04:00:00Z", {})])
            work.commit()
        screen.load()
        assert screen.page.view.unread.isVisible() is bool(n)


def test_what_changed_elsewhere_is_told_and_read_again(screen: Screen) -> None:
    op = screen.refuse()
    screen.load()
    with screen.desk.store.write() as work:
        work.outbox.save(replace(op, state=OpState.WITHDRAWN, settled_at=NOW))
        work.commit()
    screen.press(Qt.Key.Key_R, CTRL)
    assert screen.told == [screen.words.say("sync.errors.sync.not_now")]
    assert "rejected" not in [row.state for row in screen.page.model.rows()]


def test_the_exchange_is_started_paused_and_resumed(screen: Screen) -> None:
    screen.load()
    screen.notifier.announce_exchange(SyncStatus(SyncState.ONLINE, NOW, 4, last_success=NOW))
    screen.press(Qt.Key.Key_F5)
    screen.page.view.pause_button.click()
    screen.notifier.announce_exchange(SyncStatus(SyncState.PAUSED, NOW, 4, last_success=NOW))
    screen.page.view.pause_button.click()
    assert screen.worker.heard == ["now", "pause", "resume"]


def test_a_restored_server_is_compared_only_when_a_person_says_so(screen: Screen) -> None:
    screen.load()
    screen.notifier.announce_exchange(SyncStatus(SyncState.RESTORED, NOW, 4, last_success=NOW))
    assert not screen.page.view.send_button.isVisible()
    screen.page.view.renew_button.click()
    assert screen.heard == ["renew"]
    assert len(screen.answers.asked) == 1


@pytest.mark.parametrize("wanted", [ItemFilter.OPEN, ItemFilter.WAITING])
def test_an_empty_list_says_all_is_sent_only_while_the_exchange_is_well(
    screen: Screen, wanted: ItemFilter
) -> None:
    with screen.desk.store.write() as work:
        for op in work.outbox.in_states([OpState.PENDING]):
            work.outbox.save(replace(op, state=OpState.ACCEPTED, receipt=Receipt("Patient", "1", "1")))
        work.commit()
    screen.page.show_filter(wanted)
    screen.load()
    empty, well = screen.page.view.empty, screen.words.say("sync_screen.empty.open")
    told = {}
    for state in SyncState:
        screen.notifier.announce_exchange(SyncStatus(state, NOW, last_success=NOW))
        assert empty.isVisible()
        told[state] = empty.label.text()
    assert [state for state, text in told.items() if text == well] == [SyncState.ONLINE]
    assert len(set(told.values())) == len(SyncState)


@pytest.mark.parametrize("state", [SyncState.RESTORED, SyncState.SIGN_IN_NEEDED])
def test_nothing_is_said_to_need_nobody_while_the_exchange_itself_does(
    screen: Screen, state: SyncState
) -> None:
    screen.page.show_filter(ItemFilter.ATTENTION)
    screen.load()
    screen.notifier.announce_exchange(SyncStatus(state, NOW, last_success=NOW))
    assert screen.page.view.empty.label.text() == screen.words.say(f"sync_screen.empty_while.{state}")


def test_a_hidden_page_is_read_again_when_it_is_shown(screen: Screen) -> None:
    screen.load()
    screen.page.hide()
    screen.refuse()
    screen.notifier.announce(Change.of(Kind.SYNC))
    screen.page.show()
    screen.page.on_shown()
    settle(screen.qtbot, screen.jobs)
    assert screen.page.model.rows()[0].state is OpState.REJECTED


@pytest.mark.parametrize("language", list(Language))
def test_every_state_is_said_in_every_language(screen: Screen, language: Language) -> None:
    screen.words.set_language(language)
    since = NOW - dt.timedelta(minutes=29)
    screen.page.show_filter(ItemFilter.ATTENTION)
    for state in SyncState:
        screen.notifier.announce_exchange(
            SyncStatus(state, since, 4, 0, since, NOW, done=41_000, total=120_000)
        )
        settle(screen.qtbot, screen.jobs)
        assert clipped_labels(screen.page) == []
        assert untranslated(screen.page, language) == []


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
@pytest.mark.parametrize("language", list(Language))
def test_nothing_is_cut_or_untranslated(screen: Screen, language: Language, scale: float) -> None:
    look().set(ThemeName.LIGHT, scale)
    screen.words.set_language(language)
    # The room beside the rail of a window of 1366 x 768.
    screen.page.resize(1366 - look().px(212 if scale == 1.0 else 64), 768 - look().px(60))
    screen.refuse()
    screen.differ()
    screen.set_aside(*(f"Patient/bad{n}" for n in range(120)))
    screen.load()
    assert screen.page.view.unread.isVisible()
    faults = []
    for state, wanted in (
        (OpState.REJECTED, None),
        (OpState.PENDING, None),
        (OpState.CONFLICT, ItemAct.DECIDE),
    ):
        screen.choose(state)
        if wanted is not None:
            screen.page.act(wanted)
        settle(screen.qtbot, screen.jobs)
        faults += [f"{state}: cut {label}" for label in clipped_labels(screen.page)]
        faults += [f"{state}: not {language}: {label}" for label in untranslated(screen.page, language)]
    assert faults == []
    assert nameless(screen.page) == []
    assert PERSON.iin not in "".join(screen.page.model.cell(0, column).spoken for column in range(5))


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
@pytest.mark.parametrize("language", list(Language))
def test_the_buttons_of_what_is_gone_are_whole(screen: Screen, language: Language, scale: float) -> None:
    look().set(ThemeName.LIGHT, scale)
    screen.words.set_language(language)
    screen.page.resize(1366 - look().px(212 if scale == 1.0 else 64), 768 - look().px(60))
    screen.differ(ConflictKind.GONE)
    screen.load()
    screen.choose(OpState.HELD)
    screen.page.act(ItemAct.DECIDE)
    settle(screen.qtbot, screen.jobs)
    card = screen.page.view.conflict
    assert card.refuse_button.isVisible()
    assert clipped_labels(screen.page) == []
    # Title, what the two ways mean, buttons: from above to below without a hole before them.
    assert card.ways.isVisible()
    assert card.title.geometry().bottom() < look().px(70)
    assert untranslated(screen.page, language) == []
