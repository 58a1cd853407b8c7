"""Full, occupied and read-only disks, threads, closing: nothing acknowledged is lost, reading goes on."""

import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.storage import engine
from clinic_desk.storage.database import SqlStore
from clinic_desk.storage.engine import SecretKey, open_connection
from clinic_desk.storage.errors import StoreRefused
from clinic_desk.texts import Language, Texts
from tests.storage.examples import KEY, NOW, patient

OpenStore = Callable[..., SqlStore]


def add(store: SqlStore, name: str = "Сақталған Адам") -> None:
    with store.write() as work:
        work.patients.add(patient(name))
        work.commit()


def count(store: SqlStore) -> int:
    with store.read() as work:
        return work.patients.count()


def on_writer(store: SqlStore, pragma: str) -> None:
    assert store._writer is not None
    with store._writer.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute(f"PRAGMA {pragma}")


def test_a_full_disk_refuses_the_save_and_works_again_without_a_restart(store: SqlStore) -> None:
    add(store)
    with store.own_reader() as raw:
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
    on_writer(store, f"max_page_count = {pages}")
    with pytest.raises(StoreRefused, match=r"store\.disk_full"), store.write() as work:
        for _ in range(2000):
            work.patients.add(patient())
        work.commit()
    assert count(store) == 1
    on_writer(store, "max_page_count = 1073741823")
    add(store)
    assert count(store) == 2


def test_an_occupied_store_is_busy_after_a_while(
    path: Path, open_again: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", 50)
    store = open_again()
    with closing(open_connection(path, SecretKey(KEY))) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreRefused, match=r"store\.busy"):
            add(store)
        assert count(store) == 0
        other.execute("ROLLBACK")
    add(store)
    assert count(store) == 1


def test_a_read_only_store_is_read_and_never_written(open_again: OpenStore, path: Path) -> None:
    store = open_again()
    add(store)
    store.close()
    before = path.read_bytes()
    rescued = open_again(read_only=True)
    assert count(rescued) == 1
    with pytest.raises(StoreRefused, match=r"store\.read_only"):
        add(rescued)
    rescued.close()
    assert path.read_bytes() == before


def test_a_reading_unit_cannot_write(store: SqlStore) -> None:
    with pytest.raises(StoreRefused, match=r"store\.read_only"), store.read() as work:
        work.patients.add(patient())


def test_a_reading_unit_sees_one_moment(store: SqlStore) -> None:
    add(store)
    with store.read() as before:
        assert before.patients.count() == 1
        add(store)
        assert before.patients.count() == 1
    assert count(store) == 2


def test_a_closed_store_says_so(store: SqlStore) -> None:
    reader = store.own_reader()
    store.close()
    store.close()
    with pytest.raises(StoreRefused, match=r"store\.closed"):
        add(store)
    with pytest.raises(StoreRefused, match=r"store\.closed"):
        count(store)
    with pytest.raises(StoreRefused, match=r"store\.closed"), reader:
        pass
    with pytest.raises(StoreRefused, match=r"store\.closed"):
        store.own_reader()


def test_closing_leaves_one_file(store: SqlStore, path: Path) -> None:
    add(store)
    assert count(store) == 1
    assert path.with_name("clinic.db-wal").exists()
    store.close()
    assert [file.name for file in path.parent.iterdir()] == ["clinic.db"]


def test_a_second_unit_in_the_same_thread_is_a_fault_and_not_a_standstill(store: SqlStore) -> None:
    with pytest.raises(RuntimeError, match="open in this thread"), store.write(), store.write():
        pass
    add(store)


def test_many_threads(store: SqlStore) -> None:
    """Six write and read at once; every acknowledged person is there."""
    problems: list[BaseException] = []

    def work_hard(number: int) -> None:
        try:
            for turn in range(8):
                add(store, f"Ағын{number} Кезек{turn}")
                assert count(store) >= turn + 1
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=work_hard, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert count(store) == 48


def test_a_failing_unit_gives_the_lock_back(store: SqlStore) -> None:
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), store.write() as work:
            work.patients.add(patient())
            print(1 // 0)
    done = threading.Thread(target=add, args=(store,))
    done.start()
    done.join(10)
    assert not done.is_alive()
    assert count(store) == 1


CODES = sorted(
    set(StoreRefused.__doc__.replace("\n", " ").split("`")[1::2])  # type: ignore[union-attr]
    | {
        "store.already_there",
        "store.changed_elsewhere",
        "store.no_such_import",
        "store.import_in_use",
    }
)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", Language)
def test_every_refusal_has_a_sentence(code: str, language: Language) -> None:
    assert code.startswith("store.")
    sentence = Texts(language).say(f"storage.errors.{code}", version="3.51.2")
    assert 40 < len(sentence) <= 240
    assert "/" not in sentence


def test_no_sentence_is_left_over() -> None:
    from clinic_desk.resources import read_json

    assert {key.removeprefix("errors.") for key in read_json("texts", "storage.json")} == set(CODES)


def test_a_refusal_is_an_error_a_person_can_act_on() -> None:
    assert issubclass(StoreRefused, ClinicDeskError)
    assert NOW.tzinfo is not None
