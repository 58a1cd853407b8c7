"""What stands in the place of an empty list has words and a sign in every state."""

import itertools

import pytest

from clinic_desk.services.sync.deciding.attention_rows import ItemFilter
from clinic_desk.services.sync.exchange.status import SyncState, SyncStatus
from clinic_desk.texts import Language, Texts
from clinic_desk.ui.kit.icons import pixmap
from clinic_desk.ui.sync.page_words import empty_words
from tests.services.desk import NOW


@pytest.mark.parametrize(("wanted", "state"), list(itertools.product(ItemFilter, SyncState)))
def test_every_empty_list_has_a_sign_that_is_there_and_a_tick_only_where_all_is_well(
    qapp: object, wanted: ItemFilter, state: SyncState
) -> None:
    sign, text = empty_words(wanted, SyncStatus(state, NOW), Texts(Language.RU))
    assert text
    assert not pixmap(sign, "text2", 40, 1.0).isNull()
    is_quiet = wanted is ItemFilter.ATTENTION and state not in (SyncState.RESTORED, SyncState.SIGN_IN_NEEDED)
    is_well = state is SyncState.ONLINE and wanted is not ItemFilter.ACCEPTED_TODAY
    assert (sign == "check-circle") is (is_well or is_quiet)
