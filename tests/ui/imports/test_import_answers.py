"""A file of answers about insurance on the screen: bad rows need a choice, taking back withdraws."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.domain.insurance import InsuranceStatus
from clinic_desk.services.changes import Kind
from clinic_desk.texts import Language
from clinic_desk.ui.imports.flow_state import Step
from clinic_desk.ui.imports.rows_model import Filter
from clinic_desk.ui.kit.measure import clipped_labels, untranslated
from tests.storage.examples import iin_digits, patient
from tests.ui.imports.conftest import Screen

HEADINGS = "ЖСН;Мәртебесі;Тексерілді;Санаты;Арна;Айлар"


@pytest.fixture
def iin(screen: Screen) -> str:
    """Somebody who is registered."""
    person = patient("Үлгібаева Айсұлу Маратқызы")
    with screen.store.write() as work:
        work.patients.add(person)
        work.commit()
    assert person.iin is not None
    return person.iin.digits


def write(folder: Path, *rows: str) -> Path:
    path = folder / "жауаптар.csv"
    path.write_text("\r\n".join([HEADINGS, *rows]), encoding="utf-8-sig")
    return path


def status_of(screen: Screen, iin: str) -> InsuranceStatus | None:
    with screen.store.read() as work:
        person = work.patients.by_iin(iin)
        assert person is not None
        checks = work.insurance.of_patient(person.id)
    return checks[0].status if checks else None


def open_list(screen: Screen, folder: Path, iin: str) -> None:
    stranger = iin_digits(dt.date(1970, 1, 1))
    screen.page.flow.choose_kind(ImportKind.INSURANCE)
    screen.open(
        write(
            folder,
            f"{iin};сақтандырылған;22.11.2026 10:00;Зейнеткер;egov.kz;",
            f"{stranger};иә;22.11.2026;;;",
            f"{iin};иә;20.11.2026 10:00;;;",
            f"{iin};жоқ;20.11.2026 10:00;;;",
            f"{iin};жоқ;19.11.2026 10:00;;бот;111111111111",
        )
    )


def test_bad_rows_are_named_and_load_only_when_a_person_leaves_them_out(
    screen: Screen, tmp_path: Path, iin: str
) -> None:
    open_list(screen, tmp_path, iin)
    page = screen.page
    assert page.flow.step is Step.ROWS
    page.rows_panel.tiles.tile(Filter.REFUSED).click()
    assert screen.lines() == [3, 4, 5]
    page.rows_panel.tiles.tile(Filter.WARNED).click()
    assert screen.lines() == [6]
    page.flow.load()
    screen.settle()
    assert page.flow.step is Step.ROWS
    assert status_of(screen, iin) is None
    page.rows_panel.skip_bad.click()
    page.flow.load()
    screen.settle()
    assert page.flow.step is Step.LOADED
    assert status_of(screen, iin) is InsuranceStatus.INSURED_STATE
    assert any(change.touches(Kind.INSURANCE) for change in screen.told)


def test_taking_back_says_that_the_answers_are_withdrawn(screen: Screen, tmp_path: Path, iin: str) -> None:
    open_list(screen, tmp_path, iin)
    screen.page.rows_panel.skip_bad.click()
    screen.page.flow.load()
    screen.settle()
    screen.ctrl(Qt.Key.Key_Z)
    screen.settle()
    assert status_of(screen, iin) is None
    assert "қайтарып алынды" in screen.page.result_panel._counts.text()


@pytest.mark.parametrize("language", list(Language))
def test_nothing_is_cut(screen: Screen, tmp_path: Path, iin: str, language: Language) -> None:
    screen.words.set_language(language)
    open_list(screen, tmp_path, iin)
    for wanted in Filter:
        screen.page.rows_panel.tiles.tile(wanted).click()
        screen.settle()
        assert clipped_labels(screen.window) == [], wanted
        assert untranslated(screen.window, language) == [], wanted


@pytest.mark.parametrize("kind", list(ImportKind))
def test_every_kind_of_list_has_a_title(screen: Screen, kind: ImportKind) -> None:
    for language in Language:
        screen.words.set_language(language)
        assert screen.words.say(f"import_screen.title.{kind}")
