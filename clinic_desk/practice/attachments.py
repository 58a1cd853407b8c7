"""Attachment cases of the practice clinic, one person for each state, and what a registrar is warned of.

Among them are answers due today and overdue, a worker whose contract ends in twenty days and children who
come of age soon. Days are counted back from the day the clinic is made, on working days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from clinic_desk.domain.attachment import (
    AttachmentCase,
    CaseState,
    Consent,
    ConsentGiver,
    ConsentWay,
    EndReason,
    SeenDocument,
)
from clinic_desk.domain.attachment_rules import basis_on
from clinic_desk.domain.districts import last_birth_day
from clinic_desk.domain.ids import AttachmentCaseId, DistrictId, OperationId, PatientId
from clinic_desk.domain.patient import Attachment, AttachmentBasis, AttachmentState, DocumentKind
from clinic_desk.domain.working_days import WorkingCalendar
from clinic_desk.practice.town import ADULT_AGE, GENERAL_DISTRICTS
from clinic_desk.services.attachment_request import due_of
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import AuditEntry, Clock, UnitOfWork
from clinic_desk.services.rules_of_the_day import shipped_book, shipped_tables

_S = CaseState
_B = AttachmentBasis
_GENERAL: Final = 11
"""A territory of a general practitioner, who takes all ages."""
_WITH_CHILDREN: Final = GENERAL_DISTRICTS
"""A territory whose children have a district of their own."""
_SENT_STATES: Final = frozenset({_S.SENT, _S.ACCEPTED, _S.REFUSED, _S.IN_FORCE, _S.ENDED})


@dataclass(frozen=True, slots=True)
class CasePlan:
    """A case as it stands today. `sent` and `answered` are working days ago, `minute` of the day of sending.

    `effective_in` and `contract_in` are days from today, negative for days past.
    """

    state: CaseState
    basis: AttachmentBasis = _B.RESIDENCE
    sent: int = 0
    answered: int | None = None
    minute: int = 10 * 60 + 20
    effective_in: int = 0
    contract_in: int | None = None
    number: str = ""
    ground: str = ""
    text: str = ""
    end: EndReason | None = None
    previous: str = "№ 3 емхана (үлгі)"


@dataclass(frozen=True, slots=True)
class AttachingPerson:
    """Somebody with cases, oldest first. `born` None: comes of age `of_age_in` days from today."""

    role: str
    name: tuple[str, str, str]
    sex: str
    born: dt.date | None
    cases: tuple[CasePlan, ...] = ()
    is_attached: bool = False
    of_age_in: int = 0
    territory: int = _GENERAL
    language: str = "kk"
    changes: Mapping[str, Any] = field(default_factory=dict)

    def born_on(self, today: dt.date) -> dt.date:
        """The birth date in a clinic made on `today`."""
        return self.born or last_birth_day(ADULT_AGE, today + dt.timedelta(days=self.of_age_in))


ATTACHING: Final = (
    AttachingPerson("attach_new", ("Үлгібаев", "Нұрлан", "Серікұлы"), "M", dt.date(1995, 5, 5)),
    AttachingPerson(
        "attach_draft",
        ("Оразова", "Динара", "Қанатқызы"),
        "F",
        dt.date(1992, 8, 17),
        (CasePlan(_S.DRAFT, minute=8 * 60 + 50),),
    ),
    AttachingPerson(
        "attach_consented",
        ("Ким", "Алексей", "Юрьевич"),
        "M",
        dt.date(1978, 1, 30),
        (CasePlan(_S.CONSENTED, _B.FREE_CHOICE, minute=9 * 60 + 5),),
        language="ru",
    ),
    AttachingPerson(
        "attach_due_today",
        ("Тілеуова", "Сәуле", "Бақытқызы"),
        "F",
        dt.date(1967, 10, 9),
        (CasePlan(_S.SENT, sent=1),),
    ),
    AttachingPerson(
        "attach_due_today_too",
        ("Петрова", "Мария", "Ивановна"),
        "F",
        dt.date(1999, 6, 21),
        (CasePlan(_S.SENT, _B.STUDY, sent=1, minute=15 * 60 + 40),),
        language="ru",
    ),
    AttachingPerson(
        "attach_overdue",
        ("Есімов", "Қанат", "Ғалымұлы"),
        "M",
        dt.date(1984, 3, 2),
        (CasePlan(_S.SENT, sent=3, minute=11 * 60),),
    ),
    AttachingPerson(
        "attach_after_hours",
        ("Әбенова", "Жанар", "Ерланқызы"),
        "F",
        dt.date(1990, 12, 24),
        (CasePlan(_S.SENT, _B.FAMILY, sent=1, minute=18 * 60 + 25),),
    ),
    AttachingPerson(
        "attach_accepted",
        ("Нұрғалиев", "Тимур", "Асқарұлы"),
        "M",
        dt.date(1981, 7, 7),
        (CasePlan(_S.ACCEPTED, sent=2, answered=1, effective_in=9, number="РПН-000118"),),
    ),
    AttachingPerson(
        "attach_refused",
        ("Цой", "Виктор", "Сергеевич"),
        "M",
        dt.date(1973, 4, 11),
        (
            CasePlan(
                _S.REFUSED,
                sent=4,
                answered=3,
                ground="not_by_rules",
                text="Қағидалардың 12-тармағы: уақытша тіркелу мерзімі өтіп кеткен",
            ),
        ),
        language="ru",
    ),
    AttachingPerson(
        "attach_in_force",
        ("Бейсенова", "Әлия", "Нұржанқызы"),
        "F",
        dt.date(1986, 11, 19),
        (CasePlan(_S.IN_FORCE, sent=12, answered=11, effective_in=-15, number="РПН-000097"),),
    ),
    AttachingPerson(
        "changed_twice",
        ("Жұмабаев", "Арман", "Ержанұлы"),
        "M",
        dt.date(1989, 2, 8),
        (
            CasePlan(
                _S.ENDED, _B.FREE_CHOICE, sent=60, answered=59, effective_in=-80, number="РПН-000031",
                end=EndReason.OTHER_ORGANISATION,
            ),
            CasePlan(
                _S.ENDED, _B.FREE_CHOICE, sent=30, answered=29, effective_in=-40, number="РПН-000064",
                end=EndReason.OTHER_ORGANISATION,
            ),
        ),
    ),
    AttachingPerson(
        "eaeu_worker",
        ("Осмонов", "Азамат", "Бекович"),
        "M",
        dt.date(1993, 9, 14),
        (
            CasePlan(
                _S.IN_FORCE, _B.EAEU_CONTRACT, sent=40, answered=39, effective_in=-55, contract_in=20,
                number="РПН-000045", previous="",
            ),
        ),
        language="ru",
        changes={
            "document": DocumentKind.FOREIGN_PASSPORT, "document_number": "PE0000001", "citizenship": "KGZ",
        },
    ),
    AttachingPerson(
        "attach_withdrawn",
        ("Садықова", "Мәдина", "Асханқызы"),
        "F",
        dt.date(2001, 1, 15),
        (CasePlan(_S.ENDED, sent=6, end=EndReason.WITHDRAWN),),
    ),
    AttachingPerson(
        "growing_soon", ("Қалиев", "Ислам", "Дәуренұлы"), "M", None, is_attached=True,
        of_age_in=12, territory=_WITH_CHILDREN,
    ),
    AttachingPerson(
        "growing_later", ("Волкова", "Дарья", "Павловна"), "F", None, is_attached=True,
        of_age_in=45, territory=_WITH_CHILDREN, language="ru",
    ),
)  # fmt: skip


class CaseWriter:
    """Writes the planned cases into the transaction that makes the clinic."""

    def __init__(self, work: UnitOfWork, clock: Clock, registrar: str, desk: str) -> None:
        self._work = work
        self._clock = clock
        self._by = registrar
        self._desk = desk
        self._book = shipped_book()
        self._calendar = WorkingCalendar.of(shipped_tables())

    def write(self, patient_id: PatientId, district_id: DistrictId, plans: tuple[CasePlan, ...]) -> None:
        """The person has these cases, and the attachment that comes of them."""
        for plan in plans:
            self._write(patient_id, district_id, plan)

    def _write(self, patient_id: PatientId, district_id: DistrictId, plan: CasePlan) -> None:
        store = self._work.attachments
        sent_at = self._moment(plan.sent, plan.minute)
        opened_at = sent_at - dt.timedelta(minutes=12)
        case = store.add(
            AttachmentCase(
                AttachmentCaseId(new_id()), patient_id, OperationId(new_id()), opened_at, self._by,
                basis=plan.basis, district_id=district_id, previous=plan.previous,
                contract_until=self._day(plan.contract_in), is_free_change=self._is_free(plan.basis),
            ),
            by=self._by,
            at=opened_at,
        )  # fmt: skip
        if plan.state is _S.DRAFT:
            return
        consent_at = opened_at + dt.timedelta(minutes=5)
        case = self._save(
            replace(
                case,
                state=_S.CONSENTED,
                consent=Consent(ConsentGiver.PATIENT, ConsentWay.PAPER, consent_at, self._by),
                documents=_documents(plan, opened_at.date()),
            ),
            consent_at,
        )
        if plan.state in _SENT_STATES:
            self._send(case, plan, sent_at)

    def _send(self, case: AttachmentCase, plan: CasePlan, sent_at: dt.datetime) -> None:
        patient = self._work.patients.get(case.patient_id)
        assert patient is not None  # noqa: S101 - written before
        case = self._save(
            replace(
                case,
                state=_S.SENT,
                was=patient.attachment,
                received_at=sent_at,
                due_at=due_of(sent_at, self._book, self._clock).at,
                sent_at=sent_at,
                sent_by=self._by,
            ),
            sent_at,
        )
        self._work.audit.write(
            AuditEntry(
                sent_at, self._by, self._desk, "attachment.send", "attachment", case.id,
                operation_id=case.operation_id,
            )
        )  # fmt: skip
        if plan.state in (_S.SENT, _S.ACCEPTED):
            pending = Attachment(AttachmentState.PENDING, case.district_id, case.basis)
            self._work.patients.save(replace(patient, attachment=pending))
        if plan.state is not _S.SENT:
            self._answer(case, plan)

    def _answer(self, case: AttachmentCase, plan: CasePlan) -> None:
        if plan.answered is None:
            ended_at = case.sent_at or case.opened_at
            gone = replace(case, state=_S.ENDED, ended_on=self._local(ended_at), end_reason=plan.end)
            self._save(gone, ended_at + dt.timedelta(hours=1), note="басқа емханаға барады")
            return
        answered_at = self._moment(plan.answered, 11 * 60 + 5)
        if plan.state is _S.REFUSED:
            refused = replace(
                case,
                state=_S.REFUSED,
                answered_at=answered_at,
                refusal_ground=plan.ground,
                refusal_text=plan.text,
            )
            self._save(refused, answered_at)
            return
        first = self._day(plan.effective_in)
        accepted = replace(
            case,
            state=_S.ACCEPTED,
            answered_at=answered_at,
            answer_number=plan.number,
            effective_on=first,
        )
        case = self._save(accepted, answered_at)
        if plan.state in (_S.IN_FORCE, _S.ENDED):
            self._begin(case, plan, answered_at)

    def _begin(self, case: AttachmentCase, plan: CasePlan, at: dt.datetime) -> None:
        case = self._save(replace(case, state=_S.IN_FORCE), at)
        patient = self._work.patients.get(case.patient_id)
        assert patient is not None  # noqa: S101 - written before
        if plan.state is _S.IN_FORCE:
            here = Attachment(AttachmentState.ATTACHED, case.district_id, case.basis, case.effective_on)
            self._work.patients.save(replace(patient, attachment=here))
            return
        ended_on = (case.effective_on or self._clock.today()) + dt.timedelta(days=14)
        ended = replace(case, state=_S.ENDED, ended_on=ended_on, end_reason=plan.end)
        self._save(ended, at + dt.timedelta(days=14))

    def _save(self, case: AttachmentCase, at: dt.datetime, note: str = "") -> AttachmentCase:
        return self._work.attachments.save(case, by=self._by, at=min(at, self._clock.now()), note=note)

    def _moment(self, working_days_ago: int, minute: int) -> dt.datetime:
        """That minute of a working day, never later than now."""
        day = self._clock.today()
        left = working_days_ago
        while left:
            day -= dt.timedelta(days=1)
            left -= self._calendar.is_working(day)
        at = dt.datetime.combine(day, dt.time(minute // 60, minute % 60), self._clock.zone)
        return min(at.astimezone(dt.UTC), self._clock.now())

    def _day(self, days: int | None) -> dt.date | None:
        return None if days is None else self._clock.today() + dt.timedelta(days=days)

    def _local(self, moment: dt.datetime) -> dt.date:
        return moment.astimezone(self._clock.zone).date()

    def _is_free(self, basis: AttachmentBasis) -> bool:
        today = self._clock.today()
        rule = basis_on(self._book.on(today), basis, today)
        return rule is not None and rule.is_free_change


def _documents(plan: CasePlan, dated: dt.date) -> tuple[SeenDocument, ...]:
    if plan.basis is _B.EAEU_CONTRACT:
        return SeenDocument("foreign_document"), SeenDocument("insurance_contract", dated)
    proof = {_B.RESIDENCE: "residence_proof", _B.STUDY: "study_proof"}.get(plan.basis)
    seen = (SeenDocument("identity_document"),)
    return (*seen, SeenDocument(proof, dated)) if proof else seen
