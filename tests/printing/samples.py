"""Slips to print in tests, and eyes to read them with: pdftotext for words, zxing for codes."""

import datetime as dt
import subprocess
from dataclasses import replace
from typing import Any

import zxingcpp
from PIL import Image

from clinic_desk.domain.local_text import LocalText
from clinic_desk.printing.raster import render_grey
from clinic_desk.services.slip_content import (
    SlipContent,
    SlipDestination,
    SlipInsurance,
    SlipIssuer,
    SlipOrder,
    SlipPatient,
)
from clinic_desk.texts import Language

KK, RU, EN = Language.KK, Language.RU, Language.EN
LANGUAGES = [(KK,), (RU,), (EN,), (KK, RU), (RU, KK), (KK, RU, EN)]
NUMBER = "T2-0N3K7-00042-8"
ASTANA = dt.timezone(dt.timedelta(hours=5))
ISSUED_AT = dt.datetime(2026, 11, 23, 9, 43, tzinfo=ASTANA)
KAZAKH_NAME = "Әғқңөұүһі Ұлжан Нұрсұлтанқызы"

SLIP = SlipContent(
    number=NUMBER,
    issued_at=ISSUED_AT.astimezone(dt.UTC),
    valid_until=dt.date(2026, 12, 23),
    issuer=SlipIssuer(
        name=LocalText("Мысал емханасы", "Поликлиника «Мысал»"),
        address="Астана, Үлгі көшесі, 10",
        phone="+7 7172 00 00 00",
        doctor="Оспанова Г. Т.",
        clerk="Сәбитова Г.",
        desk_label="2",
    ),
    patient=SlipPatient(
        name="Үлгібаева Айсұлу Маратқызы",
        iin="880214400000",
        birth_date=dt.date(1988, 2, 14),
        sex="female",
        phone="+7 700 000 00 00",
        district="12",
    ),
    insurance=SlipInsurance(
        status_key="insured_contributions",
        payer_key="insurance",
        checked_at=dt.datetime(2026, 11, 23, 4, 41, tzinfo=dt.UTC),
        channel_key="service",
        reference="0042-7",
    ),
    order=SlipOrder(
        service_code="A02.005.000",
        service=LocalText("Кардиолог кеңесі", "Консультация кардиолога", "Cardiologist's consultation"),
        reason_key="full_for_month",
        icd_code="I11.9",
    ),
    destination=SlipDestination(
        name="«Үлгі-Кардио» орталығы",
        address="Астана, Үлгі көшесі, 1",
        phone="+7 7172 00 00 01",
        bin="150640000017",
        role_key="supplier",
        day=dt.date(2026, 11, 26),
        time=dt.time(11, 0),
        room="305",
    ),
    fund_phone="1414",
    fund_phone_former="1406",
)

STALE = replace(
    SLIP.insurance,
    checked_at=dt.datetime(2026, 11, 20, 11, 5, tzinfo=dt.UTC),
    is_stale=True,
    not_checked_key="no_connection",
)


ORDER_108 = "Order ҚР ДСМ-108/2020 as changed by No. 112 of 21 Oct 2025"
PACKAGES = "Government resolutions No. 672 and No. 421, both changed by No. 1086 of 15 Dec 2025"
ANSWERS = {
    "covered": replace(SLIP.insurance, answer_key="covered", source=PACKAGES),
    "covered_other": replace(
        STALE,
        status_key="uninsured",
        payer_key="guaranteed",
        not_checked_key="",
        answer_key="covered_other",
        source=ORDER_108,
    ),
    "not_covered": replace(
        SLIP.insurance,
        status_key="uninsured",
        payer_key="self_pay",
        answer_key="not_covered",
        source=PACKAGES,
    ),
    "unknown": SlipInsurance(not_checked_key="not_asked", answer_key="unknown", source=PACKAGES),
}
"""The evidence box of each of the four answers."""


def slip(**changes: Any) -> SlipContent:
    """The sample with changes; `patient__name=...` changes a field of a part."""
    parts: dict[str, dict[str, Any]] = {}
    plain: dict[str, Any] = {}
    for key, value in changes.items():
        part, _, field = key.partition("__")
        if field:
            parts.setdefault(part, {})[field] = value
        else:
            plain[key] = value
    changed = replace(SLIP, **plain)
    return replace(
        changed, **{part: replace(getattr(changed, part), **values) for part, values in parts.items()}
    )


def words(pdf: bytes, *, page: int | None = None) -> str:
    """The text pdftotext reads, lines joined by blanks, so that wrapped text can be looked up."""
    pages = [] if page is None else ["-f", str(page), "-l", str(page)]
    command = ["pdftotext", "-enc", "UTF-8", *pages, "-", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True, timeout=30)
    assert done.stderr == b""
    return " ".join(done.stdout.decode("utf-8").split())


def pictures(pdf: bytes, dpi: int = 200) -> list[Image.Image]:
    return [Image.frombytes("L", (page.width, page.height), page.pixels) for page in render_grey(pdf, dpi)]


def codes(picture: Image.Image) -> dict[str, list[str]]:
    """The texts of the codes in a picture by symbology, sorted."""
    found: dict[str, list[str]] = {}
    for code in zxingcpp.read_barcodes(picture):
        found.setdefault(code.format.name, []).append(code.text)
    return {name: sorted(texts) for name, texts in found.items()}
