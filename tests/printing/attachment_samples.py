"""Papers of attachment for tests; nobody of them lives."""

import datetime as dt
from dataclasses import replace
from typing import Any

from clinic_desk.domain.local_text import LocalText
from clinic_desk.services.attachment_content import AttachmentPaper, PaperApplicant, PaperConsent
from clinic_desk.services.attachment_rows import PaperKind
from clinic_desk.texts import Language

APPLICATION = AttachmentPaper(
    kind=PaperKind.APPLICATION,
    languages=(Language.KK,),
    zone="Asia/Almaty",
    organisation=LocalText("Үлгі емханасы", "Образцовая поликлиника"),
    organisation_address="Астана, Үлгі көшесі, 10",
    organisation_phone="+7 7172 00 00 00",
    head="Әлімбекова Д. С.",
    applicant=PaperApplicant(
        "Үлгібаев Нұрлан Серікұлы",
        "950505300000",
        dt.date(1995, 5, 5),
        address="Үлгі көшесі, 1-үй, 5-пәтер",
        phone="+7 700 000 00 00",
    ),
    written_at=dt.datetime(2026, 11, 23, 4, 38, tzinfo=dt.UTC),
    clerk="Сәбитова Г.",
    desk_label="2",
    basis_key="residence",
    previous="№ 3 емхана (үлгі)",
    district="12",
    district_kind="general",
    doctor="Оспанова Г. Т.",
    documents=(("identity_digital", None), ("residence_proof", dt.date(2026, 11, 23))),
    consent=PaperConsent("patient", "paper", dt.datetime(2026, 11, 23, 4, 38, tzinfo=dt.UTC), "Сәбитова Г."),
    received_at=dt.datetime(2026, 11, 23, 4, 38, tzinfo=dt.UTC),
    due_at=dt.datetime(2026, 11, 24, 13, 0, tzinfo=dt.UTC),
)


def paper(**changed: Any) -> AttachmentPaper:
    """The application with other values; `applicant__iin` reaches into a part."""
    content = APPLICATION
    for name, value in changed.items():
        part, _, field = name.partition("__")
        content = replace(
            content, **{part: replace(getattr(content, part), **{field: value}) if field else value}
        )
    return content


NOTICE = paper(
    kind=PaperKind.NOTICE, number="Р-2026/118", effective_on=dt.date(2026, 11, 24), contract_until=None
)
REFUSAL = paper(
    kind=PaperKind.REFUSAL, ground_key="not_by_rules", ground_text="Қағидалардың 12-тармағы: шарт жоқ"
)
