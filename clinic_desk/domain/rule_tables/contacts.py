"""The public channels of the Fund: numbers and addresses that papers and screens name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from clinic_desk.domain.insurance import Channel
from clinic_desk.domain.rule_tables.fields import Code, Link, Text
from clinic_desk.domain.rule_tables.schema import TableSchema

_CONTACTS: Final = (
    *("fund", "egov", "egov_mobile", "fund_site", "fund_site_former", "qoldau", "bot", "damumed"),
    *("kaspi", "halyk", "center_credit", "freedom", "bereke", "home_credit", "eurasian", "forte"),
)


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to the Fund.

    Attributes:
        channel: the `Channel` of an answer that came this way, "" when the answer cannot be told from others.
        name: as people call it, a name of its own in every language.
        phone: a number, or "" when it is none.
        former: the number or address people still remember.
        url: what a patient's own phone opens, "" when there is no address; see `url_in`.
    """

    code: str
    name: str
    channel: str = ""
    phone: str = ""
    former: str = ""
    url: str = ""

    def url_in(self, language: str) -> str:
        """The address whose page speaks `language` (kk, ru, en), where the channel has such pages."""
        return self.url.replace("{language}", language)


CONTACTS: Final = TableSchema(
    "contacts",
    Contact,
    {
        "code": Code(known=_CONTACTS, labels="rule_tables.contact"),
        "channel": Code(known=tuple(Channel), labels="labels.channel", optional=True),
        "name": Text(longest=40),
        "phone": Text(longest=20, optional=True),
        "former": Text(longest=40, optional=True),
        "url": Link(optional=True),
    },
    key=("code",),
    required=(("fund",),),
)
