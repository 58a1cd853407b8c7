"""Looks for words that are cut off or left in another language; the tests of every screen use it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from PySide6.QtCore import QAbstractItemModel, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QLabel,
    QLineEdit,
    QScrollBar,
    QStyle,
    QStyleOptionButton,
    QTableView,
    QWidget,
)

from clinic_desk.resources import read_json
from clinic_desk.texts import Language, areas
from clinic_desk.ui.kit.painting import PaintedText
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.theme import look

_SLACK = 1
_CYRILLIC = re.compile(r"[Ѐ-ӿ]")
_KEY = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")


@dataclass(frozen=True, slots=True)
class Shown:
    """One text on the screen, the room it needs and the room it has.

    `is_cut`: what is around it hides a part of it, and no scroll bar in sight brings it back.
    """

    owner: str
    text: str
    needs: QSize
    room: QSize
    data: bool
    is_cut: bool = False

    @property
    def is_clipped(self) -> bool:
        """Whether some of it cannot be read."""
        return (
            self.is_cut
            or self.needs.width() > self.room.width() + _SLACK
            or self.needs.height() > self.room.height() + _SLACK
        )


def clipped_labels(root: QWidget) -> list[str]:
    """Every visible text of `root` that does not fit its place, as `owner: text`; lay it out first."""
    return [f"{shown.owner}: {shown.text}" for shown in shown_texts(root) if shown.is_clipped]


def untranslated(root: QWidget, language: Language) -> list[str]:
    """Every visible text of `root` that is a bare key or belongs to another language only, as `owner: text`.

    Data of people and lists (labels with `data=True`, contents of cells and fields) is left out.
    """
    own, others = _sentences(language)
    found = []
    for shown in shown_texts(root):
        text = shown.text.strip()
        if shown.data or not text:
            continue
        foreign = text in others and text not in own
        cyrillic_in_english = language is Language.EN and bool(_CYRILLIC.search(text)) and text not in own
        bare_key = bool(_KEY.fullmatch(text)) and text not in own  # an address such as egov.kz is no key
        if bare_key or foreign or cyrillic_in_english:
            found.append(f"{shown.owner}: {text}")
    return found


def shown_texts(root: QWidget) -> Iterator[Shown]:
    """Every text that `root` and what is inside it show now."""
    for widget in (root, *root.findChildren(QWidget)):
        if not widget.isVisible() and widget is not root:
            continue
        is_cut = _is_cut(widget, root)
        if is_cut or widget is root or not widget.visibleRegion().isNull():
            for shown in _of(widget):
                yield replace(shown, is_cut=is_cut)


def _is_cut(widget: QWidget, root: QWidget) -> bool:
    """Whether something between the widget and `root` hides a part of what it shows for good."""
    rect = _inked(widget)
    child = widget
    while child is not root and not child.isWindow():
        parent = child.parentWidget()
        if parent is None:
            break
        rect = rect.translated(child.pos())
        room = parent.rect()
        area = parent.parentWidget()
        if isinstance(area, QAbstractScrollArea) and area.viewport() is parent:
            rect = _scrolled(rect, room, area)
        if not room.adjusted(-_SLACK, -_SLACK, _SLACK, _SLACK).contains(rect):
            return True
        child = parent
    return False


def _scrolled(rect: QRect, room: QRect, area: QAbstractScrollArea) -> QRect:
    """Where `rect` is once the area has been scrolled to it, as far as a person can do that."""
    # A wheel or Tab scrolls down without a bar; sideways takes a bar that can be seen.
    if _can_scroll(area.horizontalScrollBar()) and not area.horizontalScrollBar().visibleRegion().isNull():
        rect = QRect(room.left(), rect.top(), min(rect.width(), room.width()), rect.height())
    if _can_scroll(area.verticalScrollBar()):
        rect = QRect(rect.left(), room.top(), rect.width(), min(rect.height(), room.height()))
    return rect


def _can_scroll(bar: QScrollBar) -> bool:
    return bar.maximum() > bar.minimum()


def _inked(widget: QWidget) -> QRect:
    """The part of the widget that shows something: of a wide label with few words, the words."""
    if not isinstance(widget, QLabel) or not widget.text():
        return widget.rect()
    flags = widget.alignment() | (Qt.TextFlag.TextWordWrap if widget.wordWrap() else Qt.AlignmentFlag(0))
    room = widget.contentsRect()
    return QFontMetrics(widget.font()).boundingRect(room, int(flags), widget.text()).intersected(room)


def _of(widget: QWidget) -> Iterator[Shown]:
    painted = getattr(widget, "painted_texts", None)
    if callable(painted):
        for text in painted():
            yield _painted(widget, text)
    elif isinstance(widget, QLabel):
        yield from _label(widget)
    elif isinstance(widget, QAbstractButton):
        yield from _button(widget)
    elif isinstance(widget, QLineEdit):
        yield from _placeholder(widget)
    elif isinstance(widget, QTableView):
        yield from _header(widget)


def _name(widget: QWidget) -> str:
    return widget.objectName() or type(widget).__name__


def _painted(widget: QWidget, text: PaintedText) -> Shown:
    metrics = QFontMetrics(text.font)
    if text.wraps:
        area = QRect(0, 0, max(1, text.room.width()), 100_000)
        needs = metrics.boundingRect(area, int(Qt.TextFlag.TextWordWrap), text.text).size()
    else:
        needs = QSize(metrics.horizontalAdvance(text.text), min(metrics.height(), text.room.height()))
    return Shown(_name(widget), text.text, needs, text.room, text.data)


def _label(label: QLabel) -> Iterator[Shown]:
    if not label.text():
        return
    data = bool(label.property("data"))
    room = label.contentsRect().size()
    metrics = QFontMetrics(label.font())
    if isinstance(label, PlainLabel) and label.elides:
        needs = QSize(0, metrics.height())
    elif label.wordWrap():
        needs = QSize(0, label.heightForWidth(label.width()))
    else:
        lines = label.text().split("\n")
        needs = QSize(
            max(map(metrics.horizontalAdvance, lines)), metrics.lineSpacing() * len(lines) - metrics.leading()
        )
    yield Shown(_name(label), label.text(), needs, room, data)


def _button(button: QAbstractButton) -> Iterator[Shown]:
    text = button.text()
    if not text:
        return
    option = QStyleOptionButton()
    option.initFrom(button)
    inner = button.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, button)
    width = QFontMetrics(button.font()).horizontalAdvance(text.replace("&&", "&"))
    if not button.icon().isNull():
        width += button.iconSize().width() + 4
    words = getattr(button, "words", None)
    spoken = words() if callable(words) else text
    room = inner.size() if inner.isValid() else button.size()
    yield Shown(_name(button), str(spoken), QSize(width, QFontMetrics(button.font()).height()), room, False)


def _placeholder(edit: QLineEdit) -> Iterator[Shown]:
    text = edit.placeholderText()
    if not text or edit.text():
        return
    margins = edit.textMargins()
    option_room = edit.contentsRect().width() - margins.left() - margins.right() - 8
    metrics = QFontMetrics(edit.font())
    yield Shown(
        _name(edit), text, QSize(metrics.horizontalAdvance(text), 0), QSize(option_room, edit.height()), False
    )


def _header(table: QTableView) -> Iterator[Shown]:
    header = table.horizontalHeader()
    model = table.model()
    if not header.isVisible() or not isinstance(model, QAbstractItemModel):
        return
    for section in range(model.columnCount()):
        text = model.headerData(section, Qt.Orientation.Horizontal)
        if text and not header.isSectionHidden(section):
            needs = QSize(QFontMetrics(header.font()).horizontalAdvance(str(text)), 0)
            room = QSize(header.sectionSize(section) - 2 * look().px(8), header.height())
            yield Shown(f"{_name(table)} heading", str(text), needs, room, False)


@cache
def _sentences(language: Language) -> tuple[frozenset[str], frozenset[str]]:
    """What the catalogues say in this language, and what they say in the others."""
    own: set[str] = set()
    others: set[str] = set()
    for area in areas():
        for entry in read_json("texts", f"{area}.json").values():
            for code, value in entry.items():
                forms = [value] if isinstance(value, str) else list(value.values())
                (own if code == language.value else others).update(forms)
    return frozenset(own), frozenset(others)


__all__ = ["Shown", "clipped_labels", "shown_texts", "untranslated"]
