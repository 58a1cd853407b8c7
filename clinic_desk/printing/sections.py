"""The parts of a slip between its head and its foot, each as rows, in the order they are printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from clinic_desk.printing.content import SlipContent
from clinic_desk.printing.flow import Span, fits, largest_fitting
from clinic_desk.printing.page import WIDTH, Frame, Row, joined, rule_row, side_by_side, text_rows
from clinic_desk.printing.voice import SEPARATOR, Voice

SMALLEST = 10.0
_LEFT_COLUMN = 204.0
_RIGHT_COLUMN_AT = 218.0
_IIN_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Density:
    """Sizes in points, row heights in parts of the size, gaps in parts of the normal ones."""

    title: float
    number: float
    name: float
    value: float
    supplier: float
    strong: float
    leading: float
    gaps: float
    signature_gap: float


NORMAL = Density(23, 11, 14, 11.5, 13, 12, 1.29, 1.0, 26)
SNUG = Density(20, 11, 13, 11, 12, 11, 1.22, 0.7, 22)
TIGHT = Density(17, 10.5, 12.5, 10.5, 11.5, 10.5, 1.17, 0.4, 18)

_THICK = Frame(thickness=1.8, radius=4.5)
_THIN = Frame(thickness=0.8, radius=4.5)


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

    def rows(self) -> list[Row]:
        """Everything between head and foot."""
        return [
            *self.provisional(),
            *self.patient(),
            *self.insurance(),
            *self.order(),
            *self.destination(),
            *self.reason(),
            *self.people(),
            *self.note(),
        ]

    def issuer(self) -> list[Row]:
        """The issuing polyclinic, with the line under it."""
        issuer = self._content.issuer
        name = SEPARATOR.join(self._voice.titles(issuer.name))
        reach = joined([[Span(issuer.address)], [Span(issuer.phone, whole=True)]])
        if self._voice.is_single:
            rows = self._text(joined([[Span(name)], reach]), gap=3)
        else:
            rows = [*self._text([Span(name)], gap=3), *self._text(reach)]
        return [*rows, rule_row(4 * self._density.gaps + 1)]

    def provisional(self) -> list[Row]:
        """The framed notice of a slip that nobody but this desk knows."""
        if not self._content.is_provisional:
            return []
        rows = []
        frame = Frame(thickness=1.8, radius=4.5)
        for index, title in enumerate(self._voice.each("provisional_title")):
            strong = index == 0
            size = self._density.strong if strong else SMALLEST
            gap = 7.0 if strong else 0.0
            rows += self._text([Span(title, strong, size)], frame=frame, gap=gap)
        phone = self._content.issuer.phone
        advice = self._voice.each("provisional_call", phone=phone) if phone else None
        for sentence in advice or self._voice.each("provisional_ask"):
            rows += self._text([Span(sentence)], frame=frame)
        return rows

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
        """The evidence box: what was answered, when, through what; or that nobody asked."""
        insurance = self._content.insurance
        bold, plain = self._insurance_sentences()
        lines = [joined([[Span(bold, True)], [Span(plain)]], " ")]
        details = self._check_details()
        if insurance.checked_at is None or insurance.is_stale:
            why = self._not_checked()
            payer = self._voice.all("financing", payer=self._payer())
            if not self._voice.is_single:
                lines = [[Span(bold, True)]]
            lines += [details, joined([[Span(why)], [Span(payer)]], " ")]
        else:
            lines.append(details)
        rows: list[Row] = []
        for line in lines:
            rows += self._text(line, frame=_THIN, gap=0 if rows else 7)
        return rows

    def order(self) -> list[Row]:
        """Service and diagnosis."""
        order = self._content.order
        voice = self._voice
        times = voice.each("times", n=order.quantity)
        titles = voice.titles(order.service) or [order.service_code]
        service = [f"{title} · {times[min(n, len(times) - 1)]}" for n, title in enumerate(titles)]
        label = voice.all("service")
        if order.service_code and order.service_code not in titles:
            label = f"{label} · {order.service_code}"
        systems = voice.all("icd")
        name = voice.all("diagnosis")
        icd_label = f"{name} ({systems})" if voice.is_single else f"{name}, {systems}"
        if not order.icd_code:
            return self._field(label, service, gap=8)
        return self._pair(label, service, icd_label, [order.icd_code, *voice.titles(order.icd_title)], gap=8)

    def destination(self) -> list[Row]:
        """The thick box: where, and when."""
        to = self._content.destination
        voice, density = self._voice, self._density
        size = largest_fitting(to.name, _THICK.inner_width, sizes_down(density.supplier), bold=True)
        rows = self._text([Span(voice.all("where"))], frame=_THICK, gap=8)
        rows += self._text([Span(to.name, True, size)], frame=_THICK)
        rows += self._text(joined([[Span(to.address)], [Span(to.phone, whole=True)]]), frame=_THICK)
        number = f"{voice.all('bin')} {to.bin}" if to.bin else ""
        role = voice.known("role", to.role_key)
        rows += self._text(joined([[Span(number, whole=True)], [Span(role)]]), frame=_THICK)
        room = Span(voice.all("room", room=to.room) if to.room else "")
        if to.day is None:
            return rows + self._text(joined([[Span(voice.all("ask_for_time"))], [room]]), frame=_THICK)
        when = voice.long_day(to.day)
        if to.time is not None:
            when = f"{when}, {to.time:%H:%M}"
        confirm = Span("" if to.time else voice.all("time_to_confirm"))
        spans = joined([[Span(when, True, density.supplier, whole=True)], [room], [confirm]])
        return rows + self._text(spans, frame=_THICK, gap=1)

    def reason(self) -> list[Row]:
        """Why outside, and until when the slip is good."""
        content = self._content
        voice = self._voice
        reasons = (
            voice.each(f"reason.{content.order.reason_key}")
            if self._has_reason()
            else [content.order.reason_key]
        )
        if content.order.reason_evidence:
            reasons.append(content.order.reason_evidence)
        validity = [voice.until(content.valid_until)]
        if content.is_term_set_by_organisation:
            validity.append(voice.all("set_by_organisation"))
        return self._pair(voice.all("reason"), reasons, voice.all("valid"), validity, gap=8)

    def people(self) -> list[Row]:
        """Doctor, clerk and head of department."""
        issuer = self._content.issuer
        voice = self._voice
        desk = issuer.desk_label
        if desk.isdigit():
            desk = voice.all("desk", desk=desk)
        clerk = [issuer.clerk]
        if desk and voice.is_single:
            clerk = [", ".join(part for part in (issuer.clerk, desk) if part)]
        elif desk:
            clerk.append(desk)
        rows = self._pair(voice.all("doctor"), [issuer.doctor], voice.all("clerk"), clerk, gap=5)
        if issuer.head:
            rows += self._field(voice.all("head"), [issuer.head], gap=5)
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

    def _insurance_sentences(self) -> tuple[str, str]:
        """The bold beginning of the box and what follows it."""
        insurance, voice = self._content.insurance, self._voice
        if insurance.checked_at is None:
            return voice.all("never_checked"), ""
        status = voice.known("status", self._status_key())
        if insurance.is_stale:
            if not voice.is_single:
                return status, ""
            when = voice.moment(insurance.checked_at)
            return voice.all("as_of", when=when, status=status[:1].lower() + status[1:]), ""
        if voice.is_single:
            return f"{status}.", voice.all("financing", payer=self._payer())
        return status, f"· {self._payer()}"

    def _check_details(self) -> list[Span]:
        """When, how old, through what, and the number of the answer."""
        insurance, voice = self._content.insurance, self._voice
        if insurance.checked_at is None:
            return []
        moment = voice.moment(insurance.checked_at)
        answer = f"№ {insurance.reference}" if insurance.reference else ""
        if answer and voice.is_single:
            answer = f"{voice.all('answer')} {answer}"
        source = [voice.known("channel", insurance.channel_key), answer]
        if not insurance.is_stale:
            told = ", ".join(part for part in (moment, *source) if part)
            return [Span(f"{voice.all('checked')}: {told}.")]
        parts = [self._age(insurance.checked_at), *source]
        if not voice.is_single:
            parts.insert(0, voice.all("as_of_short", when=moment))
        told = ", ".join(part for part in parts if part)
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
        hours = max(0, int((self._content.issued_at - checked_at).total_seconds()) // 3600)
        if hours < 24:
            return self._voice.all("age_hours", n=hours)
        return self._voice.all("age_days", n=hours // 24)

    def _status_key(self) -> str:
        key = self._content.insurance.status_key
        feminine = self._content.patient.sex == "female" and key != "unknown"
        return f"{key}_f" if feminine else key

    def _payer(self) -> str:
        return self._voice.known("payer", self._content.insurance.payer_key)

    def _has_reason(self) -> bool:
        key = self._content.order.reason_key
        return bool(key) and self._voice.known("reason", key) != key

    def _known_or_nothing(self, key: str, code: str, *, without: str) -> str:
        return "" if code == without else self._voice.known(key, code)

    def _text(
        self, spans: Sequence[Span], *, frame: Frame | None = None, gap: float = 0.0, width: float = WIDTH
    ) -> list[Row]:
        density = self._density
        width = frame.inner_width if frame else width
        return text_rows(spans, density.leading, width=width, gap=gap * density.gaps, frame=frame)

    def _field(
        self, label: str, values: Sequence[str], *, gap: float, width: float = WIDTH, x: float = 0.0
    ) -> list[Row]:
        """A label with its values below, the first bold, the others plain."""
        density = self._density
        size = largest_fitting(values[0], width, sizes_down(density.value), bold=True)
        rows = text_rows([Span(label)], density.leading, width=width, x=x, gap=gap * density.gaps)
        rows += text_rows([Span(values[0], True, size)], density.leading, width=width, x=x)
        for value in values[1:]:
            rows += text_rows([Span(value)], density.leading, width=width, x=x)
        return rows

    def _pair(
        self, left_label: str, left: Sequence[str], right_label: str, right: Sequence[str], *, gap: float
    ) -> list[Row]:
        """Two fields side by side where each line of both fits its column, else one below the other."""
        right_width = WIDTH - _RIGHT_COLUMN_AT
        if self._stands(left_label, left, _LEFT_COLUMN) and self._stands(right_label, right, right_width):
            columns = (
                self._field(left_label, left, gap=gap, width=_LEFT_COLUMN),
                self._field(right_label, right, gap=gap, width=right_width, x=_RIGHT_COLUMN_AT),
            )
            return side_by_side(*columns)
        return self._field(left_label, left, gap=gap) + self._field(right_label, right, gap=gap / 2)

    def _stands(self, label: str, values: Sequence[str], width: float) -> bool:
        return (
            fits([Span(label)], width)
            and fits([Span(values[0], True, SMALLEST)], width)
            and all(fits([Span(value)], width) for value in values[1:])
        )


def iin_spans(iin: str) -> list[Span]:
    """Twelve digits in two groups of six, set apart without a blank: a copy gives the number whole."""
    if len(iin) != _IIN_LENGTH:
        return [Span(iin)]
    return [Span(iin[:6]), Span(iin[6:], shift=0.8)]
