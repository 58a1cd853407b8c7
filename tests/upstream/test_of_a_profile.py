"""What an open profile gives: its upstream, and the upstream as a channel for questions about insurance."""

import datetime as dt
from pathlib import Path

from clinic_desk.bootstrap import open_profile
from clinic_desk.domain.insurance import InsuranceStatus
from clinic_desk.profile.directory import ProfileChoice
from clinic_desk.profile.kind import ProfileKind
from clinic_desk.services.eligibility_port import EligibilityAnswer
from clinic_desk.services.sync.upstream_settings import AuthKind, UpstreamSettings
from tests.services.eligibility_suite import DAY, IIN
from tests.upstream.fhir_http import served
from tests.upstream.fhir_store import Answer, outcome
from tests.upstream.test_eligibility import Fund


def test_an_open_profile_connects_to_what_was_set(tmp_path: Path) -> None:
    profile = open_profile(
        ProfileChoice(tmp_path / "p", ProfileKind.PRACTICE), printer=None, state=tmp_path / "state"
    )
    try:
        assert (profile.upstream(), profile.eligibility()) == (None, None)
        with served() as server:
            server.guard = lambda headers: (
                None if headers.get("Authorization") == "Bearer right" else Answer(401, outcome("no"))
            )
            fund = Fund(server.store)
            said = EligibilityAnswer(InsuranceStatus.GRACE_3M, dt.datetime(2026, 11, 27, tzinfo=dt.UTC))
            fund.insure(IIN, said)
            settings = UpstreamSettings(server.store.base, AuthKind.BEARER)
            profile.upstream_settings.change(settings, "right", profile.desk.actor())
            upstream, channel = profile.upstream(), profile.eligibility()
            assert upstream is not None
            assert channel is not None
            assert upstream.capabilities().is_ok
            assert channel.ask(IIN, DAY) == said
            upstream.close()
            channel.close()
    finally:
        profile.close()
