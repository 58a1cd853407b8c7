"""The visible rules: a small table in the program's resources, whose words everybody can read."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, NamedTuple

from clinic_desk.resources import read_json
from clinic_desk.texts import Texts

REFERRAL: Final = "referral"
ATTACHMENT: Final = "attachment"
INSURANCE: Final = "insurance"
COMPLAINT: Final = "complaint"
PERSON: Final = "person"
ANSWERED: Final = "referral_answered"
KNOWN: Final = "insurance_known"


class Rule(NamedTuple):
    """One rule: the last digits it is for, and the steps it takes one after another."""

    name: str
    part: str
    digits: str
    steps: tuple[str, ...]
    ground: str = ""
    status: str = ""
    category: str = ""


class Terms(NamedTuple):
    """The numbers of the table: terms in working days, the first hour and the minutes of a visit."""

    appointment_working_days: int
    appointment_first_hour: int
    appointment_minutes: int
    attachment_working_days: int
    complaint_working_days: int
    refused_phone_end: str


@cache
def rules() -> tuple[Rule, ...]:
    """All of them in the table's order."""
    return tuple(
        Rule(
            row["rule"], row["part"], row["digits"], tuple(row["steps"]),
            row.get("ground", ""), row.get("status", ""), row.get("category", ""),
        )
        for row in _table()["rules"]
    )  # fmt: skip


@cache
def terms() -> Terms:
    """See `Terms`."""
    table = _table()
    return Terms(*(table[name] for name in Terms._fields))


def rule_named(name: str) -> Rule:
    """The rule of that name; LookupError when the table has none."""
    for rule in rules():
        if rule.name == name:
            return rule
    raise LookupError(name)


def rule_for(part: str, number: str) -> Rule:
    """The rule of a part for a number that ends so; a number without digits counts as 0."""
    digits = [character for character in number if character.isascii() and character.isdecimal()]
    last = digits[-1] if digits else "0"
    return next(rule for rule in rules() if rule.part == part and last in rule.digits)


def rule_lines(texts: Texts) -> list[tuple[str, str, str]]:
    """Each rule for a reader: whom it is about, the digits, and what will happen."""
    return [
        (
            texts.say(f"practice_server.part.{rule.part}"),
            ", ".join(rule.digits) if 0 < len(rule.digits) < 10 else "—",
            texts.say(f"practice_server.rule.{rule.name}", end=terms().refused_phone_end),
        )
        for rule in rules()
    ]


def _table() -> dict[str, Any]:
    table: dict[str, Any] = read_json("practice", "authority_rules.json")
    return table
