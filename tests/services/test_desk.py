"""Who acts at a desk, and what changed for whom."""

import datetime as dt
from dataclasses import replace

import pytest

from clinic_desk.domain.clinic import Desk
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.clock import FixedClock, SystemClock
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.desk_settings import DeskSettings
from clinic_desk.services.identity import new_id
from tests.assembled import assembled
from tests.services.desk import ACTOR, NOW, DeskOverStore


def _services(desk: DeskOverStore) -> DeskServices:
    return assembled(desk.store, desk.clock, is_practice=True)


def test_the_registrar_of_the_settings_acts(desk: DeskOverStore) -> None:
    settings = DeskSettings(desk=Desk("T2", "2", "Серікова Г."))
    desk.settings.change(settings, ACTOR)
    assert _services(desk).actor() == ACTOR
    other = replace(settings, desk=Desk("T2", "2", "Басқа"))
    assert _services(desk).actor(other).user == "Басқа"


@pytest.mark.parametrize("named", ["", "  "])
def test_until_somebody_is_named_the_account_of_the_system_acts(
    desk: DeskOverStore, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setenv("LOGNAME", "tirkeu-2")
    assert _services(desk).actor(DeskSettings(desk=Desk(registrar=named))).user == "tirkeu-2"


def test_an_account_without_a_name_is_still_somebody(
    desk: DeskOverStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody() -> str:
        raise KeyError

    monkeypatch.setattr("getpass.getuser", nobody)
    assert _services(desk).actor().user.strip()


def test_a_change_touches_its_kind_and_its_records() -> None:
    change = Change.of(Kind.REFERRAL, "r1")
    assert change.touches(Kind.REFERRAL)
    assert change.touches(Kind.REFERRAL, "r1")
    assert not change.touches(Kind.REFERRAL, "r2")
    assert not change.touches(Kind.PATIENT, "r1")
    assert Change.of(Kind.SETTINGS).touches(Kind.SETTINGS, "anything")


def test_the_clinic_s_day_is_not_the_day_of_greenwich() -> None:
    late = FixedClock(dt.datetime(2026, 11, 23, 19, 30, tzinfo=dt.UTC))
    assert late.today() == dt.date(2026, 11, 24)
    assert late.now().tzinfo is dt.UTC
    # Before March 2024 the zone was one hour further.
    assert FixedClock(dt.datetime(2024, 2, 1, 18, 30, tzinfo=dt.UTC)).today() == dt.date(2024, 2, 2)
    assert FixedClock(NOW).now() == NOW
    assert abs(SystemClock().now() - dt.datetime.now(dt.UTC)) < dt.timedelta(seconds=5)
    with pytest.raises(ValueError, match="offset"):
        FixedClock(dt.datetime(2026, 11, 23))


def test_identities_are_new_in_order_and_of_version_7() -> None:
    made = [new_id() for _ in range(5_000)]
    assert len(set(made)) == len(made)
    assert all(len(one) == 32 and one[12] == "7" and one[16] in "89ab" for one in made)
    assert [one[:12] for one in made] == sorted(one[:12] for one in made)
