"""The cards of the settings page: each shows and gives back its part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout

from clinic_desk.domain.clinic import ClinicProfile, Desk
from clinic_desk.domain.rule_tables.places import Places
from clinic_desk.services.desk_settings import Printing
from clinic_desk.services.slips import PrintAnswer, PrinterList, PrintOutcome
from clinic_desk.ui.kit.banner import Banner
from clinic_desk.ui.kit.buttons import IconButton, SecondaryButton
from clinic_desk.ui.kit.card import Card, SectionTitle
from clinic_desk.ui.kit.choice_popup import Option
from clinic_desk.ui.kit.choice_tiles import Choice, ChoiceTiles
from clinic_desk.ui.kit.combo_field import ComboField, Deliver
from clinic_desk.ui.kit.fields import FieldFrame, TextField
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.theme import horizontal, space
from clinic_desk.ui.kit.tokens import Kind
from clinic_desk.ui.kit.words import UiText
from clinic_desk.ui.settings.form import LONGEST

_CLINIC_FIELDS: Final = ("name_kk", "name_ru", "address", "phone", "bin", "head_name")
_DESK_FIELDS: Final = ("code", "label", "registrar")
_PAPERS: Final = ("a5", "a4")
_COPIES: Final = (1, 2, 3)
_ANSWERS: Final = {
    PrintAnswer.ACCEPTED: Kind.OK,
    PrintAnswer.WAITING: Kind.WARN,
    PrintAnswer.NO_PRINTER: Kind.ERR,
    PrintAnswer.TIMED_OUT: Kind.ERR,
    PrintAnswer.REFUSED: Kind.ERR,
}


class PartCard(Card):
    """A card with a title and text fields of one part of the settings.

    Signals:
        edited: a person changed something.
    """

    edited = Signal()

    def __init__(self, words: UiText, part: str, names: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.words = words
        self.part = part
        title = SectionTitle()
        words.bind(title.label.setText, f"settings.{part}.title")
        self.head = title
        self.body.addWidget(title)
        self.fields: dict[str, TextField] = {}
        for name in names:
            field = TextField(required=name in ("code", "label", "registrar"))
            field.setObjectName(f"settings_{part}_field_{name}")
            field.edit.setMaxLength(LONGEST)
            words.bind(field.set_label, f"settings.{part}.{name}")
            field.edited.connect(lambda _text, field=field: self._on_edited(field))
            self.fields[name] = field

    def labelled(self, widget: ChoiceTiles, key: str) -> ChoiceTiles:
        """The tiles under a label, in the card."""
        label = PlainLabel(role="field")
        self.words.bind(label.setText, key)
        self.words.bind(widget.setAccessibleName, key)
        self.body.addWidget(label)
        self.body.addWidget(widget)
        return widget

    def _on_edited(self, field: FieldFrame) -> None:
        field.set_error("")
        self.edited.emit()


class ClinicCard(PartCard):
    """What the slip says of the clinic."""

    def __init__(self, words: UiText, places: Callable[[], Places]) -> None:
        super().__init__(words, "clinic", _CLINIC_FIELDS)
        self._places = places
        self.kato = ComboField(source=self._find_places)
        self.kato.setObjectName("settings_clinic_field_kato")
        words.bind(self.kato.set_label, "settings.clinic.kato")
        self.kato.chosen.connect(lambda _option: self._on_edited(self.kato))
        self.kato.edited.connect(lambda _text: self._on_edited(self.kato))
        grid = QGridLayout()
        space(grid, 0, 12)
        for name, place in zip(
            _CLINIC_FIELDS,
            ((0, 0, 2), (1, 0, 2), (2, 0, 2), (3, 0, 1), (3, 1, 1), (4, 0, 2)),
            strict=True,
        ):
            grid.addWidget(self.fields[name], place[0], place[1], 1, place[2])
        grid.addWidget(self.kato, 5, 0, 1, 2)
        self.body.addLayout(grid)
        words.follow(self._say_place)

    def show_part(self, clinic: ClinicProfile) -> None:
        """Show these values."""
        for name, field in self.fields.items():
            field.set_text(getattr(clinic, name))
        self.kato.set_option(self._place(clinic.kato))

    def value(self) -> ClinicProfile:
        """What the fields hold."""
        option = self.kato.option()
        texts = {name: field.text() for name, field in self.fields.items()}
        return ClinicProfile(**texts, kato=str(option.key) if option is not None else "")

    def _place(self, code: str) -> Option | None:
        return Option(code, self._places().name(code, self.words.language) or code) if code else None

    def _find_places(self, query: str, deliver: Deliver) -> None:
        deliver([option for place in self._places().find(query) if (option := self._place(place.code))])

    def _say_place(self) -> None:
        """In the language of the moment, unless something is being typed there."""
        option = self.kato.option()
        if option is not None:
            self.kato.set_option(self._place(str(option.key)))


class DeskCard(PartCard):
    """The window itself."""

    def __init__(self, words: UiText) -> None:
        super().__init__(words, "desk", _DESK_FIELDS)
        grid = QGridLayout()
        space(grid, 0, 12)
        grid.addWidget(self.fields["code"], 0, 0)
        grid.addWidget(self.fields["label"], 0, 1)
        grid.addWidget(self.fields["registrar"], 1, 0, 1, 2)
        note = PlainLabel(role="small", tone="muted", wraps=True)
        words.bind(note.setText, "settings.desk.note")
        self.body.addLayout(grid)
        self.body.addWidget(note)

    def show_part(self, desk: Desk) -> None:
        """Show these values."""
        for name, field in self.fields.items():
            field.set_text(getattr(desk, name))

    def value(self) -> Desk:
        """What the fields hold."""
        return Desk(**{name: field.text() for name, field in self.fields.items()})


class PrinterCard(PartCard):
    """Printer, paper, copies, and a test page.

    Signals:
        refresh_wanted: the system shall be asked for printers again.
        test_wanted: a test page shall be printed as the card says now.
    """

    refresh_wanted = Signal()
    test_wanted = Signal()

    def __init__(self, words: UiText) -> None:
        super().__init__(words, "printing")
        self._known = PrinterList(())
        self._stored = Printing()
        self._outcome: PrintOutcome | None = None
        self.printer = ComboField()
        self.printer.setObjectName("settings_printing_combo_printer")
        self.printer.chosen.connect(lambda _option: self.edited.emit())
        self.refresh = IconButton("arrows-clockwise")
        self.refresh.setObjectName("settings_printing_button_refresh")
        self.refresh.clicked.connect(self.refresh_wanted)
        self.head.trailing.addWidget(self.refresh)
        self.body.addWidget(self.printer)
        self.paper = self._tiles("paper", 2)
        self.copies = self._tiles("copies", 3)
        self.test = SecondaryButton("", "", "printer")
        self.test.setObjectName("settings_printing_button_test")
        self.test.clicked.connect(self.test_wanted)
        self.outcome = Banner(Kind.OK, wide=False)
        self.outcome.setObjectName("settings_printing_banner_outcome")
        self.outcome.hide()
        self.body.addLayout(horizontal(self.test, None))
        self.body.addWidget(self.outcome)
        words.follow(self._retell)

    def show_part(self, printing: Printing) -> None:
        """Show these values."""
        self._stored = printing
        self._offer(printing.printer)
        self.paper.set_value(printing.paper)
        self.copies.set_value(printing.copies)

    def show_printers(self, known: PrinterList) -> None:
        """Offer these printers; what is chosen stays, even when it is not among them."""
        chosen = self._chosen()
        self._known = known
        self._offer(chosen)

    def show_outcome(self, outcome: PrintOutcome | None) -> None:
        """Say what became of the test page; None while it is under way."""
        self._outcome = outcome
        self.test.setEnabled(True)
        self.outcome.setVisible(outcome is not None)
        self._retell()

    def value(self) -> Printing:
        """What is chosen."""
        paper, copies = self.paper.value(), self.copies.value()
        return Printing(
            self._chosen(),
            paper if isinstance(paper, str) else self._stored.paper,
            copies if isinstance(copies, int) else self._stored.copies,
            self._stored.deadline_s,
        )

    def _tiles(self, name: str, columns: int) -> ChoiceTiles:
        tiles = ChoiceTiles(columns=columns)
        tiles.setObjectName(f"settings_printing_choice_{name}")
        tiles.chosen.connect(lambda _value: self.edited.emit())
        return self.labelled(tiles, f"settings.printing.{name}")

    def _chosen(self) -> str:
        option = self.printer.option()
        return str(option.key) if option is not None else self._stored.printer

    def _offer(self, chosen: str) -> None:
        say = self.words.say
        default = self._known.default
        default_name = (
            say("settings.printing.default_is", name=default) if default else say("settings.printing.default")
        )
        options = [Option("", default_name)]
        options += [Option(name, name) for name in self._known.names]
        if chosen and chosen not in self._known.names:
            options.append(Option(chosen, chosen, note=say("settings.printing.absent")))

        def source(query: str, deliver: Deliver) -> None:
            deliver([option for option in options if query.casefold() in option.title.casefold()])

        self.printer.set_source(source)
        self.printer.set_option(next(option for option in options if option.key == chosen))
        self.printer.set_hint("" if self._known.names else say("settings.printing.none"))

    def _retell(self) -> None:
        say = self.words.say
        self.printer.set_label(say("settings.printing.printer"))
        self._offer(self._chosen())
        self.refresh.setText(say("settings.printing.refresh"))
        self.test.setText(say("settings.printing.test"))
        self.paper.set_choices(
            [Choice(p, say(f"settings.printing.paper.{p}"), str(n)) for n, p in enumerate(_PAPERS, 1)]
        )
        self.copies.set_choices(
            [Choice(copies, say("settings.printing.n_copies", n=copies), str(copies)) for copies in _COPIES]
        )
        if self._outcome is not None:
            self.outcome.set_kind(_ANSWERS[self._outcome.answer], "printer")
            self.outcome.set_text(say(f"settings.test.{self._outcome.answer}"))
