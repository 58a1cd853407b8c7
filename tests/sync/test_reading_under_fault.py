"""Rows of SYNC's table "Promises under fault" that reading from the upstream keeps, each beside what fails.

Rows: edit between download pages, desk clock off by a day (reading), truncated replies (no partial page
applied), upstream restored from backup. Each promise is checked twice: as the program is, and with its
protection taken away, where the same check has to fail.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from clinic_desk.domain.patient import Patient
from clinic_desk.fhir.patient import patient_resource
from clinic_desk.fhir.stamp import Stamp
from clinic_desk.services.identity import new_id
from clinic_desk.services.sync.down import paging, receiving_run, slices, witness
from clinic_desk.services.sync.down.receiving_run import ReceivingLimits
from clinic_desk.services.sync.upstream_port import WhyNoReply
from clinic_desk.storage.sync.shadows import SqlShadows
from tests.services.desk import NOW
from tests.sync.receiving.receiving_desk import of_clinic, somebody
from tests.sync.site import Site
from tests.sync.world import CLINIC_BIN, World
from tests.upstream.fake_upstream import Fault

NewWorld = Callable[[], World]
PAGE = 4


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four rows a page, saved two at a time, so that a few people are many pages."""
    whole = ReceivingLimits.on

    def small(tables: Any, day: Any) -> ReceivingLimits:
        return replace(whole(tables, day), page_rows=PAGE, slice_rows=PAGE // 2)

    monkeypatch.setattr(ReceivingLimits, "on", small)


def _people(world: World, count: int, first: int = 0) -> list[str]:
    """So many people of the clinic upstream, a second apart; their ids there."""
    made = []
    for number in range(first, first + count):
        world.clock.forward(seconds=1)
        stamp = Stamp(new_id(), "Ким В.", "D9", NOW)
        made.append(world.put(of_clinic(patient_resource(somebody(number), stamp), CLINIC_BIN))["id"])
    return made


def _missed(world: World, site: Site) -> set[str]:
    """Versions that lie upstream and are not known at the desk."""
    now = {row["id"]: row["meta"]["versionId"] for row in world.server.all("Patient")}
    with site.store.read() as work:
        known = work.shadows.known_versions("Patient", list(now))
    return {key for key, version in now.items() if known.get(key) != version}


def _here(site: Site, number: int) -> Patient | None:
    person = somebody(number)
    assert person.iin is not None
    return site.use.patients.by_iin(person.iin.digits)


def _nothing_missed_between_pages(world: World) -> None:
    """While the list is read, a row that was read already goes to its end and all others move up."""
    site = world.desk()
    rows = _people(world, 3 * PAGE)
    line = world.lines["T2"]
    asked, edited = line._ask, iter(rows)

    def edit_after_each_page(call: str, *args: Any, **more: Any) -> Any:
        reply = asked(call, *args, **more)
        is_page = args[1] == "Patient" and ("_summary", "count") not in tuple(args[2:3] and args[2])
        row = next(edited, None) if is_page else None
        if row is not None:
            world.clock.forward(seconds=1)
            world.change_upstream(row, phone=f"+7702{int(row[1:]):07d}")
        return reply

    line._ask = edit_after_each_page  # type: ignore[method-assign]
    world.receive(site)
    missing = [number for number in range(3 * PAGE) if _here(site, number) is None]
    assert missing == []


def test_edit_between_download_pages(new_world: NewWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without reading on by time, by the server's `next` links alone, a row is missed."""
    _nothing_missed_between_pages(new_world())
    monkeypatch.setattr(paging._Walk, "_go_on", lambda _, __, following: following)
    with pytest.raises(AssertionError):
        _nothing_missed_between_pages(new_world())


def _clock_of_the_desk_does_not_matter(world: World) -> None:
    """A desk that is a day ahead takes what comes from now on like any other."""
    site = world.desk()
    site.clock.forward(days=1)
    _people(world, 2)
    world.receive(site)
    world.clock.forward(hours=1)
    _people(world, 2, first=2)
    world.receive(site)
    assert _missed(world, site) == set()
    assert all(_here(site, number) for number in range(4))


def test_desk_clock_off_by_a_day(new_world: NewWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a cursor of the desk's own time nothing would come for a day."""
    _clock_of_the_desk_does_not_matter(new_world())
    stored = SqlShadows.put_cursor

    def by_own_clock(self: SqlShadows, cursor: Any) -> None:
        ahead = NOW + dt.timedelta(days=1)
        stored(self, cursor._replace(since=ahead.isoformat(timespec="milliseconds")))

    monkeypatch.setattr(SqlShadows, "put_cursor", by_own_clock)
    # What such a cursor would make the program believe of the server is another row's affair.
    monkeypatch.setattr(receiving_run.ReadingPosition, "is_before", lambda *_: False)
    with pytest.raises(AssertionError):
        _clock_of_the_desk_does_not_matter(new_world())


def _rows_and_cursor_together(world: World) -> None:
    """Killed while a page is put away, the desk goes on where its rows end: nothing is skipped."""
    site = world.desk()
    _people(world, 2 * PAGE)
    put, calls = SqlShadows.put, iter(range(100))

    def fail_once(self: SqlShadows, shadows: Any) -> None:
        if shadows and next(calls) == 1:
            raise KeyboardInterrupt
        put(self, shadows)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SqlShadows, "put", fail_once)
        with pytest.raises(KeyboardInterrupt):
            world.receive(site)
    site.kill()
    line = world.lines["T2"]
    # A reply that ends in the middle of the second page is nothing at all.
    line.faults += [None, None, Fault(WhyNoReply.BROKEN, lost=True)]
    world.receive(site)
    world.receive(site)
    assert _missed(world, site) == set()
    assert all(_here(site, number) for number in range(2 * PAGE))


def test_truncated_replies_apply_no_partial_page(
    new_world: NewWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without rows and cursor in one transaction the rows of the broken save would be skipped for good."""
    _rows_and_cursor_together(new_world())
    keep = slices.SliceKeeper.keep

    def cursor_first(self: Any, name: str, rows: Any, cursor: Any) -> None:
        if cursor is not None:
            with self._store.write() as work:
                # So far ahead that the overlap does not hide it, as a longer pause would be.
                later = dt.datetime.fromisoformat(cursor.since) + dt.timedelta(hours=1)
                work.shadows.put_cursor(cursor._replace(since=later.isoformat(), is_first_done=True))
                work.commit()
        keep(self, name, rows, None)

    monkeypatch.setattr(slices.SliceKeeper, "keep", cursor_first)
    monkeypatch.setattr(receiving_run.ReadingPosition, "is_before", lambda *_: False)
    with pytest.raises(AssertionError):
        _rows_and_cursor_together(new_world())


def _restored_server_is_not_followed(world: World) -> None:
    """The server was put back: reading stops, says so, and nothing here goes away."""
    site = world.desk()
    _people(world, 2)
    backup = world.server.snapshot()
    world.receive(site)
    _people(world, 2, first=2)
    world.receive(site)
    world.server.restore(backup)
    world.clock.forward(minutes=1)
    found = world.receive(site)
    assert found.restored
    assert all(_here(site, number) for number in range(4))
    # Until a person has decided it stays so, whatever the server says meanwhile.
    _people(world, 1, first=9)
    again = world.receive(site)
    assert again.restored
    assert _here(site, 9) is None


def test_upstream_restored_from_backup(new_world: NewWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without asking for what was seen last, the desk would go on as if nothing had happened."""
    _restored_server_is_not_followed(new_world())
    monkeypatch.setattr(witness.Witness, "is_missing_in", lambda *_: False)
    with pytest.raises(AssertionError):
        _restored_server_is_not_followed(new_world())
