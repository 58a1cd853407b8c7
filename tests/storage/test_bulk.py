"""Many records at once: keys, writing, undoing an import, remembered headings."""

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clinic_desk.domain.catalogue import Care, Diagnosis, SupplierRole
from clinic_desk.domain.errors import Cancelled, Conflict, NotFound
from clinic_desk.domain.folding import fold
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.referral import ReferralStatus
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import BulkKind, ImportRun, ReferralEvent
from clinic_desk.storage.database import SqlStore
from clinic_desk.storage.engine import SecretKey, open_connection
from clinic_desk.storage.search import SqlPatientSearch
from tests.storage.examples import (
    KEY,
    NOW,
    district,
    doctor,
    insurance_check,
    offer,
    patient,
    referral,
    service,
    supplier,
)


def write(
    store: SqlStore, kind: BulkKind, new: Any, changed: Any = (), *, import_id: str | None = None
) -> None:
    with store.write() as work:
        work.bulk.write(kind, new, changed, import_id=import_id)
        work.commit()


def existing(store: SqlStore, kind: BulkKind, *keys: Any) -> dict[Any, Any]:
    with store.read() as work:
        return work.bulk.existing(kind, keys)


def begin(store: SqlStore, kind: BulkKind = BulkKind.PATIENTS, **changes: Any) -> ImportRun:
    run = ImportRun(new_id(), kind.value, NOW, "Тіркеуші", 1, 2, 3, 4, "ff" * 32, dt.date(2026, 11, 20))
    run = run._replace(**changes)
    with store.write() as work:
        work.bulk.begin_import(run)
        work.commit()
    return run


def test_more_people_than_fit_one_question(store: SqlStore) -> None:
    people = [patient(f"Тегі{n} Аты") for n in range(1203)]
    write(store, BulkKind.PATIENTS, iter(people))
    keys = [person.iin.digits for person in people if person.iin]
    found = existing(store, BulkKind.PATIENTS, "000000000000", *keys)
    assert found == {person.iin.digits: replace(person, version=1) for person in people if person.iin}


def test_people_without_an_iin_are_known_by_name_and_birth_date(store: SqlStore) -> None:
    born = dt.date(2001, 2, 3)
    with_iin, without = patient("Ким Анна", born), patient("Ким Анна", born, iin="", is_here=False)
    undated = patient("Ким Анна", None, iin="")
    write(store, BulkKind.PATIENTS, [with_iin])
    key = (fold("Ким Анна"), born)
    assert existing(store, BulkKind.PATIENTS, key)[key].id == with_iin.id
    write(store, BulkKind.PATIENTS, [without, undated])
    found = existing(store, BulkKind.PATIENTS, key, (key[0], None), (key[0], dt.date(2001, 2, 4)))
    assert {k: p.id for k, p in found.items()} == {key: without.id, (key[0], None): undated.id}


def test_keys_of_the_clinic_and_the_catalogue(store: SqlStore) -> None:
    d, doc, plain = district("12"), doctor("D-5"), doctor("", "Безкодов Иван")
    s, same_code = service("A1", "УЗИ"), service("A1", "УЗИ детям")
    numbered, nameless = supplier(), supplier("ТОО Без БИН", "")
    o, open_ended = offer(numbered, s), offer(numbered, same_code, None)
    for kind, records in (
        (BulkKind.DOCTORS, [doc, plain]),
        (BulkKind.DISTRICTS, [d]),
        (BulkKind.SERVICES, [s, same_code]),
        (BulkKind.SUPPLIERS, [numbered, nameless]),
        (BulkKind.OFFERS, [o, open_ended]),
    ):
        write(store, kind, records)
    assert existing(store, BulkKind.DISTRICTS, "12", "13") == {"12": d}
    assert existing(store, BulkKind.DOCTORS, "D-5", plain.name.key, "", "X") == {
        "D-5": doc,
        plain.name.key: plain,
    }
    assert existing(store, BulkKind.SERVICES, ("A1", fold("УЗИ")), ("A1", "x")) == {("A1", fold("УЗИ")): s}
    name_key = (fold(nameless.name), fold(nameless.region))
    assert existing(store, BulkKind.SUPPLIERS, numbered.bin, name_key, "1") == {
        numbered.bin: numbered,
        name_key: nameless,
    }
    by_offer = {
        (o.supplier_id, o.service_id, SupplierRole.SUPPLIER, o.valid_from): o,
        (o.supplier_id, same_code.id, SupplierRole.SUPPLIER, None): open_ended,
    }
    assert existing(
        store, BulkKind.OFFERS, *by_offer, (o.supplier_id, s.id, SupplierRole.SUPPLIER, None)
    ) == (by_offer)
    found = existing(store, BulkKind.DIAGNOSES, "I11.9", "I11.99")
    assert found.keys() == {"I11.9"}


def test_the_catalogue_reads_what_was_written(store: SqlStore) -> None:
    s, numbered, nameless = service(), supplier(), supplier("Без БИН", "")
    o = offer(numbered, s)
    write(store, BulkKind.SERVICES, [s])
    write(store, BulkKind.SUPPLIERS, [numbered, nameless])
    write(store, BulkKind.OFFERS, [o])
    with store.read() as work:
        catalogue = work.catalogue
        assert catalogue.service(s.id) == s
        assert catalogue.services_by_code(s.code) == [s]
        assert catalogue.supplier(numbered.id) == numbered
        assert catalogue.supplier_by_bin(numbered.bin) == numbered
        assert catalogue.supplier_by_bin("") is None
        assert catalogue.suppliers() == [nameless, numbered]
        assert catalogue.suppliers_of(s.id) == [(numbered, o)]
        assert catalogue.offers(numbered.id, s.id) == [o]
        assert catalogue.offers(nameless.id, s.id) == []


def test_changed_records_replace_the_stored_ones(store: SqlStore) -> None:
    old = supplier()
    write(store, BulkKind.SUPPLIERS, [old])
    new = replace(old, name="Жаңа атау", cares=(Care(SupplierRole.SUPPLIER, "КТ"),))
    write(store, BulkKind.SUPPLIERS, [], [new])
    write(store, BulkKind.DIAGNOSES, [], [Diagnosis("I11.9", "Гипертензивная болезнь сердца", "Жүрек")])
    with store.read() as work:
        assert work.catalogue.suppliers() == [new]
        found = work.catalogue.diagnosis("I11.9")
    assert found == Diagnosis("I11.9", "Гипертензивная болезнь сердца", "Жүрек")


def test_a_stale_version_stops_the_whole_writing(store: SqlStore) -> None:
    people = [patient("Бірінші Адам"), patient("Екінші Адам")]
    write(store, BulkKind.PATIENTS, people)
    stale = [replace(people[0], version=1, address="x"), replace(people[1], version=7, address="x")]
    with pytest.raises(Conflict, match=r"store\.changed_elsewhere"):
        write(store, BulkKind.PATIENTS, [patient()], stale)
    with store.read() as work:
        assert work.patients.get(people[0].id) == replace(people[0], version=1)
        assert work.patients.count() == 2


def test_a_taken_key_stops_the_whole_writing(store: SqlStore) -> None:
    known = patient()
    write(store, BulkKind.PATIENTS, [known])
    with pytest.raises(Conflict, match=r"store\.already_there"):
        write(store, BulkKind.PATIENTS, [patient(), replace(patient(), iin=known.iin)])
    with store.read() as work:
        assert work.patients.count() == 1


def test_what_is_append_only_is_not_replaced(store: SqlStore) -> None:
    person = patient()
    write(store, BulkKind.PATIENTS, [person])
    check = insurance_check(person.id)
    write(store, BulkKind.INSURANCE_CHECKS, [check])
    with pytest.raises(ValueError, match="append only"):
        write(store, BulkKind.INSURANCE_CHECKS, [], [check])
    with pytest.raises(ValueError, match="no key"):
        existing(store, BulkKind.REFERRALS, "x")


def test_referrals_with_their_history(store: SqlStore) -> None:
    issued = replace(referral(store), status=ReferralStatus.SENT)
    events = [ReferralEvent(issued.id, ReferralStatus.SENT, NOW + dt.timedelta(hours=1), "А")]
    write(store, BulkKind.REFERRALS, [issued])
    write(store, BulkKind.REFERRAL_EVENTS, events)
    with store.read() as work:
        assert work.referrals.get(issued.id) == replace(issued, version=1)
        issue = ReferralEvent(issued.id, ReferralStatus.ISSUED, issued.issued_at, issued.issued_by)
        assert work.referrals.history(issued.id) == [issue, *events]


def test_people_written_in_bulk_are_found_like_others(store: SqlStore) -> None:
    search = SqlPatientSearch(store)
    search.warm_up()
    before = patient("Бұрынғы Атау", phone="+77010000001")
    write(store, BulkKind.PATIENTS, [before, patient("Өзгермес Адам")])
    assert [hit.name for hit in search.find("бұрынғы")] == ["Бұрынғы Атау"]
    assert [hit.name for hit in search.find("бурнгы")] == ["Бұрынғы Атау"]  # a slip: the words are known
    after = replace(patient("Кейінгі Атау", phone="+77010000002"), id=before.id, version=1)
    write(store, BulkKind.PATIENTS, [patient("Қосылған Адам")], [after])
    assert before.iin and after.iin
    assert search.find("бұрынғы") == []
    assert search.find(before.iin.digits[4:12]) == []
    for text in ("кейінгі", "0000002", after.iin.digits[4:12]):
        assert [hit.name for hit in search.find(text)] == ["Кейінгі Атау"], text
    for name in ("Өзгермес Адам", "Қосылған Адам"):
        assert [hit.name for hit in search.find(name)] == [name]


def test_after_bulk_writing_the_triggers_stand_again(store: SqlStore, path: Path) -> None:
    def triggers() -> list[Any]:
        with closing(open_connection(path, SecretKey(KEY))) as raw:
            rows = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
            return list(rows.fetchall())

    before = triggers()
    write(store, BulkKind.PATIENTS, [patient()])
    assert triggers() == before

    def cancelled() -> Iterator[Patient]:
        yield patient()
        raise Cancelled

    with pytest.raises(Cancelled):
        write(store, BulkKind.PATIENTS, cancelled())
    assert triggers() == before
    with store.write() as work:
        work.patients.add(patient("Жеке Қосылған"))
        work.commit()
    assert [hit.name for hit in SqlPatientSearch(store).find("жеке")] == ["Жеке Қосылған"]
    assert store.is_whole()


def test_an_import_is_taken_back_as_a_whole(store: SqlStore) -> None:
    stays, changes = patient("Өзгермес Адам"), patient("Бұрынғы Атау")
    write(store, BulkKind.PATIENTS, [stays, changes])
    run = begin(store)
    altered = replace(changes, version=1, name=patient("Кейінгі Атау").name, address="жаңа")
    write(store, BulkKind.PATIENTS, [patient("Жаңа Адам")], [altered], import_id=run.id)
    search = SqlPatientSearch(store)
    with store.write() as work:
        assert work.bulk.undo_import(run.id, "Сәбитова Г.") == 2
        work.commit()
    with store.read() as work:
        assert work.patients.get(stays.id) == replace(stays, version=1)
        assert work.patients.get(changes.id) == replace(changes, version=3)
        assert work.patients.count() == 2
        assert [r.is_undone for r in work.bulk.imports()] == [True]
    assert [hit.name for hit in search.find("атау")] == ["Бұрынғы Атау"]
    assert search.find("жаңа") == search.find("кейінгі") == []
    with pytest.raises(NotFound, match=r"store\.no_such_import"), store.write() as work:
        work.bulk.undo_import(run.id, "Сәбитова Г.")


def test_suppliers_come_back_with_their_cares(store: SqlStore) -> None:
    old = supplier()
    write(store, BulkKind.SUPPLIERS, [old])
    run = begin(store, BulkKind.SUPPLIERS)
    new = replace(old, name="Жаңа", cares=(Care(SupplierRole.SUPPLIER, "КТ"),))
    write(store, BulkKind.SUPPLIERS, [supplier("Екінші", "")], [new], import_id=run.id)
    with store.write() as work:
        work.bulk.undo_import(run.id, "Сәбитова Г.")
        work.commit()
    with store.read() as work:
        assert work.catalogue.suppliers() == [old]


def test_an_import_whose_people_were_changed_since_stays(store: SqlStore) -> None:
    run = begin(store)
    person = patient()
    write(store, BulkKind.PATIENTS, [person, patient("Басқа Адам")], import_id=run.id)
    with store.write() as work:
        work.patients.save(replace(person, version=1, address="кейін"))
        work.commit()
    with pytest.raises(Conflict, match=r"store\.import_in_use"), store.write() as work:
        work.bulk.undo_import(run.id, "Сәбитова Г.")
    with store.read() as work:
        assert work.patients.count() == 2
        assert not work.bulk.imports()[0].is_undone


def test_an_import_whose_people_were_asked_about_since_stays(store: SqlStore) -> None:
    run = begin(store)
    person = patient()
    write(store, BulkKind.PATIENTS, [person], import_id=run.id)
    write(store, BulkKind.INSURANCE_CHECKS, [insurance_check(person.id)])
    with pytest.raises(Conflict, match=r"store\.import_in_use"), store.write() as work:
        work.bulk.undo_import(run.id, "Сәбитова Г.")
    with store.read() as work:
        assert work.patients.count() == 1


def test_imports_are_remembered_newest_first(store: SqlStore) -> None:
    first = begin(store)
    second = begin(store, BulkKind.SUPPLIERS, list_date=dt.date(2026, 10, 1))
    third = begin(store, BulkKind.SUPPLIERS, list_date=None, new=0)
    ended = third._replace(
        new=5, changed=6, same=7, refused=8, list_date=dt.date(2026, 11, 1), file_hash="aa"
    )
    with store.write() as work:
        work.bulk.end_import(ended)
        work.commit()
    with store.read() as work:
        assert work.bulk.imports() == [ended, second, first]
        assert work.bulk.imports("suppliers") == [ended, second]
        assert work.bulk.imports(limit=1) == [ended]
        assert work.catalogue.supplier_list_date() == dt.date(2026, 11, 1)
    with store.write() as work:
        work.bulk.undo_import(third.id, "Сәбитова Г.")
        work.commit()
    with store.read() as work:
        assert work.catalogue.supplier_list_date() == dt.date(2026, 10, 1)
    with pytest.raises(NotFound), store.write() as work:
        work.bulk.end_import(first._replace(id="none"))


def test_headings_are_remembered(store: SqlStore) -> None:
    with store.write() as work:
        work.bulk.remember_mapping("patients", {})
        work.bulk.remember_mapping("patients", {"фамилия": "surname", "иин": "iin"})
        work.bulk.remember_mapping("patients", {"иин": "no_iin"})
        work.bulk.remember_mapping("services", {"код": "code"})
        work.commit()
    with store.read() as work:
        assert work.bulk.mapping("patients") == {"фамилия": "surname", "иин": "no_iin"}
        assert work.bulk.mapping("offers") == {}
