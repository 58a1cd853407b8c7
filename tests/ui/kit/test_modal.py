import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from clinic_desk.ui.kit import (
    Modal,
    PlainLabel,
    PrimaryButton,
    SecondaryButton,
    TextField,
    UiText,
    WindowDialogs,
    look,
    vertical,
)
from clinic_desk.ui.kit.measure import clipped_labels
from tests.ui.keys import click, press, type_text


class Desk(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.resize(1366, 768)
        self.below = QLineEdit()
        self.setLayout(vertical(self.below, None))


@pytest.fixture
def desk(qtbot) -> Desk:
    desk = Desk()
    qtbot.addWidget(desk)
    desk.show()
    desk.activateWindow()
    desk.below.setFocus()
    qtbot.waitUntil(desk.below.hasFocus)
    return desk


def opened(desk: Desk) -> tuple[Modal, TextField, PrimaryButton]:
    modal = Modal("Жаңа жолдама", icon="paper-plane-tilt")
    field = TextField("Қызмет")
    modal.body.addWidget(field)
    button = PrimaryButton("Жіберу", "Ctrl+Enter")
    modal.foot.addWidget(SecondaryButton("Бас тарту", "Esc"))
    modal.foot.addWidget(button)
    modal.open_over(desk)
    return modal, field, button


def test_covers_the_window_and_takes_the_focus(desk: Desk) -> None:
    modal, field, _ = opened(desk)
    assert modal.geometry() == desk.rect()
    assert field.edit.hasFocus()
    assert desk.childAt(QPoint(5, 5)) is modal
    desk.resize(1000, 700)
    assert modal.geometry() == desk.rect()
    assert modal.rect().contains(modal.panel.geometry())


def test_escape_closes_and_gives_the_focus_back(desk: Desk, qtbot) -> None:
    modal, field, _ = opened(desk)
    field.set_text("жазба")
    with qtbot.waitSignal(modal.closed):
        click(field.edit, Qt.Key.Key_Escape)
    assert not modal.is_open
    assert desk.below.hasFocus()
    assert field.text() == "жазба"
    modal.open_over(desk)
    assert modal.is_open
    assert field.text() == "жазба"


def test_tab_stays_inside(desk: Desk) -> None:
    modal, field, _ = opened(desk)
    seen = []
    for _ in range(4):
        seen.append(QApplication.focusWidget())
        press(QApplication.focusWidget(), "\t")
    assert len(set(map(id, seen[:3]))) == 3
    assert seen[3] is field.edit
    assert all(modal.isAncestorOf(widget) for widget in seen)


def test_keys_do_not_reach_the_page_below(desk: Desk) -> None:
    _, _, button = opened(desk)
    heard: list[int] = []
    desk.keyPressEvent = lambda event: heard.append(event.key())
    click(button, Qt.Key.Key_F9)
    assert heard == []


def test_a_tall_dialog_scrolls_in_a_small_window(desk: Desk, qtbot) -> None:
    look().set_scale(1.5)
    modal, _, _ = opened(desk)
    for _ in range(30):
        modal.body.addWidget(TextField("Жол"))
    qtbot.waitUntil(lambda: modal.page.verticalScrollBar().maximum() > 0)
    assert modal.rect().contains(modal.panel.geometry())


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_a_dialog_as_tall_as_its_content_does_not_scroll(desk: Desk, qtbot, scale: float) -> None:
    look().set_scale(scale)
    modal = Modal("Пернелер", height=0)
    for _ in range(5):
        modal.body.addWidget(PlainLabel("Сканер кез келген экранда жұмыс істейді. " * 6, wraps=True))
    modal.foot.addWidget(SecondaryButton("Жабу", "Esc"))
    desk.resize(1366, 768)
    modal.open_over(desk)
    qtbot.wait(10)
    inner = modal.page.widget()
    assert modal.page.verticalScrollBar().maximum() == 0
    assert inner.height() == inner.heightForWidth(inner.width())


def test_a_long_name_in_the_title_line_gives_way(desk: Desk, qtbot) -> None:
    look().set_scale(1.5)
    modal, _, _ = opened(desk)
    modal.subtitle.setText("Нұрмұхамбетова-Қайырбекова " * 6)
    modal.hint.setText("Esc — жабу")
    qtbot.wait(10)
    assert clipped_labels(modal) == []
    assert modal.subtitle.toolTip() == modal.subtitle.text()


def button(window: QWidget, name: str) -> PrimaryButton:
    return next(b for b in window.findChildren(PrimaryButton.__base__) if b.objectName() == name)


def test_error_is_plain_text(desk: Desk, words: UiText) -> None:
    WindowDialogs(words).show_error(desk, "Орындалмады", "<b>Иванов</b> & «Сыновья»")
    label = desk.findChild(QWidget, "shell_dialog_text")
    assert label.text() == "<b>Иванов</b> & «Сыновья»"
    assert label.textFormat() == Qt.TextFormat.PlainText
    click(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not desk.findChild(Modal).is_open


def test_confirm_calls_only_on_yes(desk: Desk, words: UiText) -> None:
    said: list[str] = []
    dialogs = WindowDialogs(words)
    dialogs.confirm(desk, "Жою керек пе?", "Қайтарылмайды.", "Жою", lambda: said.append("yes"), danger=True)
    assert QApplication.focusWidget().objectName() == "shell_dialog_button_cancel"
    button(desk, "shell_dialog_button_cancel").click()
    assert said == []
    QApplication.processEvents()
    dialogs.confirm(desk, "Жіберу керек пе?", "", "Жіберу", lambda: said.append("yes"))
    assert QApplication.focusWidget().objectName() == "shell_confirm_button_yes"
    QApplication.focusWidget().click()
    assert said == ["yes"]


def test_ask_gives_stripped_words_and_never_none(desk: Desk, words: UiText) -> None:
    answers: list[str] = []
    WindowDialogs(words).ask(desk, "Себебі", "Себеп", answers.append)
    field = QApplication.focusWidget()
    click(field, Qt.Key.Key_Return)
    assert answers == []
    type_text(field, " қайта ")
    click(field, Qt.Key.Key_Return)
    assert answers == ["қайта"]
