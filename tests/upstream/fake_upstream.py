"""The port over a server in memory, with faults that a test sets.

`FakeUpstream().store` is the server: what it holds, what was asked, what it refuses (`store.reject`), what
its people do behind our back (`store.put`, `store.delete`), its backup (`store.snapshot`, `store.restore`).
"""

from __future__ import annotations

import copy
import datetime as dt
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from clinic_desk.services.sync.upstream_port import NoReply, Query, Reply, Resource, WhyNoReply
from tests.upstream.fhir_store import Answer, FhirStore, outcome, utc_now


@dataclass(frozen=True)
class Fault:
    """What happens to one request.

    `status` answers with it and without effect; `lost` has its effect and loses the reply; `why` alone means
    that nothing came and nothing was done.
    """

    why: WhyNoReply = WhyNoReply.CONNECT
    status: int | None = None
    retry_after_s: float | None = None
    lost: bool = False


OFFLINE = Fault()
LOST_REPLY = Fault(WhyNoReply.BROKEN, lost=True)
NEVER_ARRIVED = Fault(WhyNoReply.BROKEN)


class FakeUpstream:
    """An `Upstream` whose server lies in memory.

    Attributes:
        faults: what happens to the next requests, one each; empty means none.
        always: what happens to every request while `faults` is empty, None for nothing.
        calls: the names of the port's methods that were called, in order.
        skew: how far the server's clock is ahead of the store's.
    """

    def __init__(
        self, store: FhirStore | None = None, *, now: Callable[[], dt.datetime] | None = None
    ) -> None:
        self.store = store or FhirStore(now=now or utc_now)
        self.faults: deque[Fault | None] = deque()
        self.always: Fault | None = None
        self.calls: list[str] = []
        self.skew = dt.timedelta()
        self.is_closed = False
        self._lock = threading.Lock()

    def capabilities(self) -> Reply:
        return self._ask("capabilities", "GET", "metadata")

    def create(self, resource: Resource, if_none_exist: str = "") -> Reply:
        headers = {"If-None-Exist": if_none_exist} if if_none_exist else {}
        return self._ask("create", "POST", resource["resourceType"], headers=headers, body=resource)

    def update(self, resource: Resource, version: str) -> Reply:
        path = f"{resource['resourceType']}/{resource['id']}"
        return self._ask("update", "PUT", path, headers={"If-Match": f'W/"{version}"'}, body=resource)

    def read(self, resource_type: str, resource_id: str) -> Reply:
        return self._ask("read", "GET", f"{resource_type}/{resource_id}")

    def versions(self, resource_type: str, resource_id: str) -> Reply:
        return self._ask("versions", "GET", f"{resource_type}/{resource_id}/_history")

    def search(self, resource_type: str, query: Query) -> Reply:
        return self._ask("search", "GET", resource_type, query)

    def history(self, resource_type: str, query: Query) -> Reply:
        return self._ask("history", "GET", f"{resource_type}/_history", query)

    def next_page(self, link: str) -> Reply:
        if link.startswith(("http:", "https:", "//")) and not link.startswith(f"{self.store.base}/"):
            raise NoReply(WhyNoReply.REDIRECT, is_untouched=True)
        parts = urlsplit(link.removeprefix(f"{self.store.base}/"))
        query = parse_qsl(parts.query, keep_blank_values=True)
        return self._ask("next_page", "GET", parts.path, query)

    def transaction(self, bundle: Resource) -> Reply:
        return self._ask("transaction", "POST", "", body=bundle)

    def operation(self, resource_type: str, name: str, resource: Resource) -> Reply:
        return self._ask("operation", "POST", f"{resource_type}/${name}", body=resource)

    def close(self) -> None:
        self.is_closed = True

    def _ask(
        self,
        call: str,
        method: str,
        path: str,
        query: Query = (),
        headers: dict[str, str] | None = None,
        body: Any = None,
    ) -> Reply:
        with self._lock:
            if self.is_closed:
                raise NoReply(WhyNoReply.BROKEN, is_untouched=True)
            self.calls.append(call)
            fault = self.faults.popleft() if self.faults else self.always
            if fault is not None and fault.status is not None:
                answer = Answer(fault.status, outcome(f"fault {fault.status}"))
                return self._reply(answer, fault.retry_after_s)
            if fault is not None and not fault.lost:
                raise NoReply(fault.why, is_untouched=fault.why is WhyNoReply.CONNECT)
            sent = copy.deepcopy(dict(body)) if body is not None else None
            answer = self.store.handle(method, path, query, headers or {}, sent)
            if fault is not None:
                raise NoReply(fault.why)
            return self._reply(answer)

    def _reply(self, answer: Answer, retry_after_s: float | None = None) -> Reply:
        body = answer.body
        version = answer.headers.get("ETag", "").removeprefix("W/").strip('"')
        version = version or (body or {}).get("meta", {}).get("versionId", "")
        location = answer.headers.get("Location", "").removeprefix(f"{self.store.base}/")
        return Reply(
            answer.status,
            copy.deepcopy(body),
            version,
            location.partition("/_history")[0],
            (self.store.now() + self.skew).replace(microsecond=0),
            retry_after_s,
        )
