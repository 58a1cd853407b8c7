"""The words of the window, switched while it is open.

A widget says which key it shows; `UiText` sets the words now and again at every change of language.
"""

import weakref
from collections.abc import Callable
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Signal

from clinic_desk.texts import Language, Texts

Setter = Callable[[str], object]


class UiText(QObject):
    """The current language of the window.

    Signals:
        language_changed: every bound text is already set in the new language.
    """

    language_changed = Signal()

    def __init__(self, texts: Texts | Language = Language.KK, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._texts = texts if isinstance(texts, Texts) else Texts(texts)
        self._bound: dict[tuple[int, str], Callable[[], bool]] = {}

    @property
    def texts(self) -> Texts:
        """The catalogue in the current language, for dates, numbers and money."""
        return self._texts

    @property
    def language(self) -> Language:
        """The current language."""
        return self._texts.language

    def say(self, key: str, **params: object) -> str:
        """The text of `area.key` in the current language. Raises as `Texts.say`."""
        return self._texts.say(key, **params)

    def has(self, key: str) -> bool:
        """Whether there is a text of this key."""
        return self._texts.has(key)

    def set_language(self, language: Language) -> None:
        """Every bound text is in `language`; then `language_changed` tells those who set words by hand."""
        if language is self.language:
            return
        self._texts = Texts(language)
        self._apply()
        self.language_changed.emit()

    def bind(self, setter: Setter, key: str, **params: object) -> None:
        """Call `setter` (a method of a QObject, such as `label.setText`) with the text now and at switches.

        Binding the same method of the same object again replaces the text. The binding ends with the object.
        """
        owner = _owner(setter)
        name = getattr(setter, "__name__", "")
        self._bind(owner, name, lambda target: getattr(target, name)(self.say(key, **params)))

    def unbind(self, setter: Setter) -> None:
        """End a binding: the words of this method are set by hand from now on."""
        self._bound.pop((id(_owner(setter)), getattr(setter, "__name__", "")), None)

    def follow(self, method: Callable[[], object]) -> None:
        """Call a method of a QObject without arguments now and at every switch, while it lives."""
        owner = _owner(method)
        name = getattr(method, "__name__", "")
        self._bind(owner, name, lambda target: getattr(target, name)())

    def _bind(self, owner: QObject, name: str, act: Callable[[Any], object]) -> None:
        key = (id(owner), name)
        reference = weakref.ref(owner)

        def again() -> bool:
            target = reference()
            if target is None or not shiboken6.isValid(target):
                return False
            act(target)
            return True

        self._bound[key] = again
        weakref.finalize(owner, self._forget, key, again)
        again()

    def _forget(self, key: tuple[int, str], again: Callable[[], bool]) -> None:
        # The id of a dead object may already belong to a new one: only its own entry goes.
        if self._bound.get(key) is again:
            del self._bound[key]

    def _apply(self) -> None:
        dead = [key for key, again in list(self._bound.items()) if not again()]
        for key in dead:
            self._bound.pop(key, None)


def _owner(method: Callable[..., object]) -> QObject:
    owner = getattr(method, "__self__", None)
    if not isinstance(owner, QObject):
        raise TypeError("a binding needs a method of a QObject, whose life it shares")
    return owner
