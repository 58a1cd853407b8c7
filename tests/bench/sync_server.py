"""The practice authority in a process of its own, so that a measurement shares no interpreter with it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clinic_desk.practice.population import people
from clinic_desk.practice.upstream_world import KnownPerson, UpstreamWorld
from clinic_desk.practice_authority.authority import Authority
from clinic_desk.practice_authority.seeding import seed
from clinic_desk.practice_authority.serving import Serving
from clinic_desk.practice_authority.settings import AuthoritySettings
from tests.bench.stores import MOMENT


@dataclass(frozen=True)
class _Crowd(UpstreamWorld):
    """The world without its showcase: everybody belongs to the clinic, nobody was ever asked about."""

    def people(self) -> Iterator[KnownPerson]:
        for row in people(self.count, today=self.today):
            yield KnownPerson(
                row.iin, row.surname, row.given_name, row.patronymic, row.sex, row.birth_date, row.phone,
                row.address, row.language, True, None,
            )  # fmt: skip


@contextmanager
def authority(folder: Path, count: int) -> Iterator[str]:
    """The address of an authority that knows `count` people of the clinic; `folder` keeps it."""
    command = [sys.executable, "-m", "tests.bench.sync_server", str(folder), str(count)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["base"]
    finally:
        process.communicate(timeout=30)


def _serve(folder: Path, count: int) -> None:
    made = Authority(AuthoritySettings(folder, delay_s=None))
    seed(made, _Crowd(MOMENT.date(), count))
    serving = Serving(made)

    def until_told() -> None:
        sys.stdin.read()
        serving.stop()

    threading.Thread(target=until_told, daemon=True).start()
    serving.run(lambda: print(json.dumps({"base": serving.base}), flush=True))


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), int(sys.argv[2]))
