import gc

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject

from clinic_desk.texts import Language, UnknownText
from clinic_desk.ui.kit import PlainLabel, UiText


def test_bound_text_follows_the_language(words: UiText, qtbot) -> None:
    label = PlainLabel()
    qtbot.addWidget(label)
    words.bind(label.setText, "shell.cancel")
    assert label.text() == "Бас тарту"
    with qtbot.waitSignal(words.language_changed):
        words.set_language(Language.RU)
    assert label.text() == "Отмена"
    assert words.language is Language.RU


def test_binding_again_replaces(words: UiText, qtbot) -> None:
    label = PlainLabel()
    qtbot.addWidget(label)
    words.bind(label.setText, "shell.cancel")
    words.bind(label.setText, "shell.crash.text", code="AB12")
    words.set_language(Language.EN)
    assert "AB12" in label.text()


def test_unbound_text_stays(words: UiText, qtbot) -> None:
    label = PlainLabel()
    qtbot.addWidget(label)
    words.bind(label.setText, "shell.cancel")
    words.unbind(label.setText)
    label.setText("Омарова")
    words.set_language(Language.RU)
    assert label.text() == "Омарова"


def test_deleted_widget_is_forgotten(words: UiText, qapp) -> None:
    label = PlainLabel()
    words.bind(label.setText, "shell.cancel")
    label.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    words.set_language(Language.RU)
    assert words._bound == {}


def test_binding_keeps_no_widget_alive(words: UiText, qapp) -> None:
    label = PlainLabel()
    words.bind(label.setText, "shell.cancel")
    del label
    gc.collect()
    assert words._bound == {}


def test_follow_calls_now_and_at_each_switch(words: UiText) -> None:
    class Teller(QObject):
        def __init__(self) -> None:
            super().__init__()
            self.said: list[str] = []

        def tell(self) -> None:
            self.said.append(words.say("shell.save"))

    teller = Teller()
    words.follow(teller.tell)
    words.set_language(Language.EN)
    words.set_language(Language.EN)
    assert teller.said == ["Сақтау", "Save"]


def test_binding_needs_an_object_whose_life_it_shares(words: UiText) -> None:
    with pytest.raises(TypeError):
        words.bind(lambda text: None, "shell.save")


def test_unknown_key_is_a_mistake(words: UiText) -> None:
    with pytest.raises(UnknownText):
        words.say("shell.no_such_text")


def test_names_are_never_markup(words: UiText, qtbot) -> None:
    label = PlainLabel('<b>Иванов & "Сыновья"')
    qtbot.addWidget(label)
    label.show()
    assert label.text() == '<b>Иванов & "Сыновья"'
    # Markup would be narrower: the letters of the tag would not be drawn.
    assert label.sizeHint().width() >= label.fontMetrics().horizontalAdvance('<b>Иванов & "Сыновья"')
