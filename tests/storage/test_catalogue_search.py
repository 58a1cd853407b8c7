"""Services and diagnoses by code or by words."""

from dataclasses import replace

import pytest

from clinic_desk.domain.catalogue import Diagnosis
from clinic_desk.services.ports import BulkKind
from clinic_desk.storage.database import SqlStore
from tests.storage.examples import service

TITLES = [
    Diagnosis("I11.9", "Гипертензивная [гипертоническая] болезнь сердца", "Гипертензиялық жүрек ауруы"),
    Diagnosis("I11.0", "Гипертензивная болезнь с сердечной недостаточностью"),
    Diagnosis("K35.8", "Острый аппендицит неуточнённый", "Жедел соқырішек"),
]


@pytest.fixture
def catalogue(store: SqlStore) -> SqlStore:
    ultrasound = service("B06.670.006", "УЗИ органов брюшной полости")
    tomography = replace(service("B06.863.005", "Компьютерная томография, с контрастом"), title_kk="КТ")
    visit = replace(service("A02.005.000", "Приём: Кардиолог"), title_kk="Кардиолог кабылдауы")
    with store.write() as work:
        work.bulk.write(BulkKind.DIAGNOSES, [], TITLES)
        work.bulk.write(BulkKind.SERVICES, [ultrasound, tomography, visit])
        work.commit()
    return store


def codes(store: SqlStore, text: str, limit: int = 10) -> list[str]:
    with store.read() as work:
        return [diagnosis.code for diagnosis in work.catalogue.find_diagnoses(text, limit)]


def services(store: SqlStore, text: str, limit: int = 10) -> list[str]:
    with store.read() as work:
        return [found.code for found in work.catalogue.find_services(text, limit)]


@pytest.mark.parametrize("typed", ["I11", "i11", "І11", "ш11", " i11 ", "I11."])
def test_the_beginning_of_a_code(catalogue: SqlStore, typed: str) -> None:
    assert codes(catalogue, typed) == ["I11", "I11.0", "I11.9"]


@pytest.mark.parametrize("typed", ["I11.9", "i119", "І119", "ш119", "I11,9", "I 11 9"])
def test_a_whole_code(catalogue: SqlStore, typed: str) -> None:
    assert codes(catalogue, typed) == ["I11.9"]


def test_look_alike_letters_come_before_letters_of_the_same_key(catalogue: SqlStore) -> None:
    assert codes(catalogue, "Р10", 20)[0] == "P10"
    assert "H10" in codes(catalogue, "Р10", 20)


@pytest.mark.parametrize(("typed", "first"), [
    ("гипертензивная болезнь сердца", "I11.9"),
    ("сердца гиперт", "I11.9"),
    ("гипертоническая", "I11.9"),
    ("жүрек гипертензия", "I11.9"),
    ("жедел соқыр", "K35.8"),
    ("жедел сокыр", "K35.8"),
    ("неуточненный аппендицит", "K35.8"),
    ("hypertensive heart without", "I11.9"),
    ("cholera", "A00"),
])  # fmt: skip
def test_words_of_titles(catalogue: SqlStore, typed: str, first: str) -> None:
    if typed.startswith("hyper"):
        with catalogue.write() as work:
            old = work.catalogue.diagnosis("I11.9")
            assert old
            work.bulk.write(
                BulkKind.DIAGNOSES, [], [replace(old, title_en="Hypertensive heart disease without")]
            )
            work.commit()
    assert codes(catalogue, typed)[0] == first


def test_titles_that_begin_so_come_first(catalogue: SqlStore) -> None:
    found = codes(catalogue, "острый", 5)
    assert found == ["K35.8"]
    english = codes(catalogue, "disease", 5)
    assert len(english) == 5


@pytest.mark.parametrize("typed", ["", " ", "%", "_", "'", "nonsenseword", "Z999999", "\0"])
def test_nothing(catalogue: SqlStore, typed: str) -> None:
    assert codes(catalogue, typed) == []
    if typed.strip():
        assert services(catalogue, typed) == []


def test_no_text_lists_every_service(catalogue: SqlStore) -> None:
    assert services(catalogue, " ") == ["A02.005.000", "B06.670.006", "B06.863.005"]


@pytest.mark.parametrize(("typed", "expected"), [
    ("B06", ["B06.670.006", "B06.863.005"]),
    ("в06.8", ["B06.863.005"]),
    ("и06.8", ["B06.863.005"]),
    ("узи", ["B06.670.006"]),
    ("брюшной узи", ["B06.670.006"]),
    ("құрсақ", ["B06.670.006", "B06.863.005", "A02.005.000"][:1]),
    ("томография контраст", ["B06.863.005"]),
    ("кардиолог", ["A02.005.000"]),
    ("кардиолог қабылдау", ["A02.005.000"]),
    ("kardiolog", ["A02.005.000"]),
])  # fmt: skip
def test_services(catalogue: SqlStore, typed: str, expected: list[str]) -> None:
    assert services(catalogue, typed) == expected


def test_a_limit_holds(catalogue: SqlStore) -> None:
    assert codes(catalogue, "I", 3) == ["I00", "I01", "I01.0"]
    assert services(catalogue, "B06", 1) == ["B06.670.006"]
