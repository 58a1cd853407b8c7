"""The section of attachment: what waits and how long, and what a registrar is warned of."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from clinic_desk.domain.attachment import CaseState, SeenDocument
from clinic_desk.domain.patient import Attachment, AttachmentBasis, AttachmentState
from clinic_desk.texts import Language
from clinic_desk.ui.attachment.case_list_view import ACCEPTED, CHILDREN, CONTRACTS, LATE, OPEN, TODAY
from clinic_desk.ui.attachment.end_dialog import EndDialog
from clinic_desk.ui.kit import look
from clinic_desk.ui.kit.measure import clipped_labels, untranslated
from tests.ui.attachment.conftest import CHILDREN as CHILDREN_DISTRICT
from tests.ui.attachment.conftest import Office
from tests.ui.people_desk import nameless

DAY = dt.timedelta(days=1)


def show_list(office: Office) -> None:
    office.window.show_section("attachment")
    office.settle()


def numbers(office: Office) -> dict[str, str]:
    tiles = office.section.list.view.tiles
    return {key: tiles.tile(key).number() for key in (OPEN, TODAY, LATE, ACCEPTED, CONTRACTS, CHILDREN)}


def choose(office: Office, tile: str) -> list[str]:
    """The names under a tile."""
    office.section.list.view.tiles.tile(tile).click()
    office.settle()
    page = office.section.list
    model = {CONTRACTS: page.contracts, CHILDREN: page.growing}.get(tile, page.cases)
    return [row.name for row in model.rows()]


def worker(office: Office, surname: str, until: dt.date) -> None:
    case = office.send(
        office.person(surname=surname, born=dt.date(1990, 6, until.day)),
        basis=AttachmentBasis.EAEU_CONTRACT,
        contract_until=until,
        documents=(SeenDocument("identity_document"), SeenDocument("insurance_contract")),
    )
    office.accept(case)


def test_tiles_count_and_filter(office: Office) -> None:
    office.send(office.person(surname="Бірінші"))
    office.desk.clock.move(DAY)
    office.send(office.person(surname="Екінші", born=dt.date(1990, 1, 2)))
    accepted = office.send(office.person(surname="Үшінші", born=dt.date(1990, 1, 3)))
    office.accept(accepted, dt.date(2027, 1, 1))
    show_list(office)
    assert numbers(office) == {OPEN: "3", TODAY: "1", LATE: "0", ACCEPTED: "1", CONTRACTS: "0", CHILDREN: "0"}
    assert choose(office, TODAY) == ["Бірінші Айсұлу Маратқызы"]
    assert choose(office, ACCEPTED) == ["Үшінші Айсұлу Маратқызы"]
    office.desk.clock.move(DAY)
    show_list(office)
    assert choose(office, LATE) == ["Бірінші Айсұлу Маратқызы"]
    assert "кешікті" in office.section.list.cases.cell(0, 4).spoken
    office.key(Qt.Key.Key_Escape)
    office.settle()
    assert office.section.list.view.tiles.value() == OPEN
    assert len(office.section.list.cases.rows()) == 3


def test_the_rail_counts_what_is_due_today_or_late(office: Office) -> None:
    office.send(office.person())
    office.clinic.counts.count()
    office.settle()
    assert office.window.rail.item("attachment").accessibleName() == "Бекіту (РПН)"
    office.desk.clock.move(DAY)
    office.clinic.counts.count()
    office.settle()
    assert office.window.rail.item("attachment").accessibleName() == "Бекіту (РПН): 1"


def test_the_iin_is_masked_and_enter_opens(office: Office) -> None:
    patient = office.person()
    office.send(patient)
    show_list(office)
    assert patient.iin is not None
    shown = office.section.list.cases.cell(0, 0)
    assert patient.iin.digits not in shown.second
    assert "••" in shown.second
    office.section.list.view.cases.setFocus()
    office.enter()
    assert office.section.current is office.section.case
    office.key(Qt.Key.Key_Escape)
    office.settle()
    assert office.section.current is office.section.list


def test_typing_finds_anybody_whatever_became_of_the_application(office: Office) -> None:
    office.send(office.person(surname="Бірінші"))
    refused = office.send(office.person(surname="Екінші", born=dt.date(1990, 1, 2)))
    office.desk.services.attachment_answers.refuse(refused.id, office.desk.actor, "negative_answer")
    show_list(office)
    office.section.list.view.cases.setFocus()
    office.type("Екін")
    office.settle()
    assert [row.state for row in office.section.list.cases.rows()] == [CaseState.REFUSED]
    assert not office.section.list.view.act.isEnabled()


def test_a_draft_opens_as_a_form(office: Office) -> None:
    patient = office.person()
    office.open(patient)
    office.type("1")
    office.settle()
    office.key(Qt.Key.Key_Escape)
    office.settle()
    show_list(office)
    office.section.list.view.cases.setFocus()
    office.enter()
    assert office.section.current is office.page
    assert office.view.basis.value() is AttachmentBasis.RESIDENCE


def test_contracts_that_end_within_thirty_days_and_their_act(office: Office) -> None:
    worker(office, "Соңғы", dt.date(2026, 12, 23))
    worker(office, "Жақын", dt.date(2026, 11, 30))
    worker(office, "Алыс", dt.date(2026, 12, 24))
    show_list(office)
    names = choose(office, CONTRACTS)
    assert [name.split()[0] for name in names] == ["Жақын", "Соңғы"]
    assert office.section.list.contracts.cell(0, 3).spoken == "7 күн"
    office.section.list.view.contracts.setFocus()
    office.key(Qt.Key.Key_Delete)
    dialog = office.window.findChild(EndDialog)
    assert dialog is not None
    office.finish()
    office.settle()
    assert [row.name.split()[0] for row in office.section.list.contracts.rows()] == ["Соңғы"]
    assert office.told == ["Пациент бекітуден шығарылды."]


def test_a_child_who_grows_up_is_offered_adult_districts(office: Office) -> None:
    patient = office.person(surname="Қалиев", born=dt.date(2008, 11, 30))
    with office.desk.store.write() as work:
        attached = Attachment(
            AttachmentState.ATTACHED, CHILDREN_DISTRICT, AttachmentBasis.RESIDENCE, dt.date(2020, 1, 1)
        )
        work.patients.save(replace(patient, attachment=attached))
        work.commit()
    show_list(office)
    assert [name.split()[0] for name in choose(office, CHILDREN)] == ["Қалиев"]
    office.section.list.view.children_table.setFocus()
    office.enter()
    assert office.told == ["Ересектер учаскесі 30.11.2026 бастап қабылдайды."]
    assert office.section.current is office.section.list
    office.desk.clock.move(7 * DAY)
    show_list(office)
    office.section.list.view.children_table.setFocus()
    office.enter()
    assert office.section.current is office.page
    assert CHILDREN_DISTRICT not in [row.choice.district.id for row in office.view.districts.model.rows()]


def test_an_empty_list_says_one_sentence_with_one_key(office: Office) -> None:
    show_list(office)
    label = office.section.list.view.empty.label
    assert label.isVisible()
    assert label.text() == "Ашық өтініш жоқ. Пациентті тауып, F4 басыңыз."


def test_the_card_tells_of_the_open_case(office: Office) -> None:
    patient = office.person()
    office.clinic.show_patient(patient.id)
    office.settle()
    panel = office.clinic.card.attachment
    assert panel.attach.words() == "Бекіту"
    assert not panel.case_chip.isVisible()
    office.send(patient)
    office.clinic.show_patient(patient.id)
    office.settle()
    assert panel.case_chip.text() == "Жіберілді"
    assert panel.term.text() == "1 жұмыс күні қалды · 24.11.2026 18:00 дейін"
    panel.attach.click()
    office.settle()
    assert office.section.current is office.section.case
    office.key(Qt.Key.Key_Escape)
    office.settle()
    assert office.window.current_section == "patient"


def test_f4_in_the_search_field_speaks_of_the_person_found(office: Office) -> None:
    patient = office.person(surname="Ыбыраев")
    office.window.focus_omnibox()
    office.type("ыбыр")
    office.settle()
    office.key(Qt.Key.Key_F4)
    office.settle()
    assert office.section.current is office.page
    assert office.view.head.name.text() == patient.name.full


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_nothing_is_cut_and_everything_has_a_name(office: Office, language: Language, scale: float) -> None:
    look().set_scale(scale)
    office.window.resize(1366, 768)
    office.words.set_language(language)
    office.send(office.person())
    show_list(office)
    for tile in (CHILDREN, CONTRACTS, OPEN):
        choose(office, tile)
        assert clipped_labels(office.section.list) == []
        assert untranslated(office.section.list, language) == []
        assert nameless(office.section.list) == []
