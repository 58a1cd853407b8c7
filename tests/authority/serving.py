"""Starts the practice authority for tests: on a thread of this process, or as a process of its own.

with serving(tmp_path) as authority:
    httpx.get(f"{authority.base}/metadata")
    authority.switch("outage")
"""

from __future__ import annotations

import datetime as dt
import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from clinic_desk.practice.upstream_world import UpstreamWorld
from clinic_desk.practice_authority.authority import Authority
from clinic_desk.practice_authority.beside import BesideAuthority, command_for
from clinic_desk.practice_authority.seeding import seed
from clinic_desk.practice_authority.serving import Serving
from clinic_desk.practice_authority.settings import AuthoritySettings

MADE_ON = dt.date(2026, 11, 24)


class RunningAuthority:
    """What a test knows of a running authority."""

    def __init__(self, base: str, control: str, token: str, authority: Authority | None = None) -> None:
        self.base = base
        self.control = control
        self.token = token
        self.authority = authority

    def switch(self, name: str, on: bool = True, **more: Any) -> dict[str, Any]:
        """Turns a switch: outage, slow, lost_replies, throttled, failing, garbage, locked (`value`, `times`);
        or does at once: snapshot, restore, sign_out, change_mind."""
        return self._ask("/practice/switches", {"name": name, "on": on, **more})

    def state(self) -> dict[str, Any]:
        """The switches and some counts."""
        return self._ask("/practice/switches", None)

    def tick(self, steps: int = 1) -> int:
        """The next step of everything that waits for a decision; how many were taken."""
        return sum(self._ask("/practice/tick", {})["steps"] for _ in range(steps))

    def tick_all(self) -> int:
        """Steps until nothing waits for a decision."""
        taken = 0
        while made := self.tick():
            taken += made
        return taken

    def _ask(self, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        request = urllib.request.Request(
            self.control + path,
            None if body is None else json.dumps(body).encode(),
            {"authorization": f"Bearer {self.token}", "content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)


def filled(people: int, made_on: dt.date = MADE_ON) -> Callable[[Authority], None]:
    """For `prepare`: the people and suppliers of a practice clinic made on that day with so many people."""
    return lambda authority: seed(authority, UpstreamWorld(made_on, people)) and None


@contextmanager
def serving_alone(folder: Path, *, people: int, made_on: dt.date = MADE_ON) -> Iterator[RunningAuthority]:
    """An authority in a process of its own, which decides only on `tick`."""
    command = command_for(folder, people=people, made_on=made_on, language="kk")
    beside = BesideAuthority(folder / "authority", lambda: [*command, "--by-hand"])
    try:
        address = beside.address()
        yield RunningAuthority(address.base, address.control, address.token)
    finally:
        beside.close()


@contextmanager
def serving(
    folder: Path, *, prepare: Callable[[Authority], None] | None = None, **settings: Any
) -> Iterator[RunningAuthority]:
    """An authority on a thread of this process. By default it decides only on `tick`.

    `settings` are those of `AuthoritySettings`; `prepare` may write into it before it serves.
    """
    chosen = AuthoritySettings(folder, **{"delay_s": None, **settings})
    authority = Authority(chosen)
    if prepare is not None:
        prepare(authority)
    server = Serving(authority)
    ready = threading.Event()
    thread = threading.Thread(target=server.run, args=(ready.set,), daemon=True)
    thread.start()
    if not ready.wait(10):
        raise RuntimeError("the practice authority did not start")
    try:
        yield RunningAuthority(server.base, server.control, chosen.token, authority)
    finally:
        server.stop()
        thread.join(10)
