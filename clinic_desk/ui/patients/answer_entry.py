"""F5: an answer about insurance that a public channel gave, recorded by hand.

There is no link to the Fund yet, so the registrar asks on a public page and writes down what it said. The
common case is three keys: F5, the digit of the answer, Ctrl+Enter. What does not fit in an answer is told
once; the same key again records it all the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from clinic_desk.domain.findings import Finding
from clinic_desk.domain.folding import fold
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.insurance import Channel, InsuranceStatus
from clinic_desk.domain.patient import SlipLanguage
from clinic_desk.services.insurance import RecordAnswer
from clinic_desk.services.ports import Clock
from clinic_desk.services.rows import PatientCard
from clinic_desk.services.rule_book import RuleBook
from clinic_desk.ui.kit import (
    Banner,
    Choice,
    ChoiceTiles,
    ComboField,
    Kind,
    LinkButton,
    Modal,
    Option,
    PlainLabel,
    PrimaryButton,
    SecondaryButton,
    TextField,
    UiText,
    look,
    space,
)
from clinic_desk.ui.kit.combo_field import Deliver
from clinic_desk.ui.patients.channel_panel import ChannelPanel
from clinic_desk.ui.patients.date_field import DateField
from clinic_desk.ui.patients.months_edit import MonthsEdit
from clinic_desk.ui.patients.typed_dates import typed_moment

NO_ANSWER: Final = "no_answer"
_WIDTH: Final = 1060
_STATUSES: Final = (
    InsuranceStatus.INSURED_CONTRIBUTIONS,
    InsuranceStatus.INSURED_STATE,
    InsuranceStatus.INSURED_STATE_LOCAL,
    InsuranceStatus.GRACE_3M,
    InsuranceStatus.GRACE_6M,
    InsuranceStatus.CONDITIONAL_DE,
    InsuranceStatus.TEMPORARY_1M,
    InsuranceStatus.UNINSURED,
)
_CHANNELS: Final = (
    Channel.EGOV,
    Channel.FUND_SITE,
    Channel.QOLDAU,
    Channel.BOT,
    Channel.BANK_APP,
    Channel.CALL_CENTRE,
    Channel.PAPER,
)
_PAYERS: Final = {
    InsuranceStatus.INSURED_CONTRIBUTIONS: "contributions",
    InsuranceStatus.INSURED_STATE: "state",
    InsuranceStatus.INSURED_STATE_LOCAL: "local",
    InsuranceStatus.CONDITIONAL_DE: "local",
}


@dataclass(frozen=True, slots=True)
class Written:
    """An answer as it was written down, and the codes of the doubts the person has read."""

    answer: RecordAnswer
    in_spite_of: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The channel was asked and stayed silent: nothing about the person is known that was not before."""

    patient_id: PatientId
    channel: Channel


class AnswerEntry(Modal):
    """The panel over the card.

    Signals:
        recorded: a `Written` or a `NoAnswer` to be kept.
    """

    recorded = Signal(object)

    def __init__(self, words: UiText, clock: Clock, rules: RuleBook, parent: QWidget | None = None) -> None:
        super().__init__(icon="shield-check", width=_WIDTH, height=0, parent=parent)
        self.setObjectName("card_answer_dialog")
        self._words = words
        self._clock = clock
        self._rules = rules
        self._patient_id = PatientId("")
        self._language = SlipLanguage.KK
        self._doubts: frozenset[str] = frozenset()
        self._build()
        words.follow(self._say)

    def start(self, card: PatientCard, over: QWidget, channel: Channel | None = None) -> None:
        """The panel lies over the window of `over`, empty; `channel` is what was used last."""
        self._patient_id = card.patient.id
        self._language = card.patient.slip_language
        self.subtitle.setText(card.patient.name.full)
        self.statuses.set_value(None)
        self.channels.set_value(channel if channel in _CHANNELS else Channel.EGOV)
        self.time.set_text("")
        self.category.set_option(None)
        self.reference.set_text("")
        self.valid_through.set_text("")
        self.months.set_last_month(self._clock.now().astimezone(self._clock.zone).month)
        self.months.set_months("")
        self.show_error("")
        for field in (self.time, self.valid_through):
            field.set_error("")
        self._months_error.hide()
        self._busy(False)
        self._on_status()
        self._show_channel()
        self.open_over(over)
        self.statuses.focus_first()

    def put_promise(self, line: QWidget) -> None:
        """What asking is worth now stands above the form."""
        self.body.insertWidget(0, line)

    def show_error(self, text: str) -> None:
        """Say above the form why it was not recorded; "" takes it away."""
        self.problem.set_kind(Kind.ERR)
        self.problem.setVisible(bool(text))
        self.problem.set_text(text)
        self._doubts = frozenset()
        self._busy(False)
        self._say_save()

    def show_doubts(self, findings: Sequence[Finding]) -> None:
        """Say above the form what does not fit; saving once more records it in spite of that."""
        sentences = [self._words.say(f"findings.{f.code}", **f.params) for f in findings]
        self.problem.set_kind(Kind.WARN)
        self.problem.set_text("\n".join(sentences))
        self.problem.show()
        self._doubts |= {finding.code for finding in findings}
        self._busy(False)
        self._say_save()
        self.page.ensureWidgetVisible(self.problem)

    def _build(self) -> None:
        self.problem = Banner(Kind.ERR, wide=False)
        self.problem.setObjectName("card_answer_banner_problem")
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.statuses = ChoiceTiles(columns=3)
        self.statuses.setObjectName("card_answer_status")
        self.statuses.chosen.connect(self._on_status)
        self.body.addLayout(self._labelled("insurance_panel.entry.status", self.statuses))
        self.silence = Banner(Kind.STALE, wide=False)
        self.silence.setObjectName("card_answer_banner_silence")
        self.body.addWidget(self.silence)
        self.channels = ChoiceTiles(columns=3)
        self.channels.setObjectName("card_answer_channel")
        self.channels.chosen.connect(self._show_channel)
        self.channel = ChannelPanel(self._words)
        self.channel.setObjectName("card_answer_channel_panel")
        self._asked = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        space(self._asked, 0, 20)
        left = self._labelled("insurance_panel.entry.channel", self.channels)
        left.addStretch(1)
        self._asked.addLayout(left, 8)
        self._asked.addWidget(self.channel, 5)
        self.body.addLayout(self._asked)
        self.details = QWidget()
        column = QVBoxLayout(self.details)
        space(column, 0, 12)
        column.addLayout(self._build_fields())
        column.addLayout(self._build_months())
        self.body.addWidget(self.details)
        self.body.addStretch(1)
        self.cancel_button = SecondaryButton("", "Esc")
        self.cancel_button.setObjectName("card_answer_button_cancel")
        self.cancel_button.clicked.connect(self.dismiss)
        self.save_button = PrimaryButton("", "Ctrl+Enter", "check")
        self.save_button.setObjectName("card_answer_button_save")
        self.save_button.clicked.connect(self._on_save)
        self.save_button.claim_key(self)
        self.foot.addWidget(self.cancel_button)
        self.foot.addStretch(1)
        self.foot.addWidget(self.save_button)
        # The usual way is from the channel to the time and the category: the browser comes last.
        self.setTabOrder(self.channels, self.time)
        self.setTabOrder(self.months, self.channel.link)
        self.setTabOrder(self.channel.link, self.cancel_button)

    def _place(self) -> None:
        """The way to ask stands beside the channels where both have the room, else below them."""
        window = self.parentWidget()
        if window is not None:
            room = min(look().px(_WIDTH), window.width() - 2 * look().px(24)) - 2 * look().px(30)
            parts = (self.channels, self.channel)
            needed = self._asked.spacing() + sum(part.minimumSizeHint().width() for part in parts)
            direction = QBoxLayout.Direction
            self._asked.setDirection(direction.LeftToRight if needed <= room else direction.TopToBottom)
        super()._place()

    def _labelled(self, key: str, control: QWidget) -> QVBoxLayout:
        column = QVBoxLayout()
        space(column, 0, 6)
        label = PlainLabel(role="field")
        self._words.bind(label.setText, key)
        column.addWidget(label)
        column.addWidget(control)
        return column

    def _build_fields(self) -> QGridLayout:
        grid = QGridLayout()
        space(grid, 0, 12)
        self.time = TextField()
        self.time.setObjectName("card_answer_field_time")
        self.time.edit.setMaxLength(20)
        self.category = ComboField(source=self._categories)
        self.category.setObjectName("card_answer_field_category")
        self.valid_through = DateField()
        self.valid_through.setObjectName("card_answer_field_valid_through")
        self.reference = TextField()
        self.reference.setObjectName("card_answer_field_reference")
        self.reference.edit.setMaxLength(60)
        fields = (self.time, self.category, self.valid_through, self.reference)
        for column, field in enumerate(fields):
            grid.addWidget(field, 0, column)
            grid.setColumnStretch(column, 3 if field is self.category else 2)
        return grid

    def _build_months(self) -> QVBoxLayout:
        self.months = MonthsEdit(self._words)
        self.months.setObjectName("card_answer_months")
        self._months_error = PlainLabel(role="caption", tone="err", wraps=True)
        self._months_error.setObjectName("card_answer_text_months_error")
        self._words.bind(self._months_error.setText, "insurance_panel.entry.bad_months")
        self._months_error.hide()
        self.months.edited.connect(self._months_error.hide)
        column = QVBoxLayout()
        space(column, 0, 4)
        head = QHBoxLayout()
        space(head, 0, 12)
        label = PlainLabel(role="field")
        self._words.bind(label.setText, "insurance_panel.entry.months")
        hint = PlainLabel(role="caption", tone="muted")
        self._words.bind(hint.setText, "insurance_panel.entry.months_hint")
        all_paid = LinkButton()
        all_paid.setObjectName("card_answer_button_all_paid")
        all_paid.clicked.connect(lambda: self.months.set_months("p" * 12))
        self._words.bind(all_paid.setText, "insurance_panel.entry.all_paid")
        none = LinkButton()
        none.setObjectName("card_answer_button_no_months")
        none.clicked.connect(lambda: self.months.set_months(""))
        self._words.bind(none.setText, "insurance_panel.entry.no_months")
        head.addWidget(label)
        head.addWidget(hint)
        head.addStretch(1)
        head.addWidget(all_paid)
        head.addWidget(none)
        column.addLayout(head)
        column.addWidget(self.months)
        column.addWidget(self._months_error)
        return column

    def _on_status(self, _value: object = None) -> None:
        is_silent = self.statuses.value() == NO_ANSWER
        self.silence.setVisible(is_silent)
        self.details.setVisible(not is_silent)
        self.show_error("")

    def _categories(self, query: str, deliver: Deliver) -> None:
        payer = _PAYERS.get(self.statuses.value())  # type: ignore[call-overload]
        wanted = fold(query)
        options = []
        today = self._clock.today()
        for row in self._rules.on(today).categories.on(today):
            title = self._words.say(f"labels.category.{row.value.code}")
            if (payer is None or row.value.payer == payer) and wanted in fold(title):
                options.append(Option(row.value.code, title))
        deliver(options)

    def _on_save(self) -> None:
        status = self.statuses.value()
        channel = self.channels.value()
        if not isinstance(channel, Channel):
            channel = Channel.EGOV
        if status is None:
            self.show_error(self._words.say("insurance_panel.entry.choose_status"))
            self.statuses.focus_first()
            return
        if status == NO_ANSWER:
            self._busy(True)
            self.recorded.emit(NoAnswer(self._patient_id, channel))
            return
        checked_at = self._checked_at()
        if not self._fields_are_good(checked_at):
            return
        option = self.category.option()
        self._busy(True)
        self.recorded.emit(
            Written(
                RecordAnswer(
                    self._patient_id,
                    InsuranceStatus(str(status)),
                    channel,
                    checked_at,
                    str(option.key) if option else "",
                    self.reference.text(),
                    self.valid_through.day(),
                    self.months.months(),
                ),
                self._doubts,
            )
        )

    def _checked_at(self) -> dt.datetime | None:
        return typed_moment(self.time.text(), self._clock.now(), self._clock.zone)

    def _fields_are_good(self, checked_at: dt.datetime | None) -> bool:
        say = self._words.say
        bad_time = bool(self.time.text().strip()) and checked_at is None
        self.time.set_error(say("insurance_panel.entry.bad_time") if bad_time else "")
        bad_day = self.valid_through.is_bad
        self.valid_through.set_error(say("insurance_panel.entry.bad_day") if bad_day else "")
        bad_months = self.months.is_partial
        self._months_error.setVisible(bad_months)
        for is_bad, field in (
            (bad_time, self.time),
            (bad_day, self.valid_through),
            (bad_months, self.months),
        ):
            if is_bad:
                field.setFocus()
                return False
        return True

    def _busy(self, is_busy: bool) -> None:
        self.save_button.setEnabled(not is_busy)

    def _say(self) -> None:
        say = self._words.say
        self.set_title(say("insurance_panel.entry.title"))
        choices = [
            Choice(status, say(f"insurance_panel.entry.{status}"), str(number))
            for number, status in enumerate(_STATUSES, start=1)
        ]
        choices.append(Choice(NO_ANSWER, say("insurance_panel.entry.no_answer"), "9"))
        self.statuses.set_choices(choices)
        self.channels.set_choices(
            [
                Choice(channel, _capital(say(f"labels.channel.{channel}")), str(number))
                for number, channel in enumerate(_CHANNELS, start=1)
            ]
        )
        self.silence.set_text(say("insurance_panel.entry.no_answer_hint"))
        self.time.set_label(say("insurance_panel.entry.time"))
        self.time.set_placeholder(say("insurance_panel.entry.now"))
        self.category.set_label(say("insurance_panel.entry.category"))
        self.category.set_placeholder(say("insurance_panel.entry.optional"))
        self.category.set_option(self._option_again())
        self.valid_through.set_label(say("insurance_panel.entry.valid_through"))
        self.valid_through.set_placeholder("31.12.2026")
        self.reference.set_label(say("insurance_panel.entry.reference"))
        self.reference.set_placeholder(say("insurance_panel.entry.optional"))
        self.cancel_button.setText(say("shell.cancel"))
        self._say_save()

    def _option_again(self) -> Option | None:
        option = self.category.option()
        return option and Option(option.key, self._words.say(f"labels.category.{option.key}"))

    def _say_save(self) -> None:
        key = "evidence.record_all_the_same" if self._doubts else "insurance_panel.entry.save"
        self.save_button.setText(self._words.say(key))

    def _show_channel(self, _channel: object = None) -> None:
        channel = self.channels.value()
        if isinstance(channel, Channel):
            today = self._clock.today()
            language = "ru" if self._language is SlipLanguage.RU else "kk"
            self.channel.show_channel(channel, self._rules.on(today), today, language)


def _capital(text: str) -> str:
    """A tile begins with a capital, addresses stay as they are written."""
    return text if "." in text or text.startswith("@") else text[:1].upper() + text[1:]
