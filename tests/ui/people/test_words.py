"""Everything a record may say has words in every language, and IINs stand in lists only masked."""

from enum import StrEnum

import pytest

from clinic_desk.domain.merging import PARTS, MergeField
from clinic_desk.domain.patient import (
    AgeBand,
    Attachment,
    AttachmentBasis,
    AttachmentState,
    DocumentKind,
    NoIinReason,
    Reminders,
    SlipLanguage,
)
from clinic_desk.domain.patient_history import FIELDS, HistoryKind
from clinic_desk.domain.rule_tables.places import Places
from clinic_desk.services.clock import FixedClock
from clinic_desk.services.places import PlaceBook
from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.storage import merging
from clinic_desk.storage.merged_rows import GIVEN
from clinic_desk.texts import Language
from clinic_desk.ui.kit import UiText
from clinic_desk.ui.people.person_words import side_words, value_words
from clinic_desk.ui.register.other_reasons import REASONS, said
from tests.storage.examples import patient
from tests.ui.people_desk import NOW


@pytest.fixture
def places() -> Places:
    return PlaceBook(shipped_book(), FixedClock(NOW))()


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("field", list(MergeField)),
        ("column", FIELDS),
        ("history", list(HistoryKind)),
        ("other", REASONS),
        ("rows", GIVEN),
        ("card.unfinished", list(NoIinReason)),
        ("card.reminders", list(Reminders)),
    ],
)
def test_every_code_has_words(group: str, codes: list[str], words: UiText) -> None:
    assert [code for code in codes if not words.has(f"people.{group}.{code}")] == []


def test_what_goes_back_as_a_whole_is_what_is_chosen_as_a_whole() -> None:
    assert set(merging._GROUPS) == set(MergeField) == set(PARTS)


@pytest.mark.parametrize("language", list(Language))
def test_no_stored_code_is_shown_as_it_is(language: Language, words: UiText, places: Places) -> None:
    words.set_language(language)
    values: dict[str, type[StrEnum]] = {
        "no_iin_reason": NoIinReason,
        "document": DocumentKind,
        "slip_language": SlipLanguage,
        "age_band": AgeBand,
        "reminders": Reminders,
        "attachment_state": AttachmentState,
        "attachment_basis": AttachmentBasis,
    }
    for field, codes in values.items():
        for code in codes:
            assert value_words(words, places, {}, field, code) not in ("", code.value)
    assert value_words(words, places, {}, "citizenship", "UZB") != "UZB"
    assert value_words(words, places, {}, "kato", "710000000") != "710000000"
    assert value_words(words, places, {"d" * 32: "7"}, "district_id", "d" * 32).count("7") == 1


def test_a_code_of_another_day_stands_as_it_is(words: UiText, places: Places) -> None:
    assert value_words(words, places, {}, "kato", "999999999") == "999999999"
    assert value_words(words, places, {}, "citizenship", "QQQ") == "QQQ"
    assert said(words, "<b>екеуі де келген</b>") == "<b>екеуі де келген</b>"


def test_numbers_of_people_are_masked(words: UiText, places: Places) -> None:
    person = patient()
    assert person.iin is not None
    for text in (
        side_words(words, places, {}, person, MergeField.IIN),
        value_words(words, places, {}, "mother_iin", person.iin.digits),
    ):
        assert person.iin.digits not in text.replace(" ", "")
        assert "••" in text


def test_nothing_is_said_of_nothing(words: UiText, places: Places) -> None:
    person = patient()
    assert side_words(words, places, {}, person, MergeField.MOTHER_IIN) == ""
    assert value_words(words, places, {}, "kato", "") == ""
    assert Attachment().district_id is None
