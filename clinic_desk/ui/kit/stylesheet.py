"""The one stylesheet of the program, built from tokens and scale.

Widgets that paint themselves do not appear here. Radii stay under half the height, or Qt drops them silently.
"""

from string import Template
from typing import TYPE_CHECKING

from clinic_desk.ui.kit.tokens import CONTROL_HEIGHT, RADIUS_CARD, RADIUS_CONTROL

if TYPE_CHECKING:
    from clinic_desk.ui.kit.theme import Look

_SHEET = Template("""
QMainWindow, QDialog { background: $bg; }
QToolTip { background: $surface; color: $text; border: 1px solid $border; padding: ${p4}px; }
PlainLabel { background: transparent; color: $text; font-size: ${f14}px; font-weight: 400; }
PlainLabel[tone="muted"] { color: $text2; }
PlainLabel[tone="accent"] { color: $accent; }
PlainLabel[tone="ok"] { color: $ok; }
PlainLabel[tone="warn"] { color: $warn; }
PlainLabel[tone="err"] { color: $err; }
PlainLabel[tone="info"] { color: $info; }
PlainLabel[tone="stale"] { color: $stale; }
PlainLabel[role="caption"] { font-size: ${f12}px; font-weight: 500; }
PlainLabel[role="field"] { font-size: ${f13}px; font-weight: 500; color: $text2; }
PlainLabel[role="small"] { font-size: ${f13}px; }
PlainLabel[role="strong"] { font-weight: 600; }
PlainLabel[role="large"] { font-size: ${f16}px; }
PlainLabel[role="heading"] { font-size: ${f16}px; font-weight: 600; }
PlainLabel[role="subtitle"] { font-size: ${f20}px; font-weight: 600; }
PlainLabel[role="title"] { font-size: ${f24}px; font-weight: 600; }
PlainLabel[role="number"] { font-size: ${f20}px; font-weight: 600; }
PlainLabel[role="display"] { font-size: ${f30}px; font-weight: 600; }

Card { background: $surface; border: 1px solid $line; border-radius: ${rcard}px; }
Card[sunken="true"] { background: $sunken; border: none; border-radius: ${rctl}px; }
ScrollPage, ScrollPage > QWidget > QWidget { background: transparent; border: none; }

KeyButton {
  font-size: ${f14}px; font-weight: 600; min-height: ${ctl_in}px; padding: 0 ${p14}px;
  border-radius: ${rctl}px; border: 1px solid $border; background: $surface; color: $text;
}
KeyButton:hover { background: $sunken; }
KeyButton:pressed { background: $line; }
KeyButton:disabled { color: $text2; border-color: $line; background: $sunken; }
KeyButton[look="primary"] { background: $accent; color: $on_accent; border: 1px solid $accent; }
KeyButton[look="primary"]:hover { background: $accent_hover; }
KeyButton[look="primary"]:pressed { background: $accent_press; }
KeyButton[look="primary"]:disabled { color: $text2; border-color: $line; background: $sunken; }
KeyButton[look="danger"] { color: $err; border-color: $err; }
KeyButton[look="link"] {
  border: none; background: transparent; color: $accent; font-weight: 500; padding: 0 ${p4}px;
  min-height: ${p24}px; text-align: left;
}
KeyButton[look="link"]:hover { text-decoration: underline; }
KeyButton[look="link"]:disabled { color: $text2; }
KeyButton[look="link"][tone="stale"] { color: $stale; font-weight: 600; }
KeyButton[look="link"][tone="warn"] { color: $warn; font-weight: 600; }
KeyButton[look="link"][tone="err"] { color: $err; font-weight: 600; }
KeyButton[look="icon"] {
  border: none; background: transparent; padding: 0; min-height: ${icon_btn}px; min-width: ${icon_btn}px;
}
KeyButton[look="icon"]:hover { background: $sunken; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDateEdit, QComboBox {
  font-size: ${f14}px; color: $text; background: $surface; border: 1px solid $border;
  border-radius: ${rctl}px; padding: 0 ${p11}px; selection-background-color: $accent;
  selection-color: $on_accent; placeholder-text-color: $text2; min-height: ${ctl_in}px;
}
QPlainTextEdit, QTextEdit { padding: ${p6}px ${p8}px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDateEdit:focus, QComboBox:focus {
  border: 2px solid $accent; padding: 0 ${p10}px; min-height: ${ctl_in2}px;
}
QPlainTextEdit:focus, QTextEdit:focus { padding: ${p5}px ${p7}px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled {
  background: $sunken; color: $text2; border-color: $line;
}
QLineEdit[readOnly="true"] { background: $sunken; }
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"] { border-color: $err; }
QLineEdit[invalid="true"]:focus { border: 2px solid $err; }
OmniboxLine { background: $bg; padding-left: ${p36}px; padding-right: ${p64}px; }
OmniboxLine:focus { background: $surface; padding-left: ${p35}px; padding-right: ${p63}px; }

QCheckBox, QRadioButton {
  font-size: ${f14}px; color: $text; spacing: ${p8}px; min-height: ${p24}px; background: transparent;
}
QCheckBox:disabled, QRadioButton:disabled { color: $text2; }

QTableView, QListView {
  background: $surface; border: none; color: $text; font-size: ${f14}px; outline: 0;
  selection-background-color: $info_bg; selection-color: $text; gridline-color: $line;
}
QHeaderView { background: $surface; border: none; }
QHeaderView::section {
  background: $surface; color: $text2; border: none;
  border-bottom: 1px solid $line; padding: 0 ${p8}px; min-height: ${p36}px; text-align: left;
}
QTableCornerButton::section { background: $surface; border: none; }

QScrollArea { border: none; background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: ${p12}px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: ${p12}px; margin: 0; }
QScrollBar::handle {
  background: $border; border-radius: ${p3}px; min-height: ${p32}px; min-width: ${p32}px; margin: ${p3}px;
}
QScrollBar::handle:hover { background: $text2; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar {
  background: $sunken; border: none; border-radius: ${p2}px; max-height: ${p6}px; min-height: ${p6}px;
}
QProgressBar::chunk { background: $accent; border-radius: ${p2}px; }

ChoicePopup { background: $surface; border: 1px solid $border; border-radius: ${rctl}px; }
ModalPanel { background: $surface; border: 1px solid $modal_line; border-radius: ${p12}px; }
TopBar { background: $surface; border: none; border-bottom: 1px solid $line; }
Rail { background: $surface; border: none; border-right: 1px solid $line; }
Toast { background: $text; border-radius: ${rctl}px; }
Toast PlainLabel { color: $surface; font-weight: 500; }
Toast KeyButton[look="link"] { color: $toast_link; }
""")


def build(look: "Look") -> str:
    """The sheet for this look."""
    tokens = look.tokens
    colours = {name: getattr(tokens, name) for name in tokens.__slots__}
    sizes: dict[str, str] = {f"f{n}": str(look.px(n)) for n in (12, 13, 14, 16, 20, 24, 30)}
    sizes |= {
        f"p{n}": str(look.px(n)) for n in (2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 14, 16, 24, 32, 35, 36, 63, 64)
    }
    control = look.px(CONTROL_HEIGHT)
    return _SHEET.substitute(
        **colours,
        **sizes,
        rcard=look.px(RADIUS_CARD),
        rctl=look.px(RADIUS_CONTROL),
        ctl_in=control - 2,
        ctl_in2=control - 4,
        icon_btn=look.px(32),
        accent_hover=look.colour("accent").darker(112).name(),
        accent_press=look.colour("accent").darker(125).name(),
        # On the dark theme a dimmed page and a dialog are nearly one colour.
        modal_line=tokens.line if look.theme.value == "dark" else tokens.surface,
        toast_link="#9CCBFF" if look.theme.value == "light" else "#124E96",
    )
