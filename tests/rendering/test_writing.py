"""Markdown as each platform gets it: samples, and to the letter what is written for them."""

import pytest

from bridge.rendering import markdown
from bridge.rendering.discord_markdown import DiscordMarkdown, DiscordPlain
from bridge.rendering.plain import Plain
from bridge.rendering.slack_markdown import SlackMarkdown, SlackPlain
from tests.rendering.samples import LONG, words_of

# Markdown: (for Slack, for Discord, for people)
SAMPLES = {
    "# One\n\nTwo\n===": ("# One\n\n# Two", "# One\n\n# Two", "One\n\nTwo"),
    "#### Deep **er**\n#": ("#### Deep **er**", "**Deep er**", "Deep er"),
    "# C \\#": ("# C \\#", "# C #", "C #"),
    "__a__ _b_ ~~c~~": ("**a** *b* ~~c~~", "**a** *b* ~~c~~", "a b c"),
    "**a __b__ c** *d _e_*": ("**a b c** *d e*", "**a b c** *d e*", "a b c d e"),
    "**a**~~b~~": (
        "**a**\u200b~~b~~",
        "**a**\u200b~~b~~",
        "ab",
    ),
    "** a": (
        "\\*\\* a",
        "\\*\\* a",
        "** a",
    ),
    "snake_case 2 * 3 _x": (
        "snake_case 2 \\* 3 \\_x",
        "snake_case 2 \\* 3 \\_x",
        "snake_case 2 * 3 _x",
    ),
    "a  \nb\nc": (
        "a  \nb\nc",
        "a\nb\nc",
        "a\nb\nc",
    ),
    "a\\\nb": (
        "a  \nb",
        "a\nb",
        "a\nb",
    ),
    "`` a`b ``": (
        "`` a`b ``",
        "`` a`b ``",
        "a`b",
    ),
    "`a``b```c`": (
        "`` a`\u200b`b`\u200b`\u200b`c ``",
        "`` a`\u200b`b`\u200b`\u200b`c ``",
        "a``b```c",
    ),
    "` x `": (
        "`x`",
        "`x`",
        "x",
    ),
    "> one\n>\n> two\n\n> > three": (
        "> one\n> \n> two\n\n> > three",
        "> one\n> \n> two\n\n> > three",
        "> one\n> \n> two\n\n> > three",
    ),
    "- a\n- b\n\n\n* c\n* d": (
        "- a\n- b\n\n* c\n* d",
        "- a\n- b\n\n- c\n- d",
        "- a\n- b\n\n- c\n- d",
    ),
    "1. a\n1) b": (
        "1. a\n\n1) b",
        "1. a\n\n1. b",
        "1. a\n\n1. b",
    ),
    "3. a\n4. b": (
        "3. a\n4. b",
        "3. a\n4. b",
        "3. a\n4. b",
    ),
    "- a\n\n  b\n- c": (
        "- a\n  \n  b\n\n- c",
        "- a\n  \n  b\n\n- c",
        "- a\n  \n  b\n\n- c",
    ),
    "- [ ] open\n- [x] done\n- [z] no": (
        "- [ ] open\n- [x] done\n- \\[z\\] no",
        "- ☐ open\n- ☑ done\n- [z] no",
        "- ☐ open\n- ☑ done\n- [z] no",
    ),
    "- ```sh\n  ls\n  ```": (
        "- ```sh\n  ls\n  ```",
        "- ```sh\n  ls\n  ```",
        "- ```sh\n  ls\n  ```",
    ),
    "- [x] # h": (
        "- [x] \\# h",
        "- ☑ \\# h",
        "- ☑ # h",
    ),
    "-\n- b": (
        "-\n- b",
        "-\n- b",
        "-\n- b",
    ),
    "10. a\n    - b": (
        "10. a\n    - b",
        "10. a\n    - b",
        "10. a\n    - b",
    ),
    "---": (
        "---",
        "⎯⎯⎯",
        "⎯⎯⎯",
    ),
    "```py\na ``` b\n```": (
        "```py\na ``\u200b` b\n```",
        "```py\na ``\u200b` b\n```",
        "```py\na ``\u200b` b\n```",
    ),
    "````\n```\n````": (
        "```\n``\u200b`\n```",
        "```\n``\u200b`\n```",
        "```\n``\u200b`\n```",
    ),
    "```py title=x\na\n```": (
        "`title=x`\n\n```py\na\n```",
        "`title=x`\n\n```py\na\n```",
        "title=x\n\n```py\na\n```",
    ),
    "    indented": (
        "```\nindented\n```",
        "```\nindented\n```",
        "```\nindented\n```",
    ),
    "~~~\na\n~~~": (
        "```\na\n```",
        "```\na\n```",
        "```\na\n```",
    ),
    "| a | b |\n|:-|-:|\n| 1 | `x\\|y` |\n| 2 |": (
        "| a | b |\n| :-- | --: |\n| 1 | `x\\|y` |\n| 2 |  |",
        "```\na    b\n─  ───\n1  x|y\n2\n```",
        "a | b\n1 | x|y\n2 | ",
    ),
    "|a|\n|:-:|\n|1|2|3|": (
        "| a |\n| :-: |\n| 1 \\| 2 \\| 3 |",
        "```\n    a\n─────────\n1 | 2 | 3\n```",
        "a\n1 | 2 | 3",
    ),
    "[l](https://a.example/x_(y))": (
        "[l](https://a.example/x_%28y%29)",
        "[l](https://a.example/x_%28y%29)",
        "l (https://a.example/x_(y))",
    ),
    '[l](https://a.example "T")': (
        "[l](https://a.example) (T)",
        "[l](https://a.example) (T)",
        "l (https://a.example) (T)",
    ),
    "![pic](https://a.example/p.png)": (
        "[pic](https://a.example/p.png)",
        "[pic](https://a.example/p.png)",
        "pic (https://a.example/p.png)",
    ),
    "![](https://a.example/p.png)": (
        "[image](https://a.example/p.png)",
        "[image](https://a.example/p.png)",
        "image (https://a.example/p.png)",
    ),
    "![p](mailto:a@b.example)": (
        "[p](mailto:a@b.example)",
        "p (a@b.example)",
        "p (a@b.example)",
    ),
    "[![alt](https://i.example)](https://a.example)": (
        "[alt](https://a.example)",
        "[alt](https://a.example)",
        "alt (https://a.example)",
    ),
    "<https://a.example/x>": (
        "https://a.example/x",
        "https://a.example/x",
        "https://a.example/x",
    ),
    "<mailto:me@a.example>": (
        "me@a.example",
        "me@a.example",
        "me@a.example",
    ),
    "[me](mailto:me@a.example)": (
        "[me](mailto:me@a.example)",
        "me (me@a.example)",
        "me (me@a.example)",
    ),
    "see https://a.example/a_b_c. ok (https://a.example/d)": (
        "see https://a.example/a_b_c. ok (https://a.example/d)",
        "see https://a.example/a_b_c. ok (https://a.example/d)",
        "see https://a.example/a_b_c. ok (https://a.example/d)",
    ),
    "[x](ftp://a.example) [y](/docs) [z](javascript:alert(1))": (
        "x (ftp://a.example) y (/docs) z (javascript:alert(1))",
        "x (ftp://a.example) y (/docs) z (javascript:alert(1))",
        "x (ftp://a.example) y (/docs) z (javascript:alert(1))",
    ),
    "[https://a.example](https://b.example)": (
        "https://a.example (https://b.example)",
        "https://a.example (https://b.example)",
        "https://a.example (https://b.example)",
    ),
    "[a.example](https://www.a.example/)": (
        "[a.example](https://www.a.example/)",
        "[a.example](https://www.a.example/)",
        "a.example (https://www.a.example/)",
    ),
    "[Node.js](https://nodejs.example)": (
        "[Node.js](https://nodejs.example)",
        "[Node.js](https://nodejs.example)",
        "Node.js (https://nodejs.example)",
    ),
    "[me@a.example](mailto:you@b.example)": (
        "me@a.example (mailto:you@b.example)",
        "me@a.example (mailto:you@b.example)",
        "me@a.example (mailto:you@b.example)",
    ),
    "[a [b] c](https://a.example)": (
        "[a \\[b\\] c](https://a.example)",
        "a [b] c (https://a.example)",
        "a [b] c (https://a.example)",
    ),
    "[t][r]\n\n[r]: https://a.example": (
        "[t](https://a.example)",
        "[t](https://a.example)",
        "t (https://a.example)",
    ),
    "[unused]: https://a.example": (
        "\\[unused\\]: https://a.example",
        "[unused]: https://a.example",
        "[unused]: https://a.example",
    ),
    "<b>x</b> <!-- c -->": (
        "&lt;b&gt;x&lt;/b&gt; &lt;!-- c --&gt;",
        "<b>x</b> <!-- c -->",
        "<b>x</b> <!-- c -->",
    ),
    "&amp;lt; &copy; &#10;x": (
        "&amp;lt; © \nx",
        "&lt; © \nx",
        "&lt; © \nx",
    ),
    "\\# no\n\\- no\n1\\. no\n\\> no\n\\-# no\n+ yes": (
        "\\# no\n\\- no\n1\\. no\n&gt; no\n-# no\n\n- yes",
        "\\# no\n\\- no\n1\\. no\n\\> no\n\\-# no\n\n- yes",
        "# no\n- no\n1. no\n> no\n-# no\n\n- yes",
    ),
    "hi![l](https://a.example)": (
        "hi[l](https://a.example)",
        "hi[l](https://a.example)",
        "hil (https://a.example)",
    ),
    "hi\\![l](https://a.example)": (
        "hi\\![l](https://a.example)",
        "hi\\![l](https://a.example)",
        "hi!l (https://a.example)",
    ),
    "a|b\n\\-|-": (
        "a|b\n\\-|-",
        "a\\|b\n-\\|-",
        "a|b\n-|-",
    ),
    "![a ![b](c) d](https://a.example)": (
        "[a !\\[b\\](c) d](https://a.example)",
        "a ![b\\](c) d (https://a.example)",
        "a ![b](c) d (https://a.example)",
    ),
    "| [a.com](http://b) |\n|-|\n| x |": (
        "| a.com (http://b) |\n| --- |\n| x |",
        "```\na.com (http://b)\n────────────────\nx\n```",
        "a.com (http://b)\nx",
    ),
    "***both***": (
        "***both***",
        "***both***",
        "both",
    ),
    "https://x.example/@everyone": (
        "https://x.example/@everyone",
        "https://x.example/%40everyone",
        "https://x.example/@everyone",
    ),
    "[a\\\nb](https://a.example)": (
        "[a b](https://a.example)",
        "[a b](https://a.example)",
        "a\nb (https://a.example)",
    ),
    "[**](https://a.example)": (
        "[\\*\\*](https://a.example)",
        "[\\*\\*](https://a.example)",
        "** (https://a.example)",
    ),
}


@pytest.mark.parametrize("source", SAMPLES)
def test_every_construct_is_put_in_the_words_of_the_platform(source: str) -> None:
    """The same tree gives Slack's Markdown, Discord's dialect and text for people."""
    tree = markdown.parse(source)
    rungs = (SlackMarkdown(), DiscordMarkdown(), Plain())
    assert tuple(rung.blocks(tree) for rung in rungs) == SAMPLES[source]


@pytest.mark.parametrize("source", [*SAMPLES, LONG])
def test_what_slack_gets_reads_as_what_the_agent_wrote(source: str) -> None:
    """Markdown written back and parsed again has the same words."""
    tree = markdown.parse(source)
    again = markdown.parse(SlackMarkdown().blocks(tree))
    # An address whose brackets had to be encoded is the same one.
    written = Plain().blocks(again).replace("%28", "(").replace("%29", ")")
    assert words_of(written) == words_of(Plain().blocks(tree))


def test_plain_text_for_slack_has_entities_for_three_characters() -> None:
    """In `text`, and in code in it, nothing is left that Slack acts on."""
    tree = markdown.parse("a & <b>\n\n```\nx -> <!here>\n```")
    assert SlackPlain().blocks(tree) == "a &amp; &lt;b&gt;\n\n```\nx -&gt; &lt;!here&gt;\n```"


def test_plain_text_for_discord_escapes_what_discord_would_format() -> None:
    """Marks, block starts, pings and addresses are shown as they are, in tables too."""
    source = "2 * 3 \\# x\n\\# y https://a.example/@here/a_b\n\n| a | b |\n|--|--|\n| \\> | @here |"
    written = DiscordPlain().blocks(markdown.parse(source))
    assert written == (
        "2 \\* 3 # x\n\\# y https://a.example/%40here/a_b\n\na | b\n\\> | @\u200bhere"
    )
    assert DiscordPlain().blocks(markdown.parse("`@here`")) == "@\u200bhere"


def test_bold_over_spaces_only_has_no_marks() -> None:
    """Marks around nothing would be read as text."""
    tree = markdown.parse("a **&nbsp;** b")
    assert SlackMarkdown().blocks(tree) == "a \u00a0 b"


def test_discord_plain_keeps_code_apart() -> None:
    """A code block stays one, and nothing in it can ping."""
    written = DiscordPlain().blocks(markdown.parse("```\n<@1> @everyone\n```"))
    assert written == "```\n<\u200b@1> @\u200beveryone\n```"
