"""Streets and houses of districts (учаске / участок)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clinic_desk.domain.address import SplitAddress
from clinic_desk.domain.ids import DistrictId, StreetId


class StreetSide(StrEnum):
    """Which houses of the street belong to the district."""

    ALL = "all"
    ODD = "odd"
    EVEN = "even"


@dataclass(frozen=True, slots=True)
class Street:
    """A street, or a part of it, that a district answers for.

    `key` is `address.street_key` of `name`. Houses from `house_from` to `house_to`, both inclusive;
    None leaves that end open.
    """

    id: StreetId
    name: str
    key: str
    district_id: DistrictId
    side: StreetSide = StreetSide.ALL
    house_from: int | None = None
    house_to: int | None = None

    def holds(self, address: SplitAddress) -> bool:
        """True when the address lies on this part; without a house only a whole street holds it."""
        if address.street_key != self.key:
            return False
        if address.house is None:
            return self.side is StreetSide.ALL and self.house_from is None and self.house_to is None
        if self.side is not StreetSide.ALL and (address.house % 2 == 1) is not (self.side is StreetSide.ODD):
            return False
        low, high = self.house_from or 0, self.house_to
        return low <= address.house and (high is None or address.house <= high)
