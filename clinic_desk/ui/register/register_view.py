"""What the registration page is made of; what it does lies in `register_page`."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinic_desk.domain.rule_tables.places import Places
from clinic_desk.ui.kit import (
    Banner,
    Card,
    Kind,
    LinkButton,
    PlainLabel,
    PrimaryButton,
    ScrollPage,
    SecondaryButton,
    SectionTitle,
    UiText,
    space,
)
from clinic_desk.ui.kit.banner import IconLabel
from clinic_desk.ui.kit.page import Page
from clinic_desk.ui.register.already_here import AlreadyHere
from clinic_desk.ui.register.duplicates_panel import DuplicatesPanel
from clinic_desk.ui.register.person_fields import PersonFields


class RegisterView(Page):
    """Head with the acts, remarks below it, the form at the left, likely matches at the right."""

    def __init__(self, words: UiText, places: Callable[[], Places], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("register_page")
        self._words = words
        self._places = places
        self._build()

    def first_focus(self) -> QWidget | None:
        return self.fields.iin.edit

    def show_problem(self, text: str) -> None:
        """Say above the form what keeps it from being saved; "" takes it away."""
        self.problem.setVisible(bool(text))
        self.problem.set_text(text)

    def show_draft_foot(self, text: str, *, is_bad: bool = False) -> None:
        """Say below the form what became of the draft; "" says nothing."""
        self.draft_icon.setVisible(bool(text))
        self.draft_icon.set_icon(*(("warning-circle", "err") if is_bad else ("check-circle", "ok")))
        self.draft_label.set_tone("err" if is_bad else "muted")
        self.draft_label.setText(text)

    def _build(self) -> None:
        page = ScrollPage(margins=(24, 18, 24, 18), gap=12)
        page.body.addLayout(self._build_head())
        self.problem = Banner(Kind.ERR, wide=False)
        self.problem.setObjectName("register_banner_problem")
        self.problem.hide()
        page.body.addWidget(self.problem)
        self.draft_banner = Banner(Kind.INFO, "clock-counter-clockwise", wide=False)
        self.draft_banner.setObjectName("register_banner_draft")
        self.draft_button = LinkButton()
        self.draft_button.setObjectName("register_button_draft")
        self.draft_banner.add_act(self.draft_button)
        self.draft_banner.hide()
        page.body.addWidget(self.draft_banner)
        row = QHBoxLayout()
        space(row, 0, 16)
        row.addWidget(self._build_form(), 486)
        self.duplicates = DuplicatesPanel(self._words)
        self.duplicates.claim_keys(self)
        row.addWidget(self.duplicates, 604)
        page.body.addLayout(row, 1)
        outer = QVBoxLayout(self)
        space(outer, 0, 0)
        outer.addWidget(page)

    def _build_head(self) -> QHBoxLayout:
        self.title = PlainLabel(role="title")
        self.title.setObjectName("register_head_text_title")
        self.subtitle = PlainLabel(tone="muted", wraps=True)
        words = QVBoxLayout()
        space(words, 0, 0)
        words.addWidget(self.title)
        words.addWidget(self.subtitle)
        self.head_words = words
        self.cancel_button = SecondaryButton("", "Esc")
        self.cancel_button.setObjectName("register_head_button_cancel")
        self.save_button = PrimaryButton("", "Ctrl+Enter", "floppy-disk")
        self.save_button.setObjectName("register_head_button_save")
        self.save_button.claim_key(self)
        row = QHBoxLayout()
        space(row, 0, 10)
        row.addLayout(words, 1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.save_button)
        return row

    def _build_form(self) -> Card:
        card = Card(gap=8)
        card.setObjectName("register_form_panel")
        title = SectionTitle()
        self._words.bind(title.setText, "register.who")
        required = PlainLabel(role="caption", tone="muted")
        self._words.bind(required.setText, "register.required")
        title.trailing.addWidget(required)
        card.body.addWidget(title)
        self.fields = PersonFields(self._words, self._places)
        card.body.addWidget(self.fields)
        self.here = AlreadyHere(self._words)
        card.body.addWidget(self.here)
        card.body.addStretch(1)
        foot = QHBoxLayout()
        space(foot, 0, 6)
        self.draft_icon = IconLabel("check-circle", "ok", 14)
        self.draft_label = PlainLabel(role="caption", tone="muted", wraps=True)
        self.draft_label.setObjectName("register_form_text_draft")
        foot.addWidget(self.draft_icon)
        foot.addWidget(self.draft_label, 1)
        card.body.addLayout(foot)
        return card
