"""The days of a term in words, at length and on one line."""

import pytest

from clinic_desk.deadline_sentences import due_sentences, due_summary
from clinic_desk.texts import Language, Texts
from tests.domain.test_deadlines import MOVED, due


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            Language.KK,
            "27.11 — жұмыс уақытынан кейін; 28.11–29.11 — демалыс; 30.11 — өтініш қабылданады; 01.12 — жауап",
        ),
        (
            Language.RU,
            "27.11 — после рабочих часов; 28.11–29.11 — выходные; 30.11 — приём заявления; 01.12 — ответ",
        ),
        (Language.EN, "27.11 — after hours; 28.11–29.11 — weekend; 30.11 — taken in; 01.12 — answer"),
    ],
)
def test_a_weekend_is_one_part_of_the_line(language: Language, said: str) -> None:
    answer = due("2026-11-27T18:40")
    assert due_summary(Texts(language), answer) == said
    assert len(due_sentences(Texts(language), answer)) == 5


def test_holidays_keep_their_names_and_moved_days_say_so() -> None:
    assert due_summary(Texts(Language.RU), due("2026-10-23T17:50", MOVED)) == (
        "23.10 — принято; 24.10 — день ответа (перенесённый рабочий день)"
    )
    line = due_summary(Texts(Language.RU), due("2026-10-23T18:10", MOVED))
    assert "25.10–26.10 — праздничный день (День Республики)" in line


def test_a_term_on_the_next_day_explains_itself() -> None:
    assert due_summary(Texts(Language.RU), due("2026-11-24T10:00")) == ""
