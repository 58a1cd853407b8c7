"""A desk and a FHIR server in memory, for the tests of sending."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from clinic_desk.domain.ids import OpId, PatientId
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.sync.abilities import Abilities
from clinic_desk.domain.sync.ops import Op, OpKind, OpState
from clinic_desk.fhir.capability import abilities_of
from clinic_desk.services.duplicates import form_of
from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.services.sync.up.send_result import SendResult
from clinic_desk.services.sync.up.sending import Sender
from tests.services.attaching import Attaching
from tests.services.desk import ACTOR, DeskOverStore
from tests.upstream.fake_upstream import FakeUpstream
from tests.upstream.fhir_store import FhirStore


def never() -> bool:
    return False


@dataclass
class Exchange:
    """All use cases of one desk, its outbox, and the server it sends to."""

    at: Attaching
    upstream: FakeUpstream
    abilities: Abilities | None = None
    results: list[SendResult] = field(default_factory=list)

    @classmethod
    def over(cls, desk: DeskOverStore) -> "Exchange":
        server = FhirStore(now=desk.clock.now)
        upstream = FakeUpstream(server)
        return cls(Attaching.over(desk), upstream, abilities_of(server.capability_statement()))

    @property
    def desk(self) -> DeskOverStore:
        return self.at.desk

    @property
    def server(self) -> FhirStore:
        return self.upstream.store

    def sender(self) -> Sender:
        return Sender(self.desk.store, self.desk.clock, shipped_book(), self.upstream, self.abilities)

    def send(self, cancelled: Callable[[], bool] = never) -> SendResult:
        self.results.append(self.sender().run(cancelled))
        return self.results[-1]

    def drain(self, passes: int = 10) -> None:
        """Sends until nothing is pending, letting the waits go by."""
        for _ in range(passes):
            self.send()
            if not self.ops(OpState.PENDING, OpState.SENDING):
                return
            self.desk.clock.forward(minutes=6)
        raise AssertionError([(op.kind, op.answer) for op in self.ops(OpState.PENDING)])

    def ops(self, *states: OpState) -> list[Op]:
        with self.desk.store.read() as work:
            return work.outbox.in_states(list(states or OpState))

    def op(self, kind: OpKind) -> Op:
        """The last of its kind."""
        return [op for op in self.ops() if op.kind is kind][-1]

    def again(self, op: Op) -> Op:
        with self.desk.store.read() as work:
            known = work.outbox.get(OpId(op.op_id))
        assert known is not None
        return known

    def known(self, **changed: Any) -> Patient:
        """A person whom both sides know."""
        person = self.desk.person(**changed)
        self.drain()
        self.upstream.calls.clear()
        self.server.requests.clear()
        return person

    def change(self, patient_id: PatientId, **changed: Any) -> Patient:
        patient = self.at.patient(patient_id)
        return self.desk.patients.change(patient, replace(form_of(patient), **changed), ACTOR)[0]

    def there(self, resource_type: str = "Patient") -> dict[str, Any]:
        """The only one of its type."""
        (one,) = self.server.all(resource_type)
        return one

    def conflicts(self) -> list[Any]:
        with self.desk.store.read() as work:
            return work.conflicts.open()
