"""Cards that need no saving: the look, which works at once, and the test of the scanner."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal

from clinic_desk.services.desk_settings import Look
from clinic_desk.texts import Language
from clinic_desk.ui.kit.chip import Chip
from clinic_desk.ui.kit.choice_tiles import Choice, ChoiceTiles
from clinic_desk.ui.kit.fields import TextField
from clinic_desk.ui.kit.painting import ChipData
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.theme import horizontal, look
from clinic_desk.ui.kit.tokens import Kind
from clinic_desk.ui.kit.words import UiText
from clinic_desk.ui.settings.cards import PartCard
from clinic_desk.ui.settings.scanner_trial import Scan, ScanTestLine

_SIZES: Final = (100, 125, 150)


class LookCard(PartCard):
    """Language, theme and size; each works at once.

    Signals:
        chosen: the `Look` a person wants now.
    """

    chosen = Signal(object)

    def __init__(self, words: UiText) -> None:
        super().__init__(words, "look")
        self.language = self._tiles("language", 3)
        self.theme = self._tiles("theme", 2)
        self.scale = self._tiles("scale", 3)
        words.follow(self._retell)
        look().changed.connect(self._retell)

    def value(self) -> Look:
        """What is chosen."""
        return Look(str(self.language.value()), str(self.theme.value()), int(str(self.scale.value())))

    def _tiles(self, name: str, columns: int) -> ChoiceTiles:
        tiles = ChoiceTiles(columns=columns)
        tiles.setObjectName(f"settings_look_choice_{name}")
        tiles.chosen.connect(lambda _value: self.chosen.emit(self.value()))
        return self.labelled(tiles, f"settings.look.{name}")

    def _retell(self) -> None:
        say = self.words.say
        self.language.set_choices(
            [Choice(one.value, say(f"settings.look.{one}"), str(n)) for n, one in enumerate(Language, 1)]
        )
        self.theme.set_choices(
            [
                Choice(name, say(f"settings.look.{name}"), str(n))
                for n, name in enumerate(("light", "dark"), 1)
            ]
        )
        self.scale.set_choices([Choice(size, f"{size} %", str(n)) for n, size in enumerate(_SIZES, 1)])
        # The keys elsewhere change the look too: what is shown is what is.
        self.language.set_value(self.words.language.value)
        self.theme.set_value(look().theme.value)
        self.scale.set_value(round(look().scale * 100))


class ScannerCard(PartCard):
    """A place to try the scanner; nothing of it is kept."""

    def __init__(self, words: UiText, line: ScanTestLine | None = None) -> None:
        super().__init__(words, "scanner")
        self._scan: Scan | None = None
        note = PlainLabel(role="small", tone="muted", wraps=True)
        words.bind(note.setText, "settings.scanner.note")
        self.line = line or ScanTestLine()
        self.field = TextField(edit=self.line, trailing_icon="barcode")
        self.field.setObjectName("settings_scanner_field_test")
        words.bind(self.field.set_label, "settings.scanner.field")
        self.verdict = Chip()
        self.verdict.hide()
        self.speed = PlainLabel(role="small", wraps=True)
        self.speed.setObjectName("settings_scanner_label_speed")
        self.sent = PlainLabel(role="small", tone="muted", wraps=True, data=True)
        self.sent.setObjectName("settings_scanner_label_sent")
        self.line.scanned.connect(self._on_scanned)
        for widget in (note, self.field):
            self.body.addWidget(widget)
        self.body.addLayout(horizontal(self.verdict, None))
        self.body.addWidget(self.speed)
        self.body.addWidget(self.sent)
        words.follow(self._retell)

    def _on_scanned(self, scan: Scan) -> None:
        self._scan = scan
        self._retell()

    def _retell(self) -> None:
        scan, say = self._scan, self.words.say
        for widget in (self.verdict, self.speed, self.sent):
            widget.setVisible(scan is not None)
        if scan is None:
            return
        if scan.is_fast:
            self.verdict.set_chip(ChipData(Kind.OK, say("settings.scanner.fast"), "barcode"))
        else:
            self.verdict.set_chip(ChipData(Kind.WARN, say("settings.scanner.slow"), "keyboard"))
        speed = say(
            "settings.scanner.speed",
            n=len(scan.typed),
            total=round(scan.total_ms),
            gap=round(scan.longest_gap_ms),
            end=scan.end,
        )
        self.speed.setText(f"{say(f'settings.scanner.{scan.subject}')} {speed}")
        self.sent.setText(
            say("settings.scanner.converted", typed=scan.typed)
            if scan.was_converted
            else say("settings.scanner.as_typed", typed=scan.typed)
        )
