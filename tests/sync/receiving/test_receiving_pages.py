"""Reading a list that changes while it is read: nothing is missed, nothing is taken twice."""

from dataclasses import replace
from typing import Any

import pytest

from clinic_desk.services.sync.down.paging import PAGE_COSTS
from clinic_desk.services.sync.down.receiving import Received
from clinic_desk.services.sync.down.receiving_run import ReceivingLimits
from clinic_desk.services.sync.upstream_port import NoReply, Reply, WhyNoReply
from tests.sync.receiving.receiving_desk import ReceivingDesk, Server, somebody
from tests.upstream.fake_upstream import OFFLINE, Fault


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of four rows, saved two at a time."""
    whole = ReceivingLimits.on

    def small(tables: Any, day: Any) -> ReceivingLimits:
        return replace(whole(tables, day), page_rows=4, slice_rows=2)

    monkeypatch.setattr(ReceivingLimits, "on", small)


def fill(server: Server, count: int, **more: Any) -> list[dict[str, Any]]:
    return [server.patient(somebody(number), **more) for number in range(count)]


def versions(desk: ReceivingDesk) -> dict[str, str]:
    with desk.store.read() as work:
        ids = [row["id"] for row in desk.server.store.all("Patient")]
        return dict(work.shadows.known_versions("Patient", ids))


def upstream_versions(server: Server) -> dict[str, str]:
    return {row["id"]: row["meta"]["versionId"] for row in server.store.all("Patient")}


def test_everybody_comes_and_the_next_run_brings_nothing(desk: ReceivingDesk, server: Server) -> None:
    fill(server, 11)
    first = desk.run()
    assert (first.pulled, first.conflicts, first.set_aside, first.restored) == (11, 0, (), False)
    assert versions(desk) == upstream_versions(server)
    assert desk.cursor().is_first_done
    assert desk.cursor().rows == 11
    assert desk.run().pulled == 0


def test_rows_edited_between_pages_are_not_missed(desk: ReceivingDesk, server: Server) -> None:
    rows = fill(server, 11)

    def edit_while_read(resource_type: str, query: Any, number: list[int] = [0]) -> Any:  # noqa: B006
        reply = whole(resource_type, query)
        if resource_type == "Patient" and number[0] < 3 and "_sort" in dict(query):
            server.change(rows[number[0]]["id"], phone=f"+770200000{number[0]:02d}")
            number[0] += 1
        return reply

    whole = server.search
    server.search = edit_while_read  # type: ignore[method-assign]
    desk.run()
    assert versions(desk) == upstream_versions(server)


@pytest.mark.parametrize("seconds", [0, 3600])
def test_one_moment_that_fills_many_pages_is_read_by_links(
    desk: ReceivingDesk, server: Server, seconds: int
) -> None:
    for number in range(11):
        server.store.put(server.patient(somebody(number)) | {"id": f"same{number}"})
        server.clock.forward(seconds=-1)
    server.later(seconds=seconds)
    desk.run()
    assert set(versions(desk)) == set(upstream_versions(server))


def test_a_row_of_a_linked_moment_that_moves_lets_no_other_slip(desk: ReceivingDesk, server: Server) -> None:
    for number in range(11):
        server.patient(somebody(number))
        server.clock.forward(seconds=-1)
    rows = server.store.all("Patient")
    whole, moved = server.next_page, []

    def move_one(link: str) -> Any:
        if not moved:
            # The list gets shorter before the place where the reading stands: one row slips over it.
            moved.append(server.later(seconds=1).change(rows[0]["id"], phone="+77020000001"))
        return whole(link)

    server.next_page = move_one  # type: ignore[method-assign]
    desk.run()
    assert moved
    assert versions(desk) == upstream_versions(server)


def test_what_was_stored_late_under_an_earlier_time_is_found(desk: ReceivingDesk, server: Server) -> None:
    fill(server, 3)
    desk.run()
    now = server.clock.moment
    server.clock.moment = now.replace(second=0) - (now - now)
    server.clock.forward(minutes=-4)
    late = server.patient(somebody(50))
    server.clock.moment = now
    server.later(minutes=3)
    assert desk.run().pulled == 1
    assert versions(desk)[late["id"]] == "1"


class _Killed(Exception):
    """The program ends here."""


@pytest.mark.parametrize("after", range(1, 6))
def test_a_kill_between_pages_goes_on_where_it_stood(desk: ReceivingDesk, server: Server, after: int) -> None:
    fill(server, 11)
    server.later(hours=1)
    keep, kept = desk.store.write, []

    def killed_after_some() -> Any:
        if len(kept) == after:
            raise _Killed
        kept.append(1)
        return keep()

    desk.store.write = killed_after_some
    with pytest.raises(_Killed):
        desk.run()
    desk.store.write = keep
    stood = desk.cursor()
    rows = stood.rows if stood else 0
    before = len(server.store.requests)
    assert desk.run().pulled == 11 - len([1 for v in [rows] for _ in range(v)])
    assert versions(desk) == upstream_versions(server)
    if rows > 1:
        asked = [path for _, path in server.store.requests[before:] if path.startswith("Patient?_last")]
        assert asked[0].startswith("Patient?_lastUpdated=ge2026")


def test_the_progress_of_a_first_reading_tells_rows_and_how_many_there_are(
    desk: ReceivingDesk, server: Server
) -> None:
    fill(server, 11)
    told: list[tuple[int, int | None]] = []
    desk.receiver().run(lambda done, of: told.append((done, of)), lambda: False)
    assert told[-1] == (11, 11)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_a_stop_ends_it_and_the_rest_comes_later(desk: ReceivingDesk, server: Server) -> None:
    fill(server, 11)
    told: list[int] = []
    got = desk.receiver().run(lambda done, _: told.append(done), lambda: bool(told))
    assert 0 < got.pulled < 11
    assert got.pulled + desk.run().pulled == 11


@pytest.mark.parametrize("fault", [OFFLINE, Fault(WhyNoReply.NOT_FHIR), Fault(WhyNoReply.TIMEOUT)])
def test_no_reply_ends_the_run_and_keeps_what_came(desk: ReceivingDesk, server: Server, fault: Fault) -> None:
    fill(server, 11)
    receiver = desk.receiver()
    receiver.able()
    calls = len(server.calls)
    server.faults.extend([None] * 12)
    server.faults.append(fault)
    got = receiver.run(lambda *_: None, lambda: False)
    assert len(server.calls) == calls + 13
    assert isinstance(got.no_reply, NoReply)
    assert 0 < got.pulled < 11
    rest = desk.run()
    assert rest.no_reply is None
    assert got.pulled + rest.pulled == 11


def test_a_busy_server_ends_the_run_with_its_answer(desk: ReceivingDesk, server: Server) -> None:
    fill(server, 3)
    desk.run()
    server.always = Fault(status=503, retry_after_s=7)
    got: Received = desk.run()
    assert got.bad_reply is not None
    assert (got.bad_reply.status, got.bad_reply.retry_after_s) == (503, 7)


def test_an_idle_desk_asks_one_question_and_writes_nothing(desk: ReceivingDesk, server: Server) -> None:
    fill(server, 3)
    receiver = desk.receiver()
    receiver.run(lambda *_: None, lambda: False)
    receiver.run(lambda *_: None, lambda: False)
    before = len(server.calls)
    write, written = desk.store.write, []
    desk.store.write = lambda: (written.append(1), write())[1]
    server.later(minutes=1)
    receiver.run(lambda *_: None, lambda: False, is_idle=True)
    assert server.calls[before:] == ["transaction"]
    assert not written


def test_a_server_without_batch_is_asked_in_turn(desk: ReceivingDesk, server: Server) -> None:
    fill(server, 3)
    receiver = desk.receiver(_NoBatch(server))
    receiver.run(lambda *_: None, lambda: False)
    receiver.run(lambda *_: None, lambda: False)
    server.later(hours=1)
    server.change(server.store.all("Patient")[0]["id"], phone="+77020000001")
    runs = 0
    while receiver.run(lambda *_: None, lambda: False, is_idle=True).pulled == 0:
        runs += 1
        assert runs < 12


class _NoBatch:
    """The server, but it takes no batch."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def __getattr__(self, name: str) -> Any:
        return getattr(self._server, name)

    def transaction(self, bundle: Any) -> Any:
        from clinic_desk.services.sync.upstream_port import Reply

        return Reply(405)


class _PartOfBatch(_NoBatch):
    """The server, but within a batch it knows nothing of histories."""

    def transaction(self, bundle: Any) -> Any:
        reply = self._server.transaction(bundle)
        for asked, entry in zip(bundle["entry"], reply.body["entry"], strict=True):
            if "_history" in asked["request"]["url"]:
                entry.clear()
                entry["response"] = {"status": "404"}
        return reply


def test_what_a_batch_does_not_answer_is_asked_for_by_itself(desk: ReceivingDesk, server: Server) -> None:
    fill(server, 3)
    desk.run()
    server.change(server.store.all("Patient")[0]["id"], phone="+77020000001")
    assert desk.run(_PartOfBatch(server)).pulled == 1


def test_a_type_the_server_names_and_does_not_give_is_no_silence(desk: ReceivingDesk, server: Server) -> None:
    fill(server, 3)
    server.faults.extend([None] * 12)
    server.faults.append(Fault(status=404))
    receiver = desk.receiver()
    receiver.able()
    got = receiver.run(lambda *_: None, lambda: False)
    assert got.bad_reply is not None
    assert not desk.cursor("Communication")


def test_a_server_that_was_just_filled_is_not_read_again_each_minute(
    desk: ReceivingDesk, server: Server
) -> None:
    fill(server, 60)
    receiver = desk.receiver()

    def run(*, is_idle: bool) -> Received:
        server.calls.clear()
        return receiver.run(lambda *_: None, lambda: False, is_idle=is_idle)

    run(is_idle=False)
    run(is_idle=True)
    server.later(minutes=1)
    run(is_idle=True)
    assert server.calls == ["transaction"]
    server.change(server.store.all("Patient")[0]["id"], phone="+77020000001")
    assert run(is_idle=True).pulled == 1
    # What is stored late under an earlier time, and what was deleted, comes with the next long look.
    now = server.clock.moment
    server.clock.forward(seconds=-50)
    late = server.patient(somebody(500))
    server.store.delete("Patient", server.store.all("Patient")[1]["id"])
    server.clock.moment = now
    for _ in range(12):
        server.later(minutes=1)
        run(is_idle=True)
    assert versions(desk)[late["id"]] == "1"
    assert len(desk.conflicts()) == 1


def test_histories_that_no_batch_gives_do_not_make_an_idle_desk_ask_much(
    desk: ReceivingDesk, server: Server
) -> None:
    fill(server, 3)
    receiver = desk.receiver(_PartOfBatch(server))
    for is_idle in (False, False, True):
        server.later(seconds=30)
        server.calls.clear()
        receiver.run(lambda *_: None, lambda: False, is_idle=is_idle)
    assert server.calls == ["transaction"]


@pytest.fixture
def short_runs(small_pages: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of two small pages."""
    small = ReceivingLimits.on
    monkeypatch.setattr(
        ReceivingLimits, "on", lambda tables, day: replace(small(tables, day), run_rows=2 * PAGE_COSTS)
    )


def _runs(desk: ReceivingDesk) -> int:
    """Runs until the first reading is done."""
    for number in range(1, 20):
        got = desk.run()
        assert (got.bad_reply, got.no_reply) == (None, None)
        if desk.cursor().is_first_done:
            return number
    raise AssertionError("no end")


def test_a_long_list_is_read_in_several_runs(desk: ReceivingDesk, server: Server, short_runs: None) -> None:
    fill(server, 23)
    server.later(hours=1)
    assert _runs(desk) > 2
    assert versions(desk) == upstream_versions(server)
    assert desk.run().pulled == 0


@pytest.mark.parametrize("rows", ["unreadable", "ever new", "unordered"])
def test_a_list_without_end_ends_the_run_and_is_told(
    desk: ReceivingDesk, server: Server, short_runs: None, monkeypatch: pytest.MonkeyPatch, rows: str
) -> None:
    whole, pages = server.search, 0

    def page(_: str = "") -> Reply:
        nonlocal pages
        pages += 1
        assert pages < 40, "read without end"
        moment = f"2026-11-20T08:{59 - pages if rows == 'unordered' else 0:02d}:00Z"
        meta = {} if rows == "unreadable" else {"versionId": "1", "lastUpdated": moment}
        row = {"resourceType": "Patient", "id": f"p{pages}", "meta": meta}
        links = [{"relation": "next", "url": f"Patient?page={pages}"}]
        return Reply(200, {"resourceType": "Bundle", "entry": [{"resource": row}], "link": links})

    def search(resource_type: str, query: Any) -> Reply:
        is_people = resource_type == "Patient" and "_summary" not in dict(query)
        return page() if is_people else whole(resource_type, query)

    monkeypatch.setattr(server, "search", search)
    monkeypatch.setattr(server, "next_page", page)
    ends = [desk.run().bad_reply for _ in range(3)]
    assert ends[-1] is not None
    assert not desk.cursor() or not desk.cursor().is_first_done


def test_a_sweep_that_did_not_see_all_counts_for_nothing(
    desk: ReceivingDesk, server: Server, short_runs: None
) -> None:
    server.store.offers_history = False
    fill(server, 23)
    server.later(hours=1)
    _runs(desk)
    for _ in range(3):
        server.later(days=8)
        assert desk.run().bad_reply is None
    with desk.store.read() as work:
        assert set(work.shadows.ids_after("Patient", "", 100).values()) == {0}
