"""Papers of attachment as PDF: the application with its consent, the notice, the reasoned refusal.

Black on A5, Noto Sans, never below ten points; what does not fit goes on to another page. All words of
strangers are drawn as they are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from clinic_desk.printing.flow import Run, Span, largest_fitting
from clinic_desk.printing.fonts import RENDERING, register_fonts, text_width
from clinic_desk.printing.marks import practice_strip
from clinic_desk.printing.page import (
    A5_HEIGHT,
    RIGHT,
    WIDTH,
    Frame,
    Page,
    Row,
    joined,
    kept_together,
    rule_row,
    side_by_side,
    stack,
    stacked_height,
    text_rows,
)
from clinic_desk.printing.sections import iin_spans, sizes_down
from clinic_desk.printing.sheet import draw_a5, draw_two_up
from clinic_desk.printing.voice import SEPARATOR, Voice
from clinic_desk.services.attachment_content import AttachmentPaper
from clinic_desk.services.attachment_rows import PaperKind

_AREA: Final = "attachment_paper"
_TOP: Final = 30.0
_BOTTOM: Final = A5_HEIGHT - 32.0
_SMALL: Final = 10.0
_VALUE: Final = 11.5
_TITLE: Final = 20.0
_COLUMN: Final = 218.0
_SIGNATURE: Final = 130.0
_LEADINGS: Final = (1.29, 1.2, 1.12)


def render_attachment(content: AttachmentPaper, *, two_up: bool = False) -> bytes:
    """The paper as an A5 PDF, or twice on A4. The same content gives the same bytes; metadata name nobody.

    Raises:
        ValueError: a moment has no time zone, or there is no language.
    """
    with RENDERING:
        pages = layout_attachment(content)
        title = f"attachment {content.kind.value}"
        return (
            draw_two_up([[page, page] for page in pages], title=title)
            if two_up
            else draw_a5([pages], title=title)
        )


def layout_attachment(content: AttachmentPaper) -> list[Page]:
    """Where everything stands: one page, or more where even the tightest setting does not fit."""
    register_fonts()
    for leading in _LEADINGS[:-1]:
        pages = _Layout(content, leading).pages()
        if len(pages) == 1:
            return pages
    return _Layout(content, _LEADINGS[-1]).pages()


class _Layout:
    """One paper at one height of lines."""

    def __init__(self, content: AttachmentPaper, leading: float) -> None:
        self._content = content
        self._leading = leading
        self._voice = Voice(content.languages, content.zone, _AREA)
        self._body = {
            PaperKind.APPLICATION: self._application,
            PaperKind.NOTICE: self._notice,
            PaperKind.REFUSAL: self._refusal,
        }[content.kind]()
        self._foot = self._foot_rows()

    def pages(self) -> list[Page]:
        """As many as it takes; the signature stands at the lower edge of the last."""
        foot = stacked_height(self._foot)
        rest: Sequence[Row] = [*self._head(), *self._body]
        pages: list[Page] = []
        bottom = 0.0
        while rest:
            page, top = self._begin()
            bottom, rest = stack(page, rest, top, _BOTTOM)
            pages.append(page)
        if bottom + foot > _BOTTOM:
            page, _ = self._begin()
            pages.append(page)
        stack(pages[-1], self._foot, _BOTTOM - foot, float("inf"))
        if len(pages) > 1:
            for number, page in enumerate(pages, 1):
                mark = self._voice.all("page", page=number, pages=len(pages))
                width = text_width(mark, bold=False, size=_SMALL)
                page.write(RIGHT - width, A5_HEIGHT - 18, Run(0, mark, False, _SMALL))
        return pages

    def _begin(self) -> tuple[Page, float]:
        content = self._content
        page = Page(is_framed=content.is_practice)
        if content.is_provisional:
            page.watermark = self._voice.each("provisional_mark")[0]
        return page, practice_strip(page, content.languages, content.zone) if content.is_practice else _TOP

    # Parts -----------------------------------------------------------------------------------

    def _head(self) -> list[Row]:
        content, voice = self._content, self._voice
        title = voice.all(f"title.{content.kind.value}")
        size = largest_fitting(title, WIDTH, sizes_down(_TITLE, 13), bold=True)
        rows = self._text([Span(title, True, size)])
        if content.number and content.kind is not PaperKind.APPLICATION:
            rows += self._text([Span(voice.all("number", number=content.number), True, 11)])
        name = SEPARATOR.join(voice.titles(content.organisation))
        if content.kind is PaperKind.APPLICATION:
            to = f"{voice.all('to_head')}: {content.head}" if content.head else voice.all("to_head")
            rows += self._text([Span(to)], gap=2)
        rows += self._text(
            joined(
                [
                    [Span(name)],
                    [Span(content.organisation_address)],
                    [Span(content.organisation_phone, whole=True)],
                ]
            ),
            gap=2,
        )
        return [*rows, rule_row(5, 1.2)]

    def _application(self) -> list[Row]:
        content, voice = self._content, self._voice
        rows = self._person(voice.all("applicant"))
        rows += self._field(voice.all("address"), [content.applicant.address])
        basis = [voice.word("attachment_screen", "basis", content.basis_key)] if content.basis_key else []
        if content.contract_until is not None:
            basis.append(voice.all("contract_until", day=content.contract_until))
        rows += self._field(voice.all("basis"), basis)
        rows += self._field(voice.all("previous"), [content.previous])
        rows += self._field(voice.all("district"), [self._district()])
        rows += self._field(voice.all("care_at_home"), [content.care_at_home])
        seen = [
            voice.word("attachment", "document", code) + (f", {voice.day(dated)}" if dated else "")
            for code, dated in content.documents
        ]
        rows += self._field(voice.all("documents"), ["; ".join(seen)], bold=False)
        return rows + self._consent()

    def _notice(self) -> list[Row]:
        content, voice = self._content, self._voice
        rows = self._person(voice.all("patient"))
        told = voice.each("attached")
        rows += self._sentences(told)
        rows += self._field(voice.all("district"), [self._district()])
        since = [voice.day(content.effective_on)] if content.effective_on else []
        rows += self._field(voice.all("since"), since)
        until = [voice.day(content.contract_until)] if content.contract_until else []
        rows += self._field(voice.all("until_contract"), until)
        rows += self._field(voice.all("basis"), [voice.word("attachment_screen", "basis", content.basis_key)])
        rows += self._field(voice.all("care_at_home"), [content.care_at_home])
        return rows + self._field(voice.all("received"), [self._moment(content.received_at)])

    def _refusal(self) -> list[Row]:
        content, voice = self._content, self._voice
        rows = self._person(voice.all("patient"))
        rows += self._sentences(voice.each("refused"))
        frame = Frame(thickness=1.4)
        box = self._text([Span(voice.all("ground"))], frame=frame, gap=8)
        box += self._text(
            [Span(voice.word("attachment", "ground", content.ground_key), True, _VALUE)], frame=frame
        )
        if content.ground_text:
            box += self._text([Span(content.ground_text)], frame=frame, gap=2)
        rows += kept_together(box)
        rows += self._field(voice.all("received"), [self._moment(content.received_at)])
        return rows + self._sentences(voice.each("complain"))

    def _person(self, label: str) -> list[Row]:
        who, voice = self._content.applicant, self._voice
        size = largest_fitting(who.name, WIDTH, sizes_down(14, 11.5), bold=True)
        rows = self._text([Span(label)], gap=8) + self._text([Span(who.name, True, size)])
        parts = []
        if who.iin:
            parts.append([Span(f"{voice.all('iin')} "), *iin_spans(who.iin)])
        elif who.document_number or who.document_key != "none":
            document = (
                "" if who.document_key == "none" else voice.word("labels", "document", who.document_key)
            )
            parts.append([Span(" ".join(part for part in (document, who.document_number) if part))])
        if who.mother_iin and not who.iin:
            parts.append([Span(f"{voice.all('mother_iin')} "), *iin_spans(who.mother_iin)])
        parts.append([Span(voice.day(who.birth_date) if who.birth_date else "", whole=True)])
        parts.append([Span(who.phone, whole=True)])
        return kept_together(rows + self._text(joined(parts)))

    def _consent(self) -> list[Row]:
        consent, voice = self._content.consent, self._voice
        if consent is None:
            return []
        frame = Frame(thickness=0.8)
        rows: list[Row] = []
        for sentence in voice.each("agree"):
            rows += self._text([Span(sentence, True)], frame=frame, gap=2 if rows else 9)
        giver = voice.word("labels", "consent_giver", consent.giver_key)
        details = [
            [Span(f"{giver}: {consent.name}" if consent.name else giver)],
            [Span(voice.word("labels", "consent_way", consent.way_key))],
            [Span(voice.moment(consent.at), whole=True)],
        ]
        rows += self._text(joined(details), frame=frame, gap=2)
        if consent.recorded_by:
            rows += self._text([Span(voice.all("recorded_by", who=consent.recorded_by))], frame=frame)
        return kept_together(rows)

    def _foot_rows(self) -> list[Row]:
        content, voice = self._content, self._voice
        day = voice.day(voice.local(content.written_at).date())
        signs = "signature_applicant" if content.kind is PaperKind.APPLICATION else "signature_head"
        left = text_rows([Span(voice.all(signs))], self._leading, width=_COLUMN - 8)
        right = text_rows([Span(day, True, _VALUE)], self._leading, width=WIDTH - _COLUMN, x=_COLUMN)
        rows = [Row((), 26.0, 0.0), Row((), 1.0, 1.0, 0.0, None, 0.6, _SIGNATURE), Row((), 2.0, 0.0)]
        rows += [*side_by_side(left, right), rule_row(3.0, 0.8)]
        desk = content.desk_label
        desk = voice.each("desk", desk=desk)[0] if desk.isdigit() else desk
        clerk = ", ".join(part for part in (content.clerk, desk) if part)
        rows += self._text([Span(f"{voice.all('clerk')}: "), Span(clerk)], gap=2)
        if content.kind is PaperKind.APPLICATION and content.received_at and content.due_at:
            due = self._moment(content.due_at)
            rows += self._text([Span(f"{voice.all('received')}: {self._moment(content.received_at)}")])
            rows += self._text([Span(f"{voice.all('answer_until')}: "), Span(due, True)])
        return rows

    # Pieces ----------------------------------------------------------------------------------

    def _district(self) -> str:
        content, voice = self._content, self._voice
        if not content.district:
            return ""
        name = voice.all(f"district_name.{content.district_kind}", number=content.district)
        return f"{name} · {content.doctor}" if content.doctor else name

    def _moment(self, moment: dt.datetime | None) -> str:
        return self._voice.moment(moment) if moment else ""

    def _field(self, label: str, values: Sequence[str], *, bold: bool = True) -> list[Row]:
        """A label with its values below; nothing where no value says anything."""
        told = [value for value in values if value]
        if not told:
            return []
        rows = self._text([Span(label)], gap=6)
        for value in told:
            rows += self._text([Span(value, bold, _VALUE if bold else _SMALL)])
        return kept_together(rows)

    def _sentences(self, sentences: Sequence[str]) -> list[Row]:
        rows: list[Row] = []
        for sentence in sentences:
            rows += self._text([Span(sentence)], gap=2 if rows else 8)
        return rows

    def _text(self, spans: Sequence[Span], *, gap: float = 0.0, frame: Frame | None = None) -> list[Row]:
        width = frame.inner_width if frame else WIDTH
        return text_rows(spans, self._leading, width=width, gap=gap * (self._leading - 0.29), frame=frame)
