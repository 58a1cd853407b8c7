"""`./test bench [--people N] [--only PART …] [--quick] [--keep DIR]`: every line of the issues on speed."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.measure import Report, note

_PARTS = (
    "search",
    "referral",
    "verdict",
    "slips",
    "imports",
    "districts",
    "checklist",
    "duplicates",
    "answers",
    "sync",
    "start",
)
_LARGE = 1_000_000
_SMALL = 100_000


def main() -> int:
    """Prints one JSON object a line; 1 when a line is over its limit."""
    parser = argparse.ArgumentParser(prog="./test bench", description=__doc__)
    parser.add_argument("--people", type=int, default=_LARGE)
    parser.add_argument("--only", nargs="+", choices=_PARTS, default=list(_PARTS))
    parser.add_argument("--keep", type=Path, help="keep the made stores here for the next run")
    parser.add_argument("--quick", action="store_true", help="a tenth of the exchange, for a look")
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="clinic-desk-bench-") as temporary:
        folder: Path = arguments.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        report = Report()
        _measure(report, folder, arguments.only, arguments.people, is_quick=arguments.quick)
    for name in report.over:
        note(f"over its limit: {name}")
    return 1 if report.over else 0


def _measure(report: Report, folder: Path, parts: list[str], people: int, *, is_quick: bool) -> None:
    if "slips" in parts:
        from tests.bench.slips import measure_slips

        measure_slips(report)
    if "start" in parts:
        from tests.bench.start import measure_memory, measure_start

        practice = folder / "practice"
        command = [sys.executable, "-m", "clinic_desk", "--profile", str(practice), "practice", "--no-window"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        measure_start(report, practice)
        measure_memory(report, practice, folder / "tour")
    if "referral" in parts:
        from tests.bench.referral import measure_referral

        measure_referral(report, folder)
    if "verdict" in parts:
        from tests.bench.verdict import measure_verdict

        measure_verdict(report)
    if "imports" in parts:
        from tests.bench.imports import measure_import

        measure_import(report, folder)
    if "districts" in parts:
        from tests.bench.districts import measure_districts

        measure_districts(report, folder)
    if "answers" in parts:
        from tests.bench.answers import measure_answers

        measure_answers(report, folder)
    if "checklist" in parts:
        from tests.bench.checklist import measure_checklist

        measure_checklist(report, folder)
    if "sync" in parts:
        from tests.bench.sync import measure_sync

        measure_sync(report, folder, is_quick=is_quick)
    if "duplicates" in parts:
        from tests.bench.duplicates import measure_duplicates
        from tests.bench.stores import filled

        large = filled(folder, people)
        measure_duplicates(report, large)
        large.close()
    if "search" in parts:
        from tests.bench.search import measure_search
        from tests.bench.stores import filled

        large, small = filled(folder, people), filled(folder, min(_SMALL, people))
        measure_search(report, large, small)
        large.close()
        small.close()


if __name__ == "__main__":
    sys.exit(main())
