import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from clinic_desk.ui.kit import ComboField, Modal, Option, PrimaryButton, vertical
from tests.ui.keys import click, type_text

SERVICES = [
    Option("A02.001", "Кардиолог кеңесі", "A02.001"),
    Option("A02.002", "Невролог кеңесі", "A02.002"),
    Option("C03.018", "Магниттік-резонанстық томография", "C03.018", note="ТМККК"),
]
ENTER, DOWN, ESC = Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Escape


def find(query: str) -> list[Option]:
    return [option for option in SERVICES if query.lower() in option.shown.lower()]


class Form(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.combo = ComboField("Қызмет", lambda query, deliver: deliver(find(query)))
        self.combo.setObjectName("referral_service")
        self.next = PrimaryButton("Әрі қарай")
        self.setLayout(vertical(self.combo, self.next, None))
        self.resize(500, 400)


@pytest.fixture
def form(qtbot) -> Form:
    form = Form()
    qtbot.addWidget(form)
    form.show()
    form.activateWindow()
    form.combo.edit.setFocus()
    qtbot.waitUntil(form.combo.edit.hasFocus)
    return form


def test_type_and_enter_takes_the_first(form: Form, qtbot) -> None:
    type_text(form.combo.edit, "кеңес")
    assert form.combo.is_open
    with qtbot.waitSignal(form.combo.chosen) as chosen:
        click(form.combo.edit, ENTER)
    assert chosen.args == [SERVICES[0]]
    assert form.combo.option() is SERVICES[0]
    assert form.combo.text() == "A02.001 Кардиолог кеңесі"
    assert not form.combo.is_open


def test_arrows_move(form: Form) -> None:
    type_text(form.combo.edit, "A02")
    click(form.combo.edit, DOWN)
    click(form.combo.edit, DOWN)
    click(form.combo.edit, ENTER)
    assert form.combo.option() is SERVICES[1]


def test_down_opens_everything_and_escape_brings_the_choice_back(form: Form) -> None:
    form.combo.set_option(SERVICES[2])
    click(form.combo.edit, DOWN)
    assert form.combo.popup.model.rowCount() == 3
    click(form.combo.edit, ESC)
    assert not form.combo.is_open
    assert form.combo.option() is SERVICES[2]


def test_typing_ends_the_choice(form: Form, qtbot) -> None:
    form.combo.set_option(SERVICES[0])
    with qtbot.waitSignal(form.combo.cleared):
        form.combo.edit.selectAll()
        type_text(form.combo.edit, "н")
    assert form.combo.option() is None


def test_unknown_words_are_kept_and_chosen_is_nothing(form: Form) -> None:
    type_text(form.combo.edit, "жоқ қызмет")
    click(form.combo.edit, ENTER)
    assert form.combo.option() is None
    assert form.combo.text() == "жоқ қызмет"
    assert not form.combo.is_open


def test_tab_takes_the_current_row(form: Form) -> None:
    type_text(form.combo.edit, "невр")
    click(form.combo.edit, Qt.Key.Key_Tab)
    assert form.combo.option() is SERVICES[1]
    assert form.next.hasFocus()


def test_enter_before_the_answer_takes_its_first_row(form: Form) -> None:
    waiting: list[tuple[str, object]] = []
    form.combo.set_source(lambda query, deliver: waiting.append((query, deliver)))
    type_text(form.combo.edit, "ма")
    click(form.combo.edit, ENTER)
    assert form.combo.option() is None
    query, deliver = waiting[-1]
    deliver(find(query))
    assert form.combo.option() is SERVICES[2]


def test_late_answer_to_an_older_question_is_dropped(form: Form) -> None:
    waiting: list[tuple[str, object]] = []
    form.combo.set_source(lambda query, deliver: waiting.append((query, deliver)))
    type_text(form.combo.edit, "ма")
    (_, first), (_, second) = waiting
    second([SERVICES[2]])
    first([SERVICES[0]])
    click(form.combo.edit, ENTER)
    assert form.combo.option() is SERVICES[2]


def test_enter_with_a_choice_moves_on(form: Form, qtbot) -> None:
    form.combo.set_option(SERVICES[0])
    with qtbot.waitSignal(form.combo.moved_on):
        click(form.combo.edit, ENTER)


def test_click_takes_a_row(form: Form, qtbot) -> None:
    click(form.combo.edit, DOWN)
    popup = form.combo.popup
    spot = popup.list.visualRect(popup.model.index(1)).center()
    qtbot.mouseClick(popup.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert form.combo.option() is SERVICES[1]
    assert form.combo.edit.hasFocus()


def test_leaving_closes_the_list(form: Form) -> None:
    click(form.combo.edit, DOWN)
    form.next.setFocus()
    assert not form.combo.is_open


def test_list_stays_inside_the_window(form: Form, qtbot) -> None:
    form.resize(300, 150)
    click(form.combo.edit, DOWN)
    assert form.rect().contains(form.combo.popup.geometry())


def test_escape_in_an_open_list_leaves_the_dialog_open(qtbot) -> None:
    window = QWidget()
    window.resize(900, 700)
    qtbot.addWidget(window)
    modal = Modal("Жаңа жолдама")
    combo = ComboField("Қызмет", lambda query, deliver: deliver(find(query)))
    modal.body.addWidget(combo)
    window.show()
    window.activateWindow()
    modal.open_over(window, combo.edit)
    click(combo.edit, DOWN)
    assert combo.is_open
    click(combo.edit, ESC)
    assert not combo.is_open
    assert modal.is_open
    click(combo.edit, ESC)
    assert not modal.is_open


def test_click_on_the_caret_lists_everything(form: Form, qtbot) -> None:
    edit = form.combo.edit
    caret = edit.rect().center()
    caret.setX(edit.width() - 18)
    qtbot.mouseClick(edit, Qt.MouseButton.LeftButton, pos=caret)
    assert form.combo.is_open
    assert form.combo.popup.model.rowCount() == 3


def test_long_choice_can_be_read_whole(form: Form) -> None:
    form.combo.set_option(SERVICES[2])
    assert form.combo.edit.toolTip() == "C03.018 Магниттік-резонанстық томография"
