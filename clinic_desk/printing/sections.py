"""The parts of a slip between its head and its foot, each as rows, in the order they are printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from clinic_desk.printing.flow import Span, fits, largest_fitting
from clinic_desk.printing.page import (
    WIDTH,
    Frame,
    Row,
    joined,
    kept_together,
    rule_row,
    side_by_side,
    text_rows,
)
from clinic_desk.printing.voice import SEPARATOR, Voice
from clinic_desk.services.slip_content import SlipContent

SMALLEST = 10.0
_LEFT_COLUMN = 204.0
_RIGHT_COLUMN_AT = 218.0
_RIGHT_WIDTH = WIDTH - _RIGHT_COLUMN_AT
_IIN_LENGTH = 12
_FULL_RIGHT = frozenset({"insured_contributions", "insured_state", "insured_state_local"})


_Value = tuple[str, ...]
"""What a field says on one line; the parts after the first are kept whole."""


@dataclass(frozen=True, slots=True)
class Density:
    """Sizes in points, row heights in parts of the size, gaps in parts of the normal ones.

    `share` is how much of the normal height a slip takes at least: what cannot fit need not be tried.
    """

    title: float
    number: float
    name: float
    value: float
    supplier: float
    strong: float
    leading: float
    gaps: float
    signature_gap: float
    pad: float
    share: float


NORMAL = Density(23, 11, 14, 11.5, 13, 12, 1.29, 1.0, 26, 6.5, 1.0)
EASY = Density(21, 11, 13.5, 11.5, 12.5, 11.5, 1.25, 0.85, 24, 6, 0.945)
SNUG = Density(20, 11, 13, 11, 12, 11, 1.22, 0.7, 22, 5, 0.893)
TIGHT = Density(17, 10.5, 12.5, 10.5, 11.5, 10.5, 1.14, 0.3, 16, 3.5, 0.785)


def sizes_down(largest: float, smallest: float = SMALLEST) -> list[float]:
    """From the largest size to the smallest in half points."""
    steps = int((largest - smallest) * 2)
    return [largest - step / 2 for step in range(steps + 1)]


class Sections:
    """Makes the rows of one slip at one density."""

    def __init__(self, content: SlipContent, voice: Voice, density: Density) -> None:
        self._content = content
        self._voice = voice
        self._density = density
        self._thin = Frame(thickness=0.8, pad=density.pad)
        self._thick = Frame(thickness=1.8, pad=density.pad)

    def body(self) -> list[Row]:
        """Everything between head and foot but the people."""
        return [
            *self.issuer(),
            *self.provisional(),
            *self.void(),
            *self.patient(),
            *self.insurance(),
            *self.order(),
            *self.destination(),
            *self.reason(),
            *self.note(),
        ]

    def issuer(self) -> list[Row]:
        """The issuing polyclinic, with the line under it."""
        issuer = self._content.issuer
        name = SEPARATOR.join(self._voice.titles(issuer.name))
        reach = [[Span(issuer.address)], [Span(issuer.phone, whole=True)]]
        if self._voice.is_single:
            rows = self._text(joined([[Span(name)], *reach]), gap=3)
        else:
            rows = [*self._text([Span(name)], gap=3), *self._text(joined(reach))]
        return [*rows, rule_row(4 * self._density.gaps + 1, 1.2)]

    def provisional(self) -> list[Row]:
        """The framed notice of a slip that nobody but this desk knows."""
        if not self._content.is_provisional:
            return []
        rows: list[Row] = []
        frame = Frame(thickness=1.8, pad=self._density.pad)
        for index, title in enumerate(self._voice.each("provisional_title")):
            size = self._density.strong if index == 0 else SMALLEST
            rows += self._text([Span(title, True, size)], frame=frame, gap=0 if rows else 7)
        return kept_together(rows + self._text(self._call_first(), frame=frame))

    def void(self) -> list[Row]:
        """The framed notice of a slip that leads nowhere any more."""
        content = self._content
        if not content.void_key:
            return []
        rows: list[Row] = []
        frame = Frame(thickness=1.8, pad=self._density.pad)
        titles = self._voice.each(f"void_title.{content.void_key}", number=content.replaced_by)
        for index, title in enumerate(titles):
            size = self._density.strong if index == 0 else SMALLEST
            rows += self._text([Span(title, True, size)], frame=frame, gap=0 if rows else 7)
        return kept_together(rows)

    def _call_first(self) -> list[Span]:
        phone = self._content.issuer.phone
        if not self._voice.is_single:
            end = [Span(": "), Span(phone, whole=True)] if phone else []
            return [Span(self._voice.all("provisional_short")), *end, Span(".")]
        key = "provisional_call" if phone else "provisional_ask"
        return [Span(self._voice.all(key, phone=phone))]

    def patient(self) -> list[Row]:
        """Name, number or document, birth date, sex, phone, district."""
        patient = self._content.patient
        density = self._density
        size = largest_fitting(patient.name, WIDTH, sizes_down(density.name, 12.0), bold=True)
        rows = self._text([Span(patient.name, True, size)], gap=8)
        birth = self._voice.day(patient.birth_date) if patient.birth_date else ""
        facts = [
            *self._identity(),
            [Span(birth, whole=True)],
            [Span(self._known_or_nothing("sex", patient.sex, without="unknown"), whole=True)],
            [Span(patient.phone, whole=True)],
            [
                Span(
                    self._voice.all("district", number=patient.district) if patient.district else "",
                    whole=True,
                )
            ],
        ]
        return rows + self._text(joined(facts))

    def insurance(self) -> list[Row]:
        """The evidence box: what was answered, when, through what, or that nobody asked; who pays and why."""
        bold, payer = self._insurance_beginning()
        why = self._not_checked()
        details = self._check_details()
        if self._content.insurance.is_stale and self._voice.is_single:
            lines = [[Span(bold, True)], details, joined([[Span(why)], [Span(payer)]], "")]
        elif self._voice.is_single:
            lines = [joined([[Span(bold, True)], [Span(payer)]], ""), details, [Span(why)]]
        else:
            lines = [joined([[Span(bold, True)], [Span(payer)]]), details, [Span(why)]]
        rows: list[Row] = []
        for line in [*lines, self._basis()]:
            rows += self._text(line, frame=self._thin, gap=0 if rows else 7)
        return kept_together(rows)

    def order(self) -> list[Row]:
        """Service and diagnosis."""
        order = self._content.order
        voice = self._voice
        times = voice.each("times", n=order.quantity)
        titles = voice.titles(order.service) or [order.service_code]
        service = [(title, times[min(n, len(times) - 1)]) for n, title in enumerate(titles)]
        label = voice.all("service")
        if order.service_code and order.service_code not in titles:
            label = f"{label} · {order.service_code}"
        systems = voice.all("icd")
        name = voice.all("diagnosis")
        icd_label = f"{name} ({systems})" if voice.is_single else f"{name}, {systems}"
        if not order.icd_code:
            return self._field(label, service, gap=8)
        diagnosis = [(order.icd_code,), *((title,) for title in voice.titles(order.icd_title))]
        if len(diagnosis) == 1 or _stands(icd_label, diagnosis, _RIGHT_WIDTH):
            return self._pair(label, service, icd_label, diagnosis, gap=8)
        rows = self._pair(label, service, icd_label, diagnosis[:1], gap=8)
        for (title,) in diagnosis[1:]:
            rows += self._text([Span(f"{order.icd_code} — {title}")], gap=2)
        return rows

    def destination(self) -> list[Row]:
        """The thick box: where, and when."""
        return kept_together(self._destination())

    def _destination(self) -> list[Row]:
        to = self._content.destination
        voice, density = self._voice, self._density
        size = largest_fitting(to.name, self._thick.inner_width, sizes_down(density.supplier), bold=True)
        rows = self._text([Span(voice.all("where"))], frame=self._thick, gap=8)
        rows += self._text([Span(to.name, True, size)], frame=self._thick)
        rows += self._text(joined([[Span(to.address)], [Span(to.phone, whole=True)]]), frame=self._thick)
        number = f"{voice.all('bin')} {to.bin}" if to.bin else ""
        role = voice.known("role", to.role_key)
        rows += self._text(joined([[Span(number, whole=True)], [Span(role)]]), frame=self._thick)
        room = Span(voice.all("room", room=to.room) if to.room else "")
        if to.day is None:
            return rows + self._text(joined([[Span(voice.all("ask_for_time"))], [room]]), frame=self._thick)
        when = voice.long_day(to.day)
        if to.time is not None:
            when = f"{when}, {to.time:%H:%M}"
        confirm = Span("" if to.time else voice.all("time_to_confirm"))
        spans = joined([[Span(when, True, density.supplier, whole=True)], [room], [confirm]])
        return rows + self._text(spans, frame=self._thick, gap=1)

    def reason(self) -> list[Row]:
        """Why outside, and until when the slip is good."""
        content, voice = self._content, self._voice
        key = content.order.reason_key
        reasons = voice.each(f"reason.{key}") if voice.has(f"reason.{key}") else [key]
        if content.order.reason_evidence:
            reasons.append(content.order.reason_evidence)
        validity = [voice.until(content.valid_until)]
        if content.is_term_set_by_organisation:
            validity += voice.each("set_by_organisation")
        return self._pair(voice.all("reason"), _plain(reasons), voice.all("valid"), _plain(validity), gap=8)

    def people(self) -> list[Row]:
        """Doctor, clerk and head of department."""
        issuer, voice = self._content.issuer, self._voice
        desk = issuer.desk_label
        if desk.isdigit():
            desk = voice.each("desk", desk=desk)[0]
        clerk = ", ".join(part for part in (issuer.clerk, desk) if part)
        rows = self._pair(voice.all("doctor"), [(issuer.doctor,)], voice.all("clerk"), [(clerk,)], gap=5)
        if issuer.head:
            rows += self._field(voice.all("head"), [(issuer.head,)], gap=5)
        return rows

    def note(self) -> list[Row]:
        """The registrar's note."""
        note = self._content.order.note
        if not note:
            return []
        return self._text([Span(f"{self._voice.all('note')}: "), Span(note)], gap=5)

    def _identity(self) -> list[list[Span]]:
        patient, voice = self._content.patient, self._voice
        if patient.iin:
            return [[Span(f"{voice.all('iin')} "), *iin_spans(patient.iin)]]
        document = self._known_or_nothing("document", patient.document_key, without="none")
        parts = [[Span(voice.all("no_iin"), whole=True)]]
        if document or patient.document_number:
            parts.append([Span(" ".join(part for part in (document, patient.document_number) if part))])
        if patient.mother_iin:
            parts.append([Span(f"{voice.all('mother_iin')} "), *iin_spans(patient.mother_iin)])
        return parts

    def _insurance_beginning(self) -> tuple[str, str]:
        """The status in bold, and who pays."""
        insurance, voice = self._content.insurance, self._voice
        payer = self._answer() if insurance.answer_key else self._payer()
        if voice.is_single and not insurance.answer_key:
            payer = voice.all("financing", payer=payer)
        if insurance.checked_at is None:
            return voice.all("never_checked"), payer
        is_brief = insurance.is_stale or not voice.is_single
        status = self._status(is_brief=is_brief)
        if not voice.is_single:
            return status, payer
        if insurance.is_stale:
            when = voice.moment(insurance.checked_at)
            return voice.all("as_of", when=when, status=status[:1].lower() + status[1:]), payer
        return f"{status}.", payer

    def _status(self, *, is_brief: bool) -> str:
        """«Сақтандырылған (жарна бойынша)»; briefly without the source of a full right."""
        voice, key = self._voice, self._content.insurance.status_key
        feminine = self._content.patient.sex == "female" and voice.has(f"status.{key}_f")
        status = voice.known("status", f"{key}_f" if feminine else key)
        if not voice.has(f"status_detail.{key}") or (is_brief and key in _FULL_RIGHT):
            return status
        return f"{status} ({voice.all(f'status_detail.{key}')})"

    def _check_details(self) -> list[Span]:
        """When, how old, through what, and the number of the answer."""
        insurance, voice = self._content.insurance, self._voice
        if insurance.checked_at is None:
            return []
        moment = voice.moment(insurance.checked_at)
        answer = f"№ {insurance.reference}" if insurance.reference else ""
        if answer and voice.is_single:
            answer = f"{voice.all('answer_number')} {answer}"
        short = f"channel_short.{insurance.channel_key}"
        if voice.has(short) and not voice.is_single:
            channel = voice.all(short)
        else:
            channel = voice.known("channel", insurance.channel_key)
        source = [channel, answer]
        if not insurance.is_stale:
            told = ", ".join(part for part in (moment, *source) if part)
            return [Span(f"{voice.all('checked')}: {told}.")]
        age = self._age(insurance.checked_at)
        if not voice.is_single:
            age = f"{moment} ({age})"
        told = ", ".join(part for part in (age, *source) if part)
        return [Span(f"{told[:1].upper()}{told[1:]}.")]

    def _not_checked(self) -> str:
        insurance, voice = self._content.insurance, self._voice
        key = insurance.not_checked_key
        if not key:
            return ""
        day = voice.day(voice.local(self._content.issued_at).date())
        whys = voice.each(f"not_checked_why.{key}")
        if voice.is_single:
            return voice.all("not_checked", day=day, why=whys[0])
        return f"{day}: {SEPARATOR.join(whys)}."

    def _age(self, checked_at: dt.datetime) -> str:
        issued_at = self._content.issued_at
        days = (self._voice.local(issued_at).date() - self._voice.local(checked_at).date()).days
        if days > 0:
            return self._voice.all("age_days", n=days)
        hours = max(0, int((issued_at - checked_at).total_seconds()) // 3600)
        return self._voice.all("age_hours", n=hours)

    def _payer(self) -> str:
        return self._voice.known("payer", self._content.insurance.payer_key)

    def _answer(self) -> str:
        """Whether it is covered and who pays: «Өтеледі: МӘМС.»."""
        insurance, voice = self._content.insurance, self._voice
        answer = voice.known("answer", insurance.answer_key)
        # Without an answer there is no payer to name.
        return f"{answer}." if insurance.payer_key == "unknown" else f"{answer}: {self._payer()}."

    def _basis(self) -> list[Span]:
        """The rule behind the answer."""
        insurance, voice = self._content.insurance, self._voice
        if not insurance.source:
            return []
        return [Span(f"{voice.all('basis')}: {voice.source(insurance.source)}.")]

    def _known_or_nothing(self, key: str, code: str, *, without: str) -> str:
        return "" if code == without else self._voice.known(key, code)

    def _text(
        self, spans: Sequence[Span], *, frame: Frame | None = None, gap: float = 0.0, width: float = WIDTH
    ) -> list[Row]:
        density = self._density
        width = frame.inner_width if frame else width
        return text_rows(spans, density.leading, width=width, gap=gap * density.gaps, frame=frame)

    def _field(
        self, label: str, values: Sequence[_Value], *, gap: float, width: float = WIDTH, x: float = 0.0
    ) -> list[Row]:
        """A label with its values below, the first bold, the others plain."""
        density = self._density
        size = largest_fitting(" · ".join(values[0]), width, sizes_down(density.value), bold=True)
        rows = text_rows([Span(label)], density.leading, width=width, x=x, gap=gap * density.gaps)
        for index, value in enumerate(values):
            spans = _value_spans(value, bold=index == 0, size=size if index == 0 else SMALLEST)
            rows += text_rows(spans, density.leading, width=width, x=x)
        return kept_together(rows)

    def _pair(
        self,
        left_label: str,
        left: Sequence[_Value],
        right_label: str,
        right: Sequence[_Value],
        *,
        gap: float,
    ) -> list[Row]:
        """Two fields side by side where each line of both fits its column, else one below the other."""
        if _stands(left_label, left, _LEFT_COLUMN) and _stands(right_label, right, _RIGHT_WIDTH):
            return side_by_side(
                self._field(left_label, left, gap=gap, width=_LEFT_COLUMN),
                self._field(right_label, right, gap=gap, width=_RIGHT_WIDTH, x=_RIGHT_COLUMN_AT),
            )
        return self._field(left_label, left, gap=gap) + self._field(right_label, right, gap=gap / 2)


def _plain(values: Sequence[str]) -> list[_Value]:
    return [(value,) for value in values]


def _value_spans(value: _Value, *, bold: bool, size: float) -> list[Span]:
    first, *others = value
    return joined([[Span(first, bold, size)], *([Span(other, bold, size, whole=True)] for other in others)])


def _stands(label: str, values: Sequence[_Value], width: float) -> bool:
    """Whether the label and each value are one line of that width at the smallest size."""
    lines = [[Span(label)]]
    lines += [_value_spans(value, bold=index == 0, size=SMALLEST) for index, value in enumerate(values)]
    return all(fits(line, width) for line in lines)


def iin_spans(iin: str) -> list[Span]:
    """Twelve digits in two groups of six, set apart without a blank: a copy gives the number whole."""
    if len(iin) != _IIN_LENGTH:
        return [Span(iin)]
    return [Span(iin[:6]), Span(iin[6:], shift=0.8)]
