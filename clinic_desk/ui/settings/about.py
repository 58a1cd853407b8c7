"""What runs here, and whose work it is."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QGridLayout, QPlainTextEdit

from clinic_desk import __version__
from clinic_desk.resources import resource_path
from clinic_desk.ui.kit.buttons import PrimaryButton, SecondaryButton
from clinic_desk.ui.kit.card import Card, SectionTitle
from clinic_desk.ui.kit.modal import Modal
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.theme import horizontal, look, space
from clinic_desk.ui.kit.words import UiText

_PACKAGES = (
    ("PySide6", "PySide6_Essentials"),
    ("SQLCipher", "sqlcipher3"),
    ("SQLAlchemy", "sqlalchemy"),
    ("ReportLab", "reportlab"),
)


class AboutCard(Card):
    """Versions and licences."""

    def __init__(self, words: UiText) -> None:
        super().__init__()
        self._words = words
        title = SectionTitle()
        words.bind(title.label.setText, "settings.about.title")
        self.body.addWidget(title)
        grid = QGridLayout()
        space(grid, 0, 6)
        for row, (name, text) in enumerate(versions()):
            grid.addWidget(PlainLabel(name, role="field", data=True), row // 2, (row % 2) * 2)
            value = PlainLabel(text, role="small", data=True)
            grid.addWidget(value, row // 2, (row % 2) * 2 + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self.body.addLayout(grid)
        note = PlainLabel(role="small", tone="muted", wraps=True)
        words.bind(note.setText, "settings.about.licence")
        self.body.addWidget(note)
        self.licences = SecondaryButton("", "", "scales")
        self.licences.setObjectName("settings_about_button_licences")
        words.bind(self.licences.setText, "settings.about.licences")
        self.licences.clicked.connect(self.show_licences)
        self.body.addLayout(horizontal(self.licences, None))

    def show_licences(self) -> None:
        """The list of the works of others is open."""
        say = self._words.say
        modal = Modal(say("settings.about.licences"), icon="scales", width=900)
        text = QPlainTextEdit()
        text.setObjectName("settings_licences_text")
        text.setAccessibleName(say("settings.about.licences"))
        text.setReadOnly(True)
        text.setTabChangesFocus(True)
        text.setPlainText(works_of_others())
        text.setMinimumHeight(look().px(320))
        modal.body.addWidget(text, 1)
        close = PrimaryButton(say("shell.close"), "Esc")
        close.setObjectName("settings_licences_button_close")
        close.clicked.connect(modal.dismiss)
        modal.foot.addStretch(1)
        modal.foot.addWidget(close)
        modal.closed.connect(modal.deleteLater)
        modal.open_over(self, text)


def works_of_others() -> str:
    """The list of the works of others as plain text, without the marks of headings and tables."""
    lines = []
    for line in resource_path("licences", "THIRD-PARTY.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("|---"):
            continue
        row = (
            " · ".join(cell.strip() for cell in line.strip("|").split("|")) if line.startswith("|") else line
        )
        lines.append(row.lstrip("# ").replace("`", ""))
    return "\n".join(lines)


def versions() -> list[tuple[str, str]]:
    """Names and versions of what the program runs on."""
    known = [("Clinic Desk", __version__), ("Python", platform.python_version()), ("Qt", qVersion())]
    for shown, package in _PACKAGES:
        try:
            known.append((shown, version(package)))
        except PackageNotFoundError:
            continue  # a packed program may leave the metadata of a part out
    return known
