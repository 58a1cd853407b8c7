"""The authority's file keeps what it was given, whole transactions only, in the order of its own time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.practice_authority.authority import Authority
from clinic_desk.practice_authority.moments import instant_text, span_of
from clinic_desk.practice_authority.settings import AuthoritySettings
from clinic_desk.practice_authority.store import ResourceStore
from tests.authority.serving import serving
from tests.authority.test_contract import made, put
from tests.authority.test_decisions import new_referral
from tests.commands.program import ROOT

_WRITER = """
import sys
from pathlib import Path
from clinic_desk.practice_authority.authority import Authority
from clinic_desk.practice_authority.settings import AuthoritySettings

authority = Authority(AuthoritySettings(Path(sys.argv[1])))
# A page is written out of the cache long before the end, as in a large bundle.
authority.store.connection.execute("PRAGMA cache_size=5")
entries = [
    {
        "resource": {"resourceType": "Patient", "name": [{"family": "Үлгі" * 50}]},
        "request": {"method": "POST", "url": "Patient"},
    }
    for _ in range(300)
]
done = []
put = authority.store.put

def counted(*arguments, **named):
    made = put(*arguments, **named)
    done.append(made)
    if len(done) == int(sys.argv[2]):
        print("now", flush=True)
        sys.stdin.read()
    return made

authority.store.put = counted
authority.bundles.carry_out({"resourceType": "Bundle", "type": "transaction", "entry": entries})
print("now", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(os.name != "posix", reason="a kill that cannot be caught is POSIX")
@pytest.mark.parametrize(
    ("stopped_at", "kept"), [(290, 0), (1000, 300)], ids=["in the middle", "behind the end"]
)
def test_killed_writer_leaves_all_of_a_transaction_or_nothing(
    tmp_path: Path, stopped_at: int, kept: int
) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(tmp_path), str(stopped_at)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    assert writer.stdin is not None
    assert writer.stdout is not None
    with writer.stdin, writer.stdout:
        assert writer.stdout.readline() == b"now\n"
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait(10)
    authority = Authority(AuthoritySettings(tmp_path))
    try:
        assert authority.store.count("c.type = ?", ["Patient"]) == kept
        assert authority.store.last_seq() == kept
    finally:
        authority.close()


def test_restart_keeps_everything(tmp_path: Path) -> None:
    with serving(tmp_path) as first, httpx.Client(base_url=first.base) as http:
        one, gone = made(http), made(http)
        one = put(http, {**one, "gender": "male"}, "1").json()
        http.delete(f"/Patient/{gone['id']}")
        task = new_referral(http, "1")
        first.tick()
    with serving(tmp_path) as second, httpx.Client(base_url=second.base) as http:
        assert http.get(f"/Patient/{one['id']}").json() == one
        assert http.get(f"/Patient/{one['id']}/_history").json()["total"] == 2
        assert http.get(f"/Patient/{gone['id']}").status_code == 410
        value = one["identifier"][0]["value"]
        assert http.get("/Patient", params={"identifier": value}).json()["total"] == 1
        # What was being decided goes on.
        assert second.tick() == 1
        assert http.get(f"/Task/{task['id']}").json()["status"] == "in-progress"
        newer = made(http)
        assert newer["id"] not in (one["id"], gone["id"])
        assert newer["meta"]["lastUpdated"] > one["meta"]["lastUpdated"]


def test_second_authority_on_one_folder_is_refused(tmp_path: Path) -> None:
    first = Authority(AuthoritySettings(tmp_path))
    try:
        with pytest.raises(ClinicDeskError, match=r"practice_server\.in_use"):
            Authority(AuthoritySettings(tmp_path))
    finally:
        first.close()
    Authority(AuthoritySettings(tmp_path)).close()


def test_folder_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ClinicDeskError, match=r"practice_server\.folder"):
        Authority(AuthoritySettings(tmp_path / "file"))
    (tmp_path / "authority.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(ClinicDeskError, match=r"practice_server\.folder"):
        Authority(AuthoritySettings(tmp_path))


def test_time_grows_though_the_clock_stands_or_runs_back(tmp_path: Path) -> None:
    clock = [1_800_000_000_000_000]
    times = []
    for step in (0, 0, -5_000_000, 10, -7):
        clock[0] += step
        store = ResourceStore(tmp_path / "a.db", lambda: clock[0])
        with store.writing():
            times += [store.put({"resourceType": "Patient"}).updated for _ in range(3)]
        store.close()
    assert times == sorted(set(times))
    assert instant_text(times[0]) == "2027-01-15T08:00:00.000000Z"


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2026", "2026-01-01T00:00:00.000000Z", "2027-01-01T00:00:00.000000Z"),
        ("2026-12", "2026-12-01T00:00:00.000000Z", "2027-01-01T00:00:00.000000Z"),
        ("2026-02-28", "2026-02-28T00:00:00.000000Z", "2026-03-01T00:00:00.000000Z"),
        ("2026-02-28T10:20Z", "2026-02-28T10:20:00.000000Z", "2026-02-28T10:21:00.000000Z"),
        ("2026-02-28T10:20:30+05:00", "2026-02-28T05:20:30.000000Z", "2026-02-28T05:20:31.000000Z"),
        ("2026-02-28T10:20:30.5-01:30", "2026-02-28T11:50:30.500000Z", "2026-02-28T11:50:30.600000Z"),
        ("2026-02-28T10:20:30.123456Z", "2026-02-28T10:20:30.123456Z", "2026-02-28T10:20:30.123457Z"),
    ],
)
def test_a_date_is_a_span(text: str, first: str, after: str) -> None:
    assert tuple(map(instant_text, span_of(text))) == (first, after)


@pytest.mark.parametrize("text", ["", "now", "2026-13", "2026-02-30", "26-01-01", "2026-01-01T25:00:00Z"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        span_of(text)
