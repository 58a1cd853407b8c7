"""The parts every screen is made of. Import from here: `from clinic_desk.ui.kit import Card, PlainLabel`.

Words         `UiText.say(key, **p)`, `.bind(label.setText, key, **p)` (set again at a switch of language),
              `.follow(self._retell)`, `.texts` (dates, numbers), signal `language_changed`
Look          `look()`: `.px(n)`, `.colour("accent")`, `.font(14, 600)`, `.set_theme`, `.set_scale`, signal
              `changed`; `space(layout, margins, gap)`, `vertical(...)`, `horizontal(...)` scale by themselves
Icons         `icon(name, "accent")`, `pixmap(name, "ok", 16)`, `paint_icon(...)`, `IconLabel`
Text          `PlainLabel(text, role=, tone=, wraps=, data=)` and no other label
Pages         `Page` (`.on_shown`, `.on_escape`, `.first_focus`) for `MainWindow.add_section`
Surfaces      `Card` (`.body`), `SectionTitle(text, number)` (`.trailing`), `ScrollPage` (`.body`),
              `HeaderLine`
Signs         `Chip`, `ChipData`, `Kind`, `Banner`, `EmptyState`, `MonthCells`, `StepLine`, `Tile`, `TileRow`,
              `LoadBar` (and `Cell(load=Load(...))` in a table)
Buttons       `PrimaryButton`, `SecondaryButton`, `LinkButton`, `IconButton`: words, key, icon;
              `.claim_key(scope)`
Fields        `TextField`, `TextArea`, `IinField`, `ComboField` (+ `Option`), `ChoiceTiles` (+ `Choice`):
              `CheckBox`, `.set_label`, `.set_error`, `.text()`; `ComboField.option()`, signal `chosen`
Tables        `DataTable` + `RowsModel([Column(key, cell, width, stretch)], words)`, `Cell`
Over all      `Modal` (`.body`, `.foot`, `.open_over(window)`), `WindowDialogs`, `ToastArea`, `FocusRing`
Work          `Jobs.run(work, on_done, on_error, owner=, lane=)`, `CancelToken`, `Progress`, `ChangeNotifier`
Paper         `SlipPane.set_image(QImage)`, its sheet alone `kit.slip_pane.Paper`, `kit.pictures.picture_of`
Tests         `clipped_labels(widget)`, `untranslated(widget, language)` in `kit.measure`

Names are loaded when first asked for, so that the window paints before the parts it does not need are read.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clinic_desk.ui.kit.banner import Banner, IconLabel
    from clinic_desk.ui.kit.buttons import IconButton, KeyButton, LinkButton, PrimaryButton, SecondaryButton
    from clinic_desk.ui.kit.card import Card, HeaderLine, NumberBadge, ScrollPage, SectionTitle
    from clinic_desk.ui.kit.change_notifier import ChangeNotifier
    from clinic_desk.ui.kit.check_box import CheckBox
    from clinic_desk.ui.kit.chip import Chip
    from clinic_desk.ui.kit.choice_popup import ChoicePopup, Option
    from clinic_desk.ui.kit.choice_tiles import Choice, ChoiceTiles
    from clinic_desk.ui.kit.combo_field import ComboField
    from clinic_desk.ui.kit.dialogs import Dialogs, WindowDialogs
    from clinic_desk.ui.kit.empty_state import EmptyState
    from clinic_desk.ui.kit.fields import DigitLine, FieldFrame, IinField, TextArea, TextField
    from clinic_desk.ui.kit.focus_ring import FocusRing
    from clinic_desk.ui.kit.icons import icon, paint_icon, pixmap
    from clinic_desk.ui.kit.jobs import CancelToken, Jobs
    from clinic_desk.ui.kit.load_bar import Load, LoadBar
    from clinic_desk.ui.kit.modal import Modal
    from clinic_desk.ui.kit.month_cells import MonthCell, MonthCells, MonthKind
    from clinic_desk.ui.kit.page import Page
    from clinic_desk.ui.kit.painting import ChipData, PaintedText, paint_box, paint_chip, paint_key_cap
    from clinic_desk.ui.kit.plain_label import PlainLabel
    from clinic_desk.ui.kit.progress import Progress
    from clinic_desk.ui.kit.slip_pane import SlipPane
    from clinic_desk.ui.kit.step_line import Step, StepLine
    from clinic_desk.ui.kit.table import Cell, Column, DataTable, RowsModel
    from clinic_desk.ui.kit.theme import Look, horizontal, look, space, vertical
    from clinic_desk.ui.kit.tile import Tile, TileRow
    from clinic_desk.ui.kit.toast import Toast, ToastArea
    from clinic_desk.ui.kit.tokens import SCALES, Kind, ThemeName
    from clinic_desk.ui.kit.words import UiText

_HOMES = {
    "banner": ("Banner", "IconLabel"),
    "buttons": ("IconButton", "KeyButton", "LinkButton", "PrimaryButton", "SecondaryButton"),
    "card": ("Card", "HeaderLine", "NumberBadge", "ScrollPage", "SectionTitle"),
    "change_notifier": ("ChangeNotifier",),
    "check_box": ("CheckBox",),
    "chip": ("Chip",),
    "choice_popup": ("ChoicePopup", "Option"),
    "choice_tiles": ("Choice", "ChoiceTiles"),
    "combo_field": ("ComboField",),
    "dialogs": ("Dialogs", "WindowDialogs"),
    "empty_state": ("EmptyState",),
    "fields": ("DigitLine", "FieldFrame", "IinField", "TextArea", "TextField"),
    "focus_ring": ("FocusRing",),
    "icons": ("icon", "paint_icon", "pixmap"),
    "jobs": ("CancelToken", "Jobs"),
    "load_bar": ("Load", "LoadBar"),
    "modal": ("Modal",),
    "month_cells": ("MonthCell", "MonthCells", "MonthKind"),
    "page": ("Page",),
    "painting": ("ChipData", "PaintedText", "paint_box", "paint_chip", "paint_key_cap"),
    "plain_label": ("PlainLabel",),
    "progress": ("Progress",),
    "slip_pane": ("SlipPane",),
    "step_line": ("Step", "StepLine"),
    "table": ("Cell", "Column", "DataTable", "RowsModel"),
    "theme": ("Look", "horizontal", "look", "space", "vertical"),
    "tile": ("Tile", "TileRow"),
    "toast": ("Toast", "ToastArea"),
    "tokens": ("SCALES", "Kind", "ThemeName"),
    "words": ("UiText",),
}
_MODULE_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{module}"), name)


__all__ = [
    "SCALES",
    "Banner",
    "CancelToken",
    "Card",
    "Cell",
    "ChangeNotifier",
    "CheckBox",
    "Chip",
    "ChipData",
    "Choice",
    "ChoicePopup",
    "ChoiceTiles",
    "Column",
    "ComboField",
    "DataTable",
    "Dialogs",
    "DigitLine",
    "EmptyState",
    "FieldFrame",
    "FocusRing",
    "HeaderLine",
    "IconButton",
    "IconLabel",
    "IinField",
    "Jobs",
    "KeyButton",
    "Kind",
    "LinkButton",
    "Load",
    "LoadBar",
    "Look",
    "Modal",
    "MonthCell",
    "MonthCells",
    "MonthKind",
    "NumberBadge",
    "Option",
    "Page",
    "PaintedText",
    "PlainLabel",
    "PrimaryButton",
    "Progress",
    "RowsModel",
    "ScrollPage",
    "SecondaryButton",
    "SectionTitle",
    "SlipPane",
    "Step",
    "StepLine",
    "TextArea",
    "TextField",
    "ThemeName",
    "Tile",
    "TileRow",
    "Toast",
    "ToastArea",
    "UiText",
    "WindowDialogs",
    "horizontal",
    "icon",
    "look",
    "paint_box",
    "paint_chip",
    "paint_icon",
    "paint_key_cap",
    "pixmap",
    "space",
    "vertical",
]
