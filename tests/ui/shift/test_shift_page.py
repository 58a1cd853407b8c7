"""The page of a shift: by keys alone, in every state, in three languages and at every size."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinic_desk.domain.sync.recalls import RecallEnd
from clinic_desk.services.slips import PrintAnswer
from clinic_desk.services.sync.papers.shift_values import Left
from clinic_desk.texts import NBSP, Language
from clinic_desk.ui.kit import ThemeName, UiText, look
from clinic_desk.ui.kit.measure import clipped_labels, untranslated
from clinic_desk.ui.kit.table import CELL_ROLE
from tests.services.desk import ACTOR
from tests.ui.people_desk import nameless, settle
from tests.ui.shift.conftest import WORDS, ShiftScreen

CTRL = Qt.KeyboardModifier.ControlModifier
SPACE, ENTER, DEL = Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Delete


def figure(screen: ShiftScreen, name: str) -> str:
    return screen.page.view.figures[name].number.text()


def test_an_empty_shift_says_so_and_offers_nothing(empty_screen: ShiftScreen) -> None:
    view = empty_screen.page.view
    assert "алғашқы әрекеттен" in view.notice.label.text()
    assert [figure(empty_screen, name) for name in ("served", "referrals", "unsent")] == ["0", "0", "0"]
    assert view.table.isHidden()
    assert view.empty.label.text().startswith("Кері шақырылатын қағаз жоқ")
    assert view.called_button.isHidden()
    assert not view.close_button.isEnabled()
    assert view.left.nothing.text().startswith("Ештеңе қалмайды")
    empty_screen.press(ENTER, CTRL)
    assert empty_screen.told == []


def test_papers_are_listed_with_whom_to_call_why_and_the_server_s_words(screen: ShiftScreen) -> None:
    assert screen.states == ["return", "return"]
    model = screen.page.model

    def cell(column: int):  # type: ignore[no-untyped-def]
        return model.index(0, column).data(CELL_ROLE)

    assert cell(0).text.startswith("Үлгі1 ")
    assert "••" in cell(0).second
    assert "+7 701 000 00 00" in cell(0).second.replace(NBSP, " ")
    assert cell(1).text == "Жолдама, уақытша"
    assert cell(1).second.replace(NBSP, " ").endswith("· 23.11.2026 09:41")
    assert (cell(2).text, cell(2).second) == ("Жолдама қабылданбады", f"«{WORDS}»")
    view = screen.page.view
    assert view.papers_chip.text() == "2 адамға хабарлау керек"
    assert view.quoted.text() == f"Сервер: «{WORDS}»"
    assert [figure(screen, name) for name in ("served", "registered", "referrals")] == ["3", "3", "3"]
    assert view.left.line(Left.RECALLS).text.text() == "2 қағаз туралы хабарланбаған"


def test_the_words_to_say_are_in_the_language_of_the_patient(screen: ShiftScreen) -> None:
    view = screen.page.view
    assert view.to_say.text().startswith("Сәлеметсіз бе! №5 емхана.")
    screen.press(Qt.Key.Key_Down)
    said = view.to_say.text()
    assert said.startswith("Здравствуйте! Поликлиника № 5. Звоним по направлению № ")
    assert "вы сейчас не застрахованы" in said
    assert said.endswith("+7 727 255 00 00.")
    assert view.quoted.isHidden()


def test_space_tells_and_takes_back_and_undo_too(screen: ShiftScreen) -> None:
    screen.press(SPACE)
    assert screen.states == ["return", "told"]
    assert screen.told[-1].endswith(": хабарланды.")
    assert screen.page.selected() is not None
    assert screen.page.view.papers_chip.text() == "1 адамға хабарлау керек"
    # The next one to be called is chosen.
    chosen = screen.page.selected()
    assert chosen is not None
    assert chosen.needs_call
    screen.page.view.table.select_row(1)
    assert screen.page.view.called_button.words() == "Қоңырауды қайтару"
    screen.press(SPACE)
    assert screen.states == ["return", "return"]
    screen.press(SPACE)
    screen.undos[-1]()
    settle(screen.qtbot, screen.jobs)
    assert screen.states == ["return", "return"]


def test_a_paper_brought_back_stays_in_the_list_of_the_shift_as_settled(screen: ShiftScreen) -> None:
    screen.press(DEL)
    assert screen.states == ["return", "done"]
    with screen.desk.store.read() as work:
        ends = [recall.end for recall in work.recalls.listed(since=screen.desk.clock.now())]
    assert sorted(str(end) for end in ends) == ["None", RecallEnd.RETURNED.value]
    screen.page.view.table.select_row(1)
    assert not screen.page.view.called_button.isEnabled()
    assert screen.page.view.say_card.isHidden()


def test_print_new_asks_for_the_dialog_with_what_stood_on_the_paper(screen: ShiftScreen) -> None:
    row = screen.page.selected()
    assert row is not None
    screen.press(Qt.Key.Key_N, CTRL)
    ((patient_id, old),) = screen.heard
    assert (patient_id, old.number, old.diagnosis.code) == (row.patient_id, row.number, "R10.4")


def test_enter_opens_the_card_and_lines_lead_to_their_sections(screen: ShiftScreen) -> None:
    row = screen.page.selected()
    assert row is not None
    screen.press(ENTER)
    view = screen.page.view
    view.left.line(Left.WAITING).button.click()
    view.left.line(Left.RECALLS).button.click()
    assert screen.heard == [row.patient_id, "sync"]
    assert view.table.hasFocus()


def test_provisional_papers_are_shown_on_request_and_esc_goes_back(screen: ShiftScreen) -> None:
    view = screen.page.view
    assert "Уақытша басылғаны: 3" in view.papers_note.text()
    view.all_papers.click()
    assert screen.states == ["return", "return", "waiting"]
    view.table.select_row(2)
    assert (view.say_card.isHidden(), view.called_button.isEnabled()) == (True, False)
    assert screen.page.on_escape()
    assert screen.states == ["return", "return"]
    assert not screen.page.on_escape()


def test_the_shift_closes_with_what_is_open_and_its_kept_sheet_is_printed_again(screen: ShiftScreen) -> None:
    screen.press(SPACE)
    screen.press(ENTER, CTRL)
    assert "Келесі ауысымға" in screen.told[-1]
    view = screen.page.view
    assert view.close_button.isHidden()
    assert "Ауысым 10:19 жабылды" in view.notice.label.text()
    assert screen.states == ["return", "told"]
    screen.page.print_selected()
    settle(screen.qtbot, screen.jobs)
    assert screen.told[-1] == "Ауысым парағы принтерге кетті."
    content, _ = screen.desk.renderer.shifts[-1]
    assert content.sheet.is_closed
    assert len(content.sheet.recalls) == 1
    screen.press(ENTER, CTRL)
    assert screen.told[-1] == "Ауысым парағы принтерге кетті."


@pytest.mark.parametrize("answer", [answer for answer in PrintAnswer if answer is not PrintAnswer.ACCEPTED])
def test_a_printer_s_trouble_is_said(screen: ShiftScreen, answer: PrintAnswer) -> None:
    screen.desk.printer.answer = answer
    screen.page.view.print_button.click()
    settle(screen.qtbot, screen.jobs)
    assert "Ctrl+P" in screen.told[-1]


def test_news_from_elsewhere_shows_by_itself(screen: ShiftScreen) -> None:
    row = screen.page.model.rows()[1]
    _, change = screen.services.insurance.record(_insured_again(row.patient_id), ACTOR)
    screen.page._notifier.announce(change)
    settle(screen.qtbot, screen.jobs)
    assert screen.states == ["return"]


def test_who_was_told_wrongly_is_to_be_told_again(screen: ShiftScreen, words: UiText) -> None:
    screen.page.view.table.select_row(1)
    row = screen.page.selected()
    assert row is not None
    screen.press(SPACE)
    _, change = screen.services.insurance.record(_insured_again(row.patient_id), ACTOR)
    screen.page._notifier.announce(change)
    settle(screen.qtbot, screen.jobs)
    assert screen.states == ["return", "tell"]
    screen.page.view.table.select_row(1)
    view = screen.page.view
    assert "направление действует" in view.to_say.text()
    assert (view.called_button.isEnabled(), view.replace_button.isEnabled()) == (True, False)
    for language in Language:
        words.set_language(language)
        assert untranslated(screen.page, language) == []


def _insured_again(patient_id):  # type: ignore[no-untyped-def]
    from clinic_desk.domain.insurance import Channel, InsuranceStatus
    from clinic_desk.services.insurance import RecordAnswer

    return RecordAnswer(patient_id, InsuranceStatus.INSURED_STATE, Channel.EGOV)


@pytest.mark.parametrize(
    ("theme", "scale"), [(ThemeName.LIGHT, 1.0), (ThemeName.DARK, 1.25), (ThemeName.LIGHT, 1.5)]
)
def test_nothing_is_cut_or_foreign_at_any_size(
    screen: ShiftScreen, qtbot: QtBot, words: UiText, theme: ThemeName, scale: float
) -> None:
    look().set(theme, scale)
    # The room of the page in a window of 1366 x 768, beside the rail of that size.
    screen.page.resize(1154 if scale == 1.0 else 1366 - round(64 * scale), 768 - round(100 * scale))
    for language in Language:
        words.set_language(language)
        settle(qtbot, screen.jobs)
        assert clipped_labels(screen.page) == []
        assert untranslated(screen.page, language) == []
        assert nameless(screen.page) == []
        assert screen.page.minimumSizeHint().width() <= 1366 - 64 * scale
