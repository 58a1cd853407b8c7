"""`clinic-desk practice-server` as a process of its own: serves, ends with its pipe, keeps what it has."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.practice_authority.beside import BesideAuthority, command_for
from clinic_desk.practice_authority.switches import SwitchClient, address_in, answering_in
from clinic_desk.services.sync.practice_switches import Push, Switch
from tests.authority.serving import serving_alone
from tests.authority.test_contract import person
from tests.commands.program import ROOT, Said, inside

MADE_ON = dt.date(2026, 11, 24)


def command(profile: Path) -> list[str]:
    return command_for(profile, people=20, made_on=MADE_ON, language="ru")


@contextmanager
def beside(profile: Path) -> Iterator[BesideAuthority]:
    authority = BesideAuthority(profile / "authority", lambda: command(profile))
    try:
        yield authority
    finally:
        authority.close()


def told(profile: Path, *words: str, language: str = "en") -> Said:
    return inside("--profile", str(profile), "--lang", language, "practice-server", *words)


def process_of(authority: BesideAuthority) -> int:
    assert authority._process is not None
    return authority._process.pid


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] == "Z")


def test_one_authority_through_its_life(tmp_path: Path) -> None:
    """One process for all of it, as a start costs a second."""
    profile = tmp_path / "practice"
    with beside(profile) as authority:
        address = authority.address()
        assert authority.address() == address
        assert address.base.startswith("http://127.0.0.1:")
        assert httpx.get(f"{address.base}/Patient?_summary=count").json()["total"] > 30
        folder = profile / "authority"
        assert address_in(folder) == address
        if os.name == "posix":
            assert (folder / "address.json").stat().st_mode & 0o077 == 0

        client = SwitchClient(authority.address)
        client.turn(Switch.OUTAGE, is_on=True)
        assert client.positions() == {Switch.OUTAGE}
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{address.base}/metadata")
        client.turn(Switch.OUTAGE, is_on=False)
        assert httpx.get(f"{address.base}/metadata").status_code == 200
        assert client.push(Push.DECIDE) == 0
        said = told(profile, "switch", "garbage", "on")
        assert said.code == 0, said
        assert client.positions() == {Switch.GARBAGE}
        said = inside(
            "--profile", str(profile), "--lang", "en", "practice-server", "switch", "garbage", "off"
        )
        wrong = inside("--profile", str(profile), "--lang", "en", "practice-server", "switch", "thunder")
        assert (said.code, wrong.code) == (0, 2)
        assert client.positions() == frozenset()

        second = subprocess.run(
            command(profile), capture_output=True, stdin=subprocess.DEVNULL, timeout=30, check=False
        )
        assert second.returncode == 2
        assert "другой учебный орган" in second.stderr.decode()

        with beside(profile) as other:
            # Somebody started one in that folder already: it is taken, and not ended.
            assert other.address() == address
        assert answering_in(folder) == address

        one = httpx.post(f"{address.base}/Patient", json=person()).json()
        # As when the machine is switched off: nothing is asked first.
        os.kill(process_of(authority), signal.SIGKILL)
        assert authority._process is not None
        authority._process.wait(10)
        assert answering_in(folder) is None
        again = authority.address()
        assert httpx.get(f"{again.base}/Patient/{one['id']}").json() == one
        pid = process_of(authority)
    assert not is_alive(pid)
    assert not (folder / "address.json").exists()
    with pytest.raises(ClinicDeskError, match=r"practice_server\.unreachable"):
        address_in(folder)


_PARENT = """
import sys, time
from tests.authority.test_command import beside, process_of
from pathlib import Path
with beside(Path(sys.argv[1])) as authority:
    authority.address()
    print(process_of(authority), flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(os.name != "posix", reason="a kill that cannot be caught is POSIX")
def test_authority_ends_with_a_killed_window(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(tmp_path / "practice")], stdout=subprocess.PIPE, cwd=ROOT
    )
    assert parent.stdout is not None
    with parent.stdout:
        pid = int(parent.stdout.readline())
    assert is_alive(pid)
    parent.kill()
    parent.wait(10)
    deadline = time.monotonic() + 10
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_alive(pid)


def test_what_cannot_be_started_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = BesideAuthority(tmp_path, lambda: [sys.executable, "-c", "print('no address')"])
    with pytest.raises(ClinicDeskError, match=r"practice_server\.not_started"):
        authority.address()
    assert authority.failed
    authority.close()
    monkeypatch.setattr("clinic_desk.practice_authority.beside.is_installed", lambda: False)
    lacking = BesideAuthority(tmp_path, lambda: command(tmp_path))
    with pytest.raises(ClinicDeskError, match=r"practice_server\.not_installed"):
        lacking.address()
    said = told(tmp_path / "p")
    assert said.code == 2
    assert "not installed" in said.err


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "clinic.example"])
def test_no_address_but_this_machine(tmp_path: Path, host: str) -> None:
    said = told(tmp_path / "p", "--host", host)
    assert said.code == 2
    assert "this machine only" in said.err
    assert not (tmp_path / "p" / "authority").exists()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_rules_are_told_in_each_language(tmp_path: Path, language: str) -> None:
    said = inside(
        "--profile", str(tmp_path / "p"), "--lang", language, "--json", "practice-server", "--rules"
    )
    rules = said.json["rules"]
    assert len(rules) > 15
    assert all(row["about"] and row["what"] for row in rules)


def test_authority_of_its_own_decides_by_hand(tmp_path: Path) -> None:
    with serving_alone(tmp_path, people=5) as running:
        assert running.tick() == 0
        assert httpx.get(f"{running.base}/Organization?_summary=count").json()["total"] == 60
