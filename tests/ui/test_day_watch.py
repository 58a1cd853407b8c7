"""The day's own work is done at the start and once a new day has begun, in the lane that writes."""

import datetime as dt
from typing import Any

import pytest
from PySide6.QtCore import QObject

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.services.attachment_rows import Daily
from clinic_desk.services.changes import Change, Kind
from clinic_desk.ui.day_watch import DayWatch
from clinic_desk.ui.kit.change_notifier import ChangeNotifier
from clinic_desk.ui.kit.jobs import Jobs


class Answers:
    """Counts the days it is asked for; `fails` the next time when told so."""

    def __init__(self) -> None:
        self.asked = 0
        self.fails = False
        self.change = Change.of(Kind.ATTACHMENT)

    def daily(self, actor: object) -> tuple[Daily, Change]:
        self.asked += 1
        if self.fails:
            self.fails = False
            raise ClinicDeskError("store.disk_full")
        return Daily(), self.change


class Services:
    def __init__(self) -> None:
        self.attachment_answers = Answers()
        self.day = dt.date(2026, 11, 23)
        self.clock: Any = self

    def today(self) -> dt.date:
        return self.day

    def actor(self) -> str:
        return "x"


@pytest.fixture
def parts(qapp: object) -> tuple[DayWatch, Services, list[Change], QObject]:
    parent = QObject()
    notifier, services, told = ChangeNotifier(parent), Services(), []
    notifier.changed.connect(told.append)

    def crash(error: BaseException) -> None:
        raise error

    watch = DayWatch(services, Jobs(crash, inline=True, parent=parent), notifier, parent)  # type: ignore[arg-type]
    return watch, services, told, parent


def test_once_a_day(parts: tuple[DayWatch, Services, list[Change], QObject]) -> None:
    watch, services, told, _ = parts
    watch.begin()
    watch.look()
    assert (services.attachment_answers.asked, len(told)) == (1, 1)
    services.day += dt.timedelta(days=1)
    watch.look()
    watch.look()
    assert (services.attachment_answers.asked, len(told)) == (2, 2)


def test_nothing_is_told_of_a_day_that_brought_nothing(
    parts: tuple[DayWatch, Services, list[Change], QObject],
) -> None:
    watch, services, told, _ = parts
    services.attachment_answers.change = Change(frozenset())
    watch.begin()
    assert told == []


def test_what_failed_is_tried_again(parts: tuple[DayWatch, Services, list[Change], QObject]) -> None:
    watch, services, told, _ = parts
    services.attachment_answers.fails = True
    watch.begin()
    assert told == []
    watch.look()
    assert (services.attachment_answers.asked, len(told)) == (2, 1)
