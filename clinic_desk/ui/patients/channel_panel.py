"""Beside the chosen channel: a square code and an address that the patient's own phone opens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinic_desk.domain.insurance import Channel
from clinic_desk.domain.rule_tables import Contact, RuleTables
from clinic_desk.ui.kit import LinkButton, PlainLabel, UiText, space
from clinic_desk.ui.kit.banner import IconLabel
from clinic_desk.ui.kit.qr_picture import QrPicture

_SECURE = "https://"


class ChannelPanel(QWidget):
    """The way to ask by one channel. Opens nothing by itself, and never asks for a password."""

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._contacts: Sequence[Contact] = ()
        self._channel = Channel.EGOV
        self._language = "kk"
        self._url = ""
        self.picture = QrPicture(137)
        self.picture.setObjectName("card_answer_qr")
        self.how = PlainLabel(role="caption", tone="muted", wraps=True, data=True)
        self.how.setObjectName("card_answer_text_address")
        self.link = LinkButton("", "", "arrow-square-out")
        self.link.setObjectName("card_answer_button_browser")
        self.link.clicked.connect(self._open)
        self.reminder = PlainLabel(role="caption", wraps=True)
        self.reminder.setObjectName("card_answer_text_reminder")
        beside = QVBoxLayout()
        space(beside, 0, 6)
        beside.addWidget(self.how)
        beside.addWidget(self.link)
        beside.addStretch(1)
        promise = QHBoxLayout()
        space(promise, 0, 6)
        promise.addWidget(IconLabel("lock-key", "text2", 16))
        promise.addWidget(self.reminder, 1)
        beside.addLayout(promise)
        row = QHBoxLayout(self)
        space(row, 0, 14)
        row.addWidget(self.picture)
        row.addLayout(beside, 1)
        words.follow(self._say)

    @property
    def url(self) -> str:
        """What the square code opens; "" where the channel has no address."""
        return self._url

    def show_channel(self, channel: Channel, tables: RuleTables, day: dt.date, language: str) -> None:
        """Show how to ask by this channel on `day`; pages that speak `language` (kk, ru, en) are opened."""
        self._channel, self._language = channel, language
        self._contacts = [row.value for row in tables.contacts.on(day) if row.value.channel == channel]
        self._say()

    def _say(self) -> None:
        say = self._words.say
        contact = next((contact for contact in self._contacts if contact.url), None)
        self._url = contact.url_in(self._language) if contact else ""
        self.picture.setVisible(self._draws(self._url))
        first = contact or (self._contacts[0] if self._contacts else None)
        self.how.setText(
            say(
                f"evidence.channel.{self._channel}",
                names=", ".join(contact.name for contact in self._contacts),
                phone=first.phone if first else "",
                former=first.former if first else "",
            )
        )
        # A number is dialled by the phone that reads the code; this machine opens pages only.
        self.link.setVisible(self._url.startswith(_SECURE))
        self.link.setText(say("evidence.open_here"))
        self.link.setToolTip(self._url)
        self.link.setAccessibleName(say("evidence.open_here_sentence", url=self._url))
        self.picture.setAccessibleName(say("evidence.code_sentence", url=self._url))
        self.reminder.setText(say("evidence.no_password"))

    def _draws(self, url: str) -> bool:
        """Whether the address is there and fits into a code; an imported one may be longer than that."""
        try:
            self.picture.set_text(url)
        except ValueError:
            self.picture.set_text("")
            return False
        return bool(url)

    def _open(self) -> None:
        if self._url.startswith(_SECURE):
            QDesktopServices.openUrl(QUrl(self._url))


__all__ = ["ChannelPanel"]
