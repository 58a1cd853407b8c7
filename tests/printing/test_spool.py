"""Printing for real: a private CUPS server, queues that stand still, are gone, or never answer."""

import os
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from clinic_desk.printing import spool
from clinic_desk.printing.helper_process import (
    Deadline,
    HelperMissing,
    HelperTimedOut,
    python_helper,
    run_helper,
)
from clinic_desk.printing.slip import render_slip, render_two_up
from clinic_desk.printing.spool import ListState, Printer, ProcessSlipPrinter, SpoolState, list_printers
from clinic_desk.texts import Language, Texts
from tests.printing.cups import CupsServer
from tests.printing.samples import NUMBER, SLIP, codes, pictures, words

pytestmark = pytest.mark.cups

PDF = render_slip(SLIP)
PRINTER = ProcessSlipPrinter()
SLACK_S = 2.5


@pytest.fixture
def silent_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A print server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        monkeypatch.setenv("CUPS_SERVER", address)
        yield address


@pytest.fixture
def no_cups(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without `lp`: Qt prints."""
    monkeypatch.setattr(spool, "_has_cups", lambda: False)


def children() -> set[str]:
    """The ids of the processes that this one started."""
    found = set()
    for task in Path("/proc/self/task").iterdir():
        found |= set((task / "children").read_text().split())
    return found


def test_the_page_arrives_as_it_is(cups: CupsServer) -> None:
    out = cups.add_queue("plain")
    outcome = PRINTER.print_pdf(PDF, "plain", title=NUMBER)
    assert outcome.state is SpoolState.ACCEPTED
    assert outcome.is_accepted
    assert outcome.job_id is not None
    assert outcome.job_id.startswith("plain-")
    printed = cups.wait_for(out)
    assert printed == PDF
    assert SLIP.patient.name in words(printed)


def test_title_copies_and_paper_reach_the_queue(cups: CupsServer) -> None:
    out = cups.add_queue("options")
    outcome = PRINTER.print_pdf(
        render_two_up([SLIP]), "options", copies=3, title=f"{NUMBER} ә;$(x)", paper="A4"
    )
    assert outcome.is_accepted
    cups.wait_for(out)
    title, copies, options = Path(f"{out}.job").read_text().splitlines()
    assert title == f"{NUMBER} x"
    assert copies == "3"
    assert "media=A4" in options.split()


def test_default_printer_is_used_when_none_is_chosen(cups: CupsServer) -> None:
    out = cups.add_queue("usual", is_default=True)
    for chosen in (None, ""):
        assert PRINTER.print_pdf(PDF, chosen, title=NUMBER).is_accepted
        assert cups.wait_for(out) == PDF
        out.unlink()


def test_printers_are_listed_with_default_and_stopped_ones(cups: CupsServer) -> None:
    cups.add_queue("b-usual", is_default=True)
    cups.add_queue("a-still")
    cups.run("cupsdisable", "a-still")
    known = list_printers()
    assert known.state is ListState.OK
    assert Printer("a-still", is_stopped=True) in known.printers
    assert Printer("b-usual", is_default=True) in known.printers
    assert list(known.printers) == sorted(known.printers, key=lambda printer: printer.name)


def test_a_paused_queue_gets_no_job(cups: CupsServer) -> None:
    out = cups.add_queue("paused")
    cups.run("cupsdisable", "paused")
    outcome = PRINTER.print_pdf(PDF, "paused", title=NUMBER)
    assert outcome.state is SpoolState.QUEUE_STOPPED
    assert not outcome.is_accepted
    assert not [job for job in cups.waiting_jobs() if job.startswith("paused-")]
    cups.run("cupsenable", "paused")
    assert PRINTER.print_pdf(PDF, "paused", title=NUMBER).is_accepted
    assert cups.wait_for(out) == PDF


def test_a_queue_that_stops_with_the_job_gives_it_back(
    cups: CupsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    cups.add_queue("stopping")
    real = spool.run_helper

    def stop_before_sending(command: list[str], *arguments: object, **options: object) -> object:
        if command[0] == "lp":
            cups.run("cupsdisable", "stopping")
        return real(command, *arguments, **options)

    monkeypatch.setattr(spool, "run_helper", stop_before_sending)
    outcome = PRINTER.print_pdf(PDF, "stopping", title=NUMBER)
    assert outcome.state is SpoolState.QUEUE_STOPPED
    assert outcome.job_id is not None
    assert outcome.job_id not in cups.waiting_jobs()


def test_a_queue_that_rejects_jobs_counts_as_stopped(cups: CupsServer) -> None:
    cups.add_queue("closed")
    cups.run("cupsreject", "closed")
    assert PRINTER.print_pdf(PDF, "closed", title=NUMBER).state is SpoolState.QUEUE_STOPPED


def test_an_absent_queue_is_no_printer(cups: CupsServer) -> None:
    for name in ("gone", "-h", "a b", "../x", "қазақ", "a\0b"):
        outcome = PRINTER.print_pdf(PDF, name, title=NUMBER)
        assert (outcome.state, outcome.job_id) == (SpoolState.NO_PRINTER, None), name
        assert outcome.detail_code == "printing.unknown_printer"


def test_no_print_server_is_no_printer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CUPS_SERVER", str(tmp_path / "nobody.sock"))
    for name in ("slips", None):
        outcome = PRINTER.print_pdf(PDF, name, title=NUMBER)
        assert outcome.state is SpoolState.NO_PRINTER, outcome
    known = list_printers()
    assert known.printers == ()


def test_a_server_that_never_answers_costs_the_deadline_and_no_more(silent_server: str) -> None:
    assert silent_server
    before = children()
    for name in ("slips", None):
        started = time.monotonic()
        outcome = PRINTER.print_pdf(PDF, name, title=NUMBER, deadline_s=1.0)
        assert time.monotonic() - started < 1.0 + SLACK_S
        assert outcome.state is SpoolState.TIMED_OUT
        assert outcome.n == 1
    started = time.monotonic()
    assert list_printers(1.0).state is ListState.TIMED_OUT
    assert time.monotonic() - started < 1.0 + SLACK_S
    assert children() <= before


def test_calls_from_several_threads_do_not_wait_for_each_other(silent_server: str) -> None:
    assert silent_server
    started = time.monotonic()
    with ThreadPoolExecutor(6) as pool:
        outcomes = list(
            pool.map(lambda n: PRINTER.print_pdf(PDF, f"q{n}", title=NUMBER, deadline_s=1.0), range(6))
        )
    assert time.monotonic() - started < 1.0 + SLACK_S
    assert {outcome.state for outcome in outcomes} == {SpoolState.TIMED_OUT}


@pytest.fixture
def watched_lp(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Stand-ins for `lp` and `lpstat` that note their arguments; the folder with the notes."""
    for name, answer in (("lp", "request id is slips-7 (1 file(s))"), ("lpstat", "printer slips is idle.")):
        program = tmp_path / name
        program.write_text(
            f'#!/bin/sh\nprintf "%s\\n" "$@" >> {tmp_path}/arguments\n'
            f'[ {name} = lp ] && cat > {tmp_path}/received\necho "{answer}"\nexit 0\n'
        )
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return tmp_path


def test_nothing_personal_is_in_arguments_or_files(
    watched_lp: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    written = tmp_path / "tmp"
    written.mkdir()
    monkeypatch.setenv("TMPDIR", str(written))
    assert PRINTER.print_pdf(PDF, "slips", title=NUMBER).job_id == "slips-7"
    arguments = (watched_lp / "arguments").read_text().splitlines()
    assert arguments[2:] == ["-d", "slips", "-n", "1", "-t", NUMBER, "-o", "media=A5", "-", "-p", "slips"]
    assert (watched_lp / "received").read_bytes() == PDF
    assert list(written.iterdir()) == []


@pytest.mark.parametrize(("copies", "paper"), [(0, "A5"), (-1, "A5"), (1, "A3"), (1, "")])
def test_impossible_orders_are_mistakes(copies: int, paper: str) -> None:
    with pytest.raises(ValueError, match="copies"):
        PRINTER.print_pdf(PDF, "slips", copies=copies, title=NUMBER, paper=paper)


@pytest.mark.usefixtures("no_cups")
class TestWithQt:
    def test_the_page_is_drawn_to_scale(self, cups: CupsServer) -> None:
        out = cups.add_queue("qt")
        assert PRINTER.print_pdf(PDF, "qt", title=NUMBER, deadline_s=60).state is SpoolState.ACCEPTED
        (picture,) = pictures(cups.wait_for(out), 200)
        assert codes(picture)["Code128"] == [NUMBER]
        assert (picture.width, picture.height) == (pytest.approx(1165, abs=6), pytest.approx(1654, abs=6))
        (original,) = pictures(PDF, 200)
        dark, expected = (
            image.point(lambda level: 255 if level < 128 else 0).getbbox() for image in (picture, original)
        )
        assert dark == pytest.approx(expected, abs=4)

    def test_two_on_a4_come_as_a_landscape_sheet(self, cups: CupsServer) -> None:
        out = cups.add_queue("qt-a4")
        pdf = render_two_up([SLIP, SLIP])
        assert PRINTER.print_pdf(pdf, "qt-a4", title=NUMBER, deadline_s=60, paper="A4").is_accepted
        (picture,) = pictures(cups.wait_for(out), 200)
        assert picture.width > picture.height
        assert codes(picture)["Code128"] == [NUMBER, NUMBER]

    def test_printers_are_listed(self, cups: CupsServer) -> None:
        cups.add_queue("qt-list")
        known = list_printers(60)
        assert known.state is ListState.OK
        assert "qt-list" in [printer.name for printer in known.printers]

    def test_an_absent_printer_is_no_printer(self, cups: CupsServer) -> None:
        assert cups
        outcome = PRINTER.print_pdf(PDF, "gone", title=NUMBER, deadline_s=60)
        assert outcome.state is SpoolState.NO_PRINTER
        assert outcome.detail_code == "printing.unknown_printer"

    def test_a_paused_printer_gets_no_job(self, cups: CupsServer) -> None:
        cups.add_queue("qt-paused")
        cups.run("cupsdisable", "qt-paused")
        outcome = PRINTER.print_pdf(PDF, "qt-paused", title=NUMBER, deadline_s=60)
        assert outcome.state is SpoolState.QUEUE_STOPPED

    def test_a_server_that_never_answers_costs_the_deadline_and_no_more(self, silent_server: str) -> None:
        assert silent_server
        started = time.monotonic()
        outcome = PRINTER.print_pdf(PDF, "slips", title=NUMBER, deadline_s=2.0)
        assert time.monotonic() - started < 2.0 + SLACK_S
        assert outcome.state is SpoolState.TIMED_OUT

    def test_a_broken_document_is_refused(self, cups: CupsServer) -> None:
        cups.add_queue("qt-broken")
        outcome = PRINTER.print_pdf(b"no PDF", "qt-broken", title=NUMBER, deadline_s=60)
        assert outcome.state is SpoolState.REFUSED
        assert outcome.detail_code == "printing.helper_failed"

    @pytest.mark.parametrize("answer", ["", "[]", "{", '{"printers": 1}', '{"state": "printed"}'])
    def test_a_helper_that_talks_nonsense_is_a_failure(
        self, answer: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        say = [sys.executable, "-c", f"print({answer!r})"]
        monkeypatch.setattr(spool, "python_helper", lambda module, verb: say)
        assert list_printers(20).state is ListState.FAILED
        assert PRINTER.print_pdf(PDF, "x", title=NUMBER, deadline_s=20).state is SpoolState.REFUSED


class TestHelperProcess:
    def test_everything_the_helper_started_is_ended(self, tmp_path: Path) -> None:
        note = tmp_path / "pid"
        script = f"sleep 600 & echo $! > {note}; sleep 600"
        started = time.monotonic()
        with pytest.raises(HelperTimedOut):
            run_helper(["sh", "-c", script], Deadline(0.5), data=b"x" * 1_000_000)
        assert time.monotonic() - started < 0.5 + SLACK_S
        grandchild = int(note.read_text())
        for _ in range(100):
            if not Path(f"/proc/{grandchild}").exists() or "Z" in state_of(grandchild):
                return
            time.sleep(0.02)
        pytest.fail("the helper's own child lives on")

    def test_a_child_that_keeps_the_pipes_does_not_hold_the_caller(self) -> None:
        started = time.monotonic()
        with pytest.raises(HelperTimedOut):
            run_helper(["sh", "-c", "sleep 600 & exit 0"], Deadline(0.5))
        assert time.monotonic() - started < 0.5 + SLACK_S

    def test_large_inputs_and_outputs_pass(self) -> None:
        data = os.urandom(3_000_000)
        assert run_helper(["cat"], Deadline(30), data=data).stdout == data

    def test_an_unread_input_is_no_error(self) -> None:
        assert run_helper(["true"], Deadline(30), data=b"x" * 1_000_000).returncode == 0

    def test_a_missing_program_is_told(self) -> None:
        with pytest.raises(HelperMissing):
            run_helper(["/nowhere/lp"], Deadline(5))

    def test_a_spent_deadline_starts_nothing(self, tmp_path: Path) -> None:
        with pytest.raises(HelperTimedOut):
            run_helper(["touch", str(tmp_path / "x")], Deadline(0))
        assert not (tmp_path / "x").exists()

    def test_no_thread_is_left(self) -> None:
        before = threading.active_count()
        run_helper(["true"], Deadline(30))
        assert threading.active_count() == before

    def test_the_helper_runs_from_source_and_frozen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        module = "clinic_desk.printing.qt_printer"
        assert python_helper(module, "list") == [sys.executable, "-m", module, "list"]
        done = subprocess.run(python_helper(module, "unknown"), capture_output=True, check=False, timeout=60)
        assert done.returncode == 2
        monkeypatch.setattr(sys, "frozen", True, raising=False)
        assert python_helper(module, "list") == [sys.executable, "--helper", module, "list"]


def state_of(process: int) -> str:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "Z"


@pytest.mark.parametrize("language", Language)
def test_every_outcome_has_a_sentence(language: Language) -> None:
    source = Path(spool.__file__).read_text("utf-8")
    texts = Texts(language)
    for state in SpoolState:
        assert texts.has(f"printing.{state}"), state
    for detail in ("no_spooler", "unknown_printer", "helper_failed", "no_printers"):
        assert f"printing.{detail}" in source
        assert texts.has(f"printing.{detail}")
    sentence = texts.say("printing.timed_out", n=15)
    assert "15" in sentence
    assert len(sentence) <= 240
