import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from clinic_desk.ui.kit import IinField, TextArea, TextField
from tests.ui.keys import click, press, type_text


def test_iin_under_the_kazakh_layout(qtbot) -> None:
    field = IinField("ЖСН")
    qtbot.addWidget(field)
    with qtbot.waitSignal(field.complete) as complete:
        type_text(field.edit, 'үүқә"ңңқққққ')
    assert field.text() == "880214400000"
    assert complete.args == ["880214400000"]


def test_iin_takes_digits_only_and_no_thirteenth(qtbot) -> None:
    field = IinField("ЖСН")
    qtbot.addWidget(field)
    type_text(field.edit, "88Б0x2 14-40а00009")
    assert field.text() == "880214400000"


def test_iin_pasted_with_spaces(qtbot) -> None:
    field = IinField("ЖСН")
    qtbot.addWidget(field)
    field.edit.setMaxLength(64)
    QGuiApplication.clipboard().setText("ЖСН: 880214 400000")
    field.edit.paste()
    assert field.text() == "880214400000"


def test_iin_can_be_mended_in_the_middle(qtbot) -> None:
    field = IinField("ЖСН")
    qtbot.addWidget(field)
    field.set_text("880214400000")
    field.edit.setSelection(2, 2)
    type_text(field.edit, "ғ")
    assert field.text() == "88514400000"


def test_commands_pass_through_the_digit_field(qtbot) -> None:
    field = IinField("ЖСН")
    qtbot.addWidget(field)
    field.set_text("880214400000")
    click(field.edit, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert field.edit.selectedText() == "880214400000"
    click(field.edit, Qt.Key.Key_Backspace)
    assert field.text() == ""


def test_error_is_shown_told_and_taken_back(qtbot) -> None:
    field = TextField("Туған күні", required=True)
    field.setObjectName("register_form_field_birth")
    qtbot.addWidget(field)
    field.show()
    low = field.sizeHint().height()
    field.set_text("31.02.1988")
    field.set_error("Мұндай күн жоқ")
    assert field.error_label.isVisible()
    assert field.edit.accessibleDescription() == "Мұндай күн жоқ"
    assert field.text() == "31.02.1988"
    assert field.sizeHint().height() > low
    field.set_error("")
    assert not field.error_label.isVisible()
    assert field.sizeHint().height() == low


def test_label_names_and_leads_to_its_field(qtbot) -> None:
    field = TextField("Тегі", required=True)
    field.setObjectName("register_form_field_surname")
    qtbot.addWidget(field)
    assert field.label.text() == "Тегі *"
    assert field.label.buddy() is field.edit
    assert field.edit.accessibleName() == "Тегі"
    assert field.edit.objectName() == "register_form_field_surname"
    field.set_label("Фамилия")
    assert (field.label.text(), field.edit.accessibleName()) == ("Фамилия *", "Фамилия")


def test_enter_submits(qtbot) -> None:
    field = TextField("Тегі")
    qtbot.addWidget(field)
    with qtbot.waitSignal(field.submitted):
        press(field.edit, "\r")


@pytest.mark.parametrize("lines", [2, 4])
def test_text_area_leaves_on_tab(qtbot, lines: int) -> None:
    area = TextArea("Ескерту", lines=lines)
    qtbot.addWidget(area)
    with qtbot.waitSignal(area.text_changed) as changed:
        area.set_text("бір\nекі")
    assert changed.args == ["бір\nекі"]
    assert area.edit.tabChangesFocus()
