"""The end of a shift: what was done, what the server has a receipt for, and what passes on.

A shift begins with the first act of a registrar on a day, or with the first after they closed one: it is read
from the audit log, so that nothing has to be started and a killed program forgets nothing. The sheet of a
closed shift is kept as it was and can be printed again.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Final, Protocol

from clinic_desk.domain.attachment import CaseState
from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.ids import AttachmentCaseId, PatientId, ReferralId, ShiftId
from clinic_desk.domain.local_text import LocalText
from clinic_desk.domain.referral import LIVING, Referral
from clinic_desk.domain.sync.ops import OpState
from clinic_desk.domain.sync.recalls import RecallEnd
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.desk_settings import DeskSettings, SettingsService
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import AuditAct, AuditEntry, Clock, ReferralFilter, Store, UnitOfWork
from clinic_desk.services.slips import PreviewImage, PrintAnswer, PrintOutcome, SlipPrinter
from clinic_desk.services.sync.deciding.lone_differences import lone_differences
from clinic_desk.services.sync.exchange.offline_spells import spells_between
from clinic_desk.services.sync.papers.contradictions import settle_open
from clinic_desk.services.sync.papers.recalls import PaperState, provisional_rows, recall_rows
from clinic_desk.services.sync.papers.shift_paper import ShiftPaper
from clinic_desk.services.sync.papers.shift_values import Left, LeftItem, ShiftFigures, ShiftSheet
from clinic_desk.services.sync.ports import Shift
from clinic_desk.texts import Language

_OWN: Final = "shift."
"""Acts about the shift itself; they begin no new one."""
_BY_NEWS: Final = frozenset({"paper.recall", "paper.settled", "paper.healed"})
"""Written under the name of the author of what the news is about, who may not be there at all."""
_ANSWERS: Final = frozenset({"attachment.accept", "attachment.refuse"})
_CHECKS: Final = frozenset({"insurance.record", "insurance.ask"})
_MOST: Final = 500


class ShiftRenderer(Protocol):
    """Draws the sheet."""

    def draw_shift(self, content: ShiftPaper, paper: str) -> bytes:
        """A PDF on `a5`, or twice on one sheet of `a4`."""

    def picture(self, pdf: bytes, width_px: int) -> PreviewImage:
        """The first page of a PDF."""


class ShiftService:
    """Use cases about a registrar's shift."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        settings: SettingsService,
        renderer: ShiftRenderer,
        printer: SlipPrinter,
        *,
        is_practice: bool,
    ) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._renderer = renderer
        self._printer = printer
        self._is_practice = is_practice

    def sheet(self, actor: Actor) -> ShiftSheet:
        """The shift as it stands; the kept sheet where it was closed today and nothing was done since."""
        now = self._clock.now()
        with self._store.read() as work:
            last = work.shifts.last_closed(actor.user)
            sheet = self._current(work, actor, last, now)
            if sheet.opened_at is None and last is not None and self._is_today(last):
                return _kept(last)
        return sheet

    def close(self, actor: Actor) -> tuple[ShiftSheet, Change]:
        """The shift is over, and its sheet is kept.

        Whatever waits passes to the next shift, and the sheet says so: papers about which nobody called stay
        in the list, those about which somebody did are settled.

        Raises:
            InvalidValue: `shift.nothing_done`, nothing was done since the last one was closed.
        """
        now = self._clock.now()
        shift_id = ShiftId(new_id())
        with self._store.write() as work:
            sheet = self._current(work, actor, work.shifts.last_closed(actor.user), now)
            if sheet.opened_at is None:
                raise InvalidValue("shift.nothing_done")
            told = (one for row in recall_rows(work) if row.state is PaperState.TOLD for one in row.recalls)
            settle_open(work, told, RecallEnd.TOLD, actor, now)
            self._log(work, actor, "shift.close", shift_id, now)
            head = work.audit.head()
            closed = replace(sheet, shift_id=shift_id, closed_at=now, head_seq=head.seq, head_hash=head.hash)
            shift = Shift(shift_id, actor.user, actor.desk.code, sheet.opened_at)
            work.shifts.add(shift)
            work.shifts.save(replace(shift, closed_at=now, summary=closed.as_json()))
            work.commit()
        return closed, Change.of(Kind.SYNC, shift_id)

    def pdf(self, actor: Actor, language: Language) -> bytes:
        """The sheet as it would be printed now."""
        settings = self._settings.read()
        return self._drawn(self.sheet(actor), settings, language, settings.printing.paper)

    def preview(self, sheet: ShiftSheet, language: Language, width_px: int) -> PreviewImage:
        """How `sheet` looks on paper."""
        pdf = self._drawn(sheet, self._settings.read(), language, "a5")
        return self._renderer.picture(pdf, width_px)

    def print(self, actor: Actor, language: Language) -> PrintOutcome:
        """The printer's answer, at the latest when its deadline is over; a line of the log says so.

        Never on the window's thread, never in a transaction.
        """
        settings = self._settings.read()
        sheet = self.sheet(actor)
        outcome = self._printer.print_pdf(
            self._drawn(sheet, settings, language, settings.printing.paper),
            settings.printing.printer,
            copies=1,
            title="clinic-desk-shift",
            deadline_s=settings.printing.deadline_s,
            paper=settings.printing.paper,
        )
        with self._store.write() as work:
            now = self._clock.now()
            self._log(work, actor, "shift.print", sheet.shift_id, now, outcome.answer.value)
            work.commit()
        return outcome

    # Inside ----------------------------------------------------------------------------------

    def _drawn(self, sheet: ShiftSheet, settings: DeskSettings, language: Language, paper: str) -> bytes:
        clinic = LocalText(settings.clinic.name_kk, settings.clinic.name_ru)
        content = ShiftPaper(sheet, clinic, language, self._is_practice, self._clock.zone.key)
        return self._renderer.draw_shift(content, paper)

    def _current(self, work: UnitOfWork, actor: Actor, last: Shift | None, now: dt.datetime) -> ShiftSheet:
        """The sheet of what was done today and after the last one was closed."""
        today = now.astimezone(self._clock.zone).date()
        midnight = dt.datetime.combine(today, dt.time(), self._clock.zone)
        after = int(last.summary["head_seq"]) if last and last.summary else 0
        acts = [
            act
            for act in work.audit.acts(actor.user, after, midnight)
            if not act.action.startswith(_OWN) and act.action not in _BY_NEWS
        ]
        head = work.audit.head()
        since = acts[0].at if acts else now
        rows = recall_rows(work)
        unsent = work.outbox.counts(actor.user)
        states = work.outbox.states_since(actor.user, since) if acts else {}
        provisional = provisional_rows(work, since) if acts else []
        waiting_cases = work.attachments.counts().get(CaseState.SENT.value, 0)
        to_call = tuple(row.number for row in rows if row.needs_call)
        left = (
            # A difference that came down by itself is nobody's act: it passes on from whoever closes.
            LeftItem(Left.ATTENTION, unsent.attention + len(lone_differences(work))),
            LeftItem(Left.RECALLS, len(to_call)),
            LeftItem(Left.WAITING, unsent.waiting),
            LeftItem(Left.TO_PRINT, _to_print(work)),
            LeftItem(Left.ATTACHMENTS, waiting_cases),
        )
        return ShiftSheet(
            ShiftId(""),
            actor.user,
            actor.desk.label,
            since if acts else None,
            None,
            now,
            _figures(work, acts),
            unsent.waiting + unsent.attention,
            unsent.oldest,
            states.get(OpState.ACCEPTED, 0),
            states.get(OpState.WITHDRAWN, 0),
            to_call,
            tuple(row.number for row in rows if row.state is PaperState.TOLD),
            sum(row.state is PaperState.NOTHING for row in provisional),
            tuple(spells_between(work, since, now)),
            tuple(item for item in left if item.n),
            head.seq,
            head.hash,
        )

    def _is_today(self, shift: Shift) -> bool:
        closed = shift.closed_at
        return closed is not None and closed.astimezone(self._clock.zone).date() == self._clock.today()

    def _log(
        self, work: UnitOfWork, actor: Actor, action: str, shift_id: str, at: dt.datetime, reason: str = ""
    ) -> None:
        work.audit.write(
            AuditEntry(at, actor.user, actor.desk.code, action, "shift", shift_id, reason=reason)
        )


def _kept(shift: Shift) -> ShiftSheet:
    assert shift.summary is not None and shift.closed_at is not None  # noqa: S101 - it is closed
    return ShiftSheet.from_json(shift.summary, shift.id, shift.user, shift.opened_at, shift.closed_at)


def _to_print(work: UnitOfWork) -> int:
    living = frozenset(status.value for status in LIVING)
    return len(work.referrals.rows(ReferralFilter(living, only_to_print=True, limit=_MOST)))


def _figures(work: UnitOfWork, acts: list[AuditAct]) -> ShiftFigures:
    done = Counter(act.action for act in acts)
    issued = [
        referral
        for act in acts
        if act.action == "referral.issue"
        and (referral := work.referrals.get(ReferralId(act.object_id))) is not None
    ]
    return ShiftFigures(
        len(_people(work, acts, issued)),
        done["patient.register"],
        sum(done[action] for action in _CHECKS),
        len(issued),
        sum(referral.is_provisional for referral in issued),
        sum(act.action == "slip.print" and act.reason == PrintAnswer.ACCEPTED for act in acts),
        done["attachment.send"],
        sum(done[action] for action in _ANSWERS),
    )


def _people(work: UnitOfWork, acts: Iterable[AuditAct], issued: Iterable[Referral]) -> set[PatientId]:
    """For whom something was done."""
    known = {referral.id: referral.patient_id for referral in issued}
    people: set[PatientId] = set()
    for kind, record_id in {(act.object_kind, act.object_id) for act in acts}:
        if kind == "patient":
            people.add(PatientId(record_id))
        elif kind == "referral":
            referral_id = ReferralId(record_id)
            referral = None if referral_id in known else work.referrals.get(referral_id)
            people.add(referral.patient_id if referral else known.get(referral_id, PatientId("")))
        elif kind == "attachment":
            case = work.attachments.get(AttachmentCaseId(record_id))
            people.add(case.patient_id if case else PatientId(""))
    return people - {PatientId("")}
