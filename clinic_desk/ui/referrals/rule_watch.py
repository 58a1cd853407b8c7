"""Asks the rules after every change and shows their answer where it belongs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.findings import Finding, Severity, blocks
from clinic_desk.domain.verdict import Need
from clinic_desk.sentences import error_sentence, finding_sentence, source_words
from clinic_desk.services.ports import ReferralFilter
from clinic_desk.services.referrals import ReferralForm, ReferralService
from clinic_desk.services.rows import PatientCard, ReferralCheck, ReferralRow, ServiceChoice
from clinic_desk.ui.kit import Jobs, UiText
from clinic_desk.ui.kit.jobs import CancelToken
from clinic_desk.ui.referrals.findings_panel import sources_of
from clinic_desk.ui.referrals.referral_editor_view import ReferralEditorView
from clinic_desk.ui.referrals.verdict_chip import verdict_view

ALREADY_LIVING: Final = "referral.already_living"

_PAUSE_MS: Final = 40
# What is merely not filled in yet is no fault until somebody wants to issue.
_MISSING: Final = frozenset(
    f"referral.{name}"
    for name in ("no_service", "no_diagnosis", "no_doctor", "no_reason", "no_supplier", "unknown_diagnosis")
)


class RuleWatch(QObject):
    """The findings of the form as it stands: at the field, above the form, in the chip.

    Only the answer to the newest form is shown.
    """

    def __init__(
        self,
        referrals: ReferralService,
        jobs: Jobs,
        words: UiText,
        view: ReferralEditorView,
        today: Callable[[], dt.date],
    ) -> None:
        super().__init__(view)
        self._referrals = referrals
        self._jobs = jobs
        self._words = words
        self._view = view
        self._today = today
        self._card: PatientCard | None = None
        self._read: Callable[[], ReferralForm] | None = None
        self._service: Callable[[], ServiceChoice | None] = lambda: None
        self._check: ReferralCheck | None = None
        self._findings: tuple[Finding, ...] = ()
        self._trouble: ClinicDeskError | None = None
        self._is_wanted = False
        self._token = CancelToken()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        words.follow(self.show)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is shown now."""
        return self._findings

    @property
    def needs_onset(self) -> bool:
        """Whether nobody can say who pays without the first day of the disease."""
        found = self._check.verdict if self._check else None
        return found is not None and Need.ONSET in found.needs

    def begin(
        self,
        card: PatientCard,
        read: Callable[[], ReferralForm],
        service: Callable[[], ServiceChoice | None],
    ) -> None:
        """Watch the form of this person; nothing is found yet."""
        self.end()
        self._card, self._read, self._service = card, read, service
        self._check, self._findings, self._trouble = None, (), None
        self._is_wanted = False
        self._view.earlier.show_rows(())
        self.show()

    def know(self, card: PatientCard) -> None:
        """More is known of the same person: the form is judged again by it."""
        self._card = card
        self.ask()

    def end(self) -> None:
        """Nothing more is asked or shown."""
        self._pause.stop()
        self._token.cancel()
        self._card = None

    def ask(self) -> None:
        """The form has changed."""
        if self._card is not None:
            self._pause.start()

    def tell(self, error: ClinicDeskError) -> None:
        """Show what went wrong above the form until the next change."""
        self._trouble = error
        self.show()

    def refuse(self, findings: Sequence[Finding]) -> None:
        """The referral was wanted and these stood in the way: show all of them, go to the first."""
        self._is_wanted = True
        self._findings = tuple(findings)
        self.show()
        if not blocks(findings):
            self._view.earlier.ask()
            return
        first = next((f.field for f in findings if f.severity is Severity.BLOCK), "")
        target = self._control(first)
        if target is not None:
            target.setFocus()
            self._view.form_page.ensureWidgetVisible(target)

    def show(self) -> None:
        """Put the findings where they belong, in the language of the moment."""
        view, texts = self._view, self._words.texts
        told = [f for f in self._findings if self._is_wanted or f.code not in _MISSING]
        at_field: dict[str, str] = {}
        for finding in told:
            if finding.severity is Severity.BLOCK:
                key = "verdict.chip.uninsured" if finding.instead and finding.field == "service" else ""
                sentence = texts.say(key) if key else finding_sentence(texts, finding)
                at_field.setdefault(finding.field, sentence)
        for field, name in (
            (view.service, "service"),
            (view.diagnosis, "diagnosis"),
            (view.doctor, "doctor"),
        ):
            if name in at_field or field.option() is not None or not field.text():
                field.set_error(at_field.get(name, ""))
        view.onset.set_error(at_field.get("onset", "") or self._onset_error())
        for label, name in ((view.reason_error, "reason"), (view.supplier_error, "supplier")):
            label.setText(at_field.get(name, ""))
            label.setVisible(name in at_field)
        above = [f for f in told if f.code not in _MISSING]
        extra = error_sentence(texts, self._trouble) if self._trouble is not None else ""
        if not extra and at_field and not blocks(above):
            extra = texts.say("referral.findings.blocked")
        was_silent = view.findings.isHidden()
        view.findings.show_findings(above, extra)
        if was_silent and not view.findings.isHidden():
            view.show_top()
        is_blocked = bool(at_field)
        view.promise.say_instead("referral.worth.blocked" if is_blocked else "")
        self._show_verdict()

    def _show_verdict(self) -> None:
        view, card = self._view, self._card
        found = self._check.verdict if self._check else None
        shown = verdict_view(found, self._service(), card, self._words, self._today()) if card else None
        view.verdict.setVisible(shown is not None)
        if shown is not None:
            view.verdict.set_chip(shown.chip, shown.sentence)
        view.verdict_line.setText(shown.line if shown else "")
        view.verdict_line.setVisible(shown is not None and bool(shown.line))
        view.onset.setVisible(self._check is not None and self._check.asks_onset)
        sources = sources_of(self._told_findings(), found.source if found else "")
        said = "; ".join(source_words(self._words.texts, source) for source in sources)
        view.sources.setText(self._words.say("referral.findings.source", sources=said) if sources else "")
        view.sources.setVisible(bool(sources))

    def _onset_error(self) -> str:
        return self._words.say("verdict.onset_bad") if self._view.onset.is_bad else ""

    def _told_findings(self) -> list[Finding]:
        return [f for f in self._findings if f.code not in _MISSING]

    def _ask(self) -> None:
        if self._read is None:
            return
        # A check that still waits in the lane is of an older form.
        self._token.cancel()
        form = self._read()
        self._token = self._jobs.run(
            lambda: self._look(form), self._on_answer, self.tell, owner=self, lane="read"
        )

    def _look(self, form: ReferralForm) -> tuple[ReferralCheck, tuple[ReferralRow, ...]]:
        check = self._referrals.check(form)
        earlier: list[ReferralRow] = []
        for finding in check.findings:
            if finding.code == ALREADY_LIVING:
                number = str(finding.params["number"])
                rows = self._referrals.rows(ReferralFilter(text=number, limit=1))
                earlier += [row for row in rows if row.number == number]
        return check, tuple(earlier)

    def _on_answer(self, answer: tuple[ReferralCheck, tuple[ReferralRow, ...]]) -> None:
        self._check, earlier = answer
        self._findings = self._check.findings
        self._trouble = None
        self._view.earlier.show_rows(earlier)
        self.show()

    def _control(self, field: str) -> QWidget | None:
        view = self._view
        if field == "reason":
            return view.reasons.tiles()[0] if view.reasons.tiles() else None
        return {
            "service": view.service.edit,
            "diagnosis": view.diagnosis.edit,
            "doctor": view.doctor.edit,
            "onset": view.onset.edit,
            "supplier": view.table if view.table.isVisible() else view.service.edit,
        }.get(field)
