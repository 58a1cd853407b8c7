"""Readings, layouts and the vocabulary by themselves."""

from collections.abc import Iterable

import pytest

from clinic_desk.storage.search.layouts import meant_cyrillic, meant_digits, meant_latin
from clinic_desk.storage.search.reading import NameQuery, NumberQuery, readings
from clinic_desk.storage.search.vocabulary import Vocabulary


def test_layouts() -> None:
    assert meant_digits('"әіңғ,.үұқ"ә') == "123456789012"
    assert meant_digits("12.05.1985") is None
    assert meant_digits("қа") is None
    assert meant_cyrillic("Fquekm") == "Айгуль"
    assert meant_cyrillic("0fcsv 1985") == "қасым 1985"
    assert meant_cyrillic("Айгуль") is None
    assert meant_latin("Ыьшер") == "smith"
    assert meant_latin("Қасым") is None


@pytest.mark.parametrize(("text", "expected"), [
    ("850512", NumberQuery("850512")),
    ("+77011234567", NumberQuery("7011234567", is_phone=True)),
    ("8 701 123-45-67", NumberQuery("7011234567", is_phone=True)),
    ("(701) 123", NumberQuery("701123", is_phone=True)),
    ("8505 1230 0123", NumberQuery("850512300123")),
    ("иванов а 1985", NameQuery(("иванов",), ("а",), ("1985-01-01", "1985-12-31"), "name", ("иванов",))),
    ("Иванов А.М.", NameQuery(("иванов",), ("а", "м"), None, "name", ("иванов",))),
    ("Я", NameQuery(("иа",), (), None, "name", ("иа",))),
    ("Анна", NameQuery(("ана",), (), None, "name", ("анна",))),
])  # fmt: skip
def test_readings(text: str, expected: NumberQuery | NameQuery) -> None:
    assert next(readings(text)) == expected


def vocabulary(words: Iterable[str]) -> Vocabulary:
    return Vocabulary(lambda: [(word, 10 - n) for n, word in enumerate(words)])


@pytest.mark.parametrize(("typed", "word"), [
    ("касмов", "касимов"),
    ("касиммов", "касимов"),
    ("касинов", "касимов"),
    ("каисмов", "касимов"),
    ("иусупоф", "иусупов"),
    ("ксупов", "иусупов"),  # К for Ю
    ("асупов", "иусупов"),
])  # fmt: skip
def test_one_slip(typed: str, word: str) -> None:
    assert vocabulary(["петров", word]).meant(typed, typed) == [word]


def test_a_letter_missing_between_equal_ones() -> None:
    assert vocabulary(["искаков"]).meant("исков", "искков") == ["искаков"]


def test_two_slips_only_in_long_words() -> None:
    known = vocabulary(["нурмагамбетов", "ким"])
    assert known.meant("нурмогомбетов", "нурмогомбетов") == ["нурмагамбетов"]
    assert known.meant("кам", "кам") == ["ким"]
    assert known.meant("кра", "кра") == []


def test_an_unfinished_word() -> None:
    known = vocabulary(["нурмагамбетов"])
    assert known.meant("нурмог", "нурмог") == []
    assert known.meant("нурмог", "нурмог", is_unfinished=True) == ["нурмагамбетов"]


def test_more_frequent_words_come_first_and_the_word_itself_not() -> None:
    known = Vocabulary(lambda: [("ана", 1), ("аня", 5), ("яна", 9), ("1985", 7), ("ъ", 3)])
    assert known.meant("ана", "ана") == ["яна", "аня"]
    assert not known.has("1985")
    assert not known.has("ъ")


def test_words_written_later_are_known() -> None:
    known = vocabulary(["ким"])
    known.add(["никто еще"])  # nothing was read yet: it will be read with the others
    assert known.may_have("жанат")
    assert known.has("ким")
    assert not known.may_have("жанат")
    known.add(["жанат ким", "жанат"])
    assert known.has("жанат")
    assert known.is_beginning("жан")
    assert known.meant("жант", "жант") == ["жанат"]
