"""Every spelling of a name that a desk meets meets in one key."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clinic_desk.domain.folding import fold, fold_word, fold_words

RUSSIAN_SPELLING = str.maketrans("әғқңөұүһіӘҒҚҢӨҰҮҺІ", "агкноуухиАГКНОУУХИ")
KAZAKH = "абвгдежзиклмнопрстуфхцчшыэюяәғқңөұүһі"


@pytest.mark.parametrize(
    "spellings",
    [
        ("Қасымов", "Касымов", "Kassymov", "ҚАСЫМОВ", "kasymov", "Qasymov"),
        ("Айгүл", "Айгуль", "Айгул", "Aigul", "Aygul", "AIGÜL"),
        ("Жәнібек", "Жанибек", "Zhanibek", "Janibek"),
        ("Ерлан", "Yerlan", "Erlan"),
        ("Назарбаев", "Nazarbayev"),
        ("Алиев", "Aliyev", "Aliev"),
        ("Сергеев", "Sergeyev", "Sergeev"),
        ("Мария", "Mariya", "Maria"),
        ("Юлия", "Yuliya", "Yulia"),
        ("Фёдоров", "Федоров", "Fedorov", "Fyodorov"),
        ("Ғани", "Гани", "Gani", "Ghani"),
        ("Мәңгілік", "Мангилик", "Mangilik"),
        ("Өмірзақ", "Омирзак", "Omirzak", "Ömirzak"),
        ("Һамит", "Хамит", "Khamit", "Hamit"),
        ("Шәкен", "Шакен", "Shaken", "Şaken"),
        ("Щукин", "Shchukin", "Schukin"),
        ("Анна", "Ана", "Anna"),
        ("Мухаммед-Али", "МухаммедАли", "Muhammed-Ali"),
        ("Ұлжан", "Улжан", "Ulzhan"),
        ("Объедков", "Обедков"),
        ("Әлия", "Алия", "Aliya", "Alia"),
        ("Іңкәр", "Инкар", "Inkar"),
    ],
)
def test_spellings_of_one_name_have_one_key(spellings: tuple[str, ...]) -> None:
    assert {fold(spelling) for spelling in spellings} == {fold(spellings[0])}


@pytest.mark.parametrize(
    ("one", "other"),
    [("Касымов", "Касымова"), ("Асан", "Хасан"), ("Марат", "Мурат"), ("Болат", "Полат"), ("Айша", "Аиса")],
)
def test_different_names_keep_different_keys(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_words_keep_their_order_and_lose_their_marks() -> None:
    assert fold_words("Қасымов, Ерлан;  М.") == ["касимов", "ерлан", "м"]
    assert fold(" - ' ` ") == ""
    assert fold_word("О'Нил") == fold_word("ОНил")
    assert fold("Юсуф\u00a0Али") == "иусуф али"


def test_digits_are_kept_also_doubled_ones() -> None:
    assert fold("8 701 100") == "8 701 100"
    assert fold("кв. 11") == "кв 11"


@given(st.text(KAZAKH + KAZAKH.upper(), min_size=1))
def test_the_russian_spelling_of_a_kazakh_name_has_the_same_key(name: str) -> None:
    assert fold(name) == fold(name.translate(RUSSIAN_SPELLING))


@given(st.text())
@example("ℂ")
@example("ﬀ")
@example("İstanbul")
@example("½")
@example("ªº²")
@example("й\u0306ё")
@example("K\u212a")
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_the_case_of_letters_does_not_matter_and_keys_hold_letters_and_digits_only(text: str) -> None:
    key = fold(text)
    assert all(character.isalnum() or character == " " for character in key)
    assert "  " not in key
    assert key == key.strip()


@given(st.text(KAZAKH + "abcdefghijklmnopqrstuvwxyz -'"))
def test_upper_case_has_the_same_key(text: str) -> None:
    assert fold(text.upper()) == fold(text)


@given(st.text(KAZAKH + "abcdefghijklmnopqrstuvwxyz"))
def test_no_kazakh_and_no_latin_letter_is_left(text: str) -> None:
    assert not set(fold(text)) & set("әғқңөұүһіёйыэщъьюяabcdefghijklmnopqrstuvwxyz")
