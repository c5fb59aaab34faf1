"""What Discord reads otherwise than Markdown has it, and what it gets instead; no word is lost by it."""

import pytest

from bridge.rendering import markdown
from bridge.rendering.discord_markdown import DiscordMarkdown, DiscordPlain

# what it is about: (Markdown, for Discord)
DIALECT = {
    "table": (
        "| a | b |\n|:-|-:|\n| 苹果 | 1 |",
        "```\na     b\n────  ─\n苹果  1\n```",
    ),
    "three levels of headings": ("# a\n## b\n### c", "# a\n\n## b\n\n### c"),
    "deep heading": ("#### a *b* **c**", "**a *b* c**"),
    "setext heading": ("a\n=\n\nb\n-", "# a\n\n## b"),
    "heading with a number": ("## 1. Plans", "## 1\\. Plans"),
    "deep heading with a number": ("#### 1. Plans", "**1\\. Plans**"),
    "heading with a number sign": ("# #1 of all", "# \\#1 of all"),
    "underline": ("__bold__ and foo__bar__baz", "**bold** and foo\\_\\_bar\\_\\_baz"),
    "underscores": ("a_b_ 日_本_ _c", "a\\_b\\_ 日\\_本\\_ \\_c"),
    "spoiler": ("a || b || c", "a \\|\\| b \\|\\| c"),
    "rules": ("a\n\n---\n\n***", "a\n\n⎯⎯⎯\n\n⎯⎯⎯"),
    "picture": ("![alt](https://a.example/p.png)", "[alt](https://a.example/p.png)"),
    "reference link": ("[a][r]\n\n[r]: https://a.example/x", "[a](https://a.example/x)"),
    "fence of waves": ("~~~py\na\n~~~", "```py\na\n```"),
    "long fence": ("`````\na\n`````", "```\na\n```"),
    "indented code": ("    a\n    b", "```\na\nb\n```"),
    "fence in a fence": (
        "``````md\n```\n`````\n``````",
        "```md\n``\u200b`\n``\u200b``\u200b`\n```",
    ),
    "empty fence": ("```py\n```", "```py\n \n```"),
    "language with a sharp": ("```C#\na\n```\n\n```q#\nb\n```", "```cs\na\n```\n\n```\nb\n```"),
    "boxes": ("- [ ] a\n- [x] b", "- ☐ a\n- ☑ b"),
    "small print by accident": ("\\-# a\n-\\# b", "\\-# a\n\\-# b"),
    "quote of all by accident": ("\\>>> a", "\\>>> a"),
    "moment": ("&lt;t:1700000000:R>", "<\u200bt:1700000000:R>"),
    "emoji": ("<:e:1> <a:e:1>", "<\u200b:e:1> <\u200ba:e:1>"),
    "command": ("</c:1> &lt;id:home>", "<\u200b/c:1> <\u200bid:home>"),
    "label that is the address": (
        "[https://a.example](https://a.example/)",
        "<https://a.example/>",
    ),
    "label with an address": (
        "[see https://a.example/1](https://a.example/2)",
        "see https:\u200b//a.example/1 (<https://a.example/2>)",
    ),
    "label with brackets": ("[a [1]](https://a.example)", "a \\[1] (<https://a.example>)"),
    "text like a link": (
        "\\[bank.example](https://evil.example)",
        "\\[bank.example]\u200b(<https://evil.example>)",
    ),
    "address": (
        "https://a.example/__init__.py**b**",
        "<https://a.example/__init__.py>**b**",
    ),
    "address with marks": ("~~<https://a.example/~~x*y>~~", "~~<https://a.example/~%7Ex%2Ay>~~"),
    "address with a full stop": (
        "[a](https://a.example/b.) [c](https://a.example.) [d](HTTPS://a.example)",
        "[a](https://a.example/b%2E) [c](https://a.example./) [d](https://a.example)",
    ),
    "mail": ("<a__b__@c.example>", "a\\_\\_b\\_\\_@c.example"),
    "quote of lines": ("> a\nlazy\n>\n> b", "> a\n> lazy\n> \n> b"),
    "text after a quote": ("> a\n\nb", "> a\n\nb"),
    "nested list": ("- a\n    - b\n        1. c", "- a\n  - b\n    1. c"),
    "list after text": ("a\n- b", "a\n\n- b"),
    "loose list": ("1. a\n\n   b\n\n2. c", "1. a\n   b\n2. c"),
    "heading in a list": ("- # a", "- # a"),
    "box before code": (
        "- [x] a\n\n  ```\n  b\n\n  c\n  ```",
        "- ☑ a\n  ```\n  b\n   \n  c\n  ```",
    ),
    "code in a link": ("[`a_b` c](https://a.example)", "[`a_b` c](https://a.example)"),
    "styles side by side": ("**a***b*~~c~~", "**a**\u200b*b*\u200b~~c~~"),
    "marks in code in a style": (
        "**a `**` b** *`*`* ~~[`~~`](https://a.example)~~ **`*`**",
        "a `**` b `*` [`~~`](https://a.example) **`*`**",
    ),
    "end of a style": ("~~a\\~~~ *b\\\\*", "~~a\\~\u200b~~ *b\\\\\u200b*"),
    "block in a style": ("**\\# a** *\\> b*", "**\\# a** *\\> b*"),
    "style of spaces": ("a **&nbsp;** b", "a \u00a0 b"),
    "spaces at an end": ("a  \nb   ", "a\nb"),
    "rest of an entry": ("+ a", "- a"),
}


@pytest.mark.parametrize("name", DIALECT)
def test_each_construct_has_its_rewrite(name: str) -> None:
    """What Discord reads otherwise is put so that it looks as it was meant."""
    source, written = DIALECT[name]
    assert DiscordMarkdown().blocks(markdown.parse(source)) == written


def test_a_box_stands_alone_before_what_is_no_text() -> None:
    """A heading or code begins on a line of its own behind it."""
    (box,) = markdown.parse("- [ ] a\n\n  # b")
    assert DiscordMarkdown().blocks((box,)) == "- ☐ a\n  # b"


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("# 1. a", "1\\. a"),
        ("[a](https://a.example/b_(c))", "a (<https://a.example/b_(c)>)"),
        ("<https://a.example/b_>", "<https://a.example/b_>"),
        ("[a](mailto:b_@c.example)", "a (b\\_@c.example)"),
        ("`a_b`", "a\\_b"),
        ("**a** || *b*", "a \\|\\| b"),
        ("| \\# |\n|-|\n| > |", "\\#\n\\>"),
        ("- a\n\n  b", "- a\n  b"),
        ("```c#\n```", "```cs\n \n```"),
    ],
)
def test_plain_words_hold_nothing_that_discord_formats(source: str, written: str) -> None:
    """The same traps, without any mark of ours."""
    assert DiscordPlain().blocks(markdown.parse(source)) == written
