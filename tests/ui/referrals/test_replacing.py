"""Print new: the dialog begins with what stood on the recalled paper, and what is issued takes its place."""

from PySide6.QtCore import Qt

from clinic_desk.domain.catalogue import Diagnosis
from clinic_desk.domain.ids import RecallId, ReferralId
from clinic_desk.domain.referral import ReferralStatus
from clinic_desk.domain.sync.recalls import RecallEnd
from clinic_desk.services.actor import Actor
from clinic_desk.services.sync.papers.contradictions import note_refused
from clinic_desk.services.sync.papers.recalls import PaperState
from clinic_desk.texts import Language
from tests.ui.referrals.conftest import Screen
from tests.ui.referrals.small_clinic import CARDIOLOGIST, INSURED, NOW, UMIT, Clinic


def refused(screen: Screen, clinic: Clinic) -> tuple[ReferralId, RecallId]:
    """A printed referral that was refused later."""
    screen.open(INSURED)
    screen.fill()
    screen.finish()
    screen.until(lambda: clinic.printer.pages)
    screen.settle()
    referral_id = screen.issued[-1].referral_id
    actor: Actor = clinic.desk.actor()
    with clinic.store.write() as work:
        recall = note_refused(work, referral_id, actor=actor, at=NOW, words="қызмет жоқ")
        work.commit()
    assert recall is not None
    return referral_id, recall.id


def open_replacing(screen: Screen, clinic: Clinic, recall_id: RecallId) -> None:
    old = clinic.desk.recalls.to_replace(recall_id)
    screen.editor.open_for(clinic.desk.patients.card(old.patient_id), old)
    screen.settle()


def test_the_dialog_is_filled_and_the_new_paper_replaces_the_old(screen: Screen, clinic: Clinic) -> None:
    old_id, recall_id = refused(screen, clinic)
    old = clinic.desk.referrals.get(old_id)
    open_replacing(screen, clinic, recall_id)
    assert screen.view.subtitle.text().endswith(f"№ {old.number} орнына")
    screen.words.set_language(Language.RU)
    assert screen.view.subtitle.text().endswith(f"вместо № {old.number}")
    screen.finish()
    screen.until(lambda: len(clinic.printer.pages) == 2)
    screen.settle()
    new = clinic.desk.referrals.get(screen.issued[-1].referral_id)
    assert (new.service_id, new.icd_code, new.supplier_id, new.reason) == (
        CARDIOLOGIST,
        Diagnosis("I10").code,
        UMIT,
        old.reason,
    )
    assert clinic.desk.referrals.get(old_id).status is ReferralStatus.CANCELLED
    (row,) = clinic.desk.recalls.rows(since=NOW)
    assert (row.state, row.replaced_by) == (PaperState.DONE, new.number)
    assert row.recall is not None
    assert row.recall.end is RecallEnd.REPRINTED
    assert clinic.printer.pages == [old.number, new.number]


def test_leaving_the_dialog_changes_nothing_and_another_draft_of_the_person_stays(
    screen: Screen, clinic: Clinic
) -> None:
    old_id, recall_id = refused(screen, clinic)
    screen.open(INSURED)
    screen.type("мрт")
    screen.key(Qt.Key.Key_Escape)
    screen.settle()
    before = clinic.desk.drafts.load("referral", INSURED, clinic.desk.actor())
    assert before is not None
    open_replacing(screen, clinic, recall_id)
    screen.key(Qt.Key.Key_Escape)
    screen.settle()
    assert clinic.desk.referrals.get(old_id).status is ReferralStatus.ISSUED
    assert clinic.desk.recalls.rows()[0].state is PaperState.RETURN
    open_replacing(screen, clinic, recall_id)
    screen.finish()
    screen.until(lambda: len(screen.issued) == 2)
    screen.settle()
    after = clinic.desk.drafts.load("referral", INSURED, clinic.desk.actor())
    assert after is not None
    assert after.payload == before.payload
    # The next dialog is an ordinary one again.
    screen.open(INSURED)
    assert "орнына" not in screen.view.subtitle.text()
