"""Halves of a round that do as a test says, over the real connection of the round."""

import datetime as dt
from collections.abc import Callable

from clinic_desk.domain.clinic import Desk
from clinic_desk.domain.ids import OpId
from clinic_desk.domain.sync.ops import Op, OpKind
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.ports import CancelCheck, Progress
from clinic_desk.services.sync.exchange.round_values import Received
from clinic_desk.services.sync.up.send_result import SendResult
from clinic_desk.services.sync.upstream_port import Resource, Upstream
from clinic_desk.storage.database import SqlStore

NOW = dt.datetime(2026, 11, 23, 4, 41, tzinfo=dt.UTC)


ACTOR = Actor("Ким В.", Desk("D2", "2", "Ким В."))


class ScriptedHalves:
    """Asks one small question in each half, then answers what the test has put there."""

    def __init__(self) -> None:
        self.upstream: Upstream | None = None
        self.sent = SendResult()
        self.got = Received()
        self.heard: list[str] = []
        self.idle: list[bool] = []
        self.on_send: Callable[[], object] = lambda: None
        self.on_receive: Callable[[Progress, CancelCheck], object] = lambda progress, cancelled: None
        self.is_silent = False
        self.renewed: Change | None = Change.of(Kind.SYNC)

    def join(self, upstream: Upstream, _statement: Resource) -> "ScriptedHalves":
        self.upstream = upstream
        self.heard.append("join")
        return self

    def send(self, cancelled: CancelCheck) -> SendResult:
        self.heard.append("send")
        self.on_send()
        return self.sent

    def receive(self, progress: Progress, cancelled: CancelCheck, *, is_idle: bool) -> Received:
        self.heard.append("receive")
        self.idle.append(is_idle)
        self.on_receive(progress, cancelled)
        if not self.is_silent and self.upstream is not None:
            self.upstream.search("Task", [("_count", "1")])
        return self.got

    def renew(self, actor: Actor, progress: Progress, cancelled: CancelCheck) -> Change | None:
        self.heard.append(f"renew {actor.user}")
        return self.renewed


def put_op(store: SqlStore, number: int, *, actor: str = "Сәбитова Г.") -> Op:
    """One operation more waits in the store."""
    key = OpId(f"{number:032x}")
    with store.write() as work:
        op = work.outbox.add(
            Op(0, key, key, OpKind.PATIENT_CHANGE, f"{number:032x}", f"{number:032x}", actor, "D2", NOW)
        )
        work.commit()
    return op
