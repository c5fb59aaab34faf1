"""What is written for each platform, to the letter: for every construct but links."""

from tests.rendering.link_dialects import LINKS

#: Markdown: (for Slack, for Discord, for people)
_CONSTRUCTS = {
    "# One\n\nTwo\n===": (
        "# One\n\n# Two",
        "# One\n\n# Two",
        "One\n\nTwo",
    ),
    "#### Deep **er**\n#": (
        "#### Deep **er**",
        "**Deep er**",
        "Deep er",
    ),
    "# C \\#": (
        "# C \\#",
        "# C #",
        "C #",
    ),
    "__a__ _b_ ~~c~~": (
        "**a** *b* ~~c~~",
        "**a** *b* ~~c~~",
        "a b c",
    ),
    "**a __b__ c** *d _e_*": (
        "**a b c** *d e*",
        "**a b c** *d e*",
        "a b c d e",
    ),
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
        "snake\\_case 2 \\* 3 \\_x",
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
        "- a\n  b\n- c",
        "- a\n  \n  b\n\n- c",
    ),
    "- [ ] open\n- [x] done\n- [z] no": (
        "- [ ] open\n- [x] done\n- \\[z\\] no",
        "- ☐ open\n- ☑ done\n- \\[z] no",
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
    "<b>x</b> <!-- c -->": (
        "&lt;b&gt;x&lt;/b&gt; &lt;!-- c --&gt;",
        "<b>x</b> <!-- c -->",
        "<b>x</b> <!-- c -->",
    ),
    "&amp;lt; &copy; &#10;x": (
        "&amp;lt; ©  x",
        "&lt; ©  x",
        "&lt; ©  x",
    ),
    "\\# no\n\\- no\n1\\. no\n\\> no\n\\-# no\n+ yes": (
        "\\# no\n\\- no\n1\\. no\n&gt; no\n-# no\n\n- yes",
        "\\# no\n\\- no\n1\\. no\n\\> no\n\\-# no\n\n- yes",
        "# no\n- no\n1. no\n> no\n-# no\n\n- yes",
    ),
    "a|b\n\\-|-": (
        "a|b\n\\-|-",
        "a\\|b\n-\\|-",
        "a|b\n-|-",
    ),
    "***both***": (
        "***both***",
        "***both***",
        "both",
    ),
}
SAMPLES = _CONSTRUCTS | LINKS
