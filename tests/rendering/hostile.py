"""Texts that are made to be slow: by name, a text of about so many characters."""

#: what is said again and again; each is made as long as it is asked for
REPEATED = {
    "backticks": "`",
    "brackets": "[",
    "paragraphs of brackets": "[" * 400 + "\n\n",
    "closing brackets": "]",
    "brackets with words": "[a]",
    "open links": "[a](b ",
    "links": "[a](https://b.c) ",
    "addresses": "https://b.c ",
    "definitions": "[a]: b\n",
    "pictures": "![",
    "emphases": "*a* ",
    "bold words": "**a** ",
    "opened emphases": "*a ",
    "marks in words": "a**b",
    "mixed marks": "*_",
    "underscores": "_",
    "tildes": "~~a ",
    "stars": "*",
    "bold Chinese": "**重要。**です",
    "code": "`a` ",
    "angles": "<",
    "tags": "<a ",
    "bars": "|",
    "tables": "|a|b|\n|-|-|\n|x|y|\n\n",
    "quotes": ">",
    "lines in quotes": "> " * 18 + "a\n",
    "lists in quotes": "> - a\n",
    "lists in a line": "- ",
    "bare items": "-\n",
    "items": "- a\n",
    "items apart": "- a\n\n",
    "nested items": "- a\n  - a\n    - a\n      - a\n",
    "headings": "# a\n",
    "rules": "---\n",
    "fences": "```\na\n```\n",
    "words": "word ",
    "a word": "w",
    "lines": "a\n",
    "paragraphs": "a\n\n",
    "hard breaks": "a  \n",
    "escapes": "\\*",
    "entities": "&amp;",
    "numeric entities": "&#x40;",
    "zero-width spaces": "\u200b",
    "letters with zero-width spaces": "a\u200b",
    "flags": "🇩🇪",
    "families": "👨‍👩‍👧",
    "mentions": "<@U1> @everyone ",
    "dots": "a.b.",
    "at signs": "a@",
}
_FRONTS = {
    "a table of 10 columns": ("|a" * 10 + "|\n" + "|-" * 10 + "|\n", "|x" * 10 + "|\n"),
    "a table of empty cells": ("|a" * 100 + "|\n" + "|-" * 100 + "|\n", "x\n"),
    "lines in a quote": (">" * 15 + "a\n", "b\n"),
    "lines in a list": ("- " * 8 + "a\n", "b\n"),
    "brackets after an address": ("https://a.example", ")"),
    "marks on a letter": ("a", "\u0301"),
    "one line of code": ("```\n", "a"),
    "lines of code": ("```\n", "a\n"),
}
NAMES = (*REPEATED, *_FRONTS)


def text(name: str, chars: int) -> str:
    """Return the text of that name in about so many characters."""
    front, again = _FRONTS.get(name) or ("", REPEATED[name])
    return front + again * ((chars - len(front)) // len(again))
