"""What waits goes up: beside raw httpx against the same server, and with ten times as much waiting."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from clinic_desk.fhir.bundles import Entry, transaction
from clinic_desk.fhir.systems import key_of, systems
from clinic_desk.services.clock import FixedClock
from clinic_desk.services.desk_settings import clinic_of
from clinic_desk.services.identity import new_id
from clinic_desk.services.sync.ports import Shadow
from clinic_desk.services.sync.up.preparing import Preparing
from clinic_desk.services.sync.up.sending import Sender
from clinic_desk.services.sync.upstream_port import Reply, Resource
from tests.bench.measure import Report, note
from tests.bench.stores import MOMENT
from tests.bench.sync_desk import RULES, LinkedDesk, empty_desk, never, put_changes
from tests.bench.window_pulse import WindowPulse

_TURNS = 5


def measure_single(report: Report, desk: LinkedDesk, base: str, count: int, pulse: WindowPulse) -> None:
    """Changes of people, each a PUT of the version known; the raw side sends ready bodies, reads replies."""
    note("single requests: outbox to upstream")
    people = desk.shadows("Patient", 2 * count)
    mine, others = people[:count], people[count : 2 * count]
    with httpx.Client(base_url=base) as raw:

        def ours(turn: int) -> None:
            desk.change_phones(_slice(mine, turn), turn * 1000)

        def theirs(turn: int) -> None:
            for one in _slice(others, turn):
                body = {
                    **one.body,
                    "telecom": [{"system": "phone", "value": f"+7701{turn:07d}", "use": "mobile"}],
                }
                headers = {"If-Match": f'W/"{one.version}"', "Prefer": "return=representation"}
                reply = raw.put(f"/Patient/{one.resource_id}", json=body, headers=headers)
                assert reply.status_code == 200, reply.text
                assert reply.json()["id"] == one.resource_id, reply.text

        _compare(report, "sync_single_requests", desk, ours, theirs, limit=0.5, pulse=pulse)


def measure_bundles(report: Report, desk: LinkedDesk, base: str, count: int, pulse: WindowPulse) -> None:
    """Referrals, each two resources that land together; the raw side sends ready bundles of the same two."""
    note("referral bundles: outbox to upstream")
    people = iter(desk.shadows("Patient", 100 * count))
    ready: list[list[bytes]] = []
    with httpx.Client(base_url=base) as raw:

        def ours(turn: int) -> None:
            desk.refer(people, count // _TURNS)
            ready.append(_alike(desk))

        def theirs(turn: int) -> None:
            for content in ready[turn]:
                headers = {"Content-Type": "application/fhir+json", "Prefer": "return=representation"}
                reply = raw.post(base, content=content, headers=headers)
                assert reply.status_code == 200 and len(reply.json()["entry"]) == 2, reply.text

        _compare(report, "sync_referral_bundles", desk, ours, theirs, limit=0.25, pulse=pulse)


def _alike(desk: LinkedDesk) -> list[bytes]:
    """The bundles that wait, ready to be sent under keys of their own."""
    made = []
    with desk.store.read() as work:
        preparing = Preparing(work, desk.abilities, clinic_of(work), MOMENT, MOMENT - MOMENT)
        for op in work.outbox.waiting(0, 100_000):
            job: Any = preparing.job(op)
            key = new_id()
            names = {"ServiceRequest": systems().referral, "Task": systems().task}
            entries = []
            for entry in job.bundle["entry"]:
                kind = entry["resource"]["resourceType"]
                resource = {**entry["resource"], "identifier": [{"system": names[kind], "value": key}]}
                entries.append(Entry(resource, entry.get("fullUrl", ""), key_of(names[kind], key)))
            made.append(json.dumps(transaction(entries), ensure_ascii=False).encode())
    return made


def _slice(people: Sequence[Shadow], turn: int) -> Sequence[Shadow]:
    size = len(people) // _TURNS
    return people[turn * size : (turn + 1) * size]


def _compare(
    report: Report,
    name: str,
    desk: LinkedDesk,
    ours: Callable[[int], None],
    theirs: Callable[[int], None],
    *,
    limit: float,
    pulse: WindowPulse,
) -> None:
    """Turn by turn, so that a busy machine hurts both; what is prepared is not timed, what is settled is."""
    mine = raw = 0.0
    sent = 0
    for turn in range(_TURNS):
        ours(turn)
        start = time.perf_counter()
        result = pulse.during(lambda: desk.sender().run(never))
        mine += time.perf_counter() - start
        assert result.accepted == result.sent > 0, result
        sent += result.accepted
        start = time.perf_counter()
        theirs(turn)
        raw += time.perf_counter() - start
    report.at_least(
        name,
        raw / mine,
        limit=limit,
        n=sent,
        per_second=round(sent / mine, 1),
        raw_per_second=round(sent / raw, 1),
    )


class _AtOnce:
    """An upstream that takes every change at once: what is left is the desk's own work."""

    def __init__(self) -> None:
        self._version = itertools.count(2)

    def update(self, resource: Resource, version: str) -> Reply:
        number = str(next(self._version))
        meta = {**resource["meta"], "versionId": number}
        return Reply(200, {**resource, "meta": meta}, number)

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"asked for {name}")


def measure_growth(report: Report, folder: Path, body: Mapping[str, Any], large: int) -> None:
    """An operation's time with a tenth and with all of them waiting, each drained to its end."""
    note(f"growth from {large // 10:,} to {large:,} waiting operations")
    times = []
    for waiting in (large // 10, large):
        with empty_desk(folder, f"waiting-{waiting}") as desk:
            people = [
                Shadow("Patient", f"p{n}", "1", "2026-11-23T05:00:00Z", {**body, "id": f"p{n}"}, f"{n:032x}")
                for n in range(waiting)
            ]
            with desk.store.write() as work:
                work.shadows.put(people)
                work.commit()
            put_changes(desk.store, people, 0)
            upstream: Any = _AtOnce()
            start = time.perf_counter()
            result = Sender(desk.store, FixedClock(MOMENT), RULES, upstream).run(never)
            times.append((time.perf_counter() - start) / waiting)
            assert result.accepted == waiting, result
            with desk.store.read() as work:
                assert work.outbox.counts().waiting == 0
    growth = times[1] / times[0]
    report.say(
        "sync_growth_of_waiting",
        n=large,
        p50_ms=round(times[1] * 1000, 3),
        p95_ms=None,
        baseline_p95_ms=round(times[0] * 1000, 3),
        ratio=round(growth, 3),
        limit=1.5,
        ok=growth <= 1.5,
    )
