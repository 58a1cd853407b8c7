"""Attachment cases of the practice clinic, one person for each state, and what a registrar is warned of.

Among them are answers due today and overdue, a worker whose contract ends in twenty days and children who
come of age soon. Days are counted back from the day the clinic is made, on working days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from clinic_desk.domain.attachment import (
    CaseState,
    EndReason,
)
from clinic_desk.domain.districts import last_birth_day
from clinic_desk.domain.patient import AttachmentBasis, DocumentKind
from clinic_desk.practice.town import ADULT_AGE, GENERAL_DISTRICTS

_S = CaseState
_B = AttachmentBasis
_GENERAL: Final = 11
"""A territory of a general practitioner, who takes all ages."""
_WITH_CHILDREN: Final = GENERAL_DISTRICTS
"""A territory whose children have a district of their own."""


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
