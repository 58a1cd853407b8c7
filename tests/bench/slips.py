"""Slips beside a raw ReportLab canvas that writes the same words with the same fonts, registered once."""

from __future__ import annotations

import datetime as dt
import io
import random

from reportlab.graphics.barcode.code128 import Code128
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A5
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from clinic_desk.domain.local_text import LocalText
from clinic_desk.domain.numbers import ReferralNumber
from clinic_desk.domain.slip_code import slip_code
from clinic_desk.practice.clinic import MadeUpClinic
from clinic_desk.practice.population import people
from clinic_desk.printing.slip import layout_slip, render_batch, render_slip
from clinic_desk.resources import resource_path
from clinic_desk.services.slip_content import (
    SlipContent,
    SlipDestination,
    SlipInsurance,
    SlipIssuer,
    SlipOrder,
    SlipPatient,
)
from clinic_desk.texts import Language
from tests.bench.measure import Report, alternate, milliseconds, note
from tests.bench.stores import MOMENT

_BATCH = 1_000
_LARGEST = 65_000


def measure_slips(report: Report) -> None:
    """One slip, and a thousand."""
    note("slips")
    contents = _contents(_BATCH)
    for face in ("Regular", "Bold"):
        pdfmetrics.registerFont(TTFont(f"Raw-{face}", str(resource_path("fonts", f"NotoSans-{face}.ttf"))))
    strings = {content.number: _strings(content) for content in contents}
    raw = {content.number: content for content in contents}
    ours, theirs = alternate(
        lambda number: render_slip(raw[number]),
        lambda number: _draw_raw(number, strings[number]),
        [content.number for content in contents[:200]],
    )
    report.add("slip", ours, theirs, limit=2)
    sizes: list[int] = []

    def batch() -> None:
        sizes.extend(len(pdf) for pdf in render_batch(contents))

    def raw_batch() -> None:
        for content in contents:
            _draw_raw(content.number, strings[content.number])

    mine, other = milliseconds(batch), milliseconds(raw_batch)
    report.add("slip_batch_1000", [mine], [other], limit=2, largest_bytes=max(sizes), bytes_limit=_LARGEST)
    if max(sizes) > _LARGEST:
        report.lines[-1]["ok"] = False


def _strings(content: SlipContent) -> list[tuple[float, float, str, bool, float]]:
    """What our own slip writes and where, so that the raw page writes the same."""
    return [
        (text.x, text.y, text.text, text.bold, text.size)
        for page in layout_slip(content)
        for text in page.texts
    ]


def _draw_raw(number: str, strings: list[tuple[float, float, str, bool, float]]) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A5, pageCompression=1)
    height = A5[1]
    for x, y, text, bold, size in strings:
        canvas.setFont("Raw-Bold" if bold else "Raw-Regular", size)
        canvas.drawString(x, height - y, text)
    Code128(number, barHeight=32, barWidth=0.7).drawOn(canvas, 220, height - 70)
    code = QrCodeWidget(slip_code(number), barHeight=59, barWidth=59)
    drawing = Drawing(59, 59)
    drawing.add(code)
    drawing.drawOn(canvas, 330, 32)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _contents(count: int) -> list[SlipContent]:
    clinic = MadeUpClinic(MOMENT.date())
    rng = random.Random(5)
    issuer = SlipIssuer(
        LocalText(clinic.clinic.name_kk, clinic.clinic.name_ru),
        clinic.clinic.address_kk, clinic.clinic.phone,
        "Оспанова Г. Т.", "", "Сәбитова Г.", "2",
    )  # fmt: skip
    made = []
    for place, row in enumerate(people(count, today=MOMENT.date()), start=1):
        service = rng.choice(clinic.services)
        supplier = rng.choice(clinic.suppliers)
        made.append(
            SlipContent(
                str(ReferralNumber("T2", "1A7QX", place)),
                MOMENT,
                MOMENT.date() + dt.timedelta(days=30),
                issuer,
                SlipPatient(
                    f"{row.surname} {row.given_name} {row.patronymic}".strip(), row.iin, row.birth_date,
                    "female" if row.sex == "F" else "male", row.phone, str(row.district_index + 1),
                ),
                SlipInsurance("insured_contributions", "insurance", MOMENT, "egov", f"P-{place:06d}"),
                SlipOrder(
                    service.code, LocalText(service.title_kk, service.title_ru), "full_for_month", 1, "I11.9"
                ),
                SlipDestination(supplier.name_kk, supplier.address, supplier.phone, supplier.bin, "supplier"),
                languages=(Language.KK,),
                is_provisional=True,
                fund_phone="1414",
                fund_phone_former="1406",
            )
        )  # fmt: skip
    return made
