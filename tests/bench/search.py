"""Searches at a million people, beside raw queries on the same encrypted file."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from clinic_desk.domain.folding import fold
from clinic_desk.practice.noise import one_edit_typo
from clinic_desk.practice.population import PersonRow, people
from clinic_desk.storage.search import SqlPatientSearch
from tests.bench.measure import Report, alternate, milliseconds, note, percentile
from tests.bench.stores import MOMENT, Filled

_QUERIES = 200
_MOST = 50
_SHOWN = "id, surname, given_name, patronymic, birth_date, iin, attachment_state, insurance_status"
_KEY_PRESS_MS = 16.0
_GROWTH = 3.0


def measure_search(report: Report, large: Filled, small: Filled, sample: int = 4_000) -> None:
    """Every kind of search at the large size, and how two of them grow from the small one."""
    rng = random.Random(7)
    rows = _sample(large.people, sample)
    search = SqlPatientSearch(large.store)
    raw = large.raw
    known = _vocabulary(raw)

    def compare(
        name: str, texts: Sequence[str], baseline: Callable[[str], object], limit: float
    ) -> list[float]:
        note(name)
        ours, theirs = alternate(lambda text: search.find(text, _MOST), baseline, texts)
        report.add(name, ours, theirs, limit=limit)
        return ours

    iins = [row.iin for row in rng.sample(rows, _QUERIES)]
    prefixes = [fold(row.surname)[:3] for row in rng.sample(rows, _QUERIES)]
    dated = [f"{row.surname} {row.given_name[0]} {row.birth_date.year}" for row in rng.sample(rows, _QUERIES)]
    turned = [f"{row.given_name} {row.surname}" for row in rng.sample(rows, _QUERIES)]
    long_names = [row for row in rows if len(row.surname) >= 6]
    typos = [
        (row.surname, one_edit_typo(row.surname.lower(), rng)) for row in rng.sample(long_names, _QUERIES)
    ]

    by_iin = compare(
        "search_iin",
        iins,
        lambda text: raw.execute(f"SELECT {_SHOWN} FROM patients WHERE iin = ?", (text,)).fetchall(),
        3,
    )
    by_prefix = compare("search_prefix3_top50", prefixes, lambda text: _prefix(raw, text), 2)
    compare("search_surname_initial_year", dated, lambda text: _dated(raw, text), 2)
    compare("search_words_any_order", turned, lambda text: _words(raw, fold(text).split()), 2)
    note("search_typo")
    ours, theirs = alternate(
        lambda pair: search.find(pair[1], _MOST), lambda pair: _typo(raw, known, fold(pair[1])), typos
    )
    found = sum(fold(right) in _surnames(search.find(wrong, 8)) for right, wrong in typos) / len(typos)
    report.add("search_typo", ours, theirs, limit=2, found_in_first_8=round(found, 4), found_limit=0.95)
    if found < 0.95:
        report.lines[-1]["ok"] = False
    _growth(report, small, {"iin": (iins, by_iin), "prefix3": (prefixes, by_prefix)}, rng)
    kinds = {
        "iin": iins,
        "iin_part": [iin[:6] for iin in iins] + [iin[4:9] for iin in iins],
        "phone_tail": [row.phone[-4:] for row in rng.sample(rows, _QUERIES) if row.phone],
        "prefix3": prefixes,
        "surname_initial_year": dated,
        "any_order": turned,
        "latin": [_latin(row.surname) for row in rng.sample(rows, _QUERIES)],
        "wrong_layout": [_mistyped(row.surname.lower()) for row in rng.sample(rows, _QUERIES)],
        "typo": [wrong for _, wrong in typos],
        "nothing": [f"щщ{place}" for place in range(50)],
    }
    measure_key_press(report, large, kinds)


def measure_key_press(report: Report, large: Filled, kinds: dict[str, list[str]]) -> None:
    """From the key press in the omnibox to the rows in its model, lanes and all."""
    from tests.bench.key_press import OmniboxTimer

    timer = OmniboxTimer(large.store)
    try:
        for kind, texts in kinds.items():
            note(f"key press to rows: {kind}")
            for text in texts[:5]:
                timer.time(text)
            report.bound(
                f"key_press_to_rows_{kind}", [timer.time(text) for text in texts], limit=_KEY_PRESS_MS
            )
    finally:
        timer.close()


def _growth(
    report: Report, small: Filled, kinds: dict[str, tuple[list[str], list[float]]], rng: random.Random
) -> None:
    search = SqlPatientSearch(small.store)
    rows = _sample(small.people, 2_000)
    for kind, (large_texts, large_times) in kinds.items():
        # People of the large store are not all in the small one; prefixes are in both.
        texts = [row.iin for row in rng.sample(rows, _QUERIES)] if kind == "iin" else large_texts
        for text in texts[:5]:
            search.find(text, _MOST)
        times = [milliseconds(lambda text=text: search.find(text, _MOST)) for text in texts]  # type: ignore[misc]
        ratio = percentile(large_times, 0.95) / percentile(times, 0.95)
        report.say(
            f"growth_100k_to_1m_{kind}",
            n=len(texts),
            p50_ms=None,
            p95_ms=round(percentile(large_times, 0.95), 3),
            baseline_p95_ms=round(percentile(times, 0.95), 3),
            ratio=round(ratio, 3),
            limit=_GROWTH,
            ok=ratio <= _GROWTH,
        )


def _sample(count: int, wanted: int) -> list[PersonRow]:
    step = max(1, count // wanted)
    return [row for place, row in enumerate(people(count, today=MOMENT.date())) if place % step == 0]


def _prefix(raw: object, text: str) -> list[object]:
    return raw.execute(  # type: ignore[attr-defined, no-any-return]
        f"SELECT {_SHOWN} FROM patients WHERE is_here = 1 AND name_key >= ? AND name_key < ?"
        " ORDER BY name_key, birth_date LIMIT 50",
        (text, text + "\uffff"),
    ).fetchall()


def _dated(raw: object, text: str) -> list[object]:
    surname, initial, year = text.split()
    start = f"{fold(surname)} {fold(initial)}"
    return raw.execute(  # type: ignore[attr-defined, no-any-return]
        f"SELECT {_SHOWN} FROM patients WHERE is_here = 1 AND name_key >= ? AND name_key < ?"
        " AND birth_date >= ? AND birth_date < ? ORDER BY name_key, birth_date LIMIT 50",
        (start, start + "\uffff", year, str(int(year) + 1)),
    ).fetchall()


def _words(raw: object, words: list[str]) -> list[object]:
    query = " ".join(f'"{word}"*' for word in words)
    return raw.execute(  # type: ignore[attr-defined, no-any-return]
        f"SELECT {_SHOWN} FROM patient_words w JOIN patients p ON p.seq = w.rowid"
        " WHERE patient_words MATCH ? LIMIT 50",
        (query,),
    ).fetchall()


def _typo(raw: object, known: list[str], word: str) -> list[object]:
    near = [found for found, _, _ in extract(word, known, scorer=OSA.distance, score_cutoff=1, limit=8)]
    found: list[object] = []
    for other in near:
        found += _words(raw, [other])
    return found


def _vocabulary(raw: object) -> list[str]:
    return sorted(
        {word for (key,) in raw.execute("SELECT DISTINCT name_key FROM patients") for word in key.split()}
    )  # type: ignore[attr-defined]


def _surnames(hits: Sequence[object]) -> set[str]:
    return {fold(hit.name.split()[0]) for hit in hits}  # type: ignore[attr-defined]


_LATIN = dict(
    zip(
        "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
        (
            *"aabvggdee", "zh", *"ziykklmnnooprstuuuf", "kh", "kh", "ts", "ch", "sh", "shch",
            "", "y", "i", "", "e", "yu", "ya",
        ),
        strict=True,
    )
)  # fmt: skip
_KEYS = dict(zip("йцукенгшщзхъфывапролджэячсмитьбю", "qwertyuiop[]asdfghjkl;'zxcvbnm,.", strict=True))


def _latin(word: str) -> str:
    return "".join(_LATIN.get(letter, letter) for letter in word.lower())


def _mistyped(word: str) -> str:
    from clinic_desk.practice.names import russian_spelling

    return "".join(_KEYS.get(letter, letter) for letter in russian_spelling(word).lower())
