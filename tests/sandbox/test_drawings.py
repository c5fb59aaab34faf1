"""Posts drawn as HTML: as Slack and as Discord would show them."""

from typing import Any

import pytest

from bridge.sandbox.page import discord, slack
from bridge.sandbox.page.mrkdwn import mrkdwn
from tests.sandbox.blocks import rich, rich_section
from tests.sandbox.conftest import Clock
from tests.sandbox.drawn import A_LINK, arrived

MRKDWN = {
    "*bold* _it_ ~gone~ `*code*`": "<p><strong>bold</strong> <em>it</em> <s>gone</s> <code>*code*</code></p>",
    "2*3*4 snake_case_name": "<p>2*3*4 snake_case_name</p>",
    "&lt;b&gt; &amp;amp;": "<p>&lt;b&gt; &amp;amp;</p>",
    "a\nb\n&gt; quote\nc": "<p>a<br>b</p><blockquote>quote</blockquote><p>c</p>",
    "```\na <b> &lt;c&gt;\n```\ny": "<pre>a &lt;b&gt; &lt;c&gt;\n</pre><p>y</p>",
    "<#C1|ops> <!subteam^S1> <!date^1^x|now>": (
        '<p><mark class="mention">#ops</mark> <mark class="ping"'
        ' title="this would have notified somebody">@S1</mark> <mark class="mention">@now</mark></p>'
    ),
    "<https://x.org/?a=1&amp;b=2|here>, https://x.org.": (
        '<p><a href="https://x.org/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">here</a>,'
        ' <a href="https://x.org" target="_blank" rel="noopener noreferrer">https://x.org</a>.</p>'
    ),
}


@pytest.mark.parametrize(("text", "html"), MRKDWN.items(), ids=range(len(MRKDWN)))
def test_mrkdwn_looks_as_on_slack(text: str, html: str) -> None:
    """Slack's own markup becomes HTML."""
    assert mrkdwn(text) == html


BLOCKS: dict[str, tuple[dict[str, Any], str]] = {
    "header": (
        {"type": "header", "text": {"type": "plain_text", "text": "A<b"}},
        "<h2>A&lt;b</h2>",
    ),
    "divider": ({"type": "divider"}, "<hr>"),
    "unseen kind": ({"type": "video"}, '<p class="context">[video]</p>'),
    "plain section": (
        {"type": "section", "text": {"type": "plain_text", "text": "*x*"}},
        "<p>*x*</p>",
    ),
    "fields": (
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*x*"}]},
        '<div class="fields"><div><p><strong>x</strong></p></div></div>',
    ),
    "context": (
        {
            "type": "context",
            "elements": [
                {"type": "mrkdwn", "text": "x"},
                {"type": "image", "image_url": "data:x", "alt_text": "y"},
            ],
        },
        '<div class="context"><p>x</p><p>🖼 y</p></div>',
    ),
    "table": (
        {
            "type": "table",
            "rows": [
                [{"type": "raw_text", "text": "a"}],
                [rich_section({"type": "text", "text": "b"})],
            ],
        },
        "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td><p>b</p></td></tr></tbody></table>",
    ),
    "leaves": (
        rich_section(
            {"type": "text", "text": "b", "style": {"bold": True, "code": True}},
            {"type": "link", "url": "mailto:a@x.org"},
            {"type": "emoji", "name": "wave"},
            {"type": "channel", "channel_id": "C1"},
        ),
        "<p><code><strong>b</strong></code>"
        '<a href="mailto:a@x.org" target="_blank" rel="noopener noreferrer">mailto:a@x.org</a>'
        ':wave:<mark class="mention">#C1</mark></p>',
    ),
    "broadcast": (
        rich_section({"type": "broadcast", "range": "here"}),
        '<p><mark class="ping" title="this would have notified somebody">@here</mark></p>',
    ),
    "parts": (
        rich(
            {
                "type": "rich_text_list",
                "style": "ordered",
                "indent": 9,
                "elements": [rich_section({"type": "text", "text": "x"})["elements"][0]],
            },
            {"type": "rich_text_list", "style": "bullet", "elements": []},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "a  b"}]},
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "q"}]},
        ),
        '<ol class="indent8"><li>x</li></ol><ul class="indent0"></ul>'
        "<pre>a  b</pre><blockquote>q</blockquote>",
    ),
    "lines": (
        rich(
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": "a\nb\n\n"},
                    {"type": "text", "text": "c\n\n", "style": {"underline": True}},
                ],
            },
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "a\nb"}]},
        ),
        "<p>a<br>b<br><br><u>c</u></p><pre>a\nb</pre>",
    ),
    "list in a quote": (
        rich(
            {
                "type": "rich_text_list",
                "style": "ordered",
                "offset": 4,
                "border": 1,
                "elements": [rich_section({"type": "text", "text": "x"})["elements"][0]],
            },
        ),
        '<blockquote><ol class="indent0" start="5"><li>x</li></ol></blockquote>',
    ),
    "live tokens": (
        {"type": "markdown", "text": "<@U1> &lt;!here&gt; `<!here>` <b>"},
        '<p><mark class="ping" title="this would have notified somebody">@U1</mark>'
        " &lt;!here&gt; <code>&lt;!here&gt;</code> &lt;b&gt;</p>\n",
    ),
    "links and pictures": (
        {
            "type": "markdown",
            "text": "[a **b**](https://x.org) ![c](https://x.org/c.png) ![](data:x)",
        },
        '<p><a href="https://x.org" target="_blank" rel="noopener noreferrer">a <strong>b</strong></a>'
        ' <a href="https://x.org/c.png" target="_blank" rel="noopener noreferrer">c</a> ![](data:x)</p>\n',
    ),
    "mention in a link": (
        {"type": "markdown", "text": "[<@U1>](data:x)"},
        '<p>[<mark class="ping" title="this would have notified somebody">@U1</mark>](data:x)</p>\n',
    ),
    "tasks": (
        {"type": "markdown", "text": "- [ ] a\n- [x] b\n- c"},
        '<ul>\n<li class="task">☐ a</li>\n<li class="task">☑ b</li>\n<li>c</li>\n</ul>\n',
    ),
}


@pytest.mark.parametrize(("block", "html"), BLOCKS.values(), ids=BLOCKS.keys())
def test_blocks_look_as_on_slack(clock: Clock, block: dict[str, Any], html: str) -> None:
    """Each kind of block becomes HTML; an empty link label is the address."""
    assert slack.draw(arrived(clock, blocks=(block,))) == html


DIALECT = {
    "# a\n### b\n#### c": "<h1>a</h1>\n<h3>b</h3>\n<p>#### c</p>\n",
    "a\n-# small **b**\nc": "<p>a</p>\n<small>small <strong>b</strong></small>\n<p>c</p>\n",
    "a\nb": "<p>a<br />\nb</p>\n",
    "__u__ **b** ~~s~~ ||x<||": (
        '<p><u>u</u> <strong>b</strong> <s>s</s> <span class="spoiler">x&lt;</span></p>\n'
    ),
    "> a\nb": "<blockquote>\n<p>a</p>\n</blockquote>\n<p>b</p>\n",
    ">>> a\nb": "<blockquote>\n<p>a<br />\nb</p>\n</blockquote>\n",
    "```py\n> x\ny\n```": '<pre><code class="language-py">&gt; x\ny\n</code></pre>\n',
    "~~~\nx": "<p>~~~<br />\nx</p>\n",
    "a | b\n--- | ---": "<p>a | b<br />\n--- | ---</p>\n",
    "&lt; <b> ![a](b)": '<p>&amp;lt; &lt;b&gt; !<a href="b" ' + A_LINK + ">a</a></p>\n",
    "[x](https://x.org) <https://y.org> https://z.org": (
        f'<p><a href="https://x.org" {A_LINK}>x</a> <a href="https://y.org" {A_LINK}>https://y.org</a>'
        f' <a href="https://z.org" {A_LINK}>https://z.org</a></p>\n'
    ),
    "<@1> @everyone <#7> <:wave:5> <t:12:R>": (
        '<p><mark class="ping" title="this would have notified somebody">@1</mark> @everyone'
        ' <mark class="mention">#7</mark> :wave: <code>12</code></p>\n'
    ),
}


@pytest.mark.parametrize(("text", "html"), DIALECT.items(), ids=range(len(DIALECT)))
def test_content_looks_as_on_discord(clock: Clock, text: str, html: str) -> None:
    """Discord's dialect becomes HTML; what it doesn't have stays as it is written."""
    assert discord.draw(arrived(clock, platform="discord", text=text, pings=("<@1>",))) == html


def test_marks_are_read_unless_slack_is_told_not_to(clock: Clock) -> None:
    """With `mrkdwn: false` only tokens and addresses live; what is escaped is what it stands for."""
    text = "*a* &lt;b&gt;\n<!here> https://x.org"
    plain = arrived(clock, text=text, body=b'{"mrkdwn": false}')

    assert slack.draw(plain) == (
        '<p>*a* &lt;b&gt;<br><mark class="ping" title="this would have notified somebody">@here</mark>'
        f' <a href="https://x.org" {A_LINK}>https://x.org</a></p>'
    )
    for body in (b"{}", b"text=%2Aa%2A", b"[1]"):
        assert "<strong>a</strong>" in slack.draw(arrived(clock, text=text, body=body))
