"""The encoding is detected for the texts that the program's users have."""

from __future__ import annotations

import codecs

import pytest

from clinic_desk.domain.imports.table import UnusableFile
from clinic_desk.tabular.encoding import CODECS, decode, detect

RUSSIAN = "ИИН;Фамилия;Имя\r\n900101300007;Ёлкина;Мария\r\n900101300017;Щукин;Пётр\r\n"
KAZAKH = "ЖСН;Тегі;Аты\r\n900101300007;Қасымұлы;Әділ\r\n900101300017;Үлгібаева;Гүлнұр\r\n"
KAZAKH_WITHOUT_OWN_LETTERS = "Коды;Аты\r\n1;Нурлан\r\n2;Ерлан\r\n"
ORGANISATIONS = "БИН;Наименование\n;ТОО «Центр гематологии» — №1\n;ГКП на ПХВ “Шуская ЦРБ”…\n"


@pytest.mark.parametrize("text", [RUSSIAN, KAZAKH, KAZAKH_WITHOUT_OWN_LETTERS, ORGANISATIONS])
@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8-bom"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
    ],
)
def test_unicode_with_and_without_a_mark(text: str, mark: bytes, encoding: str) -> None:
    codec = "utf-8" if encoding.startswith("utf-8") else encoding
    assert decode(mark + text.encode(codec)) == (text, encoding)


@pytest.mark.parametrize(
    "text", [RUSSIAN, KAZAKH_WITHOUT_OWN_LETTERS, ORGANISATIONS, "Тегі;Аты\nСеріков;Серік\n"]
)
def test_cp1251(text: str) -> None:
    assert decode(text.encode("cp1251")) == (text, "cp1251")


def test_cp1251_that_lost_kazakh_letters_is_still_cp1251() -> None:
    data = KAZAKH.encode("cp1251", errors="replace")
    assert b"?" in data
    assert detect(data) == "cp1251"


def test_kazakh_one_byte_encoding() -> None:
    assert decode(KAZAKH.encode("kz1048")) == (KAZAKH, "kz1048")


def test_capitals_and_a_single_word_are_enough() -> None:
    for text in ("ФИО;ПОЛ\nИВАНОВ;М\n", "a;b\n1;Да\n"):
        assert decode(text.encode("cp1251")) == (text, "cp1251")


def test_dos() -> None:
    assert decode(RUSSIAN.encode("cp866")) == (RUSSIAN, "cp866")


def test_one_damaged_byte_spoils_one_letter_only() -> None:
    data = KAZAKH.encode().replace("Әділ".encode(), "Әді".encode() + b"\xd0")
    text, encoding = decode(data)
    assert encoding == "utf-8"
    assert text == KAZAKH.replace("Әділ", "Әді\ufffd")


def test_lone_surrogate_becomes_a_replacement_mark() -> None:
    text, encoding = decode(KAZAKH.encode() + b"1;2;\xed\xa0\x80\r\n")
    assert encoding == "utf-8"
    assert text.endswith("1;2;\ufffd\ufffd\ufffd\r\n")
    text, encoding = decode(
        codecs.BOM_UTF16_LE + KAZAKH.encode("utf-16-le") + b"\x00\xd8" + "\n".encode("utf-16-le")
    )
    assert encoding == "utf-16-le"
    assert text == KAZAKH + "\ufffd\n"


def test_a_chosen_encoding_wins() -> None:
    assert decode(RUSSIAN.encode("koi8-r"), "cp1251").encoding == "cp1251"
    assert decode(KAZAKH.encode("kz1048"), "kz1048").text == KAZAKH


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xff\xfe", "empty"),
        (b" \r\n\r\n", "empty"),
        (b"a;b\n1;\x002\n" + b"text;text\n" * 50, "has_nul"),
        (bytes(range(256)) * 40, "binary"),
        (b"\x01\x02\x03\x04\x05\x06" * 30, "binary"),
        (codecs.BOM_UTF32_LE + "a;b".encode("utf-32-le"), "encoding_unknown"),
        ("größe;fläche;übung;höhe;länge\n".encode("latin-1") * 5 + b"\x81\x98" * 30, "encoding_unknown"),
    ],
)
def test_what_is_no_text(data: bytes, code: str) -> None:
    with pytest.raises(UnusableFile) as caught:
        decode(data)
    assert caught.value.code == code


def test_every_name_has_a_codec() -> None:
    for codec in CODECS.values():
        codecs.lookup(codec)
