"""Nothing of a person can be read in the folder, neither while the program runs nor afterwards."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from clinic_desk.domain.errors import Conflict
from clinic_desk.services.ports import BulkKind, Draft
from clinic_desk.storage.database import SqlStore
from clinic_desk.storage.search import SqlPatientSearch
from tests.storage.examples import KEY, NOW, insurance_check, patient

SURNAME, GIVEN = "Канарейқызы", "Өрнек"
PHONE = "+77479876543"


@pytest.fixture
def seeded(store: SqlStore) -> tuple[SqlStore, list[bytes]]:
    """A store full of one person, and how her name, numbers and notes would look in a file."""
    canary = patient(f"{SURNAME} {GIVEN}", phone=PHONE)
    with store.write() as work:
        work.patients.add(canary)
        work.insurance.add(replace(insurance_check(canary.id), reference="CANARY-REFERENCE"))
        work.drafts.put(Draft("register", "", "CANARY-OWNER", {"surname": SURNAME}, NOW))
        work.settings.put("canary", "CANARY-SETTING")
        work.commit()
    with store.write() as work:
        work.bulk.write(BulkKind.PATIENTS, [patient(f"{SURNAME} Екінші", phone=PHONE)])
        work.commit()
    SqlPatientSearch(store).find("канарйкызы")
    assert canary.iin
    plain = [
        SURNAME,
        GIVEN,
        "канареикизи",
        canary.iin.digits,
        PHONE[1:],
        PHONE[2:],
        "CANARY",
        "SQLite format",
    ]
    encoded = [text.encode(code) for text in plain for code in ("utf-8", "utf-16-le")]
    return store, [*encoded, KEY, KEY.hex().encode()]


def readable(folder: Path, wanted: list[bytes]) -> list[bytes]:
    return [text for file in folder.rglob("*") for text in wanted if text in file.read_bytes()]


def test_while_open(seeded: tuple[SqlStore, list[bytes]], path: Path) -> None:
    _, wanted = seeded
    names = {file.name for file in path.parent.iterdir()}
    assert names == {"clinic.db", "clinic.db-wal", "clinic.db-shm"}
    assert path.with_name("clinic.db-wal").stat().st_size > 0
    assert readable(path.parent, wanted) == []


def test_inside_a_large_transaction(seeded: tuple[SqlStore, list[bytes]], path: Path) -> None:
    """More than the cache holds is written out before the commit."""
    store, wanted = seeded
    with store.write() as work:
        work.bulk.write(BulkKind.PATIENTS, (patient(f"{SURNAME} {n}") for n in range(3000)))
        assert readable(path.parent, wanted) == []


def test_closed_and_copied(seeded: tuple[SqlStore, list[bytes]], path: Path) -> None:
    store, wanted = seeded
    store.back_up("test")
    store.close()
    assert len(list(path.parent.iterdir())) == 2
    assert readable(path.parent, wanted) == []


def test_errors_and_logs_hold_nobody(
    store: SqlStore, caplog: pytest.LogCaptureFixture, open_again: Callable[..., SqlStore]
) -> None:
    caplog.set_level(0)
    person = patient(f"{SURNAME} {GIVEN}", phone=PHONE)
    with store.write() as work:
        work.patients.add(person)
        work.commit()
    told = []
    with pytest.raises(Conflict) as conflict, store.write() as work:
        work.patients.add(person)
    told.append(f"{conflict.value!r} {conflict.value.params} {conflict.value.__cause__}")
    with pytest.raises(Exception, match="CHECK") as fault, store.write() as work:
        work.patients.add(replace(patient(f"{SURNAME} {GIVEN}"), iin=None))
    told.append(f"{fault.value!r} {fault.value}")
    store.back_up("test")
    with closing(open_again(read_only=True)):
        pass
    assert person.iin
    for secret in (SURNAME, GIVEN, person.iin.digits, PHONE, KEY.hex()):
        assert secret not in " ".join([*told, caplog.text])
