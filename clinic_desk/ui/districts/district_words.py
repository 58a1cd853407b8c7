"""Districts, houses, ages and loads in words of the window's language."""

from __future__ import annotations

from collections.abc import Sequence

from clinic_desk.domain.clinic import District, Doctor
from clinic_desk.domain.districts import AgeGroup, DistrictLoad, Selection
from clinic_desk.domain.street_parts import Houses
from clinic_desk.domain.streets import StreetSide
from clinic_desk.sentences import source_words
from clinic_desk.services.district_norms import Norm
from clinic_desk.services.district_rows import DistrictOverview, DistrictStreets
from clinic_desk.ui.kit import Load, UiText


def district_words(words: UiText, district: District) -> str:
    """Number and kind: «№ 7 ЖПД»."""
    return words.say(f"labels.district.{district.kind}", number=district.number)


def doctor_words(words: UiText, doctor: Doctor | None) -> str:
    """The doctor's short name, or that there is none."""
    return doctor.name.short if doctor else words.say("districts.no_doctor")


def load_of(words: UiText, people: int, norm: Norm) -> Load:
    """The bar of a load with both numbers; the people alone where no norm is set."""
    number = words.texts.number
    if norm.people is None:
        return Load(people, None, number(people))
    text = words.say("districts.load", people=number(people), norm=number(norm.people))
    return Load(people, norm.people, text)


def load_sentence(words: UiText, people: int, norm: Norm) -> str:
    """What a screen reader says of a load."""
    number = words.texts.number
    if norm.people is None:
        return number(people)
    said = words.say("districts.load_sentence", people=number(people), norm=number(norm.people))
    over = over_words(words, people, norm)
    return f"{said}. {over}" if over else said


def over_words(words: UiText, people: int, norm: Norm) -> str:
    """By how many people the norm is passed, "" if it is not."""
    over = norm.over(people)
    return words.say("districts.over", n=over) if over else ""


def ages_words(words: UiText, load: DistrictLoad) -> str:
    """How many children and adults: «балалар 403, ересектер 959»."""
    number = words.texts.number
    return words.say("districts.ages_sentence", children=number(load.children), adults=number(load.adults))


def houses_words(words: UiText, houses: Houses) -> str:
    """The houses of a part: «барлығы», «тақ 1–25», «26+»."""
    side = words.say(f"districts.houses.{houses.side}")
    low, high = houses.house_from, houses.house_to
    if low is None and high is None:
        return side
    if high is None:
        span = words.say("districts.houses.from", **{"from": low})
    elif (low or 1) == high:
        span = str(high)
    else:
        span = words.say("districts.houses.range", **{"from": low or 1, "to": high})
    if houses.side is StreetSide.ALL:
        return span
    return words.say("districts.houses.side_range", side=side, range=span)


def group_words(words: UiText, ages: AgeGroup) -> str:
    """The ages of a group: «0–17 жас»."""
    if ages.years_to is None:
        return words.say("districts.ages.from", **{"from": ages.years_from})
    return words.say("districts.ages.range", **{"from": ages.years_from, "to": ages.years_to})


def selection_words(words: UiText, selection: Selection, streets: Sequence[str]) -> str:
    """What a move was about: the streets with their houses, the ages."""
    parts = []
    if selection.street is not None:
        names = ", ".join(streets)
        houses = selection.street.houses
        parts.append(names if houses.is_whole else f"{names}: {houses_words(words, houses)}")
    if selection.ages is not None:
        parts.append(group_words(words, selection.ages))
    return " · ".join(parts)


def total_words(words: UiText, overview: DistrictOverview) -> str:
    """All attached people of the clinic, and as of when."""
    number = words.texts.number
    total = words.say(
        "districts.total",
        n=overview.total.people,
        children=number(overview.total.children),
        adults=number(overview.total.adults),
    )
    return f"{total} · {words.say('districts.as_of', day=overview.day)}"


def norm_words(words: UiText, norm: Norm) -> str:
    """Where a norm comes from, "" where there is none."""
    if norm.people is None:
        return ""
    if norm.is_uncertain:
        return words.say("districts.norm_uncertain")
    return words.say("districts.norm_source", source=source_words(words.texts, norm.source))


def remarks_words(words: UiText, streets: DistrictStreets) -> list[str]:
    """How many people live outside the listed streets, or nobody can tell where."""
    remarks = []
    if streets.elsewhere:
        remarks.append(words.say("districts.streets.elsewhere", n=streets.elsewhere))
    if streets.unknown:
        remarks.append(words.say("districts.streets.unknown", n=streets.unknown))
    return remarks
