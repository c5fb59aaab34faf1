"""What is written for each platform, to the letter: for links, pictures and addresses."""

#: Markdown: (for Slack, for Discord, for people)
LINKS = {
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
        "<https://a.example/x>",
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
        "see <https://a.example/a_b_c>. ok (<https://a.example/d>)",
        "see https://a.example/a_b_c. ok (https://a.example/d)",
    ),
    "[x](ftp://a.example) [y](/docs) [z](javascript:alert(1))": (
        "x (ftp://a.example) y (/docs) z (javascript:alert(1))",
        "x (ftp://a.example) y (/docs) z (javascript:alert(1))",
        "x (ftp://a.example) y (/docs) z (javascript:alert(1))",
    ),
    "[https://a.example](https://b.example)": (
        "https://a.example (https://b.example)",
        "<https://a.example> (<https://b.example>)",
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
        "a \\[b] c (<https://a.example>)",
        "a [b] c (https://a.example)",
    ),
    "[t][r]\n\n[r]: https://a.example": (
        "[t](https://a.example)",
        "[t](https://a.example)",
        "t (https://a.example)",
    ),
    "[unused]: https://a.example": (
        "\\[unused\\]: https://a.example",
        "\\[unused]: <https://a.example>",
        "[unused]: https://a.example",
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
    "![a ![b](c) d](https://a.example)": (
        "[a !\\[b\\](c) d](https://a.example)",
        "a !\\[b]\u200b(c) d (<https://a.example>)",
        "a ![b](c) d (https://a.example)",
    ),
    "| [a.com](http://b) |\n|-|\n| x |": (
        "| a.com (http://b) |\n| --- |\n| x |",
        "```\na.com (http://b)\n────────────────\nx\n```",
        "a.com (http://b)\nx",
    ),
    "https://x.example/@everyone": (
        "https://x.example/@everyone",
        "<https://x.example/%40everyone>",
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
