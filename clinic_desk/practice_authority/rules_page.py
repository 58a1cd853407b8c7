"""The visible rules as a page for a browser."""

from __future__ import annotations

from html import escape

from clinic_desk.practice_authority.rules import rule_lines
from clinic_desk.texts import Language, Texts


def rules_page(language: Language) -> str:
    """One table, readable without styles, scripts or a network."""
    texts = Texts(language)
    heads = [texts.say(f"practice_server.rules.{name}") for name in ("about", "digits", "what")]
    rows = [[escape(cell) for cell in line] for line in rule_lines(texts)]
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    title = escape(texts.say("practice_server.rules.title"))
    intro = escape(texts.say("practice_server.rules.intro"))
    others = " ".join(f'<a href="?lang={one.value}">{one.value}</a>' for one in Language)
    return (
        f'<!DOCTYPE html><html lang="{language.value}"><head><meta charset="utf-8"><title>{title}</title>'
        "<style>body{font-family:sans-serif;max-width:60em;margin:2em auto}td,th{text-align:left;"
        "padding:.4em .8em;border-bottom:1px solid #ccc;vertical-align:top}table{border-collapse:collapse}"
        f"</style></head><body><h1>{title}</h1><p>{intro}</p>"
        f"<table><tr>{head}</tr>{body}</table><p>{others}</p></body></html>"
    )
